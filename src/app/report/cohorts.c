// Cohorts: of the contacts that were first seen in a period, how many had reached a stage by the end of it,
// of the next one, and so on.
#include "app/report/numbers.h"

#include "base/json_put.h"

struct cohort {
    uint32_t size;
    uint32_t *reached; // [periods from its own on] for the first time in that one
};

static void count_rows(const struct report_ask *ask, const struct periods *until, struct cohort *cohorts)
{
    const struct snapshot *s = ask->snapshot;
    for (uint32_t i = 0; i < s->n; i++) {
        unsigned period = periods_find(&ask->periods, snapshot_time(s, s->first[i]));
        if (period >= ask->periods.n || !ask_counts(ask, i))
            continue;
        cohorts[period].size++;
        uint32_t entered = ask->stage == STAGE_NONE ? NEVER : s->entered[ask->stage][i];
        if (entered == NEVER)
            continue;
        unsigned then = periods_find(until, snapshot_time(s, entered));
        if (then < until->n)
            cohorts[period].reached[then - period]++;
    }
}

static void put_reached(const struct report_ask *ask, const struct periods *until, unsigned period,
        const struct cohort *cohort, struct buf *out)
{
    uint32_t count = 0;
    put_key(out, "reached");
    buf_char(out, '[');
    for (unsigned k = 0; ask->stage != STAGE_NONE && period + k < until->n; k++) {
        if (until->starts[period + k] > ask->snapshot->at)
            break;
        count += cohort->reached[k];
        put_comma(out);
        buf_char(out, '{');
        put_int(out, "after", k);
        put_int(out, "count", count);
        put_number(out, "share", share_of(count, cohort->size));
        put_group(out, "contacts", ask,
                (struct group){.first_seen = {until->starts[period], until->starts[period + 1]},
                        .reached = ask->snapshot->program->stages[ask->stage].name,
                        .reached_in = {0, until->starts[period + k + 1]}});
        buf_char(out, '}');
    }
    buf_char(out, ']');
}

// The periods go on behind the last cohort, to the moment of the report, but not for ever.
static struct periods go_on(const struct report_ask *ask, struct arena *arena)
{
    enum { MOST = 100 };
    struct periods p = ask->periods;
    p.starts = ARENA_ARRAY(arena, int64_t, MOST + p.n + 2);
    memcpy(p.starts, ask->periods.starts, (p.n + 1) * sizeof *p.starts);
    while (p.starts[p.n] <= ask->snapshot->at && p.n < MOST) {
        p.starts[p.n + 1] = period_add(ask->zone, p.every, p.starts[p.n], 1);
        p.n++;
    }
    return p;
}

void cohorts_put(const struct report_ask *ask, struct buf *out)
{
    struct arena *arena = arena_new();
    struct periods until = go_on(ask, arena);
    struct cohort *cohorts = ARENA_ARRAY(arena, struct cohort, ask->periods.n);
    for (unsigned i = 0; i < ask->periods.n; i++)
        cohorts[i].reached = ARENA_ARRAY(arena, uint32_t, until.n + 1);
    count_rows(ask, &until, cohorts);
    put_head(ask, out);
    put_text(out, "stage",
            ask->stage == STAGE_NONE ? STR_NONE : ask->snapshot->program->stages[ask->stage].name);
    put_key(out, "cohorts");
    buf_char(out, '[');
    for (unsigned i = 0; i < ask->periods.n; i++) {
        put_comma(out);
        buf_char(out, '{');
        put_start(out, ask, until.starts[i]);
        put_int(out, "size", cohorts[i].size);
        put_group(out, "contacts", ask, (struct group){.first_seen = {until.starts[i], until.starts[i + 1]}});
        put_reached(ask, &until, i, &cohorts[i], out);
        buf_char(out, '}');
    }
    buf_put(out, STR("]}"));
    arena_free(arena);
}
