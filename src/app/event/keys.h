// The messageIds of the log by hash: an old, sorted base (of the cache file) and a table of what came since.
// A hash only names candidates; the caller compares the row's own messageId. Private to app/event.
#ifndef SLUICE_APP_EVENT_KEYS_H
#define SLUICE_APP_EVENT_KEYS_H

#include "app/event/log.h"

struct keys {
    struct message_keys base;
    uint64_t *hash; // [mask + 1]
    uint32_t *row;  // [mask + 1], 0: free
    uint64_t mask, n;
    uint64_t seed; // odd; so that nobody can prepare messageIds that fall into one place
};

void keys_init(struct keys *keys, const struct message_keys *base);
void keys_free(struct keys *keys);
void keys_add(struct keys *keys, uint64_t hash, uint32_t row);
// Forgets all that was added; the base stays.
void keys_clear(struct keys *keys);
// What was added to `from` goes over to keys.
void keys_move(struct keys *keys, struct keys *from);

struct keys_cursor {
    const struct keys *keys;
    uint64_t hash, base_at, at;
};
struct keys_cursor keys_find(const struct keys *keys, uint64_t hash);
// The next row whose messageId has the hash; 0 behind the last.
uint32_t keys_next(struct keys_cursor *cursor);

// For the next cache file: sorts what was added and merges it with the base into new arrays, ascending by
// hash. Free them.
struct key {
    uint64_t hash;
    uint32_t row;
};
void keys_merge(const struct message_keys *base, const struct key *added, uint64_t n, uint64_t **ret_hash,
        uint32_t **ret_row);

#endif
