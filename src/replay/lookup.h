// Looking up what a contact's sparse entries say at a step. Any thread.
#ifndef SLUICE_REPLAY_LOOKUP_H
#define SLUICE_REPLAY_LOOKUP_H

#include "replay/bind.h"

// The last entry of a sparse column for events first … end-1, or NO_INDEX.
static inline uint32_t entry_before(const uint32_t *ev, uint32_t n, uint32_t first, uint32_t end)
{
    uint32_t i = sparse_at(ev, n, end);
    return i > 0 && ev[i - 1] >= first ? i - 1 : NO_INDEX;
}

// The entry of a trait's column that last set or unset it, or NO_INDEX.
static inline uint32_t trait_entry(const struct bound *b, uint32_t trait, uint32_t first, uint32_t end)
{
    const struct sparse *s = b->traits[trait];
    return s ? entry_before(s->ev, s->n, first, end) : NO_INDEX;
}

// The entry of a fact's column that counts, or NO_INDEX: never recorded, or withdrawn.
static inline uint32_t fact_entry(const struct bound *b, uint32_t fact, uint32_t first, uint32_t end)
{
    const struct fact_column *f = b->facts[fact];
    uint32_t i = f ? entry_before(f->ev, f->n, first, end) : NO_INDEX;
    return i != NO_INDEX && f->answer[i] != ANSWER_UNKNOWN ? i : NO_INDEX;
}

#endif
