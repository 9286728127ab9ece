#include "app/identity/erase.h"

#include "app/event/log.h"
#include "app/identity/follow.h"
#include "app/person/person.h"
#include "app/tell.h"
#include "base/json_put.h"
#include "base/random.h"
#include "base/vec.h"

struct held {
    int64_t kind;
    struct str value;
};

static bool erase_keys(struct writing *w, int64_t id, struct err *err)
{
    struct query *query;
    bool row, ok;
    VEC(struct held) held = {0};
    if (!store_ask(w->store, "SELECT kind, value FROM identity_key WHERE contact = $1", PARAMS(P_INT(id)),
                &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row)
        vec_push(&held, (struct held){query_int(query, 0), arena_str(w->arena, query_text(query, 1))});
    query_end(query);
    for (size_t i = 0; ok && i < held.n; i++)
        ok = identity_forget(w, id, (enum identity_kind)held.v[i].kind, held.v[i].value, err);
    vec_free(&held);
    return ok;
}

struct alias {
    int64_t event, ended;
    struct str message;
};

// A messageId of ours is a random number; one from elsewhere may say anything, and is replaced in the alias
// and in its end alike, so that an ended alias stays ended.
static bool rename_aliases(struct writing *w, int64_t id, struct err *err)
{
    struct query *query;
    bool row, ok;
    VEC(struct alias) aliases = {0};
    char uuid[UUID_SIZE];
    if (!store_ask(w->store, "SELECT event, ended, message FROM contact_merge WHERE a = $1 OR b = $1",
                PARAMS(P_INT(id)), &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row)
        if (query_text(query, 2).n && !uuid_valid(query_text(query, 2)))
            vec_push(&aliases, (struct alias){query_int(query, 0), query_int(query, 1),
                                       arena_str(w->arena, query_text(query, 2))});
    query_end(query);
    for (size_t i = 0; ok && i < aliases.n; i++) {
        const struct alias *a = &aliases.v[i];
        struct str name = uuid_v7(w->now * 1000, uuid);
        ok = log_rewrite(w->log, a->event, STR_NONE, name, err) &&
             (!a->ended || log_rewrite(w->log, a->ended, STR_NONE, name, err)) &&
             store_do(w->store, "UPDATE contact_merge SET message = $2, by = NULL WHERE event = $1",
                     PARAMS(P_INT(a->event), P_TEXT(name)), err);
    }
    vec_free(&aliases);
    return ok;
}

bool identity_erase(struct writing *w, const char *folder, const struct person *who, struct err *err)
{
    (void)folder;
    // Rows that the follower has not seen must not bring back what goes now.
    if (!identity_catch_up(w, 0, NULL, err))
        return false;
    // None of the person's other identifiers inherits a key.
    for (unsigned i = 0; i < who->n_ids; i++)
        if (!store_do(w->store, "DELETE FROM identity_also WHERE contact = $1", PARAMS(P_INT(who->ids[i])),
                    err))
            return false;
    for (unsigned i = 0; i < who->n_ids; i++) {
        int64_t id = who->ids[i];
        bool ok = erase_keys(w, id, err) &&
                  store_do(w->store, "DELETE FROM merge_suggestion WHERE a = $1", PARAMS(P_INT(id)), err) &&
                  store_do(w->store, "DELETE FROM merge_suggestion WHERE b = $1", PARAMS(P_INT(id)), err) &&
                  rename_aliases(w, id, err);
        if (!ok)
            return false;
    }
    return true;
}

static void put(struct query *row, struct buf *out)
{
    put_text(out, "kind", str_of(identity_kind_word((enum identity_kind)query_int(row, 0))));
    put_text(out, "value", query_text(row, 1));
}

bool identity_tell(struct data *reader, const struct person *who, struct buf *out, struct err *err)
{
    return tell_rows(data_store(reader), who, "keys",
            "SELECT kind, value FROM identity_key WHERE contact = $1 UNION "
            "SELECT kind, value FROM identity_also WHERE contact = $1 ORDER BY 1, 2",
            put, out, err);
}
