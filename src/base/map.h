// Interning: byte strings to dense numbers 0, 1, 2 … in order of first sight. One owner, not thread-safe.
#ifndef SLUICE_BASE_MAP_H
#define SLUICE_BASE_MAP_H

#include "base/str.h"

#define MAP_NONE UINT32_MAX

struct map;

struct map *map_new(void);
void map_free(struct map *map);
uint32_t map_count(const struct map *map);
// The number of key, which is copied at its first sight.
uint32_t map_intern(struct map *map, struct str key);
// The number of key, or MAP_NONE.
uint32_t map_get(const struct map *map, struct str key);
// The key of a number; lives as long as the map.
struct str map_key(const struct map *map, uint32_t number);

// The 64-bit hash used here and wherever a hash is stored (XXH3, seed 0).
uint64_t hash64(struct str s);

#endif
