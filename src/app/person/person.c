#include "app/person/gathering.h"

#include "app/event/log.h"
#include "base/json_put.h"
#include "store/ask.h"

#include <stdlib.h>

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

bool person_has(const struct person *person, int64_t identifier)
{
    for (unsigned i = 0; i < person->n_ids; i++)
        if (person->ids[i] == identifier)
            return true;
    return false;
}

static uint32_t *copy_of(struct arena *arena, const uint32_t *v, size_t n)
{
    uint32_t *copy = arena_alloc(arena, (n + 1) * sizeof *v);
    if (n)
        memcpy(copy, v, n * sizeof *v);
    return copy;
}

void gathering_settle(struct gathering *g, uint32_t contact, struct arena *arena, struct person *ret)
{
    size_t n = 0;
    if (g->rows.n)
        qsort(g->rows.v, g->rows.n, sizeof *g->rows.v, by_number);
    for (size_t i = 0; i < g->rows.n; i++)
        if (!n || g->rows.v[n - 1] != g->rows.v[i])
            g->rows.v[n++] = g->rows.v[i];
    *ret = (struct person){.contact = contact,
            .ids = copy_of(arena, g->ids.v, g->ids.n),
            .n_ids = (unsigned)g->ids.n,
            .rows = copy_of(arena, g->rows.v, n),
            .n_rows = (unsigned)n};
    vec_free(&g->ids);
    vec_free(&g->rows);
}

// Undone imports brought personal data, too, and so did what was taken back row by row.
static bool add_hidden(struct store *store, struct gathering *g, struct err *err)
{
    struct query *query;
    bool row, ok;
    int64_t imports;
    struct person person = {.ids = g->ids.v, .n_ids = (unsigned)g->ids.n};
    if (!store_number(store, "SELECT count(*) FROM hidden WHERE import > 0", 0, &imports, err) ||
            !store_query(store,
                    imports ? "SELECT id, contact FROM event WHERE import IN (SELECT import FROM hidden)"
                              " OR id IN (SELECT -import FROM hidden WHERE import < 0)"
                            : "SELECT id, contact FROM event WHERE id IN (SELECT -import FROM hidden)",
                    &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row)
        if (person_has(&person, query_int(query, 1)))
            vec_push(&g->rows, (uint32_t)query_int(query, 0));
    query_end(query);
    return ok;
}

bool person_stored(struct data *data, struct str id, struct arena *arena, struct person *ret,
        int64_t *ret_last, struct err *err)
{
    struct gathering g = {0};
    const struct columns *c;
    struct identifiers ids;
    if (!data_columns(data, INT64_MAX, &c, err))
        return false;
    uint32_t contact = data_contact(data, id);
    if (contact == NO_INDEX || !data_identifiers(data, &ids))
        return err_set(err, ERR_NOT_FOUND, "there is no contact \"%.*s\"", STR_ARG(id));
    vec_push(&g.ids, c->owner[contact]);
    for (uint32_t i = 1; i < ids.n; i++)
        if (ids.member[i] == contact && i != c->owner[contact])
            vec_push(&g.ids, i);
    for (uint32_t e = c->off[contact]; e < c->off[contact + 1]; e++)
        vec_push(&g.rows, c->log[e]);
    bool ok = add_hidden(data_store(data), &g, err);
    gathering_settle(&g, c->owner[contact], arena, ret);
    *ret_last = ids.last;
    return ok;
}

struct extending {
    const struct person *person;
    struct gathering g;
};

static bool take_row(void *ctx, const struct log_row *row, struct err *err)
{
    struct extending *x = ctx;
    (void)err;
    int64_t whose = row->user ? row->user : row->anonymous;
    if (!row->undo && row->kind == MESSAGE_EVENT && person_has(x->person, whose))
        vec_push(&x->g.rows, (uint32_t)row->id);
    return true;
}

bool person_extend(struct log *log, int64_t last, struct arena *arena, struct person *person, struct err *err)
{
    struct extending x = {.person = person};
    struct log_position now;
    for (unsigned i = 0; i < person->n_ids; i++)
        vec_push(&x.g.ids, person->ids[i]);
    for (unsigned i = 0; i < person->n_rows; i++)
        vec_push(&x.g.rows, person->rows[i]);
    bool ok = log_position(log, &now, err) && log_scan(log, last, now.last, true, take_row, &x, err);
    gathering_settle(&x.g, person->contact, arena, person);
    return ok;
}

bool person_rows(struct store *store, const struct person *person,
        bool (*visit)(void *ctx, const struct person_row *row, struct err *err), void *ctx, struct err *err)
{
    struct query *query;
    struct buf message = {0};
    bool ok = store_query(store,
            "SELECT e.id, e.time, e.contact, e.also, e.body, e.message, t.kind, t.direction, t.machine, "
            "t.name, e.type "
            "FROM event e JOIN event_type t ON t.id = e.type WHERE e.id = $1 AND t.kind <= 2",
            &query, err);
    if (!ok)
        return false;
    for (unsigned i = 0; ok && i < person->n_rows; i++) {
        bool found;
        query_bind_int(query, 1, person->rows[i]);
        ok = query_step(query, &found, err);
        if (ok && found) {
            message.n = 0;
            message_text(query_blob(query, 5), &message);
            ok = visit(ctx,
                    &(struct person_row){query_int(query, 0), query_int(query, 1), query_int(query, 2),
                            query_is_null(query, 3) ? -1 : query_int(query, 3),
                            (uint32_t)query_int(query, 10),
                            {(enum event_kind)query_int(query, 6), (enum direction)query_int(query, 7),
                                    query_int(query, 8) != 0, query_text(query, 9)},
                            query_text(query, 4), buf_str(&message)},
                    err);
        }
        query_again(query);
    }
    query_end(query);
    buf_free(&message);
    return ok;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool has_word(struct str text, struct str word)
{
    for (size_t i = 0; i + word.n <= text.n; i++) {
        size_t n = 0;
        while (n < word.n && lower(text.p[i + n]) == word.p[n])
            n++;
        if (n == word.n)
            return true;
    }
    return false;
}

bool person_in_text(const struct person *person, struct str text)
{
    for (unsigned i = 0; i < person->n_words; i++)
        if (has_word(text, person->words[i]))
            return true;
    return false;
}
