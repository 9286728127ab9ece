// Sources side by side: how many contacts each brought, and how far they came.
#include "app/report/numbers.h"
#include "base/median.h"

#include "base/json_put.h"

enum { SOURCES_MOST = 500 };

struct source_row {
    uint32_t touch, count;
    uint32_t *reached; // [stage]
    uint32_t *took;    // seconds from the first event to the sale
    size_t n_took;
};

// The largest first; then by name, so that the order is always the same.
static int by_count(const void *a, const void *b, void *touches)
{
    const struct source_row *x = a, *y = b;
    const struct touch *p = (const struct touch *)touches + x->touch,
                       *q = (const struct touch *)touches + y->touch;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    int order = str_cmp(p->source, q->source);
    return order ? order : str_cmp(p->medium, q->medium);
}

static bool row_counts(const struct report_ask *ask, uint32_t row)
{
    const struct snapshot *s = ask->snapshot;
    return ask_counts(ask, row) && span_holds(&ask->span, snapshot_time(s, s->first[row]));
}

static void count_contacts(const struct report_ask *ask, struct source_row *rows)
{
    const struct snapshot *s = ask->snapshot;
    const uint32_t *touch = s->touch[ask->last_touch ? TOUCH_LAST : TOUCH_FIRST];
    for (uint32_t i = 0; i < s->n; i++)
        if (row_counts(ask, i))
            rows[touch[i]].count++;
}

// The rows are those that are shown; place: [touch] where in rows, or NO_INDEX.
static void count_stages(
        const struct report_ask *ask, const uint32_t *place, uint16_t sale, struct source_row *rows)
{
    const struct snapshot *s = ask->snapshot;
    const uint32_t *touch = s->touch[ask->last_touch ? TOUCH_LAST : TOUCH_FIRST];
    for (uint32_t i = 0; i < s->n; i++) {
        if (place[touch[i]] == NO_INDEX || !row_counts(ask, i))
            continue;
        struct source_row *row = &rows[place[touch[i]]];
        for (uint32_t k = 0; k < s->program->n_stages; k++)
            row->reached[k] += s->entered[k][i] != NEVER;
        if (sale != STAGE_NONE && s->entered[sale][i] != NEVER)
            row->took[row->n_took++] = s->entered[sale][i] - s->first[i];
    }
}

static void put_row(const struct report_ask *ask, const struct source_row *row, struct buf *out)
{
    const struct program *program = ask->snapshot->program;
    const struct touch *touch = &ask->snapshot->touches[row->touch];
    struct group group = {.first_seen = ask->span,
            .source = touch_word(touch->source),
            .medium = touch_word(touch->medium),
            .last_touch = ask->last_touch};
    put_comma(out);
    buf_char(out, '{');
    put_text(out, "source", touch->source);
    put_text(out, "medium", touch->medium);
    put_group(out, "contacts", ask, group);
    put_int(out, "count", row->count);
    put_key(out, "stages");
    buf_char(out, '{');
    for (uint32_t k = 0; k < program->n_stages; k++) {
        group.reached = program->stages[k].name;
        put_comma(out);
        json_put_string(out, group.reached);
        buf_put(out, STR(":{"));
        put_int(out, "reached", row->reached[k]);
        put_number(out, "share", share_of(row->reached[k], row->count));
        put_group(out, "contacts", ask, group);
        buf_char(out, '}');
    }
    buf_char(out, '}');
    put_number(out, "median_days", median_u32(row->took, row->n_took) / 86400);
    buf_char(out, '}');
}

void sources_put(const struct report_ask *ask, struct buf *out)
{
    const struct snapshot *s = ask->snapshot;
    struct arena *arena = arena_new();
    uint16_t sale = program_sale(s->program);
    struct source_row *rows = ARENA_ARRAY(arena, struct source_row, s->n_touches + 1);
    uint32_t *place = ARENA_ARRAY(arena, uint32_t, s->n_touches + 1), n = 0;
    for (uint32_t t = 0; t < s->n_touches; t++) {
        rows[t].touch = t;
        place[t] = NO_INDEX;
    }
    count_contacts(ask, rows);
    if (s->n_touches)
        qsort_r(rows, s->n_touches, sizeof *rows, by_count, (void *)(uintptr_t)s->touches);
    for (; n < s->n_touches && n < SOURCES_MOST && rows[n].count; n++) {
        place[rows[n].touch] = n;
        rows[n].reached = ARENA_ARRAY(arena, uint32_t, s->program->n_stages + 1);
        rows[n].took = ARENA_ARRAY(arena, uint32_t, rows[n].count + 1);
    }
    count_stages(ask, place, sale, rows);
    put_head(ask, out);
    put_text(out, "sale", sale == STAGE_NONE ? STR_NONE : s->program->stages[sale].name);
    put_key(out, "sources");
    buf_char(out, '[');
    for (uint32_t i = 0; i < n; i++)
        put_row(ask, &rows[i], out);
    buf_put(out, STR("]}"));
    arena_free(arena);
}
