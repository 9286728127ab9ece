// The inside of a builder: what build.c gathers and finish.c makes columns of. Nobody else includes this.
#ifndef SLUICE_REPLAY_BUILDER_H
#define SLUICE_REPLAY_BUILDER_H

#include "base/map.h"
#include "base/vec.h"
#include "replay/build.h"
#include "replay/identity.h"

// An event as it came: 24 bytes, since there may be a hundred million of them.
struct row {
    int64_t time;
    uint32_t log, user, anonymous;
    uint16_t type;
    bool cells; // it has a run of cells; the runs lie in the order of the rows
};

// A run of cells is their number, then for each a head and the number of its value: head = kind << 30 |
// answer
// << 28 | column.
enum cell_kind { CELL_PROP, CELL_TRAIT, CELL_FACT };
enum { CELL_COLUMN = (1 << 28) - 1 };

struct builder {
    struct map *ids, *types, *props, *traits, *facts, *values;
    VEC(struct event_type) type_list; // names lie in types
    VEC(struct row) rows;
    VEC(uint32_t) cells;
    VEC(struct alias) aliases;
    VEC(uint64_t) unaliases; // hashes of messageIds
    struct buf scratch;
    uint32_t last_log;
    const char *limit; // what was too much, for builder_finish() to say
    // Of the last builder_finish(): whose each id is, and the contact that an id names or NO_INDEX.
    struct identity who;
    uint32_t *contacts;
};

#endif
