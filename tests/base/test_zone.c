// Time zones of the system's database: hours that are skipped and hours that come twice, on both sides of the
// equator, before the first and behind the last transition of the file. (Skipped where there is no database.)
#include "base/datetime.h"
#include "base/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

enum { EVERY_DAY = 127, SUNDAY = 64 };

static int64_t at(const char *text)
{
    int64_t seconds;
    if (!datetime_parse((struct str){text, strlen(text)}, &seconds))
        fail_msg("%s", text);
    return seconds;
}

static const struct zone *zone_of(struct arena *arena, const char *name)
{
    char path[200], *bytes = arena_alloc(arena, ZONE_BYTES_MAX);
    struct zone *zone;
    struct err err;
    snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
    FILE *file = fopen(path, "rb");
    if (!file) {
        printf("skipped: there is no time zone database\n");
        skip();
    }
    size_t n = fread(bytes, 1, ZONE_BYTES_MAX, file);
    fclose(file);
    if (!zone_parse(arena, (struct str){bytes, n}, &zone, &err))
        fail_msg("%s", err.message);
    return zone;
}

static void test_offsets(void **state)
{
    struct arena *arena = arena_new();
    const struct zone *berlin = zone_of(arena, "Europe/Berlin"), *sydney = zone_of(arena, "Australia/Sydney"),
                      *kolkata = zone_of(arena, "Asia/Kolkata");
    (void)state;
    assert_int_equal(zone_offset(berlin, at("2026-01-15T00:00:00Z")), 3600);
    assert_int_equal(zone_offset(berlin, at("2026-03-29T00:59:59Z")), 3600);
    assert_int_equal(zone_offset(berlin, at("2026-03-29T01:00:00Z")), 7200);
    assert_int_equal(zone_offset(berlin, at("2026-10-25T00:59:59Z")), 7200);
    assert_int_equal(zone_offset(berlin, at("2026-10-25T01:00:00Z")), 3600);
    // Behind what the file lists, its rule holds; before, history.
    assert_int_equal(zone_offset(berlin, at("2090-07-01T00:00:00Z")), 7200);
    assert_int_equal(zone_offset(berlin, at("1975-07-01T00:00:00Z")), 3600);
    assert_int_equal(zone_offset(sydney, at("2026-01-15T00:00:00Z")), 11 * 3600);
    assert_int_equal(zone_offset(sydney, at("2060-01-15T00:00:00Z")), 11 * 3600);
    assert_int_equal(zone_offset(sydney, at("2026-07-15T00:00:00Z")), 10 * 3600);
    assert_int_equal(zone_offset(kolkata, at("2026-07-15T00:00:00Z")), 19800);
    assert_int_equal(zone_offset(zone_utc(), at("2026-07-15T00:00:00Z")), 0);
    arena_free(arena);
}

// The C library reads the same files: both must say the same, all through the years.
static void test_against_libc(void **state)
{
    static const char *const NAMES[] = {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
            "America/Santiago", "Asia/Kathmandu", "Africa/Casablanca", "Europe/Dublin"};
    struct arena *arena = arena_new();
    (void)state;
    for (unsigned i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        const struct zone *zone = zone_of(arena, NAMES[i]);
        assert_int_equal(setenv("TZ", NAMES[i], 1), 0);
        tzset();
        for (int64_t t = at("1971-01-01T00:00:00Z"); t < at("2099-01-01T00:00:00Z"); t += 6 * 3600 + 1) {
            struct tm local;
            time_t time = (time_t)t;
            localtime_r(&time, &local);
            if (zone_offset(zone, t) != local.tm_gmtoff)
                fail_msg("%s at %lld: %lld, not %ld", NAMES[i], (long long)t, (long long)zone_offset(zone, t),
                        local.tm_gmtoff);
        }
    }
    unsetenv("TZ");
    tzset();
    arena_free(arena);
}

static void test_local(void **state)
{
    struct arena *arena = arena_new();
    const struct zone *berlin = zone_of(arena, "Europe/Berlin");
    (void)state;
    assert_int_equal(zone_utc_of(berlin, at("2026-06-01T09:00:00Z")), at("2026-06-01T07:00:00Z"));
    // Skipped: 02:30 is as long behind the jump as it lies behind its beginning. Twice: the first.
    assert_int_equal(zone_utc_of(berlin, at("2026-03-29T02:30:00Z")), at("2026-03-29T01:30:00Z"));
    assert_int_equal(zone_utc_of(berlin, at("2026-10-25T02:30:00Z")), at("2026-10-25T00:30:00Z"));
    assert_int_equal(zone_utc_of(berlin, at("2026-10-25T03:00:00Z")), at("2026-10-25T02:00:00Z"));
    assert_int_equal(zone_minute(berlin, at("2026-03-29T01:30:00Z")), 3 * 60 + 30);
    arena_free(arena);
}

static void test_next(void **state)
{
    struct arena *arena = arena_new();
    const struct zone *berlin = zone_of(arena, "Europe/Berlin"), *samoa = zone_of(arena, "Pacific/Apia");
    (void)state;
    int64_t t = at("2026-03-27T12:00:00Z"); // a Friday
    assert_int_equal(zone_next(berlin, t, EVERY_DAY, 9 * 60), at("2026-03-28T08:00:00Z"));
    assert_int_equal(zone_next(berlin, t, SUNDAY, 9 * 60), at("2026-03-29T07:00:00Z"));
    assert_int_equal(
            zone_next(berlin, at("2026-03-29T07:00:00Z"), SUNDAY, 9 * 60), at("2026-03-29T07:00:00Z"));
    assert_int_equal(
            zone_next(berlin, at("2026-03-29T07:00:01Z"), SUNDAY, 9 * 60), at("2026-04-05T07:00:00Z"));
    assert_int_equal(zone_next(berlin, at("2026-03-28T23:00:00Z"), SUNDAY, 150), at("2026-03-29T01:30:00Z"));
    // 2:30 comes twice that day, and counts once.
    assert_int_equal(
            zone_next(berlin, at("2026-10-25T00:30:01Z"), EVERY_DAY, 150), at("2026-10-26T01:30:00Z"));
    // 30 December 2011 never was in Samoa.
    assert_int_equal(
            zone_next(samoa, at("2011-12-30T09:00:00Z"), EVERY_DAY, 12 * 60), at("2011-12-30T22:00:00Z"));
    arena_free(arena);
}

static void test_wrong(void **state)
{
    struct arena *arena = arena_new();
    struct zone *zone;
    struct err err;
    (void)state;
    zone_of(arena, "Europe/Berlin");
    assert_false(zone_parse(arena, STR(""), &zone, &err));
    assert_false(zone_parse(
            arena, STR("TZif2 and then nothing of what should be in it, for some bytes"), &zone, &err));
    assert_int_equal(err.code, ERR_INPUT);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_offsets),
            cmocka_unit_test(test_against_libc),
            cmocka_unit_test(test_local),
            cmocka_unit_test(test_next),
            cmocka_unit_test(test_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
