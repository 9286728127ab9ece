// The funnel: how many are in each stage, how many have reached it, and how long that took.
#include "app/report/numbers.h"
#include "base/median.h"

#include "base/json_put.h"

// One contact in five that reached a stage reaches the next: what is said to be usual.
static const double BENCHMARK = 0.2;

struct funnel_stage {
    uint32_t now, reached, before, both; // before: reached the stage before; both: that and this one
    uint32_t *took;                      // seconds from there to here, of those in this order
    size_t n_took;
};

static void count_stage(const struct report_ask *ask, uint16_t stage, struct funnel_stage *f)
{
    const struct snapshot *s = ask->snapshot;
    const uint32_t *entered = s->entered[stage], *before = stage ? s->entered[stage - 1] : NULL;
    f->took = mem_alloc(((size_t)s->n + 1) * sizeof *f->took);
    for (uint32_t i = 0; i < s->n; i++) {
        if (!ask_counts(ask, i) || !span_holds(&ask->span, snapshot_time(s, s->first[i])))
            continue;
        bool was = before && before[i] != NEVER, is = entered[i] != NEVER;
        f->now += s->stage[i] == stage;
        f->reached += is;
        f->before += was;
        f->both += was && is;
        if (was && is && before[i] <= entered[i])
            f->took[f->n_took++] = entered[i] - before[i];
    }
}

static void put_stage(const struct report_ask *ask, uint16_t stage, struct buf *out)
{
    const struct stage *named = &ask->snapshot->program->stages[stage];
    struct funnel_stage f = {0};
    count_stage(ask, stage, &f);
    put_comma(out);
    buf_char(out, '{');
    put_text(out, "stage", named->name);
    put_text(out, "label", named->label);
    put_int(out, "now", f.now);
    put_int(out, "reached", f.reached);
    put_number(out, "conversion", share_of(f.both, f.before));
    put_number(out, "median_days", median_u32(f.took, f.n_took) / 86400);
    put_group(out, "contacts", ask, (struct group){.first_seen = ask->span, .stage = named->name});
    put_group(out, "reached_contacts", ask, (struct group){.first_seen = ask->span, .reached = named->name});
    buf_char(out, '}');
    free(f.took);
}

void funnel_put(const struct report_ask *ask, struct buf *out)
{
    put_head(ask, out);
    put_key(out, "stages");
    buf_char(out, '[');
    for (uint32_t s = 0; s < ask->snapshot->program->n_stages; s++)
        put_stage(ask, (uint16_t)s, out);
    buf_char(out, ']');
    put_number(out, "benchmark", BENCHMARK);
    buf_char(out, '}');
}
