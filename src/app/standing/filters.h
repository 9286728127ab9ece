// Conditions that somebody asks again and again: their truth for all slots is kept, changed by the qualifier
// with each contact it touches, and computed anew now and then for what the clock alone changes. Private to
// app/standing.
#ifndef SLUICE_APP_STANDING_FILTERS_H
#define SLUICE_APP_STANDING_FILTERS_H

#include "app/standing/select.h"

struct kept_filter {
    struct kept_filter *next;
    atomic_int refs;
    struct arena *arena;
    struct str text;
    struct selecting selecting; // its base and model are borrowed
    uint8_t *holds, *fresh;     // [n] by slot; fresh: changed by the qualifier since the computing began
    size_t n;
    bool ready, computing;
    bool stale; // of a base from before a row that changed more than it touched: serves until computed
    int64_t at; // clock when it was computed
    _Atomic int64_t asked; // monotonic nanoseconds
};

// A copy of the truth of all slots, by slot, if it is kept; free(). The base is borrowed: it says whose slots
// they are.
bool filters_find(
        struct live *live, struct str text, uint8_t **ret_holds, size_t *ret_n, struct base **ret_base);
// The same, computed if need be, and kept from then on. ERR_BUSY: the base was renewed meanwhile.
bool filters_compute(struct live *live, struct data *reader, struct str text, uint8_t **ret_holds,
        size_t *ret_n, struct base **ret_base, struct err *err);

// For the qualifier: those that are kept now, borrowed; filters_end gives them back.
typedef VEC(struct kept_filter *) filter_list;
void filters_begin(struct live *live, filter_list *list);
void filters_end(filter_list *list);
// Also these columns are read: in arena.
void filters_used(
        const filter_list *list, const struct columns *base, struct arena *arena, struct used *used);
// A new base: they go on with what held of each contact under the old one. Prepared before it is taken over
// (not those that are being computed for the first time), then moved with the lock for writing, when
// live->states are the new base's; old: the old slots. stale: the truths are to be computed anew.
struct filter_move {
    struct kept_filter *from, *to; // to: not listed yet
};
typedef VEC(struct filter_move) filter_moves;
void filters_prepare(struct live *live, struct base *base, filter_moves *moves);
void filters_move(
        struct live *live, const filter_moves *moves, const struct state *old, size_t n_old, bool stale);
void filters_moved(filter_moves *moves); // gives back what they held; without the lock
// With the lock for writing.
void filter_set(struct kept_filter *filter, uint32_t slot, bool holds);
// The job.
bool filters_renew(struct app *app, struct data *reader, struct err *err);

#endif
