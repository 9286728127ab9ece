// Seeded pseudo-random numbers (xoshiro256**, Blackman & Vigna 2018; seeded by splitmix64): the same on every
// machine. Not for secrets.
#ifndef SLUICE_BASE_RNG_H
#define SLUICE_BASE_RNG_H

#include <stdbool.h>
#include <stdint.h>

struct rng {
    uint64_t s[4];
};

struct rng rng_seed(uint64_t seed);
uint64_t rng_next(struct rng *rng);
uint64_t rng_below(struct rng *rng, uint64_t n);            // 0 … n-1; n > 0
int64_t rng_range(struct rng *rng, int64_t lo, int64_t hi); // both included; less than all of int64_t
double rng_unit(struct rng *rng);                           // [0, 1)
bool rng_chance(struct rng *rng, double probability);

#endif
