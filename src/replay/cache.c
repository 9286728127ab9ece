// Mapping the cache file: nothing of it is used before it was checked.
#include "replay/cache_format.h"

#include "base/arena.h"
#include "base/map.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { THREADS = 4, BLOCKS_A_THREAD = 16 };

struct cache {
    const uint8_t *image;
    size_t bytes;
    bool mapped;
    struct arena *arena; // types and columns
    struct cache_header header;
    struct cache_layout layout;
    struct cache_contents contents;
};

static bool damaged(struct err *err, const char *what)
{
    return err_set(err, ERR_CORRUPT, "the column cache is of no use: %s", what);
}

static const void *section(const struct cache *cache, enum section section)
{
    return cache->image + cache->layout.at[section];
}

// Checksums of a range of blocks.
struct range {
    const struct cache *cache;
    int part;
    uint64_t from, to;
    bool ok;
};

static uint64_t block_hash(const uint8_t *image, const struct cache_layout *layout, int part, uint64_t block)
{
    uint64_t at = layout->part_at[part] + block * CACHE_BLOCK, left = layout->part_end[part] - at;
    return hash64((struct str){(const char *)image + at, left < CACHE_BLOCK ? left : CACHE_BLOCK});
}

static void *check_range(void *arg)
{
    struct range *range = arg;
    range->ok = true;
    const struct cache *cache = range->cache;
    const uint64_t *checks = (const uint64_t *)(const void *)(cache->image + cache->layout.checks_at);
    checks += range->part ? cache->layout.blocks[0] : 0;
    for (uint64_t i = range->from; i < range->to && range->ok; i++)
        range->ok = block_hash(cache->image, &cache->layout, range->part, i) == checks[i];
    return NULL;
}

static bool blocks_hold(const struct cache *cache, int part)
{
    uint64_t blocks = cache->layout.blocks[part], threads = blocks / BLOCKS_A_THREAD;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    threads = threads < THREADS ? threads : THREADS;
    threads = cores > 0 && threads > (uint64_t)cores ? (uint64_t)cores : threads;
    struct range ranges[THREADS] = {{0}};
    pthread_t started[THREADS];
    uint64_t n_started = 0, at = 0;
    for (uint64_t i = 1; i < threads; i++) {
        ranges[n_started] = (struct range){cache, part, at, blocks * i / threads, false};
        if (pthread_create(&started[n_started], NULL, check_range, &ranges[n_started]) != 0)
            break;
        at = ranges[n_started++].to;
    }
    struct range rest = {cache, part, at, blocks, false};
    check_range(&rest);
    bool ok = rest.ok;
    for (uint64_t i = 0; i < n_started; i++) {
        pthread_join(started[i], NULL);
        ok = ok && ranges[i].ok;
    }
    return ok;
}

static bool check_header(struct cache *cache, struct err *err)
{
    struct cache_header *h = &cache->header;
    if (cache->bytes < CACHE_PAGE)
        return damaged(err, "too short");
    memcpy(h, cache->image, sizeof *h);
    if (memcmp(h->magic, CACHE_MAGIC, sizeof h->magic) != 0)
        return damaged(err, "no cache file");
    if (h->version != CACHE_VERSION || h->order != CACHE_ORDER)
        return damaged(err, "of another version or machine");
    if (h->header_hash != cache_header_hash(h) || !cache_layout(h, &cache->layout) ||
            h->file_bytes != cache->layout.file_bytes)
        return damaged(err, "its header");
    if (h->file_bytes != cache->bytes)
        return damaged(err, "cut off");
    struct str checks = {(const char *)cache->image + cache->layout.checks_at,
            (size_t)(h->file_bytes - cache->layout.checks_at)};
    if (hash64(checks) != h->checks_hash || !blocks_hold(cache, 0))
        return damaged(err, "its checksums");
    return true;
}

// Behind the checksums: what could be read out of bounds. Loops without branches, so that they cost little.

static bool ascends_u64(const uint64_t *v, uint64_t n, uint64_t first, uint64_t last, uint64_t step)
{
    unsigned wrong = v[0] != first || v[n] != last;
    for (uint64_t i = 0; i < n; i++)
        wrong |= v[i + 1] < v[i] + step || v[i] > last;
    return !wrong;
}

static bool all_below_u32(const uint32_t *v, uint64_t n, uint32_t limit, bool none_too)
{
    unsigned wrong = 0;
    if (none_too)
        for (uint64_t i = 0; i < n; i++)
            wrong |= (v[i] >= limit) & (v[i] != NO_INDEX);
    else
        for (uint64_t i = 0; i < n; i++)
            wrong |= v[i] >= limit;
    return !wrong;
}

// Over so many entries at a time, a constant number, compilers turn these into vector instructions.
enum { STRIDE = 1024 };

static uint16_t highest_u16(const uint16_t *v, uint64_t n)
{
    uint16_t highest = 0;
    uint64_t i = 0;
    for (; i + STRIDE <= n; i += STRIDE)
        for (unsigned k = 0; k < STRIDE; k++)
            highest = v[i + k] > highest ? v[i + k] : highest;
    for (; i < n; i++)
        highest = v[i] > highest ? v[i] : highest;
    return highest;
}

// How many of v[1] … v[n - 1] are less than the one before.
static uint32_t descents_u32(const uint32_t *v, uint64_t n)
{
    uint32_t descents = 0;
    uint64_t i = 1;
    for (; i + STRIDE <= n; i += STRIDE)
        for (unsigned k = 0; k < STRIDE; k++)
            descents += v[i + k] < v[i + k - 1];
    for (; i < n; i++)
        descents += v[i] < v[i - 1];
    return descents;
}

// Times go back only where a contact begins.
static bool times_ascend(const struct columns *c)
{
    enum { GROUP = 512 }; // contacts whose times the processor still holds
    uint64_t descents = 0, at_starts = 0;
    for (uint32_t from = 0, to; from < c->n_contacts; from = to) {
        to = c->n_contacts - from > GROUP ? from + GROUP : c->n_contacts;
        uint32_t first = c->off[from] - (from > 0);
        descents += descents_u32(c->time + first, c->off[to] - first);
        for (uint32_t i = from + (from == 0); i < to; i++)
            at_starts += c->time[c->off[i]] < c->time[c->off[i] - 1];
    }
    return descents == at_starts;
}

static bool check_events(const struct cache *cache)
{
    const struct columns *c = &cache->contents.columns;
    unsigned wrong = 0;
    if (c->off[0] != 0 || c->off[c->n_contacts] != c->n_events)
        return false;
    for (uint32_t i = 0; i < c->n_contacts; i++)
        wrong |= c->off[i] >= c->off[i + 1];
    return !wrong && times_ascend(c) && (!c->n_events || highest_u16(c->type, c->n_events) < c->n_types);
}

static bool check_texts(const struct cache *cache)
{
    const struct columns *c = &cache->contents.columns;
    const struct cache_header *h = &cache->header;
    if (!ascends_u64(c->value_off, c->n_values, 0, h->value_bytes, 1) ||
            !ascends_u64(c->name_off, c->n_contacts, 0, h->name_bytes, 0))
        return false;
    unsigned wrong = 0;
    for (uint32_t i = 0; i < c->n_values; i++)
        wrong |= (unsigned char)c->value_heap[c->value_off[i]] > JSON_OBJECT;
    return !wrong;
}

static bool key_of(const struct cache *cache, uint64_t at, uint32_t n, struct str *ret)
{
    if (at > cache->header.key_bytes || n > cache->header.key_bytes - at)
        return false;
    *ret = (struct str){(const char *)section(cache, SECTION_KEYS) + at, n};
    return true;
}

static bool open_types(struct cache *cache)
{
    struct columns *c = &cache->contents.columns;
    const struct cache_type *from = section(cache, SECTION_TYPES);
    if (c->n_types > UINT16_MAX)
        return false;
    struct event_type *types = ARENA_ARRAY(cache->arena, struct event_type, (size_t)c->n_types + 1);
    for (uint32_t i = 0; i < c->n_types; i++) {
        if (from[i].kind > EVENT_GROUP || from[i].direction > DIR_INTERNAL || from[i].machine > 1 ||
                !key_of(cache, from[i].name, from[i].name_n, &types[i].name))
            return false;
        types[i].kind = (enum event_kind)from[i].kind;
        types[i].direction = (enum direction)from[i].direction;
        types[i].machine = from[i].machine;
    }
    c->types = types;
    return true;
}

struct opened {
    struct str key;
    uint32_t n;
    uint64_t start;
    const uint32_t *ev, *val;
};

static bool open_column(const struct cache *cache, uint64_t i, bool fact, struct opened *ret)
{
    const struct columns *c = &cache->contents.columns;
    const struct cache_column *from = (const struct cache_column *)section(cache, SECTION_COLUMNS) + i;
    uint64_t n_cells = cache->header.n_cells;
    if (!key_of(cache, from->key, from->key_n, &ret->key) || from->start > n_cells ||
            from->n > n_cells - from->start || (fact && from->start < n_cells - cache->header.n_fact_cells))
        return false;
    ret->n = from->n;
    ret->start = from->start;
    ret->ev = (const uint32_t *)section(cache, SECTION_CELL_EV) + from->start;
    ret->val = (const uint32_t *)section(cache, SECTION_CELL_VAL) + from->start;
    unsigned wrong = ret->n && ret->ev[ret->n - 1] >= c->n_events;
    for (uint32_t j = 1; j < ret->n; j++)
        wrong |= ret->ev[j] <= ret->ev[j - 1];
    return !wrong && all_below_u32(ret->val, ret->n, c->n_values, fact);
}

static bool open_sparse(struct cache *cache, uint64_t first, uint32_t n, const struct sparse **ret)
{
    struct sparse *columns = ARENA_ARRAY(cache->arena, struct sparse, (size_t)n + 1);
    for (uint32_t i = 0; i < n; i++) {
        struct opened o;
        if (!open_column(cache, first + i, false, &o))
            return false;
        columns[i] = (struct sparse){o.key, o.n, o.ev, o.val};
    }
    *ret = columns;
    return true;
}

static bool open_facts(struct cache *cache)
{
    struct columns *c = &cache->contents.columns;
    struct fact_column *facts = ARENA_ARRAY(cache->arena, struct fact_column, (size_t)c->n_facts + 1);
    uint64_t before = cache->header.n_cells - cache->header.n_fact_cells;
    for (uint32_t i = 0; i < c->n_facts; i++) {
        struct opened o;
        if (!open_column(cache, (uint64_t)c->n_props + c->n_traits + i, true, &o))
            return false;
        const uint8_t *answer = (const uint8_t *)section(cache, SECTION_ANSWER) + (o.start - before);
        unsigned wrong = 0;
        for (uint32_t j = 0; j < o.n; j++)
            wrong |= answer[j] > ANSWER_NO;
        if (wrong)
            return false;
        facts[i] = (struct fact_column){o.key, o.n, o.ev, answer, o.val};
    }
    c->facts = facts;
    return true;
}

static void point(struct cache *cache)
{
    const struct cache_header *h = &cache->header;
    struct cache_contents *contents = &cache->contents;
    memcpy(contents->store, h->store, sizeof contents->store);
    contents->epoch = h->epoch;
    contents->last = h->last;
    contents->last_hash = h->last_hash;
    contents->serves_from = h->serves_from;
    contents->latest = h->latest;
    contents->aliases = h->aliases;
    contents->n_ids = h->n_ids;
    contents->member = section(cache, SECTION_MEMBER);
    contents->role = section(cache, SECTION_ROLE);
    contents->n_messages = h->n_messages;
    contents->message_hash = section(cache, SECTION_MESSAGE_HASH);
    contents->message_row = section(cache, SECTION_MESSAGE_ROW);
    contents->columns = (struct columns){
            .n_events = h->n_events,
            .n_contacts = h->n_contacts,
            .epoch = h->time_epoch,
            .time = section(cache, SECTION_TIME),
            .type = section(cache, SECTION_TYPE),
            .log = section(cache, SECTION_LOG),
            .off = section(cache, SECTION_OFF),
            .presence = section(cache, SECTION_PRESENCE),
            .owner = section(cache, SECTION_OWNER),
            .n_types = h->n_types,
            .n_props = h->n_props,
            .n_traits = h->n_traits,
            .n_facts = h->n_facts,
            .n_values = h->n_values,
            .value_off = section(cache, SECTION_VALUE_OFF),
            .value_heap = section(cache, SECTION_VALUES),
            .name_off = section(cache, SECTION_NAME_OFF),
            .name_heap = section(cache, SECTION_NAMES),
    };
}

static bool check_all(struct cache *cache, struct err *err)
{
    if (!check_header(cache, err))
        return false;
    point(cache);
    struct columns *c = &cache->contents.columns;
    if (!check_events(cache))
        return damaged(err, "its events");
    if (!check_texts(cache) || !open_types(cache))
        return damaged(err, "its texts");
    if (!open_sparse(cache, 0, c->n_props, &c->props) ||
            !open_sparse(cache, c->n_props, c->n_traits, &c->traits) || !open_facts(cache))
        return damaged(err, "its columns");
    if (!all_below_u32(cache->contents.member, cache->contents.n_ids, c->n_contacts, true))
        return damaged(err, "its identifiers");
    return true;
}

static bool open_image(const uint8_t *image, size_t bytes, bool mapped, struct cache **ret, struct err *err)
{
    struct cache *cache = mem_zero(1, sizeof *cache);
    cache->image = image;
    cache->bytes = bytes;
    cache->mapped = mapped;
    cache->arena = arena_new();
    if (!check_all(cache, err)) {
        cache_close(cache);
        return false;
    }
    *ret = cache;
    return true;
}

bool cache_open_image(const uint8_t *image, size_t bytes, struct cache **ret, struct err *err)
{
    return open_image(image, bytes, false, ret, err);
}

bool cache_open(const char *path, struct cache **ret, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_CORRUPT, "cannot open %s", path);
    struct stat st;
    void *image = MAP_FAILED;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size >= CACHE_PAGE)
        image = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (image == MAP_FAILED)
        return damaged(err, "too short");
    return open_image(image, (size_t)st.st_size, true, ret, err);
}

bool cache_check_messages(struct cache *cache)
{
    return blocks_hold(cache, 1);
}

const struct cache_contents *cache_contents(const struct cache *cache)
{
    return &cache->contents;
}

void cache_rest(const struct cache *cache)
{
    if (cache && cache->mapped)
        madvise((void *)(uintptr_t)cache->image, cache->bytes, MADV_DONTNEED);
}

void cache_close(struct cache *cache)
{
    if (!cache)
        return;
    if (cache->mapped)
        munmap((void *)(uintptr_t)cache->image, cache->bytes);
    arena_free(cache->arena);
    free(cache);
}

void cache_seal(uint8_t *image, size_t bytes)
{
    struct cache_header h;
    struct cache_layout layout;
    if (bytes < CACHE_PAGE)
        return;
    memcpy(&h, image, sizeof h);
    memcpy(h.magic, CACHE_MAGIC, sizeof h.magic);
    h.version = CACHE_VERSION;
    h.order = CACHE_ORDER;
    h.file_bytes = bytes;
    if (cache_layout(&h, &layout) && layout.file_bytes == bytes) {
        uint8_t *check = image + layout.checks_at;
        for (int part = 0; part < 2; part++)
            for (uint64_t i = 0; i < layout.blocks[part]; i++, check += 8) {
                uint64_t hash = block_hash(image, &layout, part, i);
                memcpy(check, &hash, sizeof hash);
            }
        h.checks_hash =
                hash64((struct str){(const char *)image + layout.checks_at, bytes - layout.checks_at});
    }
    h.header_hash = cache_header_hash(&h);
    memcpy(image, &h, sizeof h);
}
