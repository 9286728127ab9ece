#include "app/model/store.h"

static const char *const VERSIONS[] = {
        "CREATE TABLE model(version {id}, name TEXT NOT NULL, text TEXT NOT NULL, added {int} NOT NULL,"
        " active {int} NOT NULL) {rows};",
};

const struct migration MODEL_MIGRATION = {"model", VERSIONS, sizeof VERSIONS / sizeof *VERSIONS};

bool model_active(struct store *store, struct arena *arena, struct stored_model *ret, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_query(store, "SELECT version, name, text, added FROM model WHERE active = 1", &query, err))
        return false;
    bool ok = query_step(query, &row, err);
    if (ok && !row)
        ok = err_set(err, ERR_NOT_FOUND, "the data folder has no model yet: name one with --model FILE");
    if (ok)
        *ret = (struct stored_model){.version = query_int(query, 0),
                .name = arena_str(arena, query_text(query, 1)),
                .text = arena_str(arena, query_text(query, 2)),
                .added = query_int(query, 3)};
    query_end(query);
    return ok;
}

bool model_add(struct store *store, struct str text, struct str name, int64_t now, int64_t *ret_version,
        struct err *err)
{
    struct query *query;
    bool row;
    if (!store_exec(store, "UPDATE model SET active = 0 WHERE active = 1", err) ||
            !store_query(store,
                    "INSERT INTO model (name, text, added, active) VALUES ($1, $2, $3, 1) RETURNING version",
                    &query, err))
        return false;
    query_bind_text(query, 1, name);
    query_bind_text(query, 2, text);
    query_bind_int(query, 3, now);
    bool ok = query_step(query, &row, err);
    if (ok) {
        *ret_version = query_int(query, 0);
        ok = query_step(query, &row, err);
    }
    query_end(query);
    return ok;
}
