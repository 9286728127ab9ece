// Private to app/field: what there is in histories, counted.
#ifndef SLUICE_APP_FIELD_SUMS_H
#define SLUICE_APP_FIELD_SUMS_H

#include "base/map.h"
#include "base/vec.h"
#include "replay/columns.h"

enum { VALUES_MOST = 1000 /* a trait with more different ones is no choice of some: none are kept */ };

// Texts and how often each is there.
struct tally {
    struct map *texts;
    VEC(uint64_t) counts; // by number in texts
    bool many;            // more than VALUES_MOST: they are not kept
};

struct trait_sum {
    uint64_t contacts; // that have it
    struct tally values;
};

struct event_sum {
    struct str name; // of a key in sums.events
    enum direction direction;
    uint64_t count;
    int64_t last; // seconds since 1970
};

struct sums {
    // Whose events count; NULL: everybody's.
    bool (*visible)(void *ctx, uint32_t contact);
    void *ctx;
    struct map *traits; // names
    VEC(struct trait_sum) trait_sums;
    struct map *events; // direction and name
    VEC(struct event_sum) event_sums;
    struct tally sources; // of events
};

void sums_init(struct sums *sums);
void sums_free(struct sums *sums);
// Adds all contacts of the columns but those with skip[contact] set (NULL: none).
void sums_add(struct sums *sums, const struct columns *columns, const uint8_t *skip);
// Numbers of the most frequent texts, most frequent first; returns how many, at most `most`.
unsigned tally_top(const struct tally *tally, unsigned most, uint32_t *ret);

#endif
