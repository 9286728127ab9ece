// Whether a machine answered (RFC 3834 and what programs write instead).
#ifndef SLUICE_MAIL_AUTOREPLY_H
#define SLUICE_MAIL_AUTOREPLY_H

#include "mail/mime.h"

// By its header: Auto-Submitted, X-Autoreply, X-Auto-Response-Suppress of a reply …, or by its subject.
bool autoreply_by_header(const struct mime *mime);
// By its words as well: "I am out of the office until …" on top of a short text.
bool autoreply_by_words(struct arena *arena, struct str subject, struct str text);

// A receipt (RFC 8098: multipart/report with disposition-notification).
bool autoreply_is_receipt(const struct mime *mime);

#endif
