#include "app/model/store.h"

#include "base/random.h"

#include <stdio.h>

static const char *const VERSIONS[] = {
        "CREATE TABLE model(version {id}, name TEXT NOT NULL, text TEXT NOT NULL, added {int} NOT NULL,"
        " active {int} NOT NULL) {rows};",
        "ALTER TABLE model ADD COLUMN uuid TEXT;"
        "ALTER TABLE model ADD COLUMN note TEXT NOT NULL DEFAULT '';"
        "ALTER TABLE model ADD COLUMN archived {int} NOT NULL DEFAULT 0;"
        "CREATE UNIQUE INDEX model_uuid ON model (uuid);",
};

const struct migration MODEL_MIGRATION = {"model", VERSIONS, sizeof VERSIONS / sizeof *VERSIONS};

#define MODEL_COLUMNS "version, name, text, added, active, uuid, note, archived"

static struct stored_model decode(struct query *query)
{
    return (struct stored_model){.version = query_int(query, 0),
            .name = query_text(query, 1),
            .text = query_text(query, 2),
            .added = query_int(query, 3),
            .active = query_int(query, 4) != 0,
            .id = query_is_null(query, 5) ? STR("") : query_text(query, 5),
            .note = query_text(query, 6),
            .archived = query_int(query, 7) != 0};
}

static struct stored_model kept(struct arena *arena, struct stored_model model)
{
    model.name = arena_str(arena, model.name);
    model.text = arena_str(arena, model.text);
    model.id = arena_str(arena, model.id);
    model.note = arena_str(arena, model.note);
    return model;
}

bool model_active(struct store *store, struct arena *arena, struct stored_model *ret, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_query(store, "SELECT " MODEL_COLUMNS " FROM model WHERE active = 1", &query, err))
        return false;
    bool ok = query_step(query, &row, err);
    if (ok && !row)
        ok = err_set(err, ERR_NOT_FOUND, "the data folder has no model yet: name one with --model FILE");
    if (ok)
        *ret = kept(arena, decode(query));
    query_end(query);
    return ok;
}

static int64_t number_of(struct str id)
{
    int64_t number = 0;
    for (size_t i = 0; i < id.n; i++) {
        if (id.p[i] < '0' || id.p[i] > '9' || i > 9)
            return 0;
        number = number * 10 + (id.p[i] - '0');
    }
    return number;
}

bool model_find(
        struct store *store, struct arena *arena, struct str id, struct stored_model *ret, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_query(
                store, "SELECT " MODEL_COLUMNS " FROM model WHERE uuid = $1 OR version = $2", &query, err))
        return false;
    query_bind_text(query, 1, id);
    query_bind_int(query, 2, number_of(id));
    bool ok = query_step(query, &row, err);
    if (ok && !row)
        ok = err_set(err, ERR_NOT_FOUND, "there is no model %.*s", STR_ARG(id));
    if (ok)
        *ret = kept(arena, decode(query));
    query_end(query);
    return ok;
}

bool model_list(struct store *store, void (*visit)(void *ctx, const struct stored_model *model), void *ctx,
        struct err *err)
{
    struct query *query;
    bool row, ok;
    if (!store_query(store, "SELECT " MODEL_COLUMNS " FROM model ORDER BY version DESC", &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row) {
        struct stored_model model = decode(query);
        visit(ctx, &model);
    }
    query_end(query);
    return ok;
}

static bool bind_and_run(struct query *query, int64_t version, struct err *err)
{
    query_bind_int(query, 1, version);
    bool ok = query_run(query, err);
    query_end(query);
    return ok;
}

bool model_activate(struct store *store, int64_t version, struct err *err)
{
    struct query *query;
    return store_exec(store, "UPDATE model SET active = 0 WHERE active = 1", err) &&
           store_query(store, "UPDATE model SET active = 1, archived = 0 WHERE version = $1", &query, err) &&
           bind_and_run(query, version, err);
}

bool model_describe(struct store *store, int64_t version, struct str name, struct str note, bool archived,
        struct err *err)
{
    struct query *query;
    if (!store_query(store, "UPDATE model SET name = $2, note = $3, archived = $4 WHERE version = $1", &query,
                err))
        return false;
    query_bind_text(query, 2, name);
    query_bind_text(query, 3, note);
    query_bind_int(query, 4, archived);
    return bind_and_run(query, version, err);
}

bool model_insert(struct store *store, struct str text, struct str name, struct str note, bool active,
        int64_t now, int64_t *ret_version, struct err *err)
{
    struct query *query;
    char id[UUID_SIZE];
    bool row;
    if ((active && !store_exec(store, "UPDATE model SET active = 0 WHERE active = 1", err)) ||
            !store_query(store,
                    "INSERT INTO model (name, text, added, active, uuid, note) "
                    "VALUES ($1, $2, $3, $4, $5, $6) RETURNING version",
                    &query, err))
        return false;
    query_bind_text(query, 1, name);
    query_bind_text(query, 2, text);
    query_bind_int(query, 3, now);
    query_bind_int(query, 4, active);
    query_bind_text(query, 5, uuid_v7(now * 1000, id));
    query_bind_text(query, 6, note);
    bool ok = query_step(query, &row, err);
    if (ok) {
        *ret_version = query_int(query, 0);
        ok = query_step(query, &row, err);
    }
    query_end(query);
    return ok;
}

bool model_add(struct store *store, struct str text, struct str name, int64_t now, int64_t *ret_version,
        struct err *err)
{
    return model_insert(store, text, name, STR(""), true, now, ret_version, err);
}

bool model_name_all(struct store *store, int64_t now, struct err *err)
{
    int64_t version;
    for (;;) {
        struct query *query;
        char id[UUID_SIZE];
        if (!store_number(store, "SELECT min(version) FROM model WHERE uuid IS NULL", 0, &version, err))
            return false;
        if (!version)
            return true;
        if (!store_query(store, "UPDATE model SET uuid = $2 WHERE version = $1", &query, err))
            return false;
        query_bind_text(query, 2, uuid_v7(now * 1000, id));
        if (!bind_and_run(query, version, err))
            return false;
    }
}
