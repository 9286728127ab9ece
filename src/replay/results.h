// What a replay's result says: the funnel, two definitions side by side, a definition against the sales.
#ifndef SLUICE_REPLAY_RESULTS_H
#define SLUICE_REPLAY_RESULTS_H

#include "replay/replay.h"

// Index of the current stage (the last that is on), NO_INDEX for none.
uint32_t result_current_stage(const struct replay_result *r, uint32_t contact);

struct funnel_row {
    uint32_t ever, now;
    double median_days; // between the first entries of the stage declared before and this one; NAN: none
};

// rows: [program.n_stages]
void funnel_count(const struct replay_result *r, struct funnel_row *rows);

struct backtest {
    uint64_t entered,
            won; // contacts whose first entry is old enough or that have won already; those of them that won
    uint64_t outcomes, contacts;                            // with the outcome event; all
    double precision, recall, base_rate, lift, median_days; // NAN where a denominator is 0
};

// outcome: canonical event name (a machine's events do not count). within and at in seconds.
void backtest_count(const struct columns *columns, const struct replay_result *r, uint32_t stage,
        struct str outcome, int64_t within, int64_t at, struct backtest *ret);

// Mean of the middle two for an even count; sorts values; NAN for none.
double median_of(double *values, size_t n);

#endif
