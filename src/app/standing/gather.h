// Histories of some contacts, from the base's columns and the rows behind it. A plan is made with the lock,
// used without. Private to app/standing.
#ifndef SLUICE_APP_STANDING_GATHER_H
#define SLUICE_APP_STANDING_GATHER_H

#include "app/standing/live_private.h"

struct planned {
    uint32_t number, slot;
    uint32_t first_part, n_parts, first_row, n_rows;
};
struct plan {
    struct base *base;
    VEC(struct planned) contacts;
    number_list parts; // contacts of the base
    number_list rows;  // behind the base
    number_list skip;  // positions in the log, ascending, that are left out
};
void plan_begin(struct plan *plan, struct live *live);
void plan_add(struct plan *plan, const struct live *live, uint32_t slot);
void plan_free(struct plan *plan);
void used_by(
        const struct program *program, const struct columns *columns, struct arena *arena, struct used *used);
// Histories of everything with time <= at. Those without an event are left out: owner[] of the result says
// which are in it, in the plan's order.
bool gather(const struct plan *plan, struct log *log, const struct used *used, int64_t at,
        struct columns **ret, struct err *err);
// Index in the columns of a plan's contacts, NO_INDEX for one that is left out; in arena.
uint32_t *gathered_index(const struct plan *plan, const struct columns *columns, struct arena *arena);

#endif
