#include "base/map.h"

#include "base/arena.h"
#include "base/mem.h"
#include "base/vec.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

struct slot {
    uint32_t hash;
    uint32_t number; // + 1; 0 is free
};

struct map {
    struct arena *arena;
    struct slot *slots;
    uint32_t mask;
    VEC(struct str) keys;
};

uint64_t hash64(struct str s)
{
    return XXH3_64bits(s.p, s.n);
}

struct map *map_new(void)
{
    struct map *map = mem_zero(1, sizeof *map);
    map->arena = arena_new();
    map->mask = 63;
    map->slots = mem_zero(64, sizeof *map->slots);
    return map;
}

void map_free(struct map *map)
{
    if (!map)
        return;
    arena_free(map->arena);
    vec_free(&map->keys);
    free(map->slots);
    free(map);
}

uint32_t map_count(const struct map *map)
{
    return (uint32_t)map->keys.n;
}

static void rehash(struct map *map)
{
    uint32_t mask = map->mask * 2 + 1;
    struct slot *slots = mem_zero((size_t)mask + 1, sizeof *slots);
    for (uint32_t i = 0; i <= map->mask; i++) {
        if (!map->slots[i].number)
            continue;
        uint32_t at = map->slots[i].hash & mask;
        while (slots[at].number)
            at = (at + 1) & mask;
        slots[at] = map->slots[i];
    }
    free(map->slots);
    map->slots = slots;
    map->mask = mask;
}

static struct slot *find(const struct map *map, struct str key, uint32_t hash)
{
    uint32_t at = hash & map->mask;
    for (;; at = (at + 1) & map->mask) {
        struct slot *slot = &map->slots[at];
        if (!slot->number || (slot->hash == hash && str_eq(map->keys.v[slot->number - 1], key)))
            return slot;
    }
}

uint32_t map_intern(struct map *map, struct str key)
{
    uint32_t hash = (uint32_t)hash64(key);
    struct slot *slot = find(map, key, hash);
    if (slot->number)
        return slot->number - 1;
    vec_push(&map->keys, arena_str(map->arena, key));
    *slot = (struct slot){hash, (uint32_t)map->keys.n};
    if (map->keys.n * 4 > (size_t)map->mask * 3)
        rehash(map);
    return (uint32_t)map->keys.n - 1;
}

uint32_t map_get(const struct map *map, struct str key)
{
    const struct slot *slot = find(map, key, (uint32_t)hash64(key));
    return slot->number ? slot->number - 1 : MAP_NONE;
}

struct str map_key(const struct map *map, uint32_t number)
{
    return map->keys.v[number];
}
