// Moving a store into another engine: table by table in the order of the keys, so that a move that was broken
// off goes on where it stopped; then counted and summed on both sides.
#include "app/data_private.h"

#include "app/database.h"
#include "store/table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { BATCH_ROWS = 5000 };
#define FRESH DATA_DATABASE ".new"
#define LEFT DATA_DATABASE ".moved"

struct move {
    struct store *from, *to;
    struct arena *arena; // of the tables; outlives the stores
    struct table *tables;
    unsigned n;
    struct progress *progress;
    uint64_t rows;
};

static bool identity_of(struct store *store, struct arena *arena, struct str *ret, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_query(store, "SELECT value FROM meta WHERE key = 'store'", &query, err))
        return false;
    bool ok = query_step(query, &row, err);
    if (ok)
        *ret = row ? arena_str(arena, query_blob(query, 0)) : STR_NONE;
    query_end(query);
    return ok;
}

static bool clear(struct move *m, const struct table *table, struct err *err)
{
    const char *sql = arena_printf(m->arena, "DELETE FROM %.*s", STR_ARG(table->name)).p;
    return store_exec(m->to, sql, err);
}

static bool in_transaction(struct move *m, const struct table *table, const struct cell *cells, size_t n_rows,
        bool clear_first, struct err *err)
{
    if (!store_begin_write(m->to, err))
        return false;
    if ((!clear_first || clear(m, table, err)) && table_insert(m->to, table, cells, n_rows, err))
        return store_commit(m->to, err);
    store_rollback(m->to);
    return false;
}

static bool copy(struct move *m, const struct table *table, struct err *err)
{
    struct arena *keys = arena_new(), *batch = arena_new();
    struct cell *after = NULL, *rows;
    size_t n = BATCH_ROWS;
    bool ok = table_last(m->to, table, keys, &after, err);
    while (ok && n == BATCH_ROWS) {
        arena_reset(batch);
        ok = table_read(m->from, table, after, BATCH_ROWS, batch, &rows, &n, err) &&
             (!n || in_transaction(m, table, rows, n, !table->n_key, err));
        if (!ok || !n || !table->n_key)
            break;
        m->rows += n;
        if (m->progress)
            progress_update(m->progress, m->rows, m->rows);
        after = table_key(table, rows + (n - 1) * table->n, keys);
        for (unsigned k = 0; k < table->n_key; k++)
            after[k].text = arena_str(keys, after[k].text);
    }
    arena_free(keys);
    arena_free(batch);
    return ok && table_settle(m->to, table, err);
}

static bool same(struct move *m, const struct table *table, bool *ret, struct err *err)
{
    uint64_t rows[2], sums[2];
    if (!table_sum(m->from, table, &rows[0], &sums[0], err) ||
            !table_sum(m->to, table, &rows[1], &sums[1], err))
        return false;
    *ret = rows[0] == rows[1] && sums[0] == sums[1];
    return true;
}

// What was copied before the source changed, or halfway, is copied once more from the beginning.
static bool copy_and_check(struct move *m, const struct table *table, struct err *err)
{
    bool fine = false;
    if (!copy(m, table, err) || !same(m, table, &fine, err))
        return false;
    if (!fine && (!clear(m, table, err) || !copy(m, table, err) || !same(m, table, &fine, err)))
        return false;
    return fine ||
           err_set(err, ERR_CORRUPT, "the table %.*s is not the same on both sides: nothing was switched",
                   STR_ARG(table->name));
}

// The migrations' own rows make way, and the identity goes ahead: by it a move that was broken off is
// recognised.
static bool begin_copy(struct move *m, struct str identity, struct err *err)
{
    struct query *query;
    if (!store_begin_write(m->to, err))
        return false;
    bool ok = true;
    for (unsigned t = 0; ok && t < m->n; t++)
        ok = str_eq(m->tables[t].name, STR("migration")) || clear(m, &m->tables[t], err);
    ok = ok && store_query(m->to, "INSERT INTO meta (key, value) VALUES ('store', $1)", &query, err);
    if (ok) {
        query_bind_blob(query, 1, identity);
        ok = query_run(query, err);
        query_end(query);
    }
    if (ok)
        return store_commit(m->to, err);
    store_rollback(m->to);
    return false;
}

static bool copy_all(struct move *m, struct err *err)
{
    struct str here, there;
    if (!data_migrate(m->to, err) || !identity_of(m->from, m->arena, &here, err) ||
            !identity_of(m->to, m->arena, &there, err) ||
            !store_tables(m->from, m->arena, &m->tables, &m->n, err))
        return false;
    if (there.n && !str_eq(here, there))
        return err_set(err, ERR_CONFLICT,
                "there is another Sluice in that database already: name another schema "
                "(?options=-csearch_path%%3DNAME) or database");
    if (!there.n && !begin_copy(m, here, err))
        return false;
    for (unsigned t = 0; t < m->n; t++)
        if (!copy_and_check(m, &m->tables[t], err))
            return false;
    return true;
}

static bool rename_in(const char *folder, const char *from, const char *to, struct err *err)
{
    struct arena *arena = arena_new();
    const char *old = arena_printf(arena, "%s/%s", folder, from).p;
    bool ok = rename(old, arena_printf(arena, "%s/%s", folder, to).p) == 0 ||
              err_errno(err, ERR_IO, "cannot rename %s", old);
    arena_free(arena);
    return ok;
}

// From here on the folder means the new store; the old file stays beside it under another name.
static bool switch_over(const char *folder, const char *url, struct err *err)
{
    if (url)
        return database_keep_url(folder, url, err) && rename_in(folder, DATA_DATABASE, LEFT, err);
    return rename_in(folder, FRESH, DATA_DATABASE, err) &&
           rename_in(folder, DATA_URL, DATA_URL ".moved", err);
}

bool data_move(
        const char *folder, const char *url, struct progress *progress, uint64_t *ret_rows, struct err *err)
{
    struct move m = {.arena = arena_new(), .progress = progress};
    int lock = -1;
    bool ok = database_exists(folder) || err_set(err, ERR_NOT_FOUND, "%s is no data folder", folder);
    if (ok && !url && !database_has_url(folder))
        ok = err_set(err, ERR_CONFLICT, "%s has its data in a file of its own already", folder);
    if (ok && url && database_has_url(folder))
        ok = err_set(err, ERR_CONFLICT, "%s has its data on a server already: move it into the folder first",
                folder);
    ok = ok && data_lock(folder, &lock, err) && database_open(folder, STORE_WRITE, &m.from, err) &&
         data_migrate(m.from, err);
    if (ok)
        ok = url ? postgres_open(url, STORE_WRITE, &m.to, err)
                 : sqlite_open(arena_printf(m.arena, "%s/" FRESH, folder).p, STORE_CREATE, &m.to, err);
    ok = ok && copy_all(&m, err);
    store_close(m.from);
    store_close(m.to);
    ok = ok && switch_over(folder, url, err);
    if (ok)
        *ret_rows = m.rows;
    if (lock >= 0)
        close(lock);
    arena_free(m.arena);
    return ok;
}
