// Running sums of numbers, so exact that what lies between two of them is as good as added anew: a very large
// number that has left the window, or that another one takes back, leaves no error in the small ones.
#ifndef SLUICE_REPLAY_SUM_H
#define SLUICE_REPLAY_SUM_H

#include <math.h>

// The sum is high + low; low is what rounding has kept out of high.
struct sum {
    double high, low;
};

static inline struct sum sum_add(struct sum s, double value)
{
    double high = s.high + value;
    if (!isfinite(high)) // beyond all numbers: there is no rest to keep
        return (struct sum){high, 0};
    double part = high - s.high, low = s.low + ((s.high - (high - part)) + (value - part));
    double sum = high + low;
    return (struct sum){sum, low - (sum - high)};
}

// What was added between two moments of a running sum.
static inline double sum_between(struct sum from, struct sum to)
{
    return (to.high - from.high) + (to.low - from.low);
}

#endif
