// The audit trail: who did what to which thing, before and after.
#include "app/user/principal.h"
#include "store/ask.h"

enum { AUDIT_VALUE_MAX = 64 << 10 };

// Larger values are left out rather than cut, so that what is there is JSON.
static struct param value_of(struct str json)
{
    return json.p && json.n <= AUDIT_VALUE_MAX ? P_TEXT(json) : P_NULL;
}

bool audit_write(struct writing *w, const struct principal *who, const char *action, struct str subject,
        struct str before, struct str after, struct err *err)
{
    struct str kind = !who ? STR("system") : who->kind == PRINCIPAL_USER ? STR("user") : STR("key");
    return store_do(w->store,
            "INSERT INTO audit (time, who_kind, who, who_name, action, subject, was, became) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            PARAMS(P_INT(w->now), P_TEXT(kind), P_TEXT(who ? who->id : STR("")),
                    P_TEXT(who ? who->name : STR("")), P_TEXT(str_of(action)), P_TEXT(subject),
                    value_of(before), value_of(after)),
            err);
}

bool audit_change(struct writing *w, const struct principal *who, const char *action, struct str subject,
        audit_put *put, const void *before, const void *after, struct err *err)
{
    struct buf was = {0}, is = {0};
    if (before)
        put(before, &was);
    if (after)
        put(after, &is);
    bool ok = audit_write(
            w, who, action, subject, before ? buf_str(&was) : STR_NONE, after ? buf_str(&is) : STR_NONE, err);
    buf_free(&was);
    buf_free(&is);
    return ok;
}

bool audit_forget(struct writing *w, struct str subject, struct err *err)
{
    return store_do(w->store, "UPDATE audit SET was = NULL, became = NULL WHERE subject = $1",
            PARAMS(P_TEXT(subject)), err);
}
