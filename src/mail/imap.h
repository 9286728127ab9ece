// Reading a mailbox over IMAP (RFC 3501; IDLE: RFC 2177; SASL XOAUTH2), with libetpan: log in, look at a
// folder without changing it, fetch what is new, wait for more. Calls block, for `seconds` at most where the
// server says nothing. One owner, one thread. Certificates are checked against the system's list (or
// trust_file) and the host's name. The server is the business's own: what it sends is held in memory as it
// comes, one mail at a time.
#ifndef SLUICE_MAIL_IMAP_H
#define SLUICE_MAIL_IMAP_H

#include "base/arena.h"
#include "base/err.h"
#include "mail/account.h"

struct imap;

struct imap_options {
    unsigned seconds;       // without a word from the server; 0: 60
    const char *trust_file; // PEM; NULL: the system's
    bool any_certificate;   // tests only
};

// Connects and logs in. ERR_IO: not reached, or not trusted; ERR_INPUT: it does not let us in. The message is
// a sentence for people and holds no secret.
bool imap_open(const struct mail_account *account, const struct imap_options *options, struct imap **ret,
        struct err *err);
void imap_close(struct imap *imap); // NULL is fine
// From another thread, before imap_close: what waits for the server ends soon, with an error.
void imap_cancel(struct imap *imap);

// EXAMINE: nothing in the folder is marked by what we read. validity: UIDVALIDITY.
bool imap_examine(struct imap *imap, const char *folder, uint32_t *ret_validity, struct err *err);

struct imap_item {
    uint32_t uid;
    size_t bytes;
    int64_t at; // INTERNALDATE, seconds since 1970; 0: not said
};
// The mails with a UID behind `after`, ascending; the first IMAP_LIST_MAX of them. In arena.
enum { IMAP_LIST_MAX = 10000 };
bool imap_list(struct imap *imap, struct arena *arena, uint32_t after, const struct imap_item **ret,
        size_t *ret_n, struct err *err);

// The mails themselves in one exchange, in the server's order. Of one that is larger than `max` only so many
// bytes are fetched. raw lives until visit returns; visit returns false to end the exchange with err.
typedef bool imap_visit(void *ctx, uint32_t uid, struct str raw, struct err *err);
bool imap_fetch(struct imap *imap, const struct imap_item *items, size_t n, size_t max, imap_visit *visit,
        void *ctx, struct err *err);

// Waits until something is new, at most so many seconds; asks give_up (or NULL) each second. *ret_news: look
// again. A server without IDLE is looked at every half minute.
bool imap_wait(struct imap *imap, unsigned seconds, bool (*give_up)(void *ctx), void *ctx, bool *ret_news,
        struct err *err);
// What the server can do that matters here, for people: "IDLE, XOAUTH2".
struct str imap_about(struct imap *imap, struct arena *arena);

#endif
