// What is the same for every engine: the cache of statements, small conveniences.
#include "store/engine.h"

enum { CACHED_QUERIES = 48 };

static void drop_cached(struct store *store)
{
    for (size_t i = 0; i < store->cache.n; i++)
        store->engine->finalize(store->cache.v[i]);
    vec_free(&store->cache);
}

void store_close(struct store *store)
{
    if (!store)
        return;
    drop_cached(store);
    store->engine->close(store);
}

bool store_begin_read(struct store *store, struct err *err)
{
    return store->engine->begin(store, false, err);
}

bool store_begin_write(struct store *store, struct err *err)
{
    return store->engine->begin(store, true, err);
}

bool store_commit(struct store *store, struct err *err)
{
    return store->engine->commit(store, err);
}

void store_rollback(struct store *store)
{
    store->engine->rollback(store);
}

void store_thrifty(struct store *store)
{
    if (store->engine->thrifty)
        store->engine->thrifty(store);
}

bool store_exec(struct store *store, const char *sql, struct err *err)
{
    return store->engine->exec(store, sql, err);
}

bool store_query(struct store *store, const char *sql, struct query **ret, struct err *err)
{
    for (size_t i = store->cache.n; i-- > 0;) {
        struct query *query = store->cache.v[i];
        if (query->sql == sql || strcmp(query->sql, sql) == 0) {
            store->cache.n--;
            memmove(store->cache.v + i, store->cache.v + i + 1, (store->cache.n - i) * sizeof query);
            *ret = query;
            return true;
        }
    }
    struct query *query;
    if (!store->engine->prepare(store, sql, &query, err))
        return false;
    query->engine = store->engine;
    query->store = store;
    query->sql = sql;
    *ret = query;
    return true;
}

void query_end(struct query *query)
{
    if (!query)
        return;
    struct store *store = query->store;
    query->engine->reset(query);
    query->engine->clear(query);
    if (store->cache.n == CACHED_QUERIES) {
        query->engine->finalize(store->cache.v[0]);
        store->cache.n--;
        memmove(store->cache.v, store->cache.v + 1, store->cache.n * sizeof query);
    }
    vec_push(&store->cache, query);
}

void query_bind_int(struct query *query, unsigned n, int64_t value)
{
    query->engine->bind_int(query, n, value);
}

void query_bind_double(struct query *query, unsigned n, double value)
{
    query->engine->bind_double(query, n, value);
}

void query_bind_text(struct query *query, unsigned n, struct str text)
{
    query->engine->bind_text(query, n, text);
}

void query_bind_blob(struct query *query, unsigned n, struct str bytes)
{
    query->engine->bind_blob(query, n, bytes);
}

void query_bind_null(struct query *query, unsigned n)
{
    query->engine->bind_null(query, n);
}

void query_large(struct query *query)
{
    if (query->engine->large)
        query->engine->large(query);
}

bool query_step(struct query *query, bool *ret_row, struct err *err)
{
    return query->engine->step(query, ret_row, err);
}

void query_again(struct query *query)
{
    query->engine->reset(query);
}

bool query_run(struct query *query, struct err *err)
{
    bool row = true, ok = true;
    while (ok && row)
        ok = query->engine->step(query, &row, err);
    query->engine->reset(query);
    return ok;
}

bool query_is_null(struct query *query, unsigned column)
{
    return query->engine->is_null(query, column);
}

int64_t query_int(struct query *query, unsigned column)
{
    return query->engine->get_int(query, column);
}

double query_double(struct query *query, unsigned column)
{
    return query->engine->get_double(query, column);
}

struct str query_text(struct query *query, unsigned column)
{
    return query->engine->get_text(query, column);
}

struct str query_blob(struct query *query, unsigned column)
{
    return query->engine->get_blob(query, column);
}

bool store_number(struct store *store, const char *sql, int64_t otherwise, int64_t *ret, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_query(store, sql, &query, err))
        return false;
    bool ok = query_step(query, &row, err);
    if (ok)
        *ret = row && !query_is_null(query, 0) ? query_int(query, 0) : otherwise;
    query_end(query);
    return ok;
}

bool store_has_table(struct store *store, struct str name, bool *ret, struct err *err)
{
    return store->engine->has_table(store, name, ret, err);
}

bool store_backup(struct store *store, const char *path,
        bool (*step)(void *ctx, uint64_t done, uint64_t total), void *ctx, struct err *err)
{
    return store->engine->backup(store, path, step, ctx, err);
}

bool store_scrub(struct store *store, bool whole, struct err *err)
{
    // An engine that cleans up by itself has none.
    return !store->engine->scrub || store->engine->scrub(store, whole, err);
}

bool store_check(struct store *store, void (*report)(void *ctx, const char *what), void *ctx, struct err *err)
{
    return store->engine->check(store, report, ctx, err);
}
