// The rows behind a cache file merged into its columns. Private to app/event.
#ifndef SLUICE_APP_EVENT_TAIL_H
#define SLUICE_APP_EVENT_TAIL_H

#include "app/event/log.h"
#include "replay/cache.h"

struct tail {
    struct cache_contents contents; // of everything up to `last`, but for store, epoch, last, last_hash
    struct columns *columns;        // contents.columns, to free
    uint32_t *member;
    uint8_t *role;
    uint64_t *hashes;
    uint32_t *rows;
};

// Merges the visible rows behind base->last up to and with `last`. *ret_done false: it takes a build from all
// rows, since a row of the tail (an undo, an alias, an identifier in a second role) changes what was before.
// keys: also the messageIds, for the next cache file. The base's must have been checked then.
bool tail_merge(struct log *log, const struct cache_contents *base, int64_t last, bool keys, struct tail *ret,
        bool *ret_done, struct err *err);
void tail_free(struct tail *tail);

#endif
