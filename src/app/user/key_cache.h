// The keys in memory, for requests that may not wait for the database, and when they were last used. Any
// thread.
#ifndef SLUICE_APP_USER_KEY_CACHE_H
#define SLUICE_APP_USER_KEY_CACHE_H

#include "app/user/key.h"

struct key_cache;

struct key_cache *key_cache_new(void);
void key_cache_free(struct key_cache *cache); // NULL is fine

// Reads the table anew if it changed since (always: in any case).
bool key_cache_refresh(struct key_cache *cache, struct store *store, bool always, struct err *err);
// The key with this hash; notes that it was used at `now`. ret (may be NULL) gets id, name and scope, in
// arena.
bool key_cache_find(struct key_cache *cache, const struct secret_hash *hash, int64_t now, struct arena *arena,
        struct key *ret);
// Whether the key may send events, without copying anything.
bool key_cache_may_capture(struct key_cache *cache, const struct secret_hash *hash, int64_t now);
// Whether there are uses to write down: those a minute or more after the one that the table knows.
bool key_cache_due(struct key_cache *cache);
bool key_cache_write(struct key_cache *cache, struct writing *w, struct err *err);

#endif
