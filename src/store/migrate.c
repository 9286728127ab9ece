#include "base/buf.h"
#include "store/engine.h"

static const char TABLE[] = "CREATE TABLE IF NOT EXISTS migration("
                            "slice TEXT NOT NULL, version {int} NOT NULL, PRIMARY KEY (slice)) {keyed}";

// The statements in the engine's dialect, NUL-terminated.
static void in_dialect(struct store *store, const char *sql, struct buf *out)
{
    const char *p = sql;
    for (;;) {
        const char *open = strchr(p, '{'), *close = open ? strchr(open, '}') : NULL;
        const char *word =
                close ? store->engine->word(store, (struct str){open + 1, (size_t)(close - open - 1)}) : NULL;
        if (!close)
            break;
        buf_put(out, (struct str){p, (size_t)(open - p)});
        buf_put(out, word ? str_of(word) : (struct str){open, (size_t)(close - open + 1)});
        p = close + 1;
    }
    buf_put(out, str_of(p));
    buf_char(out, '\0');
}

static bool run_sql(struct store *store, const char *sql, struct err *err)
{
    struct buf text = {0};
    in_dialect(store, sql, &text);
    bool ok = store_exec(store, text.p, err);
    buf_free(&text);
    return ok;
}

static bool version_of(struct store *store, const char *slice, int64_t *ret, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_query(store, "SELECT version FROM migration WHERE slice = $1", &query, err))
        return false;
    query_bind_text(query, 1, str_of(slice));
    bool ok = query_step(query, &row, err);
    if (ok)
        *ret = row ? query_int(query, 0) : 0;
    query_end(query);
    return ok;
}

static const struct migration *find(const struct migration *const *migrations, unsigned n, struct str slice)
{
    for (unsigned i = 0; i < n; i++)
        if (str_eq(str_of(migrations[i]->slice), slice))
            return migrations[i];
    return NULL;
}

static bool refuse_newer(
        struct store *store, const struct migration *const *migrations, unsigned n, struct err *err)
{
    struct query *query;
    if (!store_query(store, "SELECT slice, version FROM migration ORDER BY slice", &query, err))
        return false;
    bool row = true, ok = true;
    while ((ok = query_step(query, &row, err)) && row) {
        struct str slice = query_text(query, 0);
        int64_t version = query_int(query, 1);
        const struct migration *known = find(migrations, n, slice);
        if (!known || version > known->n_versions) {
            ok = err_set(err, ERR_CONFLICT,
                    "this data was written by a newer Sluice (its \"%.*s\" has version %lld, this program "
                    "knows %u): install that version or restore a backup made by this one",
                    STR_ARG(slice), (long long)version, known ? known->n_versions : 0);
            break;
        }
    }
    query_end(query);
    return ok;
}

static bool run_version(
        struct store *store, const struct migration *migration, unsigned version, struct err *err)
{
    static const char RECORD[] = "INSERT INTO migration (slice, version) VALUES ($1, $2) "
                                 "ON CONFLICT (slice) DO UPDATE SET version = excluded.version";
    if (!store_begin_write(store, err))
        return false;
    struct query *query = NULL;
    int64_t now;
    bool ok = version_of(store, migration->slice, &now, err);
    if (ok && now < version) { // not done meanwhile by another process
        ok = run_sql(store, migration->versions[version - 1], err) && store_query(store, RECORD, &query, err);
        if (ok) {
            query_bind_text(query, 1, str_of(migration->slice));
            query_bind_int(query, 2, version);
            ok = query_run(query, err);
        }
        query_end(query);
    }
    if (ok)
        return store_commit(store, err);
    store_rollback(store);
    return false;
}

bool store_migrate(
        struct store *store, const struct migration *const *migrations, unsigned n, struct err *err)
{
    if (!run_sql(store, TABLE, err) || !refuse_newer(store, migrations, n, err))
        return false;
    for (unsigned i = 0; i < n; i++) {
        int64_t version;
        if (!version_of(store, migrations[i]->slice, &version, err))
            return false;
        while (version < migrations[i]->n_versions)
            if (!run_version(store, migrations[i], (unsigned)++version, err))
                return false;
    }
    return true;
}

bool store_migrated(
        struct store *store, const struct migration *const *migrations, unsigned n, struct err *err)
{
    if (!refuse_newer(store, migrations, n, err))
        return false;
    for (unsigned i = 0; i < n; i++) {
        int64_t version;
        if (!version_of(store, migrations[i]->slice, &version, err))
            return false;
        if (version < migrations[i]->n_versions)
            return err_set(err, ERR_NOT_FOUND, "\"%s\" has version %lld, this program needs %u",
                    migrations[i]->slice, (long long)version, migrations[i]->n_versions);
    }
    return true;
}
