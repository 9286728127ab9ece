// The column cache: a derived file with struct columns and what else is quickly looked up, mapped read-only.
// It may be thrown away at any moment; whatever is wrong with a file, opening it fails and the caller builds
// anew. Format: docs of cache.c.
#ifndef SLUICE_REPLAY_CACHE_H
#define SLUICE_REPLAY_CACHE_H

#include "replay/columns.h"

// State of an identifier's role in the log.
enum id_role {
    ROLE_USER = 1,      // seen as userId
    ROLE_ANONYMOUS = 2, // seen as anonymousId
    ROLE_PAIRED = 4,    // as anonymousId together with a userId
    ROLE_ALIASED = 8,   // in an alias
    ROLE_NAMED = 16,    // as the userId of an alias
    ROLE_MANY = 32,     // as the previousId of more than one
    ROLE_ELSE = 64,     // the first userId that it was seen with is not the same identifier
};

// What a file holds. For cache_write the caller owns everything; of an opened cache all points into the map.
struct cache_contents {
    // Which log it was built from.
    uint8_t store[16]; // uuid
    uint64_t epoch;    // of the log
    uint64_t last;     // id of the last row
    uint64_t last_hash;
    // The columns serve every moment from here on (seconds since 1970): no join is later.
    int64_t serves_from;
    int64_t latest;   // time of any row
    uint64_t aliases; // rows that are aliases or end one
    struct columns columns;
    // Identifiers by their number in the store.
    uint32_t n_ids;         // highest number + 1
    const uint32_t *member; // [n_ids] contact (index into the columns) or NO_INDEX
    const uint8_t *role;    // [n_ids] enum id_role, or-ed
    // messageIds: hashes ascending, with the rows that have them.
    uint64_t n_messages;
    const uint64_t *message_hash; // [n_messages]
    const uint32_t *message_row;  // [n_messages]
};

struct cache;

// Writes a file under a name of its own beside path, then renames it: readers keep what they have mapped.
bool cache_write(const char *path, const struct cache_contents *contents, struct err *err);

// Removes the file, and what writers that were killed left beside it. One that is at it just now keeps what
// it built in memory: its rename fails. ERR_IO: the file is still there.
bool cache_remove(const char *path, struct err *err);

// Maps a file and checks everything but the messageIds: checksums, then every offset, count and index.
// ERR_NOT_FOUND: no file; ERR_CORRUPT: anything else.
bool cache_open(const char *path, struct cache **ret, struct err *err);
// Checks the messageIds, which only importers need. Once; false: do not use them.
bool cache_check_messages(struct cache *cache);
const struct cache_contents *cache_contents(const struct cache *cache);
// Gives the memory of what is mapped back to the system until it is read again. Any thread.
void cache_rest(const struct cache *cache); // NULL is fine
void cache_close(struct cache *cache);      // unmaps; NULL is fine

// Sets the checksums of a file image right, so that tests and fuzzers reach what lies behind them.
void cache_seal(uint8_t *image, size_t bytes);
// Opens an image in memory, which must stay (fuzzers).
bool cache_open_image(const uint8_t *image, size_t bytes, struct cache **ret, struct err *err);

#endif
