// Arenas, buffers, growable arrays.
#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void allocations_are_apart_and_aligned(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    VEC(unsigned char *) blocks = {0};
    for (unsigned i = 0; i < 3000; i++) {
        unsigned char *p = arena_alloc(a, i);
        assert_int_equal((uintptr_t)p % 16, 0);
        memset(p, (int)(i % 251), i);
        vec_push(&blocks, p);
    }
    for (unsigned i = 0; i < 3000; i++)
        for (unsigned k = 0; k < i; k++)
            assert_int_equal(blocks.v[i][k], i % 251);
    char *zeroed = arena_zero(a, 1000, 3);
    for (unsigned i = 0; i < 3000; i++)
        assert_int_equal(zeroed[i], 0);
    vec_free(&blocks);
    arena_free(a);
    arena_free(NULL);
}

struct trace {
    struct arena *arena;
    char order[8];
    size_t n;
};

static void note_a(void *trace)
{
    struct trace *t = trace;
    t->order[t->n++] = 'a';
}

static void note_b_and_defer_a(void *trace)
{
    struct trace *t = trace;
    t->order[t->n++] = 'b';
    arena_defer(t->arena, note_a, t);
}

static void clean_ups_run_newest_first(void **state)
{
    (void)state;
    struct trace t = {.arena = arena_new()};
    arena_defer(t.arena, note_a, &t);
    arena_defer(t.arena, note_b_and_defer_a, &t);
    arena_reset(t.arena);
    assert_string_equal(t.order, "baa");
    arena_reset(t.arena); // each runs once
    assert_int_equal(t.n, 3);
    arena_defer(t.arena, note_a, &t);
    arena_free(t.arena);
    assert_string_equal(t.order, "baaa");
}

static void a_reset_gives_back(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    for (int i = 0; i < 1000; i++)
        arena_alloc(a, 100000);
    assert_true(arena_size(a) >= 100000000);
    arena_reset(a);
    assert_true(arena_size(a) <= 4 << 20);
    arena_alloc(a, 100 << 20);
    arena_reset(a);
    assert_true(arena_size(a) <= 4 << 20); // a huge block is not kept
    memset(arena_alloc(a, 5000), 1, 5000);
    arena_free(a);
}

static void arena_texts(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct str copy = arena_str(a, STR("abc")), none = arena_str(a, STR_NONE);
    assert_string_equal(copy.p, "abc");
    assert_string_equal(none.p, "");
    struct str printed = arena_printf(a, "%d %s", 42, "é");
    assert_string_equal(printed.p, "42 é");
    assert_int_equal(printed.n, 5);
    arena_free(a);
}

static void buffers(void **state)
{
    (void)state;
    struct buf b = {0};
    buf_put(&b, STR_NONE);
    assert_int_equal(b.n, 0);
    for (unsigned i = 0; i < 1000; i++) {
        buf_printf(&b, "%u", i % 10);
        buf_put(&b, STR(","));
        buf_char(&b, '\0');
    }
    assert_int_equal(b.n, 3000);
    assert_memory_equal(b.p, "0,\0001,\0002,", 8);
    b.n = 0;
    static const int64_t NUMBERS[] = {0, 7, -7, 1234567890123, INT64_MAX, INT64_MIN};
    for (unsigned i = 0; i < 6; i++) {
        char text[30];
        b.n = 0;
        buf_int(&b, NUMBERS[i]);
        int n = snprintf(text, sizeof text, "%lld", (long long)NUMBERS[i]);
        assert_true(str_eq(buf_str(&b), ((struct str){text, (size_t)n})));
    }
    memset(buf_room(&b, 1 << 20), 'x', 1 << 20);
    buf_free(&b);
    assert_null(b.p);
}

static void growable_arrays(void **state)
{
    (void)state;
    VEC(int) v = {0};
    for (int i = 0; i < 100000; i++)
        vec_push(&v, i);
    for (int i = 0; i < 100000; i++)
        assert_int_equal(v.v[i], i);
    vec_reserve(&v, 1000000);
    assert_true(v.cap >= 1000000 && v.n == 100000);
    vec_free(&v);
    assert_int_equal(v.cap, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(allocations_are_apart_and_aligned),
            cmocka_unit_test(clean_ups_run_newest_first),
            cmocka_unit_test(a_reset_gives_back),
            cmocka_unit_test(arena_texts),
            cmocka_unit_test(buffers),
            cmocka_unit_test(growable_arrays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
