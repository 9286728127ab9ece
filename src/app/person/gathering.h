// What person.c and person_live.c share.
#ifndef SLUICE_APP_PERSON_GATHERING_H
#define SLUICE_APP_PERSON_GATHERING_H

#include "app/person/person.h"
#include "base/vec.h"

struct gathering {
    VEC(uint32_t) ids;
    VEC(uint32_t) rows;
};

// Into arena, rows sorted and once each; frees what was gathered.
void gathering_settle(struct gathering *g, uint32_t contact, struct arena *arena, struct person *ret);

#endif
