// The runs that were: their list, and undoing one.
#include "app/import/import.h"

#include "app/event/log.h"

#define RUN_COLUMNS \
    "id, started, finished, undone, files, lines, events, aliases, copies, skipped, bad, contacts"

static struct import_row decode(struct query *query)
{
    return (struct import_row){
            .id = query_int(query, 0),
            .started = query_int(query, 1),
            .finished = query_int(query, 2),
            .undone = !query_is_null(query, 3),
            .files = query_text(query, 4),
            .counts = {.lines = (uint64_t)query_int(query, 5),
                    .events = (uint64_t)query_int(query, 6),
                    .aliases = (uint64_t)query_int(query, 7),
                    .copies = (uint64_t)query_int(query, 8),
                    .skipped = (uint64_t)query_int(query, 9),
                    .bad = (uint64_t)query_int(query, 10),
                    .contacts = (uint64_t)query_int(query, 11)},
    };
}

bool import_list(
        struct data *data, void (*visit)(void *ctx, const struct import_row *row), void *ctx, struct err *err)
{
    struct query *query;
    bool row, ok;
    if (!store_query(data_store(data), "SELECT " RUN_COLUMNS " FROM import ORDER BY id", &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row) {
        struct import_row r = decode(query);
        visit(ctx, &r);
    }
    query_end(query);
    return ok;
}

static bool find(struct store *store, int64_t import, struct import_counts *ret, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_query(store, "SELECT " RUN_COLUMNS " FROM import WHERE id = $1", &query, err))
        return false;
    query_bind_int(query, 1, import);
    bool ok = query_step(query, &row, err);
    if (ok && !row)
        ok = err_set(err, ERR_NOT_FOUND, "there is no import %lld", (long long)import);
    if (ok) {
        struct import_row r = decode(query);
        if (r.undone)
            ok = err_set(err, ERR_CONFLICT, "import %lld is undone already", (long long)import);
        else
            *ret = r.counts;
    }
    query_end(query);
    return ok;
}

static bool mark(struct store *store, int64_t import, int64_t now, struct err *err)
{
    struct query *query;
    if (!store_query(store, "UPDATE import SET undone = $2 WHERE id = $1", &query, err))
        return false;
    query_bind_int(query, 1, import);
    query_bind_int(query, 2, now);
    bool ok = query_run(query, err);
    query_end(query);
    return ok;
}

bool import_undo(struct data *data, int64_t import, int64_t now, struct import_counts *ret, struct err *err)
{
    struct import_counts counts;
    struct log *log = data_log(data);
    if (!data_writable(data))
        return err_set(err, ERR_IO, "the data folder is open for reading only");
    if (!data_prepare_log(data, err) || !log_begin(log, err))
        return false;
    if (!find(data_store(data), import, &counts, err) || !log_undo(log, import, now, err) ||
            !mark(data_store(data), import, now, err)) {
        log_rollback(log);
        return false;
    }
    if (!log_commit(log, err))
        return false;
    *ret = counts;
    return true;
}
