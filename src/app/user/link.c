#include "app/user/link.h"

#include "app/user/secret.h"
#include "store/ask.h"

bool link_add_another(struct writing *w, const char *kind, struct str account, int64_t seconds,
        struct str *ret_token, int64_t *ret_expires, struct err *err)
{
    struct str token = secret_token(w->arena, "");
    struct secret_hash hash = secret_hash(token);
    int64_t expires = w->now + seconds;
    if (!store_do(w->store,
                "INSERT INTO one_time_link (hash, kind, account, created, expires) "
                "VALUES ($1, $2, $3, $4, $5)",
                PARAMS(P_BYTES(hash_str(&hash)), P_TEXT(str_of(kind)), P_TEXT(account), P_INT(w->now),
                        P_INT(expires)),
                err))
        return false;
    *ret_token = token;
    *ret_expires = expires;
    return true;
}

bool link_add(struct writing *w, const char *kind, struct str account, struct str *ret_token,
        int64_t *ret_expires, struct err *err)
{
    return link_remove(w, account, err) &&
           link_add_another(w, kind, account, strcmp(kind, "invite") == 0 ? INVITE_LIFE : LINK_LIFE,
                   ret_token, ret_expires, err);
}

bool link_find(struct store *store, struct arena *arena, struct str token, int64_t now, struct link *ret,
        struct err *err)
{
    struct query *query;
    struct secret_hash hash = secret_hash(token);
    if (!store_ask_row(store,
                "SELECT hash, kind, account, expires FROM one_time_link WHERE hash = $1 AND expires > $2",
                PARAMS(P_BYTES(hash_str(&hash)), P_INT(now)), "this link was used already, or is too old",
                &query, err))
        return false;
    *ret = (struct link){.hash = arena_str(arena, query_blob(query, 0)),
            .kind = arena_str(arena, query_text(query, 1)),
            .account = arena_str(arena, query_text(query, 2)),
            .expires = query_int(query, 3)};
    query_end(query);
    return true;
}

bool link_remove(struct writing *w, struct str account, struct err *err)
{
    return store_do(w->store, "DELETE FROM one_time_link WHERE account = $1", PARAMS(P_TEXT(account)), err);
}

bool link_forget(struct writing *w, struct str hash, struct err *err)
{
    return store_do(w->store, "DELETE FROM one_time_link WHERE hash = $1", PARAMS(P_BYTES(hash)), err);
}

bool link_purge(struct writing *w, struct err *err)
{
    return store_do(w->store, "DELETE FROM one_time_link WHERE expires <= $1", PARAMS(P_INT(w->now)), err);
}
