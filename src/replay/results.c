#include "replay/results.h"

#include <math.h>

static const double DAY = 86400;

static const struct stage_state *stage_of(const struct replay_result *r, uint32_t stage, uint32_t contact)
{
    return &r->stages[stage][contact];
}

uint32_t result_current_stage(const struct replay_result *r, uint32_t contact)
{
    for (uint32_t s = r->n_stages; s-- > 0;)
        if (stage_of(r, s, contact)->since != STEP_NONE)
            return s;
    return NO_INDEX;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double median_of(double *values, size_t n)
{
    if (n == 0)
        return NAN;
    qsort(values, n, sizeof *values, by_value);
    return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

// Days between the first entries of two neighbours, of the contacts that entered both in this order.
static double median_days(const struct replay_result *r, uint32_t earlier, uint32_t later)
{
    double *days = mem_alloc(((size_t)r->n_contacts + 1) * sizeof *days);
    size_t n = 0;
    for (uint32_t c = 0; c < r->n_contacts; c++) {
        step_t a = stage_of(r, earlier, c)->first, b = stage_of(r, later, c)->first;
        if (a != STEP_NONE && b != STEP_NONE && step_time(a) <= step_time(b))
            days[n++] = (step_time(b) - step_time(a)) / DAY;
    }
    double median = median_of(days, n);
    free(days);
    return median;
}

void funnel_count(const struct replay_result *r, struct funnel_row *rows)
{
    for (uint32_t s = 0; s < r->n_stages; s++) {
        rows[s] = (struct funnel_row){.median_days = s > 0 ? median_days(r, s - 1, s) : NAN};
        for (uint32_t c = 0; c < r->n_contacts; c++)
            rows[s].ever += stage_of(r, s, c)->first != STEP_NONE;
    }
    for (uint32_t c = 0; c < r->n_contacts; c++) {
        uint32_t now = result_current_stage(r, c);
        if (now != NO_INDEX)
            rows[now].now++;
    }
}

// The contact's first outcome up to `at` (seconds from the columns' epoch), as a step; STEP_NONE: none.
static step_t first_outcome(
        const struct columns *columns, const bool *is_outcome, uint32_t contact, int64_t at)
{
    uint32_t first = columns->off[contact];
    for (uint32_t e = first; e < columns->off[contact + 1] && columns->time[e] <= at; e++)
        if (is_outcome[columns->type[e]])
            return step_of_event(columns->time[e], e - first);
    return STEP_NONE;
}

static double ratio(double part, double whole)
{
    return whole > 0 ? part / whole : NAN;
}

void backtest_count(const struct columns *columns, const struct replay_result *r, uint32_t stage,
        struct str outcome, int64_t within, int64_t at, struct backtest *ret)
{
    bool *is_outcome = mem_zero((size_t)columns->n_types + 1, sizeof *is_outcome);
    for (uint32_t t = 0; t < columns->n_types; t++)
        is_outcome[t] = columns->types[t].kind == EVENT_TRACK && !columns->types[t].machine &&
                        str_eq(columns->types[t].name, outcome);
    double *days = mem_alloc(((size_t)r->n_contacts + 1) * sizeof *days);
    struct backtest b = {0};
    at -= columns->epoch;
    for (uint32_t c = 0; c < r->n_contacts; c++) {
        if (!r->exists[c])
            continue;
        b.contacts++;
        step_t won = first_outcome(columns, is_outcome, c, at), entry = stage_of(r, stage, c)->first;
        b.outcomes += won != STEP_NONE;
        if (entry == STEP_NONE)
            continue;
        // Steps are ordered as the history is: an outcome in the entry's own step does not stand after it.
        int64_t took = (int64_t)step_time(won) - step_time(entry);
        bool has_won = won != STEP_NONE && won > entry && took <= within;
        if (has_won)
            days[b.won++] = (double)took / DAY;
        b.entered += has_won || step_time(entry) + within <= at;
    }
    b.precision = ratio((double)b.won, (double)b.entered);
    b.recall = ratio((double)b.won, (double)b.outcomes);
    b.base_rate = ratio((double)b.outcomes, (double)b.contacts);
    b.lift = ratio(b.precision, b.base_rate);
    b.median_days = median_of(days, b.won);
    free(days);
    free(is_outcome);
    *ret = b;
}
