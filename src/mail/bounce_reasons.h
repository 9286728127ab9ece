// Why a mail server refused, concluded from what it said: a table of words, then of codes.
#ifndef SLUICE_MAIL_BOUNCE_REASONS_H
#define SLUICE_MAIL_BOUNCE_REASONS_H

#include "mail/bounce.h"

struct bounce_verdict {
    const char *reason;      // NULL: nothing can be concluded
    enum bounce_class class; // of the reason
    const char *status;      // that the reason stands for
};

// text: flat (phrases.h).
struct bounce_verdict bounce_by_words(struct str text);
// status: "5.1.1" (RFC 3463), or empty; reply: of SMTP (RFC 5321), 0: none.
struct bounce_verdict bounce_by_code(struct str status, unsigned reply);

// The first enhanced status code (class 2, 4 or 5) in a text; empty: none. Codes of 4 and 5 only with `bad`.
struct str bounce_status_in(struct str text, bool bad);
// The first reply code 4xx or 5xx that stands alone; 0: none.
unsigned bounce_reply_in(struct str text);

// The words (bounce_words.c), what is more telling first.
struct bounce_words {
    const char *reason;
    const char *const *phrases; // phrases.h, ending with NULL
};
extern const struct bounce_words BOUNCE_WORDS[]; // ending with a reason of NULL

#endif
