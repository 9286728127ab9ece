#include "app/form/submission.h"

#include "app/event/log.h"

#define COLUMNS                                                                                       \
    "id, form, version, state, time, confirmed, user_id, visitor, answers, context, points, reasons," \
    " address, content, token"

static void bind_text_or_null(struct query *query, unsigned n, struct str text)
{
    if (text.n)
        query_bind_text(query, n, text);
    else
        query_bind_null(query, n);
}

bool submission_insert(struct store *store, const struct submission *s, struct err *err)
{
    struct query *query;
    if (!store_query(store,
                "INSERT INTO form_submission (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,"
                " $11, $12, $13, $14, $15)",
                &query, err))
        return false;
    query_bind_text(query, 1, s->id);
    query_bind_text(query, 2, s->form);
    query_bind_int(query, 3, s->version);
    query_bind_text(query, 4, s->state);
    query_bind_int(query, 5, s->time);
    if (s->confirmed)
        query_bind_int(query, 6, s->confirmed);
    else
        query_bind_null(query, 6);
    bind_text_or_null(query, 7, s->user_id);
    bind_text_or_null(query, 8, s->visitor);
    query_bind_text(query, 9, s->answers);
    query_bind_text(query, 10, s->context);
    query_bind_int(query, 11, s->points);
    query_bind_text(query, 12, s->reasons);
    query_bind_blob(query, 13, s->address);
    query_bind_blob(query, 14, s->content);
    if (s->token.n)
        query_bind_blob(query, 15, s->token);
    else
        query_bind_null(query, 15);
    bool ok = query_run(query, err);
    query_end(query);
    return ok;
}

bool submission_update(struct store *store, const struct submission *s, struct err *err)
{
    struct query *query;
    if (!store_query(store,
                "UPDATE form_submission SET state = $1, user_id = $2, confirmed = $3, visitor = $4 WHERE id "
                "= $5",
                &query, err))
        return false;
    query_bind_text(query, 1, s->state);
    bind_text_or_null(query, 2, s->user_id);
    if (s->confirmed)
        query_bind_int(query, 3, s->confirmed);
    else
        query_bind_null(query, 3);
    bind_text_or_null(query, 4, s->visitor);
    query_bind_text(query, 5, s->id);
    bool ok = query_run(query, err);
    query_end(query);
    return ok;
}

static struct submission of_row(struct arena *arena, struct query *query)
{
    return (struct submission){.id = arena_str(arena, query_text(query, 0)),
            .form = arena_str(arena, query_text(query, 1)),
            .version = query_int(query, 2),
            .state = arena_str(arena, query_text(query, 3)),
            .time = query_int(query, 4),
            .confirmed = query_is_null(query, 5) ? 0 : query_int(query, 5),
            .user_id = query_is_null(query, 6) ? STR_NONE : arena_str(arena, query_text(query, 6)),
            .visitor = query_is_null(query, 7) ? STR_NONE : arena_str(arena, query_text(query, 7)),
            .answers = arena_str(arena, query_text(query, 8)),
            .context = arena_str(arena, query_text(query, 9)),
            .points = (unsigned)query_int(query, 10),
            .reasons = arena_str(arena, query_text(query, 11)),
            .address = arena_str(arena, query_blob(query, 12)),
            .content = arena_str(arena, query_blob(query, 13))};
}

bool submission_find(
        struct store *store, struct arena *arena, struct str id, struct submission *ret, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_query(store, "SELECT " COLUMNS " FROM form_submission WHERE id = $1", &query, err))
        return false;
    query_bind_text(query, 1, id);
    bool ok = query_step(query, &row, err);
    if (ok && !row)
        ok = err_set(err, ERR_NOT_FOUND, "there is no such submission");
    if (ok)
        *ret = of_row(arena, query);
    query_end(query);
    return ok;
}

bool submission_page(struct store *store, struct arena *arena, struct str form, struct str state,
        struct str before, unsigned limit, void (*visit)(void *ctx, const struct submission *s), void *ctx,
        struct err *err)
{
    struct query *query;
    bool row, ok;
    int64_t time = INT64_MAX;
    if (before.n) {
        struct submission last;
        if (!submission_find(store, arena, before, &last, err))
            return false;
        time = last.time;
    }
    if (!store_query(store,
                "SELECT " COLUMNS " FROM form_submission WHERE form = $1 AND time <= $2"
                " AND (time < $2 OR id < $3) AND ($4 = '' OR state = $4) ORDER BY time DESC, id DESC LIMIT "
                "$5",
                &query, err))
        return false;
    query_bind_text(query, 1, form);
    query_bind_int(query, 2, time);
    query_bind_text(query, 3, before.n ? before : STR("~"));
    query_bind_text(query, 4, state.n ? state : STR(""));
    query_bind_int(query, 5, limit);
    while ((ok = query_step(query, &row, err)) && row) {
        struct submission s = of_row(arena, query);
        visit(ctx, &s);
    }
    query_end(query);
    return ok;
}

static bool number_of(struct store *store, const char *sql, struct str bytes, struct str form, int64_t since,
        int64_t *ret, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_query(store, sql, &query, err))
        return false;
    query_bind_blob(query, 1, bytes);
    query_bind_text(query, 2, form);
    query_bind_int(query, 3, since);
    bool ok = query_step(query, &row, err);
    if (ok)
        *ret = row ? query_int(query, 0) : 0;
    query_end(query);
    return ok;
}

bool submission_count(struct store *store, struct str form, struct str address, int64_t since, int64_t *ret,
        struct err *err)
{
    return number_of(store,
            "SELECT COUNT(*) FROM form_submission WHERE address = $1 AND form = $2 AND time > $3", address,
            form, since, ret, err);
}

bool submission_past(struct store *store, struct arena *arena, const struct submission *s,
        struct submission_past *ret, struct err *err)
{
    struct submission_past past = {0};
    struct query *query;
    bool row;
    int64_t used = 0, since = s->time - FORM_RATE_SECONDS;
    if (!submission_count(store, s->form, s->address, since, &past.from_address, err) ||
            (s->token.n && !number_of(store,
                                   "SELECT COUNT(*) FROM form_submission WHERE token = $1 AND form = $2 AND "
                                   "time > $3",
                                   s->token, s->form, 0, &used, err)) ||
            !store_query(store,
                    "SELECT id FROM form_submission WHERE content = $1 AND form = $2 AND time > $3"
                    " AND state <> 'spam' ORDER BY time DESC LIMIT 1",
                    &query, err))
        return false;
    query_bind_blob(query, 1, s->content);
    query_bind_text(query, 2, s->form);
    query_bind_int(query, 3, since);
    bool ok = query_step(query, &row, err);
    if (ok && row)
        past.same = arena_str(arena, query_text(query, 0));
    query_end(query);
    past.token_used = used > 0;
    if (ok)
        *ret = past;
    return ok;
}

bool submission_contact(struct writing *w, const struct submission *s, uint32_t *ret, struct err *err)
{
    int64_t number = 0;
    if (s->user_id.n && !log_number(w->log, s->user_id, &number, err))
        return false;
    *ret = (uint32_t)number;
    return true;
}
