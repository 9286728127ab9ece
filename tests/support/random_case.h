// Random models and histories for comparing evaluators: small alphabets and times on a coarse grid, so that
// windows end on events, events share seconds and conditions meet their edges all the time. The same seed
// gives the same case everywhere.
#ifndef SLUICE_TESTS_RANDOM_CASE_H
#define SLUICE_TESTS_RANDOM_CASE_H

#include "base/buf.h"

struct random_case {
    struct buf model;  // text without errors
    struct buf filter; // an expression for the model
    struct buf events; // NDJSON
    int64_t at;        // seconds since 1970
};

struct random_case random_case_make(uint64_t seed);
void random_case_free(struct random_case *c);

#endif
