#include "app/event/histories.h"

#include "app/event/feed.h"
#include "app/event/tail.h"

#include <stdlib.h>
#include <unistd.h>

// With fewer rows than this it is quicker to read their messageIds than to build a cache file for them.
enum { ROWS_WORTH_A_CACHE = 1000000 };

// The tail is merged into the file when it is larger than this part of it.
enum { TAIL_PART = 50 };

// A file is of use as it is while no more came behind it than this part of it, or so many rows.
enum { STORED_PART = 20, STORED_LEAST = 20000 };

// Columns with what belongs to them, wherever they live.
struct served {
    const struct columns *columns;
    const uint32_t *member;
    const uint8_t *role; // NULL: of a moment in the past
    uint32_t n_ids;
    int64_t from;          // they serve every moment from here on
    bool aliases;          // there are rows that are aliases or end one
    struct cache *cache;   // they live here,
    struct columns *heap;  // or here,
    uint32_t *heap_member; // and here
    uint8_t *heap_role;
};

struct histories {
    struct store *store;
    struct log *log;
    const char *path;
    uint8_t uuid[16];
    struct log_position position; // that `all` and `past` are true for
    struct served all, past;      // of everything; of the moment past_at
    int64_t past_at;
    const struct served *last; // what histories_at gave last
    struct cache *keys;        // the log looks messageIds up in it
};

struct histories *histories_new(struct store *store, struct log *log, const char *cache, const uint8_t *uuid)
{
    struct histories *h = mem_zero(1, sizeof *h);
    h->store = store;
    h->log = log;
    h->path = cache;
    memcpy(h->uuid, uuid, sizeof h->uuid);
    return h;
}

static void drop(struct served *s)
{
    cache_close(s->cache);
    columns_free(s->heap);
    free(s->heap_member);
    free(s->heap_role);
    *s = (struct served){0};
}

void histories_free(struct histories *h)
{
    if (!h)
        return;
    drop(&h->all);
    drop(&h->past);
    cache_close(h->keys);
    free(h);
}

void histories_rest(const struct histories *h)
{
    cache_rest(h->all.cache);
    cache_rest(h->keys);
}

// Opens the cache file if it was made from this log as it is now or was before.
static bool open_cache(struct histories *h, const struct log_position *now, struct cache **ret,
        enum cache_state *ret_state, struct err *err)
{
    struct cache *cache;
    struct err why;
    uint64_t hash = 0;
    *ret_state = CACHE_NONE;
    if (!cache_open(h->path, &cache, &why)) {
        if (why.code != ERR_NOT_FOUND)
            *ret_state = CACHE_USELESS;
        return true;
    }
    const struct cache_contents *c = cache_contents(cache);
    bool fits = memcmp(c->store, h->uuid, sizeof h->uuid) == 0 && c->epoch == now->epoch &&
                c->last <= (uint64_t)now->last;
    if (fits && !log_row_hash(h->log, (int64_t)c->last, &hash, err)) {
        cache_close(cache);
        return false;
    }
    if (!fits || hash != c->last_hash) {
        *ret_state = CACHE_USELESS;
        cache_close(cache);
        return true;
    }
    *ret_state = c->last == (uint64_t)now->last ? CACHE_TRUE : CACHE_BEHIND;
    *ret = cache;
    return true;
}

static void serve_cache(struct histories *h, struct cache *cache, const struct log_position *now)
{
    const struct cache_contents *c = cache_contents(cache);
    h->all = (struct served){.columns = &c->columns,
            .member = c->member,
            .role = c->role,
            .n_ids = c->n_ids,
            .from = c->serves_from,
            .aliases = c->aliases > 0,
            .cache = cache};
    h->position = *now;
}

static void serve_heap(
        struct served *s, struct columns *columns, uint32_t *member, uint32_t n_ids, int64_t from)
{
    *s = (struct served){.columns = columns,
            .member = member,
            .n_ids = n_ids,
            .from = from,
            .heap = columns,
            .heap_member = member};
}

static void serve_roles(struct served *s, const struct cache_contents *contents)
{
    s->heap_role = mem_alloc((size_t)contents->n_ids + 1);
    if (contents->n_ids)
        memcpy(s->heap_role, contents->role, contents->n_ids);
    s->role = s->heap_role;
    s->aliases = contents->aliases > 0;
}

// Writes what was built to the cache file and serves it from there; from memory if it cannot be written.
static void keep(struct histories *h, struct cache_contents *contents, struct columns *columns,
        uint32_t *member, const struct log_position *now)
{
    struct cache *cache = NULL;
    memcpy(contents->store, h->uuid, sizeof contents->store);
    contents->epoch = now->epoch;
    contents->last = (uint64_t)now->last;
    contents->last_hash = now->hash;
    contents->columns = *columns;
    contents->member = member;
    if (!cache_write(h->path, contents, NULL) || !cache_open(h->path, &cache, NULL)) {
        serve_heap(&h->all, columns, member, contents->n_ids, contents->serves_from);
        serve_roles(&h->all, contents);
        h->position = *now;
        return;
    }
    columns_free(columns);
    free(member);
    // Another process may have put a newer file there meanwhile.
    if (cache_contents(cache)->last == contents->last && cache_contents(cache)->last_hash == now->hash)
        serve_cache(h, cache, now);
    else
        cache_close(cache);
}

// From all rows: columns of everything with time <= at, and whose each identifier is.
static bool build(struct histories *h, const struct log_position *now, int64_t at, struct feed **ret_feed,
        struct columns **ret, uint32_t **ret_member, uint32_t *ret_n_ids, struct err *err)
{
    struct feed *feed;
    struct columns *columns = NULL;
    if (!feed_new(h->log, &feed, err))
        return false;
    if (!feed_rows(feed, now->last, err) || !feed_finish(feed, at, &columns, err) ||
            !feed_member(feed, ret_member, ret_n_ids, err)) {
        columns_free(columns);
        feed_free(feed);
        return false;
    }
    *ret = columns;
    *ret_feed = feed;
    return true;
}

static bool build_all(struct histories *h, const struct log_position *now, struct err *err)
{
    struct feed *feed;
    struct columns *columns;
    struct cache_contents contents = {0};
    uint32_t *member;
    if (!build(h, now, INT64_MAX, &feed, &columns, &member, &contents.n_ids, err))
        return false;
    feed_contents(feed, &contents);
    keep(h, &contents, columns, member, now);
    feed_free(feed);
    return true;
}

// The cache file and the rows behind it, in memory or in a new file. *ret_done false: it takes more than
// that. Takes the cache over.
static bool add_tail(struct histories *h, struct cache *cache, const struct log_position *now, bool *ret_done,
        struct err *err)
{
    const struct cache_contents *base = cache_contents(cache);
    int64_t behind = now->last - (int64_t)base->last;
    bool keep_it = behind > (int64_t)base->columns.n_events / TAIL_PART;
    struct tail tail;
    *ret_done = false;
    // What is damaged must not get good checksums in the next file.
    bool ok = true;
    if (!keep_it || cache_check_messages(cache))
        ok = tail_merge(h->log, base, now->last, keep_it, &tail, ret_done, err);
    if (ok && *ret_done) {
        if (keep_it)
            keep(h, &tail.contents, tail.columns, tail.member, now);
        else {
            serve_heap(&h->all, tail.columns, tail.member, tail.contents.n_ids, tail.contents.serves_from);
            serve_roles(&h->all, &tail.contents);
        }
        h->position = *now;
        tail.columns = NULL;
        tail.member = NULL;
        tail_free(&tail);
    }
    cache_close(cache);
    return ok;
}

static bool same(const struct log_position *a, const struct log_position *b)
{
    return a->last == b->last && a->epoch == b->epoch && a->hash == b->hash;
}

// Makes h->all true for the log as it is now.
static bool bring_up_to_date(struct histories *h, struct err *err)
{
    struct log_position now;
    struct cache *cache = NULL;
    enum cache_state state;
    if (!log_position(h->log, &now, err))
        return false;
    if (h->all.columns && same(&now, &h->position))
        return true;
    drop(&h->all);
    drop(&h->past);
    h->last = NULL;
    if (!open_cache(h, &now, &cache, &state, err))
        return false;
    if (state == CACHE_TRUE) {
        serve_cache(h, cache, &now);
        return true;
    }
    bool done = false;
    if (cache && !add_tail(h, cache, &now, &done, err))
        return false;
    if (h->all.columns)
        return true;
    // At most once more, if another process replaced the file right behind us.
    return build_all(h, &now, err) && (h->all.columns || build_all(h, &now, err));
}

static bool serve(struct histories *h, int64_t at, struct err *err)
{
    struct feed *feed;
    struct columns *columns;
    uint32_t *member, n_ids;
    if (!bring_up_to_date(h, err))
        return false;
    if (at >= h->all.from) {
        h->last = &h->all;
        return true;
    }
    if (!h->past.columns || h->past_at != at) {
        if (h->last == &h->past)
            h->last = NULL;
        drop(&h->past);
        if (!build(h, &h->position, at, &feed, &columns, &member, &n_ids, err))
            return false;
        feed_free(feed);
        serve_heap(&h->past, columns, member, n_ids, at);
        h->past_at = at;
    }
    h->last = &h->past;
    return true;
}

bool histories_at(struct histories *h, int64_t at, const struct columns **ret, struct err *err)
{
    if (!store_begin_read(h->store, err))
        return false;
    bool ok = serve(h, at, err);
    store_rollback(h->store);
    if (ok)
        *ret = h->last->columns;
    return ok;
}

bool histories_contact(struct histories *h, struct str id, uint32_t *ret, struct err *err)
{
    int64_t number;
    if (!log_contact(h->log, id, &number, err))
        return false;
    bool known = h->last && number > 0 && number < h->last->n_ids;
    *ret = known ? h->last->member[number] : NO_INDEX;
    return true;
}

bool histories_stored(struct histories *h, const struct columns **ret, struct err *err)
{
    struct log_position now;
    struct cache *cache = NULL;
    enum cache_state state;
    if (!store_begin_read(h->store, err))
        return false;
    bool ok = log_position(h->log, &now, err) && open_cache(h, &now, &cache, &state, err);
    store_rollback(h->store);
    if (!ok || !cache)
        return ok;
    const struct cache_contents *c = cache_contents(cache);
    uint64_t most = c->columns.n_events / STORED_PART;
    if ((uint64_t)now.last - c->last > (most > STORED_LEAST ? most : STORED_LEAST)) {
        cache_close(cache);
        return true;
    }
    drop(&h->all);
    drop(&h->past);
    serve_cache(h, cache, &(struct log_position){(int64_t)c->last, c->epoch, c->last_hash});
    h->last = &h->all;
    *ret = h->all.columns;
    return true;
}

bool histories_identifiers(struct histories *h, struct identifiers *ret)
{
    if (!h->last || !h->last->role)
        return false;
    *ret = (struct identifiers){h->last->n_ids, h->last->member, h->last->role, h->position.last,
            h->position.epoch, h->last->aliases};
    return true;
}

// A cache file to look messageIds up in, or NULL.
static bool open_keys(struct histories *h, struct cache **ret, struct err *err)
{
    struct log_position now;
    enum cache_state state;
    *ret = NULL;
    if (!log_position(h->log, &now, err) || !open_cache(h, &now, ret, &state, err))
        return false;
    if (*ret && !cache_check_messages(*ret)) {
        cache_close(*ret);
        *ret = NULL;
        unlink(h->path);
    }
    if (*ret || now.last < ROWS_WORTH_A_CACHE)
        return true;
    if (!bring_up_to_date(h, err) || !open_cache(h, &now, ret, &state, err))
        return false;
    return true;
}

bool histories_prepare_log(struct histories *h, struct err *err)
{
    if (!store_begin_read(h->store, err))
        return false;
    struct message_keys keys = {0};
    int64_t last = 0;
    struct cache *old = h->keys;
    h->keys = NULL;
    bool ok = open_keys(h, &h->keys, err);
    if (ok && h->keys) {
        const struct cache_contents *c = cache_contents(h->keys);
        keys = (struct message_keys){c->n_messages, c->message_hash, c->message_row};
        last = (int64_t)c->last;
    }
    if (ok) {
        ok = log_dedupe_base(h->log, &keys, last, err);
        cache_close(old);
    } else {
        h->keys = old;
    }
    store_rollback(h->store);
    return ok;
}

bool histories_rebuild(struct histories *h, uint64_t *ret_events, struct err *err)
{
    const struct columns *columns;
    drop(&h->all);
    drop(&h->past);
    h->last = NULL;
    if (!cache_remove(h->path, err) || !histories_at(h, INT64_MAX, &columns, err))
        return false;
    *ret_events = columns->n_events;
    return h->all.cache != NULL ||
           err_set(err, ERR_IO, "cannot write %s: every command has to read all rows", h->path);
}

bool histories_cache_state(struct histories *h, enum cache_state *ret, int64_t *ret_behind, struct err *err)
{
    struct log_position now;
    struct cache *cache = NULL;
    if (!log_position(h->log, &now, err) || !open_cache(h, &now, &cache, ret, err))
        return false;
    *ret_behind = cache ? now.last - (int64_t)cache_contents(cache)->last : now.last;
    cache_close(cache);
    return true;
}
