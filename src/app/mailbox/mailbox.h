// Mailboxes: an address of ours that mails are sent by (SMTP) and answers come to (IMAP), with its limits and
// its health. Numbers are small and never used again; outside, ids are UUIDs.
#ifndef SLUICE_APP_MAILBOX_MAILBOX_H
#define SLUICE_APP_MAILBOX_MAILBOX_H

#include "app/app.h"
#include "mail/account.h"

struct mailbox {
    int64_t number;
    struct str id, name, address; // name: as recipients see it
    bool active;
    struct mail_account smtp, imap;
    struct str bounce_address; // bounces come to it; empty: to the address itself, with +…
    int64_t version;
};
// In arena. ERR_NOT_FOUND: there is none, or it was removed.
bool mailbox_read(
        struct data *reader, struct arena *arena, int64_t number, struct mailbox *ret, struct err *err);
// Those that there are, by number; visit may use the store.
bool mailbox_each(struct data *reader, struct arena *arena,
        bool (*visit)(void *ctx, const struct mailbox *mailbox, struct err *err), void *ctx, struct err *err);
// The number of an id. ERR_NOT_FOUND.
bool mailbox_number(struct store *store, struct str id, int64_t *ret, struct err *err);
// The id of a number, in arena, also of one that was removed; STR_NONE: there never was one.
bool mailbox_id(struct store *store, struct arena *arena, int64_t number, struct str *ret, struct err *err);

// How much may go out. Days are those of UTC.
struct mailbox_limits {
    int64_t daily_cap;              // 0: none
    int64_t per_minute, per_domain; // mails a minute in all, and to one recipient domain; 0: no limit
    int64_t ramp_start, ramp_growth,
            ramp_ceiling; // mails on the first day, more each day, until; start 0: no ramp
};
// A mailbox as the sender needs it: all that changes with each mail is in today's count.
struct mailbox_room {
    struct mailbox mailbox;
    struct mailbox_limits limits;
    bool braked;
    int64_t today;    // its ceiling of today, INT64_MAX: none
    int64_t sent;     // counted today so far
    int64_t ramp_day; // from 1; 0: no ramp, or it is over
};
bool mailbox_room(struct store *store, struct arena *arena, int64_t number, int64_t now,
        struct mailbox_room *ret, struct err *err);
// Counts something of a day in the caller's transaction; n may be negative. After bounces and complaints the
// mailbox is braked where its health is bad.
enum mailbox_count { MAILBOX_SENT, MAILBOX_BOUNCED, MAILBOX_COMPLAINED };
bool mailbox_count(
        struct writing *w, int64_t number, int64_t at, enum mailbox_count what, int64_t n, struct err *err);

// The DKIM keys of a domain: selector and private key.
bool mailbox_keys(struct store *store, struct str domain,
        bool (*visit)(void *ctx, struct str selector, struct str pem, struct err *err), void *ctx,
        struct err *err);

#endif
