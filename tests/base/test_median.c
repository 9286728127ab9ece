// The median against sorting.
#include "base/median.h"
#include "base/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static int ascending(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static double sorted_median(uint32_t *v, size_t n)
{
    qsort(v, n, sizeof *v, ascending);
    return n % 2 ? v[n / 2] : ((double)v[n / 2 - 1] + v[n / 2]) / 2;
}

static void test_small(void **state)
{
    (void)state;
    uint32_t one[] = {7}, two[] = {9, 4}, same[] = {3, 3, 3, 3}, down[] = {5, 4, 3, 2, 1};
    assert_true(isnan(median_u32(NULL, 0)));
    assert_true(median_u32(one, 1) == 7);
    assert_true(median_u32(two, 2) == 6.5);
    assert_true(median_u32(same, 4) == 3);
    assert_true(median_u32(down, 5) == 3);
}

static void test_random(void **state)
{
    (void)state;
    struct rng rng = rng_seed(7);
    for (unsigned round = 0; round < 2000; round++) {
        uint32_t a[64], b[64];
        size_t n = 1 + rng_below(&rng, 64);
        uint64_t range = 1 + rng_below(&rng, 100);
        for (size_t i = 0; i < n; i++)
            a[i] = b[i] = (uint32_t)rng_below(&rng, range);
        assert_true(median_u32(a, n) == sorted_median(b, n));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_small), cmocka_unit_test(test_random)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
