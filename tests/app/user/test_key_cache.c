// Keys in memory: many threads ask while the table changes.
#include "support/data_help.h"

#include "app/user/key_cache.h"
#include "app/user/password.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

#include <cmocka.h>

enum { THREADS = 3, ROUNDS = 60 };

struct fixture {
    struct arena *arena;
    char folder[220];
    struct data *data, *reader;
    struct key_cache *cache;
    struct secret_hash kept;
    _Atomic bool end;
    _Atomic int asked, wrong;
    struct err err;
};

static int set_up(void **state)
{
    struct arena *arena = arena_new();
    struct fixture *f = ARENA_NEW(arena, struct fixture);
    f->arena = arena;
    snprintf(f->folder, sizeof f->folder, "%s/data", help_folder().p);
    help_init(f->folder);
    f->data = help_open(f->folder, DATA_BESIDE);
    f->reader = help_open(f->folder, DATA_READ);
    f->cache = key_cache_new();
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    key_cache_free(f->cache);
    data_close(f->data);
    data_close(f->reader);
    *strrchr(f->folder, '/') = '\0';
    help_remove(f->folder);
    arena_free(f->arena);
    return 0;
}

static struct key make(struct fixture *f, const char *scope, struct secret_hash *ret)
{
    struct writing w = {.store = data_store(f->data), .arena = f->arena, .now = NOW};
    struct key key = {.name = STR("x"), .scope = str_of(scope)};
    struct str secret;
    assert_true(store_begin_write(w.store, &f->err));
    assert_true(key_add(&w, NULL, &key, &secret, &f->err) && store_commit(w.store, &f->err));
    *ret = secret_hash(secret);
    return key;
}

static void revoke(struct fixture *f, struct str id)
{
    struct writing w = {.store = data_store(f->data), .arena = f->arena, .now = NOW};
    assert_true(store_begin_write(w.store, &f->err));
    assert_true(key_revoke(&w, NULL, id, &f->err) && store_commit(w.store, &f->err));
}

static void refresh(struct fixture *f, bool always)
{
    assert_true(key_cache_refresh(f->cache, data_store(f->reader), always, &f->err));
}

static void changes_are_seen(void **state)
{
    struct fixture *f = *state;
    struct secret_hash capture, reading, unknown = {{1}};
    struct key found;
    refresh(f, false);
    struct key key = make(f, "capture", &capture);
    make(f, "read", &reading);
    assert_false(key_cache_may_capture(f->cache, &capture, NOW)); // not yet looked
    refresh(f, false);
    assert_true(key_cache_may_capture(f->cache, &capture, NOW));
    assert_false(key_cache_may_capture(f->cache, &reading, NOW));
    assert_false(key_cache_may_capture(f->cache, &unknown, NOW));
    assert_true(key_cache_find(f->cache, &reading, NOW, f->arena, &found));
    assert_true(str_eq(found.scope, STR("read")));
    revoke(f, key.id);
    refresh(f, false);
    assert_false(key_cache_may_capture(f->cache, &capture, NOW));
    assert_true(key_cache_find(f->cache, &reading, NOW, f->arena, NULL));
}

static int64_t used(struct fixture *f, struct str id)
{
    struct key key;
    assert_true(key_by_id(data_store(f->reader), f->arena, id, &key, &f->err));
    return key.used;
}

static void write_uses(struct fixture *f)
{
    struct writing w = {.store = data_store(f->data), .arena = f->arena, .now = NOW};
    assert_true(store_begin_write(w.store, &f->err));
    assert_true(key_cache_write(f->cache, &w, &f->err) && store_commit(w.store, &f->err));
}

static void uses_are_written_once_a_minute(void **state)
{
    struct fixture *f = *state;
    struct secret_hash hash;
    struct key key = make(f, "capture", &hash);
    refresh(f, false);
    assert_false(key_cache_due(f->cache));
    assert_true(key_cache_may_capture(f->cache, &hash, NOW));
    assert_true(key_cache_due(f->cache));
    write_uses(f);
    assert_int_equal(used(f, key.id), NOW);
    assert_true(key_cache_may_capture(f->cache, &hash, NOW + 59));
    assert_false(key_cache_due(f->cache));
    refresh(f, true); // forgets nothing
    assert_true(key_cache_may_capture(f->cache, &hash, NOW + 10));
    assert_false(key_cache_due(f->cache));
    assert_true(key_cache_may_capture(f->cache, &hash, NOW + 60));
    assert_true(key_cache_due(f->cache));
    write_uses(f);
    assert_int_equal(used(f, key.id), NOW + 60);
}

static void *ask(void *arg)
{
    struct fixture *f = arg;
    struct arena *arena = arena_new();
    struct secret_hash unknown = {{7}};
    struct key key;
    for (int64_t now = NOW; !atomic_load(&f->end); now++) {
        bool right = key_cache_may_capture(f->cache, &f->kept, now) &&
                     key_cache_find(f->cache, &f->kept, now, arena, &key) &&
                     str_eq(key.scope, STR("write")) && !key_cache_may_capture(f->cache, &unknown, now);
        atomic_fetch_add(&f->asked, 1);
        atomic_fetch_add(&f->wrong, !right);
        arena_reset(arena);
    }
    arena_free(arena);
    return NULL;
}

static void many_threads(void **state)
{
    struct fixture *f = *state;
    pthread_t threads[THREADS];
    struct secret_hash hash;
    make(f, "write", &f->kept);
    refresh(f, false);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask, f), 0);
    for (int i = 0; i < ROUNDS; i++) {
        struct key key = make(f, "capture", &hash);
        refresh(f, false);
        if (key_cache_due(f->cache))
            write_uses(f);
        assert_true(key_cache_may_capture(f->cache, &hash, NOW));
        revoke(f, key.id);
        refresh(f, i & 1);
        assert_false(key_cache_may_capture(f->cache, &hash, NOW));
    }
    atomic_store(&f->end, true);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_true(atomic_load(&f->asked) > ROUNDS);
    assert_int_equal(atomic_load(&f->wrong), 0);
}

static void *hash_one(void *gate)
{
    char hash[PASSWORD_HASH];
    struct err err;
    return password_hash(gate, STR("some password"), hash, &err) ? gate : NULL;
}

// At most two compute at once; the others wait, and none is lost.
static void the_gate(void **state)
{
    (void)state;
    struct gate *gate = gate_new();
    pthread_t threads[8];
    for (int i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hash_one, gate), 0);
    for (int i = 0; i < 8; i++) {
        void *done;
        pthread_join(threads[i], &done);
        assert_ptr_equal(done, gate);
    }
    gate_free(gate);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {TEST(changes_are_seen), TEST(uses_are_written_once_a_minute),
            TEST(many_threads), cmocka_unit_test(the_gate)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
