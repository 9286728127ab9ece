// Mails that Sluice itself writes: a few sentences and a button, in the business's name. For the compose() of
// slices (slice.h); any thread.
#ifndef SLUICE_APP_LETTER_LETTER_H
#define SLUICE_APP_LETTER_LETTER_H

#include "app/message/message.h"

// Whether such mails can go out: they need a mailbox that sends, and the setting public_url, because an
// address that a stranger's request names must never stand in a mail.
enum letter_state { LETTER_READY, LETTER_NO_MAILBOX, LETTER_NO_PUBLIC_URL };
// "ready" "no_mailbox" "no_public_url"
extern const char *const LETTER_STATES[];
#define LETTER_STATE_NAMES "ready|no_mailbox|no_public_url"
// mailbox: number of the one that is to send, 0: any.
bool letter_state(
        struct app *app, struct data *reader, int64_t mailbox, enum letter_state *ret, struct err *err);

// "https://leads.example.com" without a slash at its end; empty where public_url is not set. In arena.
struct str letter_base(struct app *app, struct arena *arena);

struct letter_text {
    struct str language; // of the texts
    struct str subject, text, button, ending;
    struct str url; // of the button
};
// Subject, text and HTML of a transactional mail; verdict MAIL_SEND. Whom it goes to is the caller's.
bool letter_make(struct app *app, struct arena *arena, const struct letter_text *text, struct mail_draft *ret,
        struct err *err);
// Verdicts; both return true.
bool letter_skip(struct mail_draft *ret, const char *why);
bool letter_later(struct mail_draft *ret, const char *why, int64_t later);

#endif
