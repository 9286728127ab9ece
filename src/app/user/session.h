// Sessions of log-ins. The browser has a random token in a cookie, the table its hash. A session ends 30 days
// after its last use and 90 days after its beginning.
#ifndef SLUICE_APP_USER_SESSION_H
#define SLUICE_APP_USER_SESSION_H

#include "app/user/account.h"
#include "app/user/secret.h"

#define SESSION_COOKIE "sluice_session"

enum { SESSION_IDLE = 30 * 86400, SESSION_LIFE = 90 * 86400, SESSIONS_MAX = 50 /* of a user */ };

struct session {
    struct str id, account, client, agent;
    struct str hash; // of its token
    int64_t created, seen;
};

// client: the address it came from; agent: the browser's name for itself. ret_token: for the cookie.
bool session_add(struct writing *w, struct str account, struct str client, struct str agent,
        struct str *ret_token, struct err *err);
// The session of a token that is still alive, with its user, who is not disabled. ERR_NOT_FOUND.
bool session_find(struct store *store, struct arena *arena, struct str token, int64_t now,
        struct session *ret, struct account *ret_account, struct err *err);
// Those of a user that are alive, newest first.
bool session_all(struct store *store, struct arena *arena, struct str account, int64_t now,
        struct session **ret, size_t *ret_n, struct err *err);
bool session_seen(struct writing *w, struct str hash, int64_t when, struct err *err);
// One of the user's, by its id. ERR_NOT_FOUND.
bool session_end(struct writing *w, struct str account, struct str id, struct err *err);
bool session_end_this(struct writing *w, struct str hash, struct err *err);
// All of the user's but the one with this hash (STR_NONE: all).
bool session_end_all(struct writing *w, struct str account, struct str but, struct err *err);
bool session_purge(struct writing *w, struct err *err);

#endif
