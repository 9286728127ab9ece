// Who wrote a mail that somebody passed on.
#ifndef SLUICE_MAIL_FORWARDED_H
#define SLUICE_MAIL_FORWARDED_H

#include "mail/mime.h"

// From the header lines that stand in a text ("From: …", "Von: …"), the first ones. *ret_from and
// *ret_subject in arena or text, empty where they are not there.
void forwarded_header(
        struct arena *arena, struct str text, struct mime_address *ret_from, struct str *ret_subject);

// "Fw: …", "WG: …", "TR: …".
bool forwarded_subject(struct arena *arena, struct str subject);
// "Re: …", "AW: …", "SV: …".
bool answering_subject(struct arena *arena, struct str subject);

#endif
