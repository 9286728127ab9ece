#include "app/user/key.h"

#include "base/json_put.h"
#include "base/random.h"
#include "base/vec.h"
#include "store/ask.h"

#define COLUMNS "id, hash, name, scope, prefix, created, created_by, used, revoked, revision"

static struct key decode(struct query *query, struct arena *arena)
{
    return (struct key){
            .id = arena_str(arena, query_text(query, 0)),
            .hash = arena_str(arena, query_blob(query, 1)),
            .name = arena_str(arena, query_text(query, 2)),
            .scope = arena_str(arena, query_text(query, 3)),
            .prefix = arena_str(arena, query_text(query, 4)),
            .created = query_int(query, 5),
            .created_by = arena_str(arena, query_text(query, 6)),
            .used = query_int(query, 7),
            .revoked = query_int(query, 8),
            .revision = query_int(query, 9),
    };
}

bool key_revision(struct store *store, int64_t *ret, struct err *err)
{
    return store_number(store, "SELECT max(revision) FROM api_key", 0, ret, err);
}

static void put(const void *key, struct buf *out)
{
    key_json(key, out);
}

// before NULL: it is new.
static bool audit_key(struct writing *w, const struct principal *who, const char *action,
        const struct key *before, const struct key *after, struct err *err)
{
    return audit_change(w, who, action, after->id, put, before, after, err);
}

bool key_add(
        struct writing *w, const struct principal *who, struct key *key, struct str *ret_key, struct err *err)
{
    char id[UUID_SIZE];
    int64_t revision, count;
    if (!store_number(w->store, "SELECT count(*) FROM api_key WHERE revoked IS NULL", 0, &count, err) ||
            !key_revision(w->store, &revision, err))
        return false;
    if (count >= KEYS_MAX)
        return err_set(err, ERR_LIMIT, "there are %d keys already: revoke some", KEYS_MAX);
    struct str secret = secret_token(w->arena, KEY_PREFIX);
    struct secret_hash hash = secret_hash(secret);
    key->id = arena_str(w->arena, uuid_v7(w->now * 1000, id));
    key->hash = arena_str(w->arena, hash_str(&hash));
    key->prefix = arena_str(w->arena, str_sub(secret, 0, KEY_SHOWN));
    key->created_by = who ? who->name : STR("command line");
    key->created = w->now;
    key->used = key->revoked = 0;
    key->revision = revision + 1;
    if (!store_do(w->store,
                "INSERT INTO api_key (id, hash, name, scope, prefix, created, created_by, revision) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                PARAMS(P_TEXT(key->id), P_BYTES(key->hash), P_TEXT(key->name), P_TEXT(key->scope),
                        P_TEXT(key->prefix), P_INT(key->created), P_TEXT(key->created_by),
                        P_INT(key->revision)),
                err) ||
            !audit_key(w, who, "key.create", NULL, key, err))
        return false;
    *ret_key = secret;
    return true;
}

bool key_find(struct store *store, struct arena *arena, const struct secret_hash *hash, struct key *ret,
        struct err *err)
{
    struct query *query;
    if (!store_ask_row(store, "SELECT " COLUMNS " FROM api_key WHERE hash = $1 AND revoked IS NULL",
                PARAMS(P_BYTES(hash_str(hash))), "there is no such key", &query, err))
        return false;
    *ret = decode(query, arena);
    query_end(query);
    return true;
}

bool key_by_id(struct store *store, struct arena *arena, struct str id, struct key *ret, struct err *err)
{
    struct query *query;
    if (!store_ask_row(store, "SELECT " COLUMNS " FROM api_key WHERE id = $1", PARAMS(P_TEXT(id)),
                "there is no such key", &query, err))
        return false;
    *ret = decode(query, arena);
    query_end(query);
    return true;
}

bool key_all(struct store *store, struct arena *arena, struct key **ret, size_t *ret_n, struct err *err)
{
    struct query *query;
    bool row, ok;
    VEC(struct key) keys = {0};
    if (!store_query(store, "SELECT " COLUMNS " FROM api_key ORDER BY created DESC, id DESC", &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row)
        vec_push(&keys, decode(query, arena));
    query_end(query);
    if (!ok) {
        vec_free(&keys);
        return false;
    }
    *ret = keys.v;
    *ret_n = keys.n;
    return true;
}

bool key_rename(struct writing *w, const struct principal *who, struct str id, struct str name,
        struct key *ret, struct err *err)
{
    struct key before, after;
    if (!key_by_id(w->store, w->arena, id, &before, err))
        return false;
    after = before;
    after.name = name;
    if (!store_do(w->store, "UPDATE api_key SET name = $2 WHERE id = $1", PARAMS(P_TEXT(id), P_TEXT(name)),
                err) ||
            !audit_key(w, who, "key.rename", &before, &after, err))
        return false;
    *ret = after;
    return true;
}

bool key_revoke(struct writing *w, const struct principal *who, struct str id, struct err *err)
{
    struct key before, after;
    int64_t revision;
    if (!key_by_id(w->store, w->arena, id, &before, err) || !key_revision(w->store, &revision, err))
        return false;
    if (before.revoked)
        return err_set(err, ERR_CONFLICT, "the key is revoked already");
    after = before;
    after.revoked = w->now;
    return store_do(w->store, "UPDATE api_key SET revoked = $2, revision = $3 WHERE id = $1",
                   PARAMS(P_TEXT(id), P_INT(w->now), P_INT(revision + 1)), err) &&
           audit_key(w, who, "key.revoke", &before, &after, err);
}

bool key_used(struct writing *w, struct str id, int64_t when, struct err *err)
{
    return store_do(w->store, "UPDATE api_key SET used = $2 WHERE id = $1 AND (used IS NULL OR used < $2)",
            PARAMS(P_TEXT(id), P_INT(when)), err);
}

void key_json(const struct key *key, struct buf *out)
{
    buf_char(out, '{');
    put_text(out, "id", key->id);
    put_text(out, "name", key->name);
    put_text(out, "scope", key->scope);
    put_text(out, "prefix", key->prefix);
    put_time(out, "created", key->created);
    put_text(out, "created_by", key->created_by);
    put_time(out, "last_used", key->used);
    put_time(out, "revoked", key->revoked);
    buf_char(out, '}');
}
