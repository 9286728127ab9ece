#include "app/identity/erase.h"

#include "app/event/log.h"
#include "app/identity/follow.h"
#include "app/person/person.h"
#include "app/tell.h"
#include "base/json_put.h"
#include "base/random.h"
#include "base/vec.h"

// A key whose first holder goes leads to the one who had it next.
static bool hand_over(
        struct writing *w, int64_t kind, struct str value, const struct person *who, struct err *err)
{
    struct query *query;
    bool row = true, ok;
    int64_t heir = 0, seen = 0;
    if (!store_do(w->store, "DELETE FROM identity_key WHERE kind = $1 AND value = $2",
                PARAMS(P_INT(kind), P_TEXT(value)), err) ||
            !store_ask(w->store,
                    "SELECT contact, seen FROM identity_also WHERE kind = $1 AND value = $2 "
                    "ORDER BY seen, contact",
                    PARAMS(P_INT(kind), P_TEXT(value)), &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row && !heir)
        if (!person_has(who, query_int(query, 0))) {
            heir = query_int(query, 0);
            seen = query_int(query, 1);
        }
    query_end(query);
    if (!ok || !heir)
        return ok;
    return store_do(w->store, "DELETE FROM identity_also WHERE kind = $1 AND value = $2 AND contact = $3",
                   PARAMS(P_INT(kind), P_TEXT(value), P_INT(heir)), err) &&
           store_do(w->store, "INSERT INTO identity_key (kind, value, contact, seen) VALUES ($1, $2, $3, $4)",
                   PARAMS(P_INT(kind), P_TEXT(value), P_INT(heir), P_INT(seen)), err);
}

struct held {
    int64_t kind;
    struct str value;
};

static bool erase_keys(struct writing *w, int64_t id, const struct person *who, struct err *err)
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
        ok = hand_over(w, held.v[i].kind, held.v[i].value, who, err);
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
    for (unsigned i = 0; i < who->n_ids; i++) {
        int64_t id = who->ids[i];
        bool ok =
                store_do(w->store, "DELETE FROM identity_also WHERE contact = $1", PARAMS(P_INT(id)), err) &&
                erase_keys(w, id, who, err) &&
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
