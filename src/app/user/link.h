// One-time links: the first owner's, invitations, new passwords. Good for a day and one use.
#ifndef SLUICE_APP_USER_LINK_H
#define SLUICE_APP_USER_LINK_H

#include "app/user/account.h"

enum { LINK_LIFE = 86400, INVITE_LIFE = 7 * 86400 };

struct link {
    struct str kind;    // "setup" "invite" "reset"
    struct str account; // id; empty for setup
    struct str hash;
    int64_t expires;
};

// Older links of the same account stop working (setup: all older ones). ret_token: for /setup/TOKEN.
bool link_add(struct writing *w, const char *kind, struct str account, struct str *ret_token,
        int64_t *ret_expires, struct err *err);
// The same, good for so many seconds, and older ones go on: what a stranger may ask for must not undo what
// was handed out.
bool link_add_another(struct writing *w, const char *kind, struct str account, int64_t seconds,
        struct str *ret_token, int64_t *ret_expires, struct err *err);
// ERR_NOT_FOUND: used, too old, or never made.
bool link_find(struct store *store, struct arena *arena, struct str token, int64_t now, struct link *ret,
        struct err *err);
// All of an account's (empty: of setup): one was used.
bool link_remove(struct writing *w, struct str account, struct err *err);
// One, by the hash of its token.
bool link_forget(struct writing *w, struct str hash, struct err *err);
bool link_purge(struct writing *w, struct err *err);

#endif
