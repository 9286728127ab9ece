// Reading the log.
#include "app/event/log_private.h"

enum { ROWS_MANY = 1000 }; // more are fetched in portions

#define ROW_COLUMNS "id, contact, also, time, type, message, body, import"

bool log_position(struct log *log, struct log_position *ret, struct err *err)
{
    struct log_position at;
    int64_t epoch;
    if (!store_number(log->store, "SELECT max(id) FROM event", 0, &at.last, err) ||
            !store_number(log->store, "SELECT max(epoch) FROM rewrite", 0, &epoch, err) ||
            !log_row_hash(log, at.last, &at.hash, err))
        return false;
    at.epoch = (uint64_t)epoch;
    *ret = at;
    return true;
}

bool log_row_hash(struct log *log, int64_t row, uint64_t *ret, struct err *err)
{
    struct query *query;
    bool found;
    if (!store_query(log->store, "SELECT " ROW_COLUMNS " FROM event WHERE id = $1", &query, err))
        return false;
    query_bind_int(query, 1, row);
    bool ok = query_step(query, &found, err);
    if (ok && found) {
        struct buf text = {0};
        for (unsigned i = 0; i < 8; i++) {
            buf_char(&text, (char)query_is_null(query, i));
            if (i == 5)
                buf_put(&text, query_blob(query, i));
            else if (i == 6)
                buf_put(&text, query_text(query, i));
            else
                buf_int(&text, query_int(query, i));
        }
        *ret = hash64(buf_str(&text));
        buf_free(&text);
    } else if (ok) {
        *ret = 0;
    }
    query_end(query);
    return ok;
}

static bool decode(struct log *log, struct query *query, struct log_row *row, struct err *err)
{
    int64_t type = query_int(query, 4), contact = query_int(query, 1), also = query_int(query, 2);
    const struct row_type *known = type > 0 && (size_t)type < log->types.n
                                           ? &log->types.v[type]
                                           : &(struct row_type){UINT32_MAX, {0}};
    row->id = query_int(query, 0);
    row->time = query_int(query, 3);
    row->message = query_blob(query, 5);
    row->body = query_text(query, 6);
    if (known->kind == UINT32_MAX || row->id < 1 || row->id > LOG_ROWS_MAX)
        return err_set(err, ERR_CORRUPT, "the database is damaged: event %lld has no known type",
                (long long)row->id);
    row->type_id = (uint32_t)type;
    row->type = &known->type;
    row->kind = known->kind == ROW_ALIAS     ? MESSAGE_ALIAS
                : known->kind == ROW_UNALIAS ? MESSAGE_UNALIAS
                                             : MESSAGE_EVENT;
    row->undo = known->kind == ROW_UNDO || known->kind == ROW_ERASED;
    row->user = row->anonymous = 0;
    if (row->undo || known->kind == ROW_UNALIAS)
        return true;
    bool no_user = !also && known->kind != ROW_ALIAS && !query_is_null(query, 2);
    row->user = no_user ? 0 : contact;
    row->anonymous = no_user ? contact : also;
    if (contact < 1 || contact > LOG_ROWS_MAX || also < 0 || also > LOG_ROWS_MAX ||
            (known->kind == ROW_ALIAS && !also))
        return err_set(
                err, ERR_CORRUPT, "the database is damaged: event %lld has no contact", (long long)row->id);
    return true;
}

bool log_scan(struct log *log, int64_t after, int64_t last, bool all,
        bool (*visit)(void *ctx, const struct log_row *row, struct err *err), void *ctx, struct err *err)
{
    struct query *query;
    bool ok =
            log_refresh(log, err) &&
            store_query(log->store,
                    "SELECT " ROW_COLUMNS " FROM event WHERE id > $1 AND id <= $2 ORDER BY id", &query, err);
    if (!ok)
        return false;
    query_bind_int(query, 1, after);
    query_bind_int(query, 2, last);
    if (last - after > ROWS_MANY)
        query_large(query);
    bool more = true;
    while ((ok = query_step(query, &more, err)) && more) {
        struct log_row row = {0};
        ok = decode(log, query, &row, err);
        // Most logs hide nothing, and nobody else asks for the import.
        row.import = all || log->hidden.n ? query_int(query, 7) : 0;
        if (ok && (all || row.undo || !log_hides(log, row.id, row.import)))
            ok = visit(ctx, &row, err);
        if (!ok)
            break;
    }
    query_end(query);
    return ok;
}

static bool visit_row(struct log *log, struct query *query, uint32_t id,
        bool (*visit)(void *ctx, const struct log_row *row, struct err *err), void *ctx, struct err *err)
{
    bool found;
    query_bind_int(query, 1, id);
    bool ok = query_step(query, &found, err);
    if (ok && found) {
        struct log_row row = {0};
        ok = decode(log, query, &row, err);
        row.import = query_int(query, 7);
        if (ok && (row.undo || !log_hides(log, row.id, row.import)))
            ok = visit(ctx, &row, err);
    }
    query_again(query);
    return ok;
}

bool log_visit(struct log *log, const uint32_t *rows, size_t n,
        bool (*visit)(void *ctx, const struct log_row *row, struct err *err), void *ctx, struct err *err)
{
    struct query *query;
    if (!n)
        return true;
    if (!log_refresh(log, err) ||
            !store_query(log->store, "SELECT " ROW_COLUMNS " FROM event WHERE id = $1", &query, err))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < n; i++)
        ok = visit_row(log, query, rows[i], visit, ctx, err);
    query_end(query);
    return ok;
}

bool log_name(struct log *log, struct arena *arena, int64_t contact, struct str *ret, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_query(log->store, "SELECT name FROM contact WHERE id = $1", &query, err))
        return false;
    query_bind_int(query, 1, contact);
    bool ok = query_step(query, &row, err);
    if (ok)
        *ret = row ? arena_str(arena, query_text(query, 0)) : STR_NONE;
    query_end(query);
    return ok;
}

bool log_catch_up(struct log *log, struct err *err)
{
    int64_t last;
    if (!store_number(log->store, "SELECT max(id) FROM event", 0, &last, err))
        return false;
    if (last == log->last)
        return true;
    if (last < log->last)
        return err_set(err, ERR_CONFLICT, "the log was replaced by an older one while it was open");
    struct query *query;
    if (!log_refresh(log, err) ||
            !store_query(
                    log->store, "SELECT id, type, message FROM event WHERE id > $1 ORDER BY id", &query, err))
        return false;
    query_bind_int(query, 1, log->last);
    if (last - log->last > ROWS_MANY)
        query_large(query);
    bool row, ok;
    while ((ok = query_step(query, &row, err)) && row) {
        int64_t id = query_int(query, 0), type = query_int(query, 1);
        struct str message = query_blob(query, 2);
        bool unalias = type > 0 && (size_t)type < log->types.n && log->types.v[type].kind == ROW_UNALIAS;
        if (message.n && !unalias)
            keys_add(&log->keys, hash64(message), (uint32_t)id);
        log->last = id;
    }
    query_end(query);
    return ok;
}

bool log_contacts(
        struct log *log, void (*visit)(void *ctx, int64_t contact, struct str id), void *ctx, struct err *err)
{
    struct query *query;
    bool row, ok;
    if (!store_query(log->store, "SELECT id, name FROM contact ORDER BY id", &query, err))
        return false;
    query_large(query);
    while ((ok = query_step(query, &row, err)) && row) {
        int64_t id = query_int(query, 0);
        if (id < 1 || id > LOG_ROWS_MAX) {
            ok = err_set(err, ERR_CORRUPT, "the database is damaged: contact %lld", (long long)id);
            break;
        }
        visit(ctx, id, query_text(query, 1));
    }
    query_end(query);
    return ok;
}

bool log_contact_name(struct log *log, int64_t contact, struct buf *out, struct err *err)
{
    struct query *query;
    bool found;
    if (!store_query(log->store, "SELECT name FROM contact WHERE id = $1", &query, err))
        return false;
    query_bind_int(query, 1, contact);
    bool ok = query_step(query, &found, err);
    if (ok && !found)
        ok = err_set(err, ERR_NOT_FOUND, "there is no contact number %lld", (long long)contact);
    if (ok)
        buf_put(out, query_text(query, 0));
    query_end(query);
    return ok;
}

bool log_message_id(struct log *log, int64_t row, struct buf *out, struct err *err)
{
    struct query *query;
    bool found;
    if (!store_query(log->store, "SELECT message FROM event WHERE id = $1", &query, err))
        return false;
    query_bind_int(query, 1, row);
    bool ok = query_step(query, &found, err);
    if (ok && found)
        message_text(query_blob(query, 0), out);
    query_end(query);
    return ok;
}
