// Mails that come in: each is read, tied to the send that it answers and to the person who wrote it, and
// becomes a message of a conversation and an event of that person.
#ifndef SLUICE_APP_INBOX_INBOX_H
#define SLUICE_APP_INBOX_INBOX_H

#include "app/app.h"
#include "base/random.h"

// Where a mail lay on an IMAP server. What is taken from there moves the position, in the same transaction.
struct inbox_place {
    int64_t mailbox;
    uint32_t validity, uid; // UIDVALIDITY and UID (RFC 3501, 2.3.1.1)
};

struct inbox_mail {
    struct str raw;                  // as it came (RFC 5322)
    int64_t mailbox;                 // number of the mailbox it came to (mailbox/mailbox.h); 0: none of ours
    int64_t at;                      // when it came, seconds since 1970; 0: now
    struct str recipient;            // of the envelope, where the way it came tells; else empty
    const struct inbox_place *place; // or NULL
};

struct inbox_taken {
    bool copy; // it was there: nothing was written but the position
    char message[UUID_SIZE], conversation[UUID_SIZE];
    const char *class; // of INBOX_CLASSES
    uint32_t contact;  // number; 0: of nobody whom we know
    int64_t send;      // that it answers or speaks of; 0: none
    int64_t event;     // row of the log; 0: none
};

// Takes one mail, in a turn of its own. Called from any thread that has no turn; reader is the caller's.
// ERR_LIMIT: larger than a mail may be. Everything else that is odd about a mail is taken as it is.
bool inbox_take(struct app *app, struct data *reader, const struct inbox_mail *mail, struct inbox_taken *ret,
        struct err *err);

#endif
