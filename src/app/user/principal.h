// Who asks: a user with a session, a program with a key, or nobody. Made by authorize(), lives in the
// request's arena.
#ifndef SLUICE_APP_USER_PRINCIPAL_H
#define SLUICE_APP_USER_PRINCIPAL_H

#include "app/app.h"

enum principal_kind { PRINCIPAL_USER, PRINCIPAL_KEY };

struct principal {
    enum principal_kind kind;
    struct str id;      // UUID of the user or key
    struct str name;    // of the user (e-mail) or key, for the audit trail
    struct str role;    // of a user: "owner" "admin" "marketer" "seller" "viewer"; of a key its scope
    bool own_only;      // a seller who sees only the contacts that are theirs
    struct str session; // token's hash, of a user
};

static inline const struct principal *request_principal(const struct request *r)
{
    return (const struct principal *)r->who;
}
// Whether roles and scopes give this right ("contact.write"): the table in rights.c.
bool principal_may(const struct principal *who, const char *right);

// Writes a line of the audit trail in the open transaction: who did what to which thing, what it was before
// and is now (JSON, or STR_NONE). action: "form.update". who NULL: Sluice itself, or the command line.
bool audit_write(struct writing *w, const struct principal *who, const char *action, struct str subject,
        struct str before, struct str after, struct err *err);

// The same of a thing that `put` writes as JSON. before NULL: it is new; after NULL: it is gone.
typedef void audit_put(const void *thing, struct buf *out);
bool audit_change(struct writing *w, const struct principal *who, const char *action, struct str subject,
        audit_put *put, const void *before, const void *after, struct err *err);

// What was written about a thing stays in the trail without what it was and became (erasure).
bool audit_forget(struct writing *w, struct str subject, struct err *err);

// server_options.authorize: session cookie or key; rights of route->right; origin check of changes by cookie;
// rates.
bool user_authorize(void *app, struct request *r, struct err *err);
// A write key (scope capture, or more) as /v1/* gets it: fast, without the database, any thread.
bool key_may_capture(struct app *app, struct str key);

#endif
