// The mail slices in simulated worlds of several weeks, each of its own seed (world.h): after each, nobody
// got a step twice, nobody was left out, nobody was written to who must not be, and everybody's record is
// true.
//   test_sim              40 worlds, and one of them twice
//   test_sim SEED N       N worlds from that seed on
//   test_sim SEED 1       one, told line by line
#include "sim/run.h"
#include "support/data_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static char template[200];
static uint64_t first = 1, worlds = 40;
static bool alone;

static void test_worlds(void **state)
{
    unsigned failed = 0;
    (void)state;
    for (uint64_t seed = first; seed < first + worlds; seed++) {
        struct buf faults = {0};
        if (!world_run(seed, alone, template, NULL, &faults)) {
            failed++;
            printf("seed %llu (test_sim %llu 1):\n%.*s", (unsigned long long)seed, (unsigned long long)seed,
                    (int)faults.n, faults.p);
            fflush(stdout);
        }
        buf_free(&faults);
    }
    if (failed)
        fail_msg("%u of %llu worlds failed", failed, (unsigned long long)worlds);
}

static void test_same_seed_same_world(void **state)
{
    (void)state;
    for (uint64_t seed = first; seed < first + 3; seed++) {
        struct buf a = {0}, b = {0}, faults = {0};
        world_run(seed, false, template, &a, &faults);
        world_run(seed, false, template, &b, &faults);
        assert_true(a.n > 0);
        assert_true(str_eq(buf_str(&a), buf_str(&b)));
        buf_free(&a);
        buf_free(&b);
        buf_free(&faults);
    }
}

static int setup(void **state)
{
    (void)state;
    template_make(template, sizeof template);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    help_remove(template);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_worlds),
            cmocka_unit_test(test_same_seed_same_world),
    };
    const struct CMUnitTest one[] = {cmocka_unit_test(test_worlds)};
    if (argc > 1)
        first = strtoull(argv[1], NULL, 10);
    if (argc > 2)
        worlds = strtoull(argv[2], NULL, 10);
    alone = argc > 2 && worlds == 1;
    return argc > 1 ? cmocka_run_group_tests(one, setup, teardown)
                    : cmocka_run_group_tests(tests, setup, teardown);
}
