// The tail merged into older columns gives what a build from all rows gives.
#include "app/event/feed.h"
#include "app/event/tail.h"
#include "base/mem.h"
#include "support/data_help.h"
#include "support/store_help.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    struct arena *arena;
    char folder[200], data[220];
    const char *cache, *file;
    struct err err;
};

static int set_up(void **state)
{
    struct arena *arena = arena_new();
    struct fixture *f = ARENA_NEW(arena, struct fixture);
    f->arena = arena;
    snprintf(f->folder, sizeof f->folder, "%s", help_folder().p);
    snprintf(f->data, sizeof f->data, "%s/data", f->folder);
    f->cache = help_path(arena, f->data, DATA_CACHE);
    f->file = help_path(arena, f->folder, "in.ndjson");
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    help_remove(f->folder);
    arena_free(f->arena);
    return 0;
}

static int by_row(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct key));
}

static struct key *keys_of(const struct cache_contents *c)
{
    struct key *v = mem_zero(c->n_messages + 1, sizeof *v);
    for (uint64_t i = 0; i < c->n_messages; i++) {
        v[i].hash = c->message_hash[i];
        v[i].row = c->message_row[i];
        assert_true(!i || c->message_hash[i - 1] <= c->message_hash[i]);
    }
    qsort(v, c->n_messages, sizeof *v, by_row);
    return v;
}

static void must_agree(const struct cache_contents *a, const struct cache_contents *b)
{
    struct buf x = {0}, y = {0};
    help_columns(&a->columns, true, &x);
    help_columns(&b->columns, true, &y);
    if (!str_eq(buf_str(&x), buf_str(&y)))
        fail_msg("merged:\n%.*s\nbuilt:\n%.*s", (int)x.n, x.p, (int)y.n, y.p);
    assert_int_equal(a->n_ids, b->n_ids);
    assert_memory_equal(a->role, b->role, a->n_ids);
    for (uint32_t i = 0; i < a->n_ids; i++) {
        assert_true((a->member[i] == NO_INDEX) == (b->member[i] == NO_INDEX));
        if (a->member[i] != NO_INDEX) {
            assert_true(
                    str_eq(columns_name(&a->columns, a->member[i]), columns_name(&b->columns, b->member[i])));
            assert_int_equal(a->columns.owner[a->member[i]], b->columns.owner[b->member[i]]);
        }
    }
    // It may serve fewer moments than what was built, never more.
    assert_true(a->serves_from >= b->serves_from);
    assert_true(a->latest == b->latest);
    assert_true(a->n_messages == b->n_messages);
    struct key *k = keys_of(a), *l = keys_of(b);
    assert_memory_equal(k, l, a->n_messages * sizeof *k);
    free(k);
    free(l);
    buf_free(&x);
    buf_free(&y);
}

// Also written to a file and read again, it is accepted and says the same.
static void must_survive_the_file(struct fixture *f, const struct cache_contents *contents)
{
    struct cache *cache;
    const char *path = help_path(f->arena, f->folder, "copy.cache");
    if (!cache_write(path, contents, &f->err) || !cache_open(path, &cache, &f->err))
        fail_msg("%s", f->err.message);
    assert_true(cache_check_messages(cache));
    must_agree(cache_contents(cache), contents);
    cache_close(cache);
}

static void compare(struct fixture *f, struct data *data, const struct cache_contents *base, unsigned *merges)
{
    struct tail tail;
    struct feed *feed;
    struct columns *columns;
    struct cache_contents built = {0};
    struct log_position now;
    uint32_t *member;
    bool done;
    assert_true(log_position(data_log(data), &now, &f->err));
    if (!tail_merge(data_log(data), base, now.last, true, &tail, &done, &f->err))
        fail_msg("%s", f->err.message);
    if (!done)
        return;
    ++*merges;
    assert_true(feed_new(data_log(data), &feed, &f->err) && feed_rows(feed, now.last, &f->err));
    assert_true(feed_finish(feed, INT64_MAX, &columns, &f->err));
    assert_true(feed_member(feed, &member, &built.n_ids, &f->err));
    feed_contents(feed, &built);
    built.columns = *columns;
    built.member = member;
    must_agree(&tail.contents, &built);
    must_survive_the_file(f, &tail.contents);
    columns_free(columns);
    free(member);
    feed_free(feed);
    tail_free(&tail);
}

static void merges_equal_builds(void **state)
{
    struct fixture *f = *state;
    unsigned merges = 0;
    for (uint64_t seed = 1; seed <= help_fewer(100); seed++) {
        struct rng rng = rng_seed(seed);
        struct buf base_lines = {0}, tail_lines = {0};
        unsigned people = 3 + (unsigned)rng_below(&rng, 60);
        help_init(f->data);
        help_plain_messages(&rng, (unsigned)rng_below(&rng, 200), people, &base_lines);
        help_write(f->file, buf_str(&base_lines));
        help_import(f->data, f->file);
        struct data *data = help_open(f->data, DATA_READ);
        const struct columns *columns;
        assert_true(data_columns(data, INT64_MAX, &columns, &f->err)); // writes the cache
        data_close(data);
        help_plain_messages(&rng, (unsigned)rng_below(&rng, 1 + rng_below(&rng, 200)), people, &tail_lines);
        if (seed % 10 == 0)
            buf_put(&tail_lines,
                    STR("{\"type\":\"alias\",\"userId\":\"u1\",\"previousId\":\"u2\",\"timestamp\":"
                        "\"2026-01-01\"}\n"));
        help_write(f->file, buf_str(&tail_lines));
        help_import(f->data, f->file);
        data = help_open(f->data, DATA_READ);
        struct cache *cache;
        unsigned before = merges;
        assert_true(cache_open(f->cache, &cache, &f->err));
        compare(f, data, cache_contents(cache), &merges);
        assert_true((merges > before) == (seed % 10 != 0));
        cache_close(cache);
        data_close(data);
        buf_free(&base_lines);
        buf_free(&tail_lines);
        help_remove(f->data);
    }
}

static void put_aliases(struct rng *rng, unsigned people, struct buf *out)
{
    for (uint64_t n = 1 + rng_below(rng, 5); n; n--) {
        bool browser = rng_chance(rng, 0.4);
        buf_printf(out,
                "{\"type\":\"alias\",\"userId\":\"u%u\",\"previousId\":\"%c%u\",\"messageId\":\"alias%u\","
                "\"timestamp\":\"2023-01-01\"}\n",
                (unsigned)rng_below(rng, people), browser ? 'a' : 'u', (unsigned)rng_below(rng, people),
                (unsigned)n);
    }
    if (rng_chance(rng, 0.3))
        buf_put(out, STR("{\"type\":\"unalias\",\"messageId\":\"alias1\"}\n"));
}

// Joined people in the base do not keep the tail from being merged, but for identifiers that only an alias
// knows.
static void merges_behind_aliases(void **state)
{
    struct fixture *f = *state;
    unsigned merges = 0;
    for (uint64_t seed = 1; seed <= help_fewer(150); seed++) {
        struct rng rng = rng_seed(seed);
        struct buf lines = {0};
        struct cache *cache;
        const struct columns *columns;
        unsigned people = 3 + (unsigned)rng_below(&rng, 30);
        help_init(f->data);
        help_plain_messages(&rng, 50 + (unsigned)rng_below(&rng, 200), people, &lines);
        put_aliases(&rng, people, &lines);
        help_plain_messages(&rng, (unsigned)rng_below(&rng, 50), people, &lines);
        help_write(f->file, buf_str(&lines));
        help_import(f->data, f->file);
        struct data *data = help_open(f->data, DATA_READ);
        assert_true(data_columns(data, INT64_MAX, &columns, &f->err));
        data_close(data);
        lines.n = 0;
        help_plain_messages(&rng, (unsigned)rng_below(&rng, 60), people, &lines);
        help_write(f->file, buf_str(&lines));
        help_import(f->data, f->file);
        data = help_open(f->data, DATA_READ);
        assert_true(cache_open(f->cache, &cache, &f->err));
        compare(f, data, cache_contents(cache), &merges);
        cache_close(cache);
        data_close(data);
        buf_free(&lines);
        help_remove(f->data);
    }
    assert_true(merges > help_fewer(150) / 2);
}

enum { WRITERS = 4 };

struct writer {
    const char *path;
    const struct cache_contents *contents;
    uint64_t last;
    unsigned failed;
};

// Writes a file of its own, and reads whosever stands there: always a whole one.
static void *write_and_read(void *ctx)
{
    struct writer *w = ctx;
    struct cache_contents mine = *w->contents;
    struct cache *cache;
    struct err err;
    mine.last = w->last;
    for (unsigned n = help_fewer(400); n; n--) {
        if (!cache_write(w->path, &mine, &err) || !cache_open(w->path, &cache, &err)) {
            w->failed++;
            continue;
        }
        uint64_t last = cache_contents(cache)->last;
        w->failed += !cache_check_messages(cache) || cache_contents(cache)->last != last;
        cache_close(cache);
    }
    return NULL;
}

static void writers_at_once(void **state)
{
    struct fixture *f = *state;
    struct rng rng = rng_seed(1);
    struct buf lines = {0};
    struct cache *cache;
    const struct columns *columns;
    pthread_t threads[WRITERS];
    struct writer writers[WRITERS];
    help_init(f->data);
    help_plain_messages(&rng, 200, 20, &lines);
    help_write(f->file, buf_str(&lines));
    help_import(f->data, f->file);
    struct data *data = help_open(f->data, DATA_READ);
    assert_true(data_columns(data, INT64_MAX, &columns, &f->err));
    assert_true(cache_open(f->cache, &cache, &f->err));
    for (unsigned i = 0; i < WRITERS; i++) {
        writers[i] =
                (struct writer){help_path(f->arena, f->folder, "many.cache"), cache_contents(cache), i, 0};
        assert_int_equal(pthread_create(&threads[i], NULL, write_and_read, &writers[i]), 0);
    }
    for (unsigned i = 0; i < WRITERS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(writers[i].failed, 0);
    }
    const char *path = writers[0].path, *left = help_path(f->arena, f->folder, "many.cache.abcdef.new");
    help_write(left, STR("of one who was killed"));
    assert_true(cache_remove(path, &f->err) && cache_remove(path, &f->err));
    assert_true(access(path, F_OK) != 0 && access(left, F_OK) != 0 && access(f->cache, F_OK) == 0);
    cache_close(cache);
    data_close(data);
    buf_free(&lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(merges_equal_builds, set_up, tear_down),
            cmocka_unit_test_setup_teardown(merges_behind_aliases, set_up, tear_down),
            cmocka_unit_test_setup_teardown(writers_at_once, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
