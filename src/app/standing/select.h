// Conditions over all contacts. Private to app/standing.
#ifndef SLUICE_APP_STANDING_SELECT_H
#define SLUICE_APP_STANDING_SELECT_H

#include "app/standing/gather.h"

// What a condition is asked of: a base and a model, borrowed for as long.
struct selecting {
    struct base *base;
    struct live_model *model;
    const struct program *program; // with the condition as its filter
    struct used used;              // by the program, of the base
    int64_t at;
    unsigned threads;
};

bool filter_compile(struct live_model *model, struct arena *arena, struct str filter,
        const struct program **ret, struct err *err);
// Whether time alone may change the truth of a condition.
bool select_by_clock(const struct program *p, const struct expr *e);
bool select_stale(struct err *err); // ERR_BUSY: the base has changed meanwhile
// Borrows the base and the model as they are now; the program lives in arena.
bool select_begin(
        struct live *live, struct arena *arena, struct str filter, struct selecting *ret, struct err *err);
void select_end(struct selecting *s);
// holds[n]: of the first n slots; absorbed ones as if they were alone. ERR_BUSY: the base has changed
// meanwhile.
bool select_all(struct live *live, struct log *log, const struct selecting *s, uint32_t n, uint8_t *holds,
        struct err *err);
// holds[n]: of these slots, from histories gathered for it.
bool select_gathered(struct live *live, struct log *log, const struct selecting *s, const uint32_t *slots,
        size_t n, uint8_t *holds, struct err *err);

#endif
