// Intervals that may be looked at any time: how often they are wrong when one looks after every single mail.
#include "app/campaign/act.h"
#include "app/campaign/sure.h"
#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { RUNS = 300, MAILS = 1500 };

static void test_known(void **state)
{
    double from, to;
    (void)state;
    sure_interval(0, 0, 0.05, &from, &to);
    assert_true(from == 0 && to == 1);
    sure_interval(0, 100, 0.05, &from, &to);
    // (1 - p)^100 = alpha / 101
    assert_true(from == 0 && to > 0.0732 && to < 0.0734);
    sure_interval(100, 100, 0.05, &from, &to);
    assert_true(to == 1 && from > 0.926 && from < 0.927);
    sure_interval(50, 100, 0.05, &from, &to);
    assert_true(from > 0.32 && from < 0.36 && to > 0.64 && to < 0.68);
}

// The share of runs in which the true rate was outside at any moment: at most alpha. Fixed intervals of the
// same confidence would fail this by far.
static void test_coverage(void **state)
{
    static const double RATES[] = {0.01, 0.1, 0.5};
    struct rng rng = rng_seed(20260301);
    (void)state;
    for (unsigned r = 0; r < 3; r++) {
        unsigned wrong = 0;
        for (unsigned run = 0; run < RUNS; run++) {
            int64_t k = 0;
            bool outside = false;
            for (int64_t n = 1; n <= MAILS && !outside; n++) {
                double from, to;
                k += (double)rng_below(&rng, 1000000) < RATES[r] * 1e6;
                if (n > 20 && n % 3) // each third look beyond the first twenty is enough
                    continue;
                sure_interval(k, n, 0.1, &from, &to);
                outside = RATES[r] < from || RATES[r] > to;
            }
            wrong += outside;
        }
        if (wrong > RUNS / 10)
            fail_msg("rate %g: wrong in %u of %d runs", RATES[r], wrong, RUNS);
    }
}

// Equal variants: nobody is called better, in nearly all runs; very different ones: the better one, in all.
static void test_leading(void **state)
{
    struct rng rng = rng_seed(7);
    unsigned called = 0;
    (void)state;
    for (unsigned run = 0; run < 100; run++) {
        int64_t k[2] = {0, 0}, n[2] = {0, 0}, l[2] = {0, 0};
        bool equal = false;
        for (unsigned i = 0; i < MAILS; i++) {
            unsigned v = i % 2;
            n[v]++;
            k[v] += rng_below(&rng, 10) == 0;
            l[v] += rng_below(&rng, 10) < (v ? 4 : 1);
            equal |= i % 10 == 0 && sure_leading(k, n, 2, 0.05) >= 0;
        }
        called += equal;
        assert_int_equal(sure_leading(l, n, 2, 0.05), 1);
    }
    assert_true(called <= 5);
    int64_t one[1] = {5}, of[1] = {5};
    assert_int_equal(sure_leading(one, of, 1, 0.05), -1);
}

static void test_split(void **state)
{
    struct arena *arena = arena_new();
    struct json *json;
    struct err err;
    unsigned counts[3] = {0}, held = 0, same = 0;
    (void)state;
    assert_true(json_parse(arena, STR("{\"test_percent\":50}"), &json, &err));
    struct step step = {.kind = STEP_MAIL, .number = 3, .json = json, .n_variants = 3}, other = step;
    other.number = 4;
    for (uint32_t contact = 1; contact <= 6000; contact++) {
        int v = split_variant(&step, 1, contact, 0);
        assert_int_equal(v, split_variant(&step, 1, contact, 0));
        if (v < 0)
            held++;
        else
            counts[v]++;
        same += v >= 0 && v == split_variant(&other, 1, contact, 0);
        assert_int_equal(split_variant(&step, 1, contact, 2), 1);
    }
    assert_in_range(held, 2800, 3200);
    for (unsigned v = 0; v < 3; v++)
        assert_in_range(counts[v], 900, 1100);
    assert_in_range(same, 400, 600); // a sixth: one step says nothing about another
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_known),
            cmocka_unit_test(test_coverage),
            cmocka_unit_test(test_leading),
            cmocka_unit_test(test_split),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
