// What kind of mail came in, and what follows from it.
#ifndef SLUICE_MAIL_CLASSIFY_H
#define SLUICE_MAIL_CLASSIFY_H

#include "mail/bounce.h"
#include "mail/reply.h"

enum mail_class {
    MAIL_REPLY,       // a person answers
    MAIL_AUTOREPLY,   // a machine answers (out of office, "we got your mail")
    MAIL_BOUNCE,      // did not arrive (class of the bounce: soft or hard)
    MAIL_COMPLAINT,   // "this is spam"
    MAIL_UNSUBSCRIBE, // wants no more mails
    MAIL_FORWARD,     // somebody passes a mail on to us
    MAIL_OTHER,       // anything else: newsletters, notices, receipts, a mail that answers nothing
};

struct classified {
    enum mail_class class;
    int64_t returns_at;           // of an auto-reply: seconds since 1970, 00:00 UTC of that day; 0: not said
    const struct bounce *bounce;  // never NULL
    struct reply reply;           // empty for bounces and complaints
    struct mime_address original; // of a forward: who wrote the mail passed on; address empty: not found
    struct str original_subject;  // of a forward; may be empty
    bool left;                    // an auto-reply that says: no longer works here
};

// received: seconds since 1970, stands in for a missing date, and for one that is after it.
struct classified classify(struct arena *arena, const struct mime *mime, int64_t received);

const char *mail_class_name(enum mail_class class); // "reply" …

// For those who look closer. Whether a text that a person wrote asks for no more mails.
bool classify_unsubscribes(struct arena *arena, struct str subject, struct str visible);
// The day an absent person is back, by their text; written on the day of `date`. 0: not said.
int64_t classify_returns_at(struct arena *arena, struct str text, int64_t date);

#endif
