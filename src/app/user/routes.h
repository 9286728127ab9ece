// The handlers of this slice, for its table of routes (slice.c).
#ifndef SLUICE_APP_USER_ROUTES_H
#define SLUICE_APP_USER_ROUTES_H

#include "app/user/account.h"
#include "app/user/principal.h"
#include "http/request.h"

bool route_log_in(struct request *r, struct err *err);
bool route_session(struct request *r, struct err *err);
bool route_log_out(struct request *r, struct err *err);
bool route_session_change(struct request *r, struct err *err);
bool route_sessions(struct request *r, struct err *err);
bool route_session_end(struct request *r, struct err *err);
bool route_sessions_end(struct request *r, struct err *err);
bool route_password(struct request *r, struct err *err);
bool route_two_factor_begin(struct request *r, struct err *err);
bool route_two_factor_confirm(struct request *r, struct err *err);
bool route_two_factor_end(struct request *r, struct err *err);
bool route_recovery_codes(struct request *r, struct err *err);

bool route_users(struct request *r, struct err *err);
bool route_colleagues(struct request *r, struct err *err);
bool route_user_add(struct request *r, struct err *err);
bool route_user(struct request *r, struct err *err);
bool route_user_change(struct request *r, struct err *err);
bool route_user_remove(struct request *r, struct err *err);
bool route_user_link(struct request *r, struct err *err);

bool route_keys(struct request *r, struct err *err);
bool route_key_add(struct request *r, struct err *err);
bool route_key(struct request *r, struct err *err);
bool route_key_change(struct request *r, struct err *err);
bool route_key_revoke(struct request *r, struct err *err);

bool route_audit(struct request *r, struct err *err);

bool route_setup(struct request *r, struct err *err);
bool route_setup_use(struct request *r, struct err *err);

// What several of them need, and the slice letter.

// Only an owner may make, change or remove owners; false with a problem.
bool user_may_touch(struct request *r, struct str role);

// The member of the JSON body, STR_NONE if it is not there or null.
struct str body_text(const struct request *r, const char *name);
// The session's cookie; token STR_NONE: the cookie goes.
void put_session_cookie(struct request *r, struct str token);
// {"user","rights","expires"} of somebody who is logged in.
void session_json(struct request *r, const struct account *account, int64_t expires);
// A line of the audit trail about a user; before, after: NULL for none.
bool audit_account(struct writing *w, const struct principal *who, const char *action,
        const struct account *before, const struct account *after, struct err *err);
// Where a one-time link leads, by the Host that was asked; in the request's arena.
struct str link_url(struct request *r, struct str token);

#endif
