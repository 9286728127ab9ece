// New events merged into columns that are there already, without building everything anew.
#ifndef SLUICE_REPLAY_MERGE_H
#define SLUICE_REPLAY_MERGE_H

#include "replay/columns.h"

// A contact of the base whose history goes to another one, now that they are known to be the same person.
struct absorbed {
    uint32_t contact; // of the base; each at most once, and none that is in `to`
    uint32_t tail;    // it goes where this contact of the tail goes
};

struct merge {
    const struct columns *base, *tail; // every position in the log of the tail is behind all of the base
    const uint32_t *to;                // [tail.n_contacts] its contact in the base, NO_INDEX: a new one
    const uint32_t *owners;            // [tail.n_contacts] and
    const struct str *names;           // [tail.n_contacts] of those that are new
    const struct absorbed *absorbed;
    size_t n_absorbed;
};

// Columns of both. The contacts of the base come first, in their order, then the new ones in the tail's.
// place: [base.n_contacts + tail.n_contacts] gets the index in the result of each contact of the base, then
// of each of the tail. The result owns all it holds. Errors (ERR_LIMIT) as builder_finish().
bool columns_merge(const struct merge *merge, struct columns **ret, uint32_t *place, struct err *err);

#endif
