#include "app/privacy/history.h"

#include "base/json_put.h"
#include "base/vec.h"

struct reading {
    struct str prefix;
    struct arena *arena;
    VEC(struct said) said;
};

static bool take(void *ctx, const struct log_row *row, struct err *err)
{
    struct reading *r = ctx;
    struct json *json;
    struct said s = {.row = *row};
    if (row->undo || row->kind != MESSAGE_EVENT || !str_starts(row->type->name, r->prefix))
        return true;
    s.type = *row->type;
    s.type.name = arena_str(r->arena, row->type->name);
    s.row.message = arena_str(r->arena, row->message);
    s.row.body = arena_str(r->arena, row->body);
    s.row.type = row->type;
    if (s.row.body.n) {
        if (!message_of_row(r->arena, &s.row, &s.message, err) ||
                !json_parse(r->arena, s.row.body, &json, err))
            return false;
        s.body = json;
    }
    vec_push(&r->said, s);
    return true;
}

static int by_time(const void *a, const void *b)
{
    const struct said *x = a, *y = b;
    if (x->row.time != y->row.time)
        return x->row.time < y->row.time ? -1 : 1;
    return (x->row.id > y->row.id) - (x->row.id < y->row.id);
}

bool said_read(struct data *reader, const uint32_t *rows, unsigned n, struct str prefix, struct arena *arena,
        struct said **ret, unsigned *ret_n, struct err *err)
{
    struct reading r = {.arena = arena, .prefix = prefix};
    bool ok = log_visit(data_log(reader), rows, n, take, &r, err);
    if (ok) {
        struct said *said = arena_alloc(arena, (r.said.n + 1) * sizeof *said);
        if (r.said.n) {
            memcpy(said, r.said.v, r.said.n * sizeof *said);
            qsort(said, r.said.n, sizeof *said, by_time);
        }
        for (size_t i = 0; i < r.said.n; i++)
            said[i].row.type = &said[i].type;
        *ret = said;
        *ret_n = (unsigned)r.said.n;
    }
    vec_free(&r.said);
    return ok;
}
