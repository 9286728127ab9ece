// What a run knows of its points rules before it looks at a contact (needs.c fills it, block_score.c reads
// it).
#ifndef SLUICE_REPLAY_SCORING_H
#define SLUICE_REPLAY_SCORING_H

#include "replay/bind.h"

enum { DECAY_BITS = 10 };

// `points … each` without cap and condition add up to a number for each type; the other rules about events
// (`special`) are looked at one by one.
struct scoring {
    const double *weights;       // [n_types]
    const uint32_t *gain, *loss; // [n_types] the weight or its opposite in grains, rounded up; else 0
    double grain;                // a power of two
    bool losing;                 // some rule about events takes points
    bool toggling;               // there are `points … when`
    uint32_t n_special;
    const uint32_t *special; // into program.points
    uint64_t presence;       // bits of types that may earn
    const double *decay[3];  // 0.5 ** (seconds / half-life) for the low, middle and high bits of seconds
};

// 0.5 ** (seconds / half-life).
static inline double decay_factor(const struct scoring *s, uint32_t seconds)
{
    enum { MASK = (1 << DECAY_BITS) - 1 };
    return s->decay[0][seconds & MASK] * s->decay[1][seconds >> DECAY_BITS & MASK] *
           s->decay[2][seconds >> 2 * DECAY_BITS];
}

// Whether a points rule is in the weights.
static inline bool rule_is_plain(const struct bound *bound, const struct points *rule)
{
    return rule->kind == POINTS_EACH && !rule->at_most && !bound->matchers[rule->matcher].conditional;
}

#endif
