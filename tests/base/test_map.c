#include "base/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void dense_numbers_in_order_of_sight(void **state)
{
    (void)state;
    struct map *map = map_new();
    assert_int_equal(map_count(map), 0);
    assert_int_equal(map_get(map, STR("a")), MAP_NONE);
    assert_int_equal(map_intern(map, STR("a")), 0);
    assert_int_equal(map_intern(map, STR("b")), 1);
    assert_int_equal(map_intern(map, STR("a")), 0);
    assert_int_equal(map_intern(map, STR_NONE), 2); // the empty key is a key
    assert_int_equal(map_get(map, STR("")), 2);
    assert_int_equal(map_intern(map, (struct str){"a\0", 2}), 3);
    assert_int_equal(map_count(map), 4);
    assert_int_equal(map_key(map, 3).n, 2);
    map_free(map);
    map_free(NULL);
}

static void keys_are_copies_and_stay(void **state)
{
    (void)state;
    struct map *map = map_new();
    char name[20] = "first";
    map_intern(map, (struct str){name, 5});
    memset(name, 'x', sizeof name);
    struct str key = map_key(map, 0);
    for (unsigned i = 0; i < 200000; i++) {
        int n = snprintf(name, sizeof name, "key %u", i);
        assert_int_equal(map_intern(map, (struct str){name, (size_t)n}), i + 1);
    }
    assert_true(str_eq(key, STR("first")) && key.p == map_key(map, 0).p);
    for (unsigned i = 0; i < 200000; i++) {
        int n = snprintf(name, sizeof name, "key %u", i);
        assert_int_equal(map_get(map, (struct str){name, (size_t)n}), i + 1);
        assert_true(str_eq(map_key(map, i + 1), ((struct str){name, (size_t)n})));
    }
    assert_int_equal(map_get(map, STR("key 200000")), MAP_NONE);
    map_free(map);
}

// It is written into files, so it must never change. Values of the XXH3 reference for seed 0.
static void the_hash_is_xxh3(void **state)
{
    (void)state;
    assert_true(hash64(STR_NONE) == 0x2D06800538D394C2u);
    assert_true(hash64(STR("")) == hash64(STR_NONE));
    assert_true(hash64(STR("a")) != hash64(STR("b")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(dense_numbers_in_order_of_sight),
            cmocka_unit_test(keys_are_copies_and_stay),
            cmocka_unit_test(the_hash_is_xxh3),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
