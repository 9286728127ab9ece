#include "app/user/count.h"

#include "store/ask.h"

bool users_count(struct store *store, int64_t *ret_owners, int64_t *ret_all, struct err *err)
{
    return store_ask_number(store, "SELECT count(*) FROM account WHERE role = 'owner' AND disabled = 0", NULL,
                   0, 0, ret_owners, err) &&
           store_ask_number(
                   store, "SELECT count(*) FROM account WHERE disabled = 0", NULL, 0, 0, ret_all, err);
}

bool audit_knows(struct store *store, const char *action, bool *ret, struct err *err)
{
    int64_t id;
    if (!store_ask_number(store, "SELECT id FROM audit WHERE action = $1 LIMIT 1",
                PARAMS(P_TEXT(str_of(action))), 0, &id, err))
        return false;
    *ret = id > 0;
    return true;
}
