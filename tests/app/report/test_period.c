// Days, weeks and months of reports.
#include "app/report/period.h"
#include "base/datetime.h"
#include "base/zone_file.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static int64_t at(const char *text)
{
    int64_t time = 0;
    assert_true(datetime_parse(str_of(text), &time));
    return time;
}

static void starts_in(
        const struct zone *zone, enum every every, const char *time, const char *start, const char *next)
{
    assert_int_equal(period_start(zone, every, at(time)), at(start));
    assert_int_equal(period_start(zone, every, at(next) - 1), at(start));
    assert_int_equal(period_start(zone, every, at(next)), at(next));
    assert_int_equal(period_add(zone, every, at(start), 1), at(next));
    assert_int_equal(period_add(zone, every, at(next), -1), at(start));
}

static void starts(enum every every, const char *time, const char *start, const char *next)
{
    starts_in(zone_utc(), every, time, start, next);
}

static void test_edges(void **state)
{
    (void)state;
    starts(EVERY_DAY, "2026-01-31T23:59:59Z", "2026-01-31", "2026-02-01");
    starts(EVERY_DAY, "2026-02-01T00:00:00Z", "2026-02-01", "2026-02-02");
    starts(EVERY_WEEK, "2026-11-23T00:00:00Z", "2026-11-23", "2026-11-30"); // a Monday
    starts(EVERY_WEEK, "2026-11-22T23:59:59Z", "2026-11-16", "2026-11-23");
    starts(EVERY_WEEK, "2026-01-01T12:00:00Z", "2025-12-29", "2026-01-05");
    starts(EVERY_WEEK, "1969-12-31T12:00:00Z", "1969-12-29", "1970-01-05");
    starts(EVERY_MONTH, "2024-02-29T23:59:59Z", "2024-02-01", "2024-03-01");
    starts(EVERY_MONTH, "2025-12-31T23:59:59Z", "2025-12-01", "2026-01-01");
    starts(EVERY_MONTH, "1969-12-31T23:59:59Z", "1969-12-01", "1970-01-01");
    assert_int_equal(period_add(zone_utc(), EVERY_MONTH, at("2026-11-01"), -11), at("2025-12-01"));
    assert_int_equal(period_add(zone_utc(), EVERY_MONTH, at("2026-11-01"), 14), at("2028-01-01"));
}

// Clocks go forward on the last Sunday of March and back on that of October in Europe; in New Zealand back on
// the first of April and forward on the last of September; in Lebanon at midnight, so that a day begins at
// one.
static void test_zones(void **state)
{
    struct arena *arena = arena_new();
    const struct zone *berlin = zone_named(arena, STR("Europe/Berlin")),
                      *auckland = zone_named(arena, STR("Pacific/Auckland")),
                      *beirut = zone_named(arena, STR("Asia/Beirut"));
    (void)state;
    assert_null(zone_named(arena, STR("Europe/Atlantis")));
    assert_null(zone_named(arena, STR("../zoneinfo/Europe/Berlin")));
    if (!berlin || !auckland || !beirut) {
        printf("skipped: there is no time zone database\n");
        arena_free(arena);
        skip();
    }
    starts_in(berlin, EVERY_DAY, "2026-02-28T22:59:59Z", "2026-02-27T23:00:00Z", "2026-02-28T23:00:00Z");
    starts_in(berlin, EVERY_DAY, "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z");
    starts_in(berlin, EVERY_DAY, "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z");
    starts_in(berlin, EVERY_WEEK, "2026-03-25T00:00:00Z", "2026-03-22T23:00:00Z", "2026-03-29T22:00:00Z");
    starts_in(berlin, EVERY_MONTH, "2026-02-28T23:00:00Z", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z");
    starts_in(berlin, EVERY_MONTH, "2025-12-31T23:30:00Z", "2025-12-31T23:00:00Z", "2026-01-31T23:00:00Z");
    assert_int_equal(
            period_add(berlin, EVERY_MONTH, at("2026-10-31T23:00:00Z"), -11), at("2025-11-30T23:00:00Z"));
    starts_in(auckland, EVERY_MONTH, "2026-04-03T00:00:00Z", "2026-03-31T11:00:00Z", "2026-04-30T12:00:00Z");
    starts_in(auckland, EVERY_DAY, "2026-04-05T00:00:00Z", "2026-04-04T11:00:00Z", "2026-04-05T12:00:00Z");
    starts_in(auckland, EVERY_WEEK, "2026-09-21T12:00:00Z", "2026-09-20T12:00:00Z", "2026-09-27T11:00:00Z");
    starts_in(beirut, EVERY_DAY, "2024-03-31T00:00:00Z", "2024-03-30T22:00:00Z", "2024-03-31T21:00:00Z");
    starts_in(beirut, EVERY_DAY, "2024-10-26T12:00:00Z", "2024-10-25T21:00:00Z", "2024-10-26T22:00:00Z");
    arena_free(arena);
}

static void test_find(void **state)
{
    int64_t starts_of[4] = {at("2026-01-01"), at("2026-02-01"), at("2026-03-01"), at("2026-04-01")};
    struct periods p = {EVERY_MONTH, 3, starts_of};
    (void)state;
    assert_int_equal(periods_find(&p, at("2025-12-31T23:59:59Z")), UINT_MAX);
    assert_int_equal(periods_find(&p, at("2026-01-01")), 0);
    assert_int_equal(periods_find(&p, at("2026-01-31T23:59:59Z")), 0);
    assert_int_equal(periods_find(&p, at("2026-02-01")), 1);
    assert_int_equal(periods_find(&p, at("2026-03-31T23:59:59Z")), 2);
    assert_int_equal(periods_find(&p, at("2026-04-01")), 3);
}

static void test_words(void **state)
{
    enum every every = EVERY_DAY;
    (void)state;
    assert_true(every_parse(STR("month"), &every) && every == EVERY_MONTH);
    assert_false(every_parse(STR("year"), &every));
    assert_int_equal(every, EVERY_MONTH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_edges),
            cmocka_unit_test(test_zones),
            cmocka_unit_test(test_find),
            cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
