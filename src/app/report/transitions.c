// Transitions over time: how many contacts moved up into each stage, and down into each, by period.
#include "app/report/numbers.h"

#include "base/json_put.h"

enum { UP, DOWN };

// Stages by their number + 1; 0 is none.
static size_t cell(const struct report_ask *ask, unsigned period, unsigned way, uint16_t stage)
{
    size_t stages = ask->snapshot->program->n_stages + 1;
    return ((size_t)period * 2 + way) * stages + (stage == STAGE_NONE ? 0 : stage + 1u);
}

// Contacts, so who moves into a stage twice in one period counts once. last: the contact counted last.
static void count_changes(const struct report_ask *ask, uint32_t *counts, uint32_t *last)
{
    const struct snapshot *s = ask->snapshot;
    for (size_t i = 0; i < s->changes.n; i++) {
        const struct stage_change *c = &s->changes.v[i];
        unsigned period = periods_find(&ask->periods, snapshot_time(s, c->time));
        if (period >= ask->periods.n || !ask_counts(ask, c->row))
            continue;
        unsigned way = str_eq(change_direction(c->from, c->to), STR("up")) ? UP : DOWN;
        size_t at = cell(ask, period, way, c->to);
        counts[at] += last[at] != c->row + 1;
        last[at] = c->row + 1;
    }
}

static void put_stages(const struct report_ask *ask, const char *name, unsigned period, unsigned way,
        const uint32_t *counts, struct buf *out)
{
    const struct program *program = ask->snapshot->program;
    put_key(out, name);
    buf_char(out, '{');
    for (uint32_t s = 0; s < program->n_stages; s++) {
        put_comma(out);
        json_put_string(out, program->stages[s].name);
        buf_printf(out, ":%u", counts[cell(ask, period, way, (uint16_t)s)]);
    }
    if (way == DOWN)
        put_int(out, "none", counts[cell(ask, period, way, STAGE_NONE)]);
    buf_char(out, '}');
}

static void put_queries(
        const struct report_ask *ask, const char *name, unsigned period, unsigned way, struct buf *out)
{
    const struct program *program = ask->snapshot->program;
    struct group group = {.moved = way == UP ? STR("up") : STR("down"),
            .moved_in = {ask->periods.starts[period], ask->periods.starts[period + 1]}};
    put_key(out, name);
    buf_char(out, '{');
    for (uint32_t s = 0; s < program->n_stages; s++) {
        group.moved_into = program->stages[s].name;
        put_comma(out);
        json_put_string(out, group.moved_into);
        buf_char(out, ':');
        put_query(out, ask, group);
    }
    if (way == DOWN) {
        group.moved_into = STR("none");
        put_group(out, "none", ask, group);
    }
    buf_char(out, '}');
}

void transitions_put(const struct report_ask *ask, struct buf *out)
{
    const struct periods *p = &ask->periods;
    size_t cells = cell(ask, p->n, UP, STAGE_NONE);
    uint32_t *counts = mem_zero(cells + 1, sizeof *counts), *last = mem_zero(cells + 1, sizeof *last);
    count_changes(ask, counts, last);
    put_head(ask, out);
    put_key(out, "periods");
    buf_char(out, '[');
    for (unsigned i = 0; i < p->n; i++) {
        put_comma(out);
        buf_char(out, '{');
        put_start(out, ask, p->starts[i]);
        put_flag(out, "unfinished", p->starts[i + 1] > ask->snapshot->at);
        put_stages(ask, "up", i, UP, counts, out);
        put_stages(ask, "down", i, DOWN, counts, out);
        put_queries(ask, "contacts", i, UP, out);
        put_queries(ask, "down_contacts", i, DOWN, out);
        buf_char(out, '}');
    }
    buf_put(out, STR("]}"));
    free(counts);
    free(last);
}
