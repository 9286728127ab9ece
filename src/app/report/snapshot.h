// Everybody at one moment under one model, in as few bytes as reports need: when each contact was first seen,
// when it first entered each stage, where it is, where it came from, and every change of its stage. Immutable
// once built; any number of threads may read.
#ifndef SLUICE_APP_REPORT_SNAPSHOT_H
#define SLUICE_APP_REPORT_SNAPSHOT_H

#include "base/vec.h"
#include "replay/columns.h"

#define NEVER UINT32_MAX // of a time
enum { STAGE_NONE = UINT16_MAX };

// Where somebody came from, as events and traits say; STR_NONE: they do not.
struct touch {
    struct str source, medium;
};
enum { TOUCH_FIRST, TOUCH_LAST };

struct stage_change {
    uint32_t row, time;
    uint16_t from, to; // stages, STAGE_NONE
};

// Rows are the contacts that have an event up to `at` and that the program's filter, if it has one, holds
// for. Times are seconds from `epoch`, as in the columns.
struct snapshot {
    struct arena *arena;
    const struct program *program; // not its own
    int64_t at, epoch;             // seconds since 1970
    uint32_t n;
    uint32_t *number; // [n] columns.owner
    uint32_t *first, *last, *since;
    double *score;
    uint16_t *stage;
    uint32_t **entered; // [stage][n] first entry, or NEVER
    uint32_t *touch[2]; // [TOUCH_…][n] into touches
    const struct touch *touches;
    uint32_t n_touches;
    VEC(struct stage_change) changes; // by row, then in their order
};

// ret lives in an arena of its own, until snapshot_free. program and columns: the columns are only read
// meanwhile, the program must outlive it.
struct snapshot *snapshot_build(
        const struct program *program, const struct columns *columns, int64_t at, unsigned threads);
void snapshot_free(struct snapshot *s); // NULL is fine

// The stage that contacts are led to, "prospect" where the model has one, else the last but one; and the
// sale, "customer", else the last one. STAGE_NONE of a model without stages.
uint16_t program_goal(const struct program *program);
uint16_t program_sale(const struct program *program);
uint16_t program_stage(
        const struct program *program, struct str name); // STAGE_NONE: it has none of this name

// touch.c, for snapshot_build: the touch of every contact of the columns up to `at`, as an index into
// *ret_touches. ret: [n_contacts].
void touches_find(const struct columns *columns, int64_t at, struct arena *arena, uint32_t *ret[2],
        const struct touch **ret_touches, uint32_t *ret_n);

#endif
