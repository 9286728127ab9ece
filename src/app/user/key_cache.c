#include "app/user/key_cache.h"

#include "app/user/rights.h"
#include "base/mem.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { USE_SECONDS = 60 }; // a key's last use is written at most so often

struct cached {
    struct secret_hash hash;
    struct str id, name, scope; // in the table's arena
    bool capture;
    int64_t written;      // last use that the table knows
    _Atomic int64_t used; // last use
};

struct table {
    struct arena *arena;
    struct cached *keys; // by hash
    size_t n;
    int64_t revision; // -1: never read
};

struct key_cache {
    pthread_rwlock_t lock;
    struct table table;
};

struct key_cache *key_cache_new(void)
{
    struct key_cache *cache = mem_zero(1, sizeof *cache);
    pthread_rwlock_init(&cache->lock, NULL);
    cache->table.revision = -1;
    return cache;
}

static void table_free(struct table *table)
{
    arena_free(table->arena);
    free(table->keys);
}

void key_cache_free(struct key_cache *cache)
{
    if (!cache)
        return;
    table_free(&cache->table);
    pthread_rwlock_destroy(&cache->lock);
    free(cache);
}

static int by_hash(const void *a, const void *b)
{
    return memcmp(
            ((const struct cached *)a)->hash.bytes, ((const struct cached *)b)->hash.bytes, SECRET_HASH);
}

static struct cached *find(const struct table *table, const struct secret_hash *hash)
{
    size_t low = 0, high = table->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int c = memcmp(hash->bytes, table->keys[middle].hash.bytes, SECRET_HASH);
        if (c == 0)
            return &table->keys[middle];
        if (c < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static bool read_table(struct store *store, struct table *ret, struct err *err)
{
    struct table table = {.arena = arena_new()};
    struct key *keys = NULL;
    size_t n = 0;
    // The revision first: a key that comes in between is then read once more.
    if (!key_revision(store, &table.revision, err) || !key_all(store, table.arena, &keys, &n, err)) {
        table_free(&table);
        return false;
    }
    table.keys = mem_zero(n + 1, sizeof *table.keys);
    for (size_t i = 0; i < n; i++) {
        const struct key *key = &keys[i];
        if (key->revoked || key->hash.n != SECRET_HASH)
            continue;
        struct cached *c = &table.keys[table.n++];
        memcpy(c->hash.bytes, key->hash.p, SECRET_HASH);
        c->id = key->id;
        c->name = key->name;
        c->scope = key->scope;
        c->capture = scope_may(key->scope, STR("capture"));
        c->written = key->used;
        atomic_init(&c->used, key->used);
    }
    free(keys);
    qsort(table.keys, table.n, sizeof *table.keys, by_hash);
    *ret = table;
    return true;
}

static void take_uses(struct table *from, struct table *to)
{
    for (size_t i = 0; i < from->n; i++) {
        struct cached *c = find(to, &from->keys[i].hash);
        int64_t used = atomic_load(&from->keys[i].used);
        if (c && used > atomic_load(&c->used))
            atomic_store(&c->used, used);
    }
}

bool key_cache_refresh(struct key_cache *cache, struct store *store, bool always, struct err *err)
{
    int64_t revision;
    struct table table;
    if (!key_revision(store, &revision, err))
        return false;
    pthread_rwlock_rdlock(&cache->lock);
    bool changed = cache->table.revision != revision;
    pthread_rwlock_unlock(&cache->lock);
    if (!changed && !always)
        return true;
    if (!read_table(store, &table, err))
        return false;
    pthread_rwlock_wrlock(&cache->lock);
    struct table old = cache->table;
    take_uses(&old, &table);
    cache->table = table;
    pthread_rwlock_unlock(&cache->lock);
    table_free(&old);
    return true;
}

static struct cached *find_used(struct key_cache *cache, const struct secret_hash *hash, int64_t now)
{
    struct cached *c = find(&cache->table, hash);
    if (c && atomic_load_explicit(&c->used, memory_order_relaxed) < now)
        atomic_store_explicit(&c->used, now, memory_order_relaxed);
    return c;
}

bool key_cache_find(struct key_cache *cache, const struct secret_hash *hash, int64_t now, struct arena *arena,
        struct key *ret)
{
    pthread_rwlock_rdlock(&cache->lock);
    const struct cached *c = find_used(cache, hash, now);
    if (c && ret)
        *ret = (struct key){.id = arena_str(arena, c->id),
                .name = arena_str(arena, c->name),
                .scope = arena_str(arena, c->scope)};
    bool found = c != NULL;
    pthread_rwlock_unlock(&cache->lock);
    return found;
}

bool key_cache_may_capture(struct key_cache *cache, const struct secret_hash *hash, int64_t now)
{
    pthread_rwlock_rdlock(&cache->lock);
    const struct cached *c = find_used(cache, hash, now);
    bool may = c && c->capture;
    pthread_rwlock_unlock(&cache->lock);
    return may;
}

static bool due(const struct cached *c)
{
    return atomic_load(&c->used) >= c->written + USE_SECONDS;
}

bool key_cache_due(struct key_cache *cache)
{
    bool any = false;
    pthread_rwlock_rdlock(&cache->lock);
    for (size_t i = 0; i < cache->table.n; i++)
        any = any || due(&cache->table.keys[i]);
    pthread_rwlock_unlock(&cache->lock);
    return any;
}

bool key_cache_write(struct key_cache *cache, struct writing *w, struct err *err)
{
    bool ok = true;
    pthread_rwlock_wrlock(&cache->lock);
    for (size_t i = 0; ok && i < cache->table.n; i++) {
        struct cached *c = &cache->table.keys[i];
        int64_t used = atomic_load(&c->used);
        if (!due(c))
            continue;
        ok = key_used(w, c->id, used, err);
        if (ok) // should the commit fail, the next use is written
            c->written = used;
    }
    pthread_rwlock_unlock(&cache->lock);
    return ok;
}
