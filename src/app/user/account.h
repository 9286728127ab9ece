// Users: people who log in. An account without a password was invited and has not come yet.
#ifndef SLUICE_APP_USER_ACCOUNT_H
#define SLUICE_APP_USER_ACCOUNT_H

#include "app/app.h"

enum { EMAIL_MAX = 254, ACCOUNTS_MAX = 10000, RECOVERY_CODES = 10 };

struct account {
    struct str id, email, name, role;
    bool own_only; // a seller who sees only the contacts that are theirs
    bool disabled;
    struct str password;       // argon2id, empty: none yet
    struct str totp, totp_new; // secrets, in use and being set up; empty: none
    int64_t totp_step;         // of the last code that was used
    int64_t version, created, changed;
    int64_t logged_in; // 0: never
};

// A mail address as it is stored: trimmed, lower case. ERR_INPUT if it cannot be one. In arena.
bool email_normal(struct arena *arena, struct str text, struct str *ret, struct err *err);

// Texts live in arena. ERR_NOT_FOUND.
bool account_by_id(
        struct store *store, struct arena *arena, struct str id, struct account *ret, struct err *err);
bool account_by_email(
        struct store *store, struct arena *arena, struct str email, struct account *ret, struct err *err);
// In the order of their mail addresses.
bool account_all(
        struct store *store, struct arena *arena, struct account **ret, size_t *ret_n, struct err *err);
bool account_count(struct store *store, int64_t *ret, struct err *err);

// In the open write transaction. Adding fills id, version and times. ERR_CONFLICT: the address has an
// account.
bool account_add(struct writing *w, struct account *account, struct err *err);
// Writes everything but id and created; the next version. ERR_CONFLICT: the last owner would be lost.
bool account_save(struct writing *w, struct account *account, struct err *err);
// Notes a log-in, with the step of the one-time code that it used; not a new version.
bool account_logged_in(struct writing *w, const struct account *account, int64_t step, struct err *err);
// With sessions, links and codes. ERR_CONFLICT: the last owner.
bool account_remove(struct writing *w, struct str id, struct err *err);

// Two-factor: turned off, or codes for the case that the phone is lost (ret: RECOVERY_CODES texts in arena;
// older ones stop working). recovery_use: whether it was one of them, which is then gone.
bool recovery_new(struct writing *w, struct str account, struct str *ret, struct err *err);
bool recovery_remove(struct writing *w, struct str account, struct err *err);
bool recovery_use(struct writing *w, struct str account, struct str code, bool *ret_fits, struct err *err);
bool recovery_left(struct store *store, struct str account, int64_t *ret, struct err *err);

// As the API shows it, without secrets.
void account_json(const struct account *account, struct buf *out);

#endif
