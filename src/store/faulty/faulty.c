#include "store/faulty/faulty.h"

#include "store/engine.h"

struct faulty {
    struct store base;
    struct store *inner;
    uint64_t calls, fail_at;
    struct faulty_death *death; // or NULL
};

struct faulty_query {
    struct query base;
    struct query *inner;
};

static struct store *inner_of(struct store *store)
{
    return ((struct faulty *)store)->inner;
}

static struct query *inner_query(struct query *query)
{
    return ((struct faulty_query *)query)->inner;
}

static bool passes(struct store *store, struct err *err)
{
    struct faulty *faulty = (struct faulty *)store;
    struct faulty_death *death = faulty->death;
    if (death) {
        death->calls++;
        death->dead |= death->calls == death->at;
        return !death->dead || err_set(err, ERR_IO, "the process has died");
    }
    return ++faulty->calls != faulty->fail_at ||
           err_set(err, ERR_IO, "the disk is full (call %llu)", (unsigned long long)faulty->calls);
}

static void close_store(struct store *store)
{
    store_close(inner_of(store));
    free(store);
}

static bool begin(struct store *store, bool write, struct err *err)
{
    if (!passes(store, err))
        return false;
    return write ? store_begin_write(inner_of(store), err) : store_begin_read(inner_of(store), err);
}

static bool commit(struct store *store, struct err *err)
{
    struct faulty_death *death = ((struct faulty *)store)->death;
    bool alive = death && !death->dead;
    if (passes(store, err))
        return store_commit(inner_of(store), err);
    // Whoever dies while it is written down never hears that it was.
    if (alive && death->written)
        store_commit(inner_of(store), NULL);
    else
        store_rollback(inner_of(store));
    return false;
}

static void rollback(struct store *store)
{
    store_rollback(inner_of(store));
}

static bool exec(struct store *store, const char *sql, struct err *err)
{
    return passes(store, err) && store_exec(inner_of(store), sql, err);
}

static bool prepare(struct store *store, const char *sql, struct query **ret, struct err *err)
{
    struct query *inner;
    if (!passes(store, err) || !store_query(inner_of(store), sql, &inner, err))
        return false;
    struct faulty_query *query = mem_zero(1, sizeof *query);
    query->inner = inner;
    *ret = &query->base;
    return true;
}

static void finalize(struct query *query)
{
    query_end(inner_query(query));
    free(query);
}

static void bind_int(struct query *query, unsigned n, int64_t value)
{
    query_bind_int(inner_query(query), n, value);
}

static void bind_double(struct query *query, unsigned n, double value)
{
    query_bind_double(inner_query(query), n, value);
}

static void bind_text(struct query *query, unsigned n, struct str text)
{
    query_bind_text(inner_query(query), n, text);
}

static void bind_blob(struct query *query, unsigned n, struct str bytes)
{
    query_bind_blob(inner_query(query), n, bytes);
}

static void bind_null(struct query *query, unsigned n)
{
    query_bind_null(inner_query(query), n);
}

static bool step(struct query *query, bool *ret_row, struct err *err)
{
    return passes(query->store, err) && query_step(inner_query(query), ret_row, err);
}

static void reset(struct query *query)
{
    query_again(inner_query(query));
}

static void clear(struct query *query)
{
    inner_query(query)->engine->clear(inner_query(query));
}

static bool is_null(struct query *query, unsigned column)
{
    return query_is_null(inner_query(query), column);
}

static int64_t get_int(struct query *query, unsigned column)
{
    return query_int(inner_query(query), column);
}

static double get_double(struct query *query, unsigned column)
{
    return query_double(inner_query(query), column);
}

static struct str get_text(struct query *query, unsigned column)
{
    return query_text(inner_query(query), column);
}

static struct str get_blob(struct query *query, unsigned column)
{
    return query_blob(inner_query(query), column);
}

static bool backup(struct store *store, const char *path,
        bool (*step_fn)(void *ctx, uint64_t done, uint64_t total), void *ctx, struct err *err)
{
    return passes(store, err) && store_backup(inner_of(store), path, step_fn, ctx, err);
}

static bool scrub(struct store *store, bool whole, struct err *err)
{
    return passes(store, err) && store_scrub(inner_of(store), whole, err);
}

static bool check(
        struct store *store, void (*report)(void *ctx, const char *what), void *ctx, struct err *err)
{
    return passes(store, err) && store_check(inner_of(store), report, ctx, err);
}

static const char *word(struct store *store, struct str token)
{
    return inner_of(store)->engine->word(inner_of(store), token);
}

static void large(struct query *query)
{
    query_large(inner_query(query));
}

static bool has_table(struct store *store, struct str name, bool *ret, struct err *err)
{
    return passes(store, err) && store_has_table(inner_of(store), name, ret, err);
}

static const struct engine ENGINE = {
        .close = close_store,
        .begin = begin,
        .commit = commit,
        .rollback = rollback,
        .exec = exec,
        .prepare = prepare,
        .finalize = finalize,
        .bind_int = bind_int,
        .bind_double = bind_double,
        .bind_text = bind_text,
        .bind_blob = bind_blob,
        .bind_null = bind_null,
        .step = step,
        .reset = reset,
        .clear = clear,
        .large = large,
        .is_null = is_null,
        .get_int = get_int,
        .get_double = get_double,
        .get_text = get_text,
        .get_blob = get_blob,
        .backup = backup,
        .scrub = scrub,
        .check = check,
        .has_table = has_table,
        .word = word,
};

struct store *faulty_store(struct store *inner, uint64_t fail_at)
{
    struct faulty *faulty = mem_zero(1, sizeof *faulty);
    faulty->base.engine = &ENGINE;
    faulty->inner = inner;
    faulty->fail_at = fail_at;
    return &faulty->base;
}

struct store *faulty_dying(struct store *inner, struct faulty_death *death)
{
    struct store *store = faulty_store(inner, 0);
    ((struct faulty *)store)->death = death;
    return store;
}

uint64_t faulty_calls(const struct store *faulty)
{
    return ((const struct faulty *)faulty)->calls;
}
