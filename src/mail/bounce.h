// What a mail says about mails that did not arrive: delivery status notifications (RFC 3464, 3461, 3463), the
// free forms of mail servers and services, and complaints (ARF: RFC 5965, 6650). A receipt (RFC 8098) and an
// ordinary mail are none of them.
#ifndef SLUICE_MAIL_BOUNCE_H
#define SLUICE_MAIL_BOUNCE_H

#include "mail/mime.h"

enum bounce_class {
    BOUNCE_NONE,
    BOUNCE_DELIVERED, // it says that it arrived, or was passed on
    BOUNCE_AUTOREPLY, // a machine answers (RFC 3834)
    BOUNCE_SOFT, // not delivered, but the address may be good: full, blocked, too large, refused as spam …
    BOUNCE_HARD, // nobody is at that address, and nobody will be
    BOUNCE_COMPLAINT, // the recipient calls it spam
};

enum { BOUNCE_RECIPIENTS_MAX = 500, BOUNCE_REASON_MAX = 500 };

struct bounce_recipient {
    struct str address; // may be empty: not said
    enum bounce_class class;
    struct str status;  // "5.1.1" (RFC 3463); empty: not said and not to be concluded
    const char *reason; // in one word: "userunknown", "mailboxfull" … (bounce_reasons.c)
    struct str text;    // what the other side said, one line, at most BOUNCE_REASON_MAX bytes
};

struct bounce {
    enum bounce_class class; // the worst of its recipients
    const struct bounce_recipient *recipients;
    size_t n;
    // Of the mail that came back, as far as the report holds it; each may be empty.
    struct str original_message_id;  // without < >
    struct str original_return_path; // address: ours carry the send
    struct str original_subject;
    struct str original_to;      // address
    struct str feedback_type;    // of a complaint: "abuse" …
    const struct mime *original; // the mail or its header; NULL: not there
};

// In arena, never NULL; class BOUNCE_NONE: it is none of that. Linear in the size of the mail.
const struct bounce *bounce_read(struct arena *arena, const struct mime *mime);

// "hard", "soft", "complaint", "autoreply", "delivered", "none".
const char *bounce_class_name(enum bounce_class class);

#endif
