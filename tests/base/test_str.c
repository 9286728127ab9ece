#include "base/err.h"
#include "base/rng.h"
#include "base/str.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void comparing(void **state)
{
    (void)state;
    assert_true(str_eq(STR_NONE, STR("")));
    assert_true(str_eq(STR("ab"), STR("ab")));
    assert_false(str_eq(STR("ab"), STR("abc")));
    assert_true(str_cmp(STR("a"), STR("ab")) < 0);
    assert_true(str_cmp(STR("b"), STR("ab")) > 0);
    assert_true(str_cmp(STR("é"), STR("z")) > 0); // bytes, unsigned
    assert_int_equal(str_cmp(STR_NONE, STR("")), 0);
    assert_true(str_starts(STR("abc"), STR("ab")) && str_starts(STR("abc"), STR_NONE));
    assert_false(str_starts(STR("a"), STR("ab")));
    assert_true(str_ends(STR("abc"), STR("bc")) && str_ends(STR_NONE, STR_NONE));
    assert_false(str_ends(STR("c"), STR("bc")));
    assert_true(str_eq_nocase(STR("AbZ["), STR("aBz[")));
    assert_false(str_eq_nocase(STR("a["), STR("a{"))); // they differ by the same bit as letters do
    assert_false(str_eq_nocase(STR("É"), STR("é")));
    assert_false(str_eq_nocase(STR("a"), STR("ab")));
}

static void parts(void **state)
{
    (void)state;
    assert_true(str_eq(str_trim(STR(" \t\r\n\v\f a b ")), STR("a b")));
    assert_int_equal(str_trim(STR("  \n")).n, 0);
    assert_int_equal(str_trim(STR_NONE).n, 0);
    assert_int_equal(str_find(STR("abc"), 'c'), 2);
    assert_int_equal(str_find(STR("abc"), 'x'), 3);
    assert_int_equal(str_find(STR_NONE, 'x'), 0);
    assert_true(str_eq(str_sub(STR("abcd"), 1, 3), STR("bc")));
    assert_null(str_sub(STR_NONE, 0, 0).p);
    assert_int_equal(str_of(NULL).n, 0);
}

static void distances(void **state)
{
    (void)state;
    assert_int_equal(str_distance(STR("kitten"), STR("sitting"), 9), 3);
    assert_int_equal(str_distance(STR("kitten"), STR("sitting"), 2), 3); // more than 2
    assert_int_equal(str_distance(STR("abc"), STR("abc"), 0), 0);
    assert_int_equal(str_distance(STR_NONE, STR("abc"), 9), 3);
    assert_int_equal(str_distance(STR("abc"), STR_NONE, 9), 3);
    assert_int_equal(str_distance(STR_NONE, STR_NONE, 9), 0);
    assert_int_equal(str_distance(STR("email.replyed"), STR("email.replied"), 3), 1);
    char long_text[65];
    memset(long_text, 'a', sizeof long_text);
    assert_int_equal(str_distance((struct str){long_text, 64}, (struct str){long_text, 64}, 3), 0);
    assert_int_equal(str_distance((struct str){long_text, 65}, (struct str){long_text, 64}, 3), 4);
}

// The plain recursive definition, for short words.
static unsigned distance(struct str a, struct str b)
{
    if (!a.n || !b.n)
        return (unsigned)(a.n + b.n);
    unsigned change = distance(str_sub(a, 1, a.n), str_sub(b, 1, b.n)) + (a.p[0] != b.p[0]);
    unsigned cut = distance(str_sub(a, 1, a.n), b) + 1, add = distance(a, str_sub(b, 1, b.n)) + 1;
    unsigned least = change < cut ? change : cut;
    return least < add ? least : add;
}

static void distances_of_random_words(void **state)
{
    (void)state;
    struct rng rng = rng_seed(4);
    for (int i = 0; i < 2000; i++) {
        char x[6], y[6];
        struct str a = {x, rng_below(&rng, 6)}, b = {y, rng_below(&rng, 6)};
        for (unsigned k = 0; k < 6; k++) {
            x[k] = (char)rng_range(&rng, 'a', 'c');
            y[k] = (char)rng_range(&rng, 'a', 'c');
        }
        assert_int_equal(str_distance(a, b, 9), distance(a, b));
    }
}

static void errors(void **state)
{
    (void)state;
    struct err err = {0};
    char large[2000];
    assert_int_equal(err_exit_status(&err), 0);
    assert_false(err_set(&err, ERR_USAGE, "no %s", "file"));
    assert_string_equal(err.message, "no file");
    assert_int_equal(err_exit_status(&err), 2);
    errno = ENOENT;
    assert_false(err_errno(&err, ERR_IO, "cannot open %s", "x"));
    assert_string_equal(err.message, "cannot open x: No such file or directory");
    assert_int_equal(err_exit_status(&err), 1);
    assert_false(err_set(NULL, ERR_IO, "nobody asks"));
    assert_false(err_errno(NULL, ERR_IO, "nobody asks"));
    memset(large, 'x', sizeof large - 1);
    large[sizeof large - 1] = '\0';
    assert_false(err_set(&err, ERR_IO, "%s", large));
    assert_int_equal(strlen(err.message), sizeof err.message - 1);
    assert_false(err_errno(&err, ERR_IO, "%s", large));
    assert_int_equal(strlen(err.message), sizeof err.message - 1);
}

// The first numbers of xoshiro256** seeded from 0, as its authors' program prints them: seeds in files and
// examples must mean the same for ever.
static void random_numbers_never_change(void **state)
{
    (void)state;
    struct rng rng = rng_seed(0);
    assert_true(rng_next(&rng) == 0x99EC5F36CB75F2B4u);
    assert_true(rng_next(&rng) == 0xBF6E1F784956452Au);
    assert_true(rng_next(&rng) == 0x1A5F849D4933E6E0u);
}

static void random_numbers_keep_their_bounds(void **state)
{
    (void)state;
    struct rng rng = rng_seed(5);
    unsigned seen[7] = {0}, yes = 0;
    double sum = 0;
    for (int i = 0; i < 70000; i++) {
        int64_t n = rng_range(&rng, -3, 3);
        assert_true(n >= -3 && n <= 3);
        seen[n + 3]++;
        double unit = rng_unit(&rng);
        assert_true(unit >= 0 && unit < 1);
        sum += unit;
        yes += rng_chance(&rng, 0.25);
        assert_true(rng_below(&rng, 10) < 10);
    }
    for (int i = 0; i < 7; i++)
        assert_in_range(seen[i], 9500, 10500);
    assert_in_range((unsigned)sum, 34000, 36000);
    assert_in_range(yes, 16800, 18200);
    assert_int_equal(rng_below(&rng, 1), 0);
    assert_false(rng_chance(&rng, 0));
    assert_true(rng_chance(&rng, 1));
    assert_int_equal(rng_range(&rng, INT64_MAX, INT64_MAX), INT64_MAX);
}

static void digits(void **state)
{
    int64_t n = -1;
    (void)state;
    assert_int_equal(hex_digit('0'), 0);
    assert_int_equal(hex_digit('f'), 15);
    assert_int_equal(hex_digit('F'), 15);
    assert_int_equal(hex_digit('g'), -1);
    assert_int_equal(hex_digit('@' + 32), -1); // before "a"
    assert_int_equal(base64_digit('A'), 0);
    assert_int_equal(base64_digit('9'), 61);
    assert_int_equal(base64_digit('-'), base64_digit('+'));
    assert_int_equal(base64_digit('_'), 63);
    assert_int_equal(base64_digit('='), -1);
    assert_true(str_natural(STR("007"), &n) && n == 7);
    assert_true(str_natural(STR("999999999999999999"), &n) && n == 999999999999999999);
    assert_false(str_natural(STR("1000000000000000000"), &n));
    assert_false(str_natural(STR(""), &n));
    assert_false(str_natural(STR("-1"), &n));
    assert_false(str_natural(STR("1 "), &n));
    assert_int_equal(n, 999999999999999999); // untouched on failure
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(comparing),
            cmocka_unit_test(parts),
            cmocka_unit_test(distances),
            cmocka_unit_test(distances_of_random_words),
            cmocka_unit_test(digits),
            cmocka_unit_test(errors),
            cmocka_unit_test(random_numbers_never_change),
            cmocka_unit_test(random_numbers_keep_their_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
