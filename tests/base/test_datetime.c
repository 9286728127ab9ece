#include "base/datetime.h"
#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

static void accepted(void **state)
{
    static const struct {
        const char *text;
        int64_t seconds;
    } CASES[] = {
            {"1970-01-01", 0},
            {"1970-01-01T00:00:01Z", 1},
            {"2026-03-01", 1772323200},
            {"20260301", 1772323200},
            {"2026-03-01T10:00", 1772359200},
            {"2026-03-01 10:00:00", 1772359200},
            {"2026-03-01t10:00:00z", 1772359200},
            {"20260301T100000", 1772359200},
            {"2026-03-01T10:00:00.999999Z", 1772359200},
            {"2026-03-01T10:00:00,5Z", 1772359200},
            {"2026-03-01T10:00:00+02:00", 1772352000},
            {"2026-03-01T10:00:00+0200", 1772352000},
            {"2026-03-01T10:00:00+02", 1772352000},
            {"2026-03-01T10:00:00-05:30", 1772379000},
            {"2026-03-01T10:00+02:00", 1772352000},
            {"2026-03-01T10:00:00.5+02:00", 1772352000},
            {"2026-03-01T00:00:00-00:00", 1772323200},
            {"2026-02-28T24:00:00Z", 1772323200},
            {"2016-12-31T23:59:60Z", 1483228800},
            {"2024-02-29", 1709164800},
            {"2000-02-29", 951782400},
            {"1969-12-31T23:59:59.9Z", -1},
            {"0001-01-01", -62135596800},
            {"9999-12-31T23:59:59Z", 253402300799},
    };
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        int64_t seconds;
        if (!datetime_parse(str_of(CASES[i].text), &seconds))
            fail_msg("rejected: %s", CASES[i].text);
        if (seconds != CASES[i].seconds)
            fail_msg("%s became %lld", CASES[i].text, (long long)seconds);
    }
}

static void rejected(void **state)
{
    static const char *const CASES[] = {"", " ", "2026", "2026-03", "202603", "2026-3-1", "2026-13-01",
            "2026-00-10", "2026-01-00", "2026-02-29", "1900-02-29", "2026-04-31", "0000-01-01", "2026-0301",
            "202603-01", "2026/03/01", "01.03.2026", "2026-03-01T", "2026-03-01T10",
            "2026-03-01T10:", "2026-03-01T10:0", "2026-03-01T25:00", "2026-03-01T10:60",
            "2026-03-01T10:00:61", "2026-03-01T24:00:01", "2026-03-01T10:00:00.", "2026-03-01T10:00:00+",
            "2026-03-01T10:00:00+2", "2026-03-01T10:00:00+24:00", "2026-03-01T10:00:00+02:60",
            "2026-03-01T10:00:00Zx", "2026-03-01x", "2026-03-01T10:00:00 +02:00", " 2026-03-01",
            "2026-03-01 ", "-2026-03-01", "+2026-03-01", "1772323200", "now", "0001-01-01T00:00:00+02:00",
            "9999-12-31T23:59:59-01:00", "9999-12-31T24:00:00Z"};
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        int64_t seconds = 42;
        if (datetime_parse(str_of(CASES[i]), &seconds))
            fail_msg("accepted: %s", CASES[i]);
        assert_int_equal(seconds, 42);
    }
    assert_false(datetime_parse(STR_NONE, &(int64_t){0}));
}

static void assert_format(int64_t seconds, const char *expected)
{
    char text[DATETIME_SIZE];
    struct str got = datetime_format(seconds, text);
    if (!str_eq(got, str_of(expected)))
        fail_msg("%lld became %.*s", (long long)seconds, STR_ARG(got));
}

static void formats(void **state)
{
    (void)state;
    assert_format(0, "1970-01-01T00:00:00Z");
    assert_format(-1, "1969-12-31T23:59:59Z");
    assert_format(1772359200, "2026-03-01T10:00:00Z");
    assert_format(-62135596800, "0001-01-01T00:00:00Z");
    assert_format(253402300799, "9999-12-31T23:59:59Z");
    assert_format(253402300800, "+10000-01-01T00:00:00Z");
    char text[DATETIME_SIZE];
    assert_true(datetime_format(INT64_MAX, text).n < DATETIME_SIZE);
    assert_true(datetime_format(INT64_MIN, text).n < DATETIME_SIZE);
}

// Against the C library's calendar, and back.
static void ten_thousand_random_seconds(void **state)
{
    (void)state;
    struct rng rng = rng_seed(1);
    for (int i = 0; i < 10000; i++) {
        int64_t seconds = rng_range(&rng, -62135596800, 253402300799), back;
        char text[DATETIME_SIZE], theirs[80];
        struct str got = datetime_format(seconds, text);
        time_t t = (time_t)seconds;
        struct tm tm;
        gmtime_r(&t, &tm);
        snprintf(theirs, sizeof theirs, "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900, tm.tm_mon + 1,
                tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
        assert_string_equal(got.p, theirs);
        assert_true(datetime_parse(got, &back));
        assert_int_equal(back, seconds);
    }
}

static void ten_thousand_random_days(void **state)
{
    (void)state;
    struct rng rng = rng_seed(2);
    for (int i = 0; i < 10000; i++) {
        int64_t days = rng_range(&rng, -2000000, 4000000), year;
        unsigned month, day;
        datetime_civil(days, &year, &month, &day);
        assert_in_range(month, 1, 12);
        assert_in_range(day, 1, 31);
        assert_int_equal(datetime_days(year, month, day), days);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(accepted),
            cmocka_unit_test(rejected),
            cmocka_unit_test(formats),
            cmocka_unit_test(ten_thousand_random_seconds),
            cmocka_unit_test(ten_thousand_random_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
