// Random numbers of the shapes that the demo needs, and its calendar. No libm: its last bits differ between
// machines, and the demo promises the same bytes everywhere. Times are seconds from DEMO_START, which is a
// Monday, 00:00 UTC.
#ifndef SLUICE_APP_DEMO_DICE_H
#define SLUICE_APP_DEMO_DICE_H

#include "app/demo/demo.h"
#include "base/rng.h"

enum { HOUR = 3600, DAY = 86400, DEMO_SECONDS = DEMO_DAYS * DAY };

// A generator of its own for one purpose (a number that differs from use to use) and one thing.
struct rng dice_rng(uint64_t seed, uint64_t purpose, uint64_t number);

double dice_ln(double x);  // x > 0
double dice_exp(double x); // |x| < 700
// 1 / (1 + e^-x)
double dice_logistic(double x);
double dice_wait(struct rng *rng, double mean); // exponential
double dice_normal(struct rng *rng);            // mean 0, deviation 1, cut at 6
// How often until the first failure: 0, 1, 2 … up to max, going on with probability p.
uint32_t dice_tries(struct rng *rng, double p, uint32_t max);
// Index drawn by weights; their sum must be positive.
uint32_t dice_pick(struct rng *rng, const uint16_t *weights, uint32_t n);

// What a day looks like: weights of the hours of local time.
enum rhythm { RHYTHM_OFFICE, RHYTHM_HOME, RHYTHM_NIGHT /* machines: any time */ };

struct calendar {
    double until[DEMO_DAYS]; // share of all first contacts that lie before the end of a day
};

// Growth over the two years, the seasons of the trade, the days of the week.
void calendar_make(struct calendar *c);
// A first contact's day.
uint32_t calendar_day(const struct calendar *c, struct rng *rng);
// A moment of that day, for somebody offset hours ahead of UTC.
uint32_t calendar_moment(struct rng *rng, uint32_t day, enum rhythm rhythm, int offset);
// Some mean_days after t, always later than t; office days avoid the weekend.
uint32_t calendar_later(struct rng *rng, uint32_t t, double mean_days, enum rhythm rhythm, int offset);
// Month of a day, counted from October 2024 = 0 … 23 (September 2026).
uint32_t calendar_month(uint32_t t);
// Start of that month (of the last, October 2026, too).
uint32_t calendar_month_start(uint32_t month);

#endif
