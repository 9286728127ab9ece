// Mails on their way out. A mail is a row before anything of it is handed to a mail server, and the row's
// state machine sees to it that nobody gets it twice, whatever stops at any moment (docs/mail.md, "Exactly
// once").
//
//   queued → handing → sent | failed | unclear       queued → skipped
//   handing → queued   the server refused for now (4xx), or was not reached: tried again at `due`
//
// handing is committed before the first byte of the content leaves. Who loses the connection between the
// final dot and its reply, or finds a row in handing after a crash of which slots.h does not know better,
// makes it unclear: perhaps delivered, never sent again, shown to people.
#ifndef SLUICE_APP_MESSAGE_MESSAGE_H
#define SLUICE_APP_MESSAGE_MESSAGE_H

#include "app/app.h"

// What a slice asks to be sent. (source, campaign, step, round, contact) is unique: asking again gives the
// mail that is there. From the moment of hand-over so is (source, campaign, step, round, address), and the
// same of a person, under whichever of their numbers (live_numbers) it was queued.
struct message_order {
    const char *source; // name of the slice whose `mails` composes it (slice.h)
    int64_t campaign;   // that slice's numbers, 0: none
    int64_t step;
    unsigned round;   // how many-th time this person goes through it, from 0
    uint32_t contact; // number (standing/live.h); 0: somebody who is no contact (a test mail)
    unsigned variant; // A/B, from 0
    int64_t due;      // seconds since 1970; not before
};
// In the caller's transaction. *ret_new (may be NULL): false if it was there already.
bool message_queue(struct writing *w, const struct message_order *order, int64_t *ret_send, bool *ret_new,
        struct err *err);
// After a commit that queued mails, for those that are due at once.
void message_wake(struct app *app);
// Mails still queued become skipped with `why`; what is handed over already is not called back. step -1: all;
// contact 0: everybody's.
bool message_cancel(struct writing *w, const char *source, int64_t campaign, int64_t step, uint32_t contact,
        const char *why, struct err *err);

// A mail that is due, as its slice composes it.
struct message {
    int64_t id; // of the send
    struct message_order order;
    int64_t now; // seconds since 1970: as of when it says what it says. Of one that is tried again, the first
                 // time
    bool past;   // only shown as it was sent: when and whether it may go does not matter any more
    bool shown; // to people, sent or not: a link that lets somebody in must not stand in it, and none is made
};

enum mail_verdict { MAIL_SEND, MAIL_SKIP, MAIL_LATER };

// Filled in by the slice's compose(). Texts live in the arena given to it.
struct mail_draft {
    enum mail_verdict verdict;
    struct str why;     // of skip and later: "replied", "quiet_hours", "frequency_cap", "paused" …
    int64_t later;      // seconds since 1970
    int64_t mailbox;    // number (mailbox/mailbox.h) it goes out by; 0: any that may
    struct str address; // empty: the contact's own
    struct str name;    // of the recipient, may be empty
    struct str subject, html, text; // whole; text must not be empty
    struct str language;            // of the words that are put below it; empty: the recipient's, if known
    struct str topic;               // id (suppression/suppression.h); empty: the general one
    bool transactional; // asked for (a confirmation, an answer by hand): goes out although unsubscribed,
                        // without List-Unsubscribe, and is not counted by caps
    bool track_opens, track_clicks;
    struct str in_reply_to, references; // message ids with their angle brackets, or empty
};

// A mail whose text is given, queued at once in the caller's transaction; message_wake() after the commit.
struct message_plain {
    uint32_t contact;               // whose own address it goes to, or 0 with
    struct str address, name;       // of somebody who need not be a contact
    struct str subject, text, html; // html may be empty
    int64_t mailbox;                // 0: any
    struct str topic;               // empty: the general one
    bool transactional;             // as in mail_draft
};
bool message_plain(struct writing *w, const struct message_plain *plain, int64_t *ret_send, struct err *err);

// The public addresses of a send, whole URLs in arena: to leave (a page; the one-click POST goes there, too),
// and to set one's topics. For templates; they are the same before and after the send.
struct str message_unsubscribe_url(struct app *app, struct arena *arena, int64_t send);
struct str message_preferences_url(struct app *app, struct arena *arena, int64_t send);

// What came back about a send. Each is written as an event of the contact (email.bounced, email.complained,
// list.unsubscribed), and suppresses the address where it must; repeated ones change nothing.
struct message_return {
    enum { RETURN_SOFT, RETURN_HARD, RETURN_COMPLAINT, RETURN_UNSUBSCRIBE } kind;
    struct str status, text; // "5.1.1" and the server's words, or empty
    int64_t at;
};
bool message_returned(struct writing *w, int64_t send, const struct message_return *what, struct err *err);

// The send that a return path, a Message-ID or one of References names (ours carry it signed). false: none.
bool message_of_return_path(struct app *app, struct str address, int64_t *ret_send);
bool message_of_message_id(struct app *app, struct str message_id, int64_t *ret_send);
// Who got it: contact (as live_owner has it now), campaign, step, mailbox; and what became of it.
// ERR_NOT_FOUND.
struct message_sent {
    struct message_order order;
    int64_t mailbox, at;
    struct str subject;
    struct str address; // that it went to
    const char *state;  // "queued" "handing" "sent" "failed" "unclear" "skipped"
    struct str why;     // of all but sent, may be empty
};
bool message_sent(
        struct store *store, struct arena *arena, int64_t send, struct message_sent *ret, struct err *err);
// When a person was last handed a mail that caps count, and how many since a moment: under all numbers that
// mean the contact (live_numbers).
bool message_counts(struct app *app, struct store *store, uint32_t contact, int64_t since, unsigned *ret_n,
        int64_t *ret_last, struct err *err);

#endif
