#include "app/event/keys.h"

#include "base/mem.h"

#include <stdlib.h>
#include <sys/random.h>

enum { FIRST_SLOTS = 1024 };

void keys_init(struct keys *keys, const struct message_keys *base)
{
    *keys = (struct keys){.base = base ? *base : (struct message_keys){0}};
    if (getrandom(&keys->seed, sizeof keys->seed, 0) != (ssize_t)sizeof keys->seed)
        keys->seed = 0x9E3779B97F4A7C15; // no entropy yet: only the protection is lost
    keys->seed |= 1;
    keys_clear(keys);
}

void keys_free(struct keys *keys)
{
    free(keys->hash);
    free(keys->row);
    *keys = (struct keys){0};
}

void keys_clear(struct keys *keys)
{
    if (keys->hash && keys->mask == FIRST_SLOTS - 1) {
        memset(keys->row, 0, FIRST_SLOTS * sizeof *keys->row);
        keys->n = 0;
        return;
    }
    free(keys->hash);
    free(keys->row);
    keys->mask = FIRST_SLOTS - 1;
    keys->n = 0;
    keys->hash = mem_zero(FIRST_SLOTS, sizeof *keys->hash);
    keys->row = mem_zero(FIRST_SLOTS, sizeof *keys->row);
}

static uint64_t place(const struct keys *keys, uint64_t hash)
{
    return hash * keys->seed >> 16 & keys->mask;
}

static void put(struct keys *keys, uint64_t hash, uint32_t row)
{
    uint64_t at = place(keys, hash);
    while (keys->row[at])
        at = (at + 1) & keys->mask;
    keys->hash[at] = hash;
    keys->row[at] = row;
}

static void grow(struct keys *keys)
{
    uint64_t slots = keys->mask + 1, *hash = keys->hash;
    uint32_t *row = keys->row;
    keys->mask = slots * 2 - 1;
    keys->hash = mem_zero(slots * 2, sizeof *keys->hash);
    keys->row = mem_zero(slots * 2, sizeof *keys->row);
    for (uint64_t i = 0; i < slots; i++)
        if (row[i])
            put(keys, hash[i], row[i]);
    free(hash);
    free(row);
}

void keys_add(struct keys *keys, uint64_t hash, uint32_t row)
{
    if (++keys->n * 4 > (keys->mask + 1) * 3)
        grow(keys);
    put(keys, hash, row);
}

void keys_move(struct keys *keys, struct keys *from)
{
    if (!from->n)
        return;
    for (uint64_t i = 0; i <= from->mask; i++)
        if (from->row[i])
            keys_add(keys, from->hash[i], from->row[i]);
    keys_clear(from);
}

// Where a hash would stand if all were spread evenly, corrected by what stands there: a few entries off.
static uint64_t guess_place(const uint64_t *v, uint64_t n, uint64_t hash)
{
    uint64_t at = (uint64_t)((unsigned __int128)hash * n >> 64);
    for (int i = 0; i < 2; i++) {
        bool ahead = hash > v[at];
        uint64_t off = (uint64_t)((unsigned __int128)(ahead ? hash - v[at] : v[at] - hash) * n >> 64);
        if (ahead)
            at = off < n - at ? at + off : n - 1;
        else
            at = off < at ? at - off : 0;
    }
    return at;
}

// The first entry with at least this hash. From the guess on the range is doubled until it holds the answer:
// never worse than a binary search, however odd the array.
static uint64_t lower_bound(const struct message_keys *base, uint64_t hash)
{
    const uint64_t *v = base->hash;
    uint64_t n = base->n;
    if (!n)
        return 0;
    uint64_t guess = guess_place(v, n, hash), lo, hi, step = 4;
    if (v[guess] < hash) { // the answer lies in (lo, hi]
        lo = guess;
        hi = guess + step;
        while (hi < n && v[hi] < hash) {
            lo = hi;
            step *= 2;
            hi += step;
        }
        hi = hi < n ? hi : n;
        lo++;
    } else {
        hi = guess;
        lo = guess > step ? guess - step : 0;
        while (lo > 0 && v[lo] >= hash) {
            hi = lo;
            step *= 2;
            lo = lo > step ? lo - step : 0;
        }
    }
    while (lo < hi) {
        uint64_t mid = lo + (hi - lo) / 2;
        if (v[mid] < hash)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

struct keys_cursor keys_find(const struct keys *keys, uint64_t hash)
{
    return (struct keys_cursor){keys, hash, lower_bound(&keys->base, hash), place(keys, hash)};
}

uint32_t keys_next(struct keys_cursor *cursor)
{
    const struct keys *keys = cursor->keys;
    if (cursor->base_at < keys->base.n && keys->base.hash[cursor->base_at] == cursor->hash)
        return keys->base.row[cursor->base_at++];
    while (keys->row[cursor->at]) {
        uint64_t at = cursor->at;
        cursor->at = (at + 1) & keys->mask;
        if (keys->hash[at] == cursor->hash)
            return keys->row[at];
    }
    return 0;
}

static int by_hash(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

static void sort_bucket(struct key *v, uint64_t n)
{
    enum { SMALL = 24 };
    if (n > SMALL) {
        qsort(v, n, sizeof *v, by_hash);
        return;
    }
    for (uint64_t i = 1; i < n; i++) {
        struct key key = v[i];
        uint64_t at = i;
        for (; at > 0 && by_hash(&v[at - 1], &key) > 0; at--)
            v[at] = v[at - 1];
        v[at] = key;
    }
}

// Sorts by the highest bits into buckets of a few entries, then each bucket.
static struct key *sorted(const struct key *v, uint64_t n)
{
    unsigned bits = 1;
    while (bits < 24 && n >> bits > 4)
        bits++;
    uint64_t buckets = 1ull << bits;
    uint64_t *end = mem_zero(buckets + 1, sizeof *end);
    struct key *out = mem_alloc(n * sizeof *out);
    for (uint64_t i = 0; i < n; i++)
        end[(v[i].hash >> (64 - bits)) + 1]++;
    for (uint64_t i = 1; i <= buckets; i++)
        end[i] += end[i - 1];
    for (uint64_t i = 0; i < n; i++)
        out[end[v[i].hash >> (64 - bits)]++] = v[i];
    for (uint64_t i = 0, from = 0; i < buckets; from = end[i++])
        sort_bucket(out + from, end[i] - from);
    free(end);
    return out;
}

void keys_merge(const struct message_keys *base, const struct key *added, uint64_t n, uint64_t **ret_hash,
        uint32_t **ret_row)
{
    struct key *v = sorted(added, n);
    uint64_t n_base = base ? base->n : 0, all = n_base + n;
    uint64_t *hash = mem_alloc(all * sizeof *hash);
    uint32_t *row = mem_alloc(all * sizeof *row);
    for (uint64_t i = 0, a = 0, b = 0; i < all; i++) {
        bool from_base = b < n_base && (a == n || base->hash[b] <= v[a].hash);
        hash[i] = from_base ? base->hash[b] : v[a].hash;
        row[i] = from_base ? base->row[b++] : v[a++].row;
    }
    free(v);
    *ret_hash = hash;
    *ret_row = row;
}
