// Ids, tokens, the clock, the operational log.
#include "base/clock.h"
#include "base/json.h"
#include "base/logger.h"
#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static void uuids(void **state)
{
    (void)state;
    char one[UUID_SIZE], two[UUID_SIZE];
    struct str a = uuid_v7(1700000000000, one), b = uuid_v7(1700000000001, two);
    assert_int_equal(a.n, 36);
    assert_true(uuid_valid(a) && uuid_valid(b));
    assert_true(str_cmp(a, b) < 0);
    assert_memory_equal(one, "018bcfe5-6800-7", 15); // 1700000000000 is 0x018bcfe56800
    assert_non_null(strchr("89ab", one[19]));
    assert_false(uuid_valid(STR("018bcfe5-6800-7000-8000-00000000000")));
    assert_false(uuid_valid(STR("018bcfe5-6800-7000-8000-00000000000g")));
    assert_false(uuid_valid(STR("018bcfe5x6800-7000-8000-000000000000")));
    assert_true(uuid_valid(STR("018BCFE5-6800-4000-8000-000000000000")));
}

static void tokens(void **state)
{
    (void)state;
    char out[300], other[300];
    for (size_t n = 0; n < 200; n++) {
        struct str token = random_token(n, out);
        assert_int_equal(token.n, (n * 4 + 2) / 3);
        assert_int_equal(out[token.n], 0);
        for (size_t i = 0; i < token.n; i++)
            assert_non_null(
                    strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", out[i]));
    }
    random_token(32, other);
    random_token(32, out);
    assert_string_not_equal(out, other);
}

static void clocks(void **state)
{
    (void)state;
    struct clock clock = clock_system();
    assert_true(clock_ms(&clock) > 1700000000000);
    assert_int_equal(clock_seconds(&clock), clock_ms(&clock) / 1000);
    int64_t before = clock_monotonic_ns();
    assert_true(clock_monotonic_ns() >= before);
}

static int64_t fixed_ms(void *ctx)
{
    return *(int64_t *)ctx;
}

static void log_lines(void **state)
{
    (void)state;
    int64_t at = 1700000000007;
    struct clock clock = {fixed_ms, &at};
    int fds[2];
    char text[1000];
    assert_int_equal(pipe(fds), 0);
    struct logger *logger = logger_new(fds[1], LEVEL_INFO, &clock);
    logger_write(logger, LEVEL_DEBUG, "unseen", NULL, 0);
    logger_info(logger, "listening", LOG_TEXT("address", STR("a\"\nb")), LOG_INT("port", -80));
    at = -1;
    logger_error(logger, "bad", LOG_INT("n", 1));
    logger_info(NULL, "nobody listens", LOG_INT("n", 1));
    logger_free(logger);
    close(fds[1]);
    ssize_t n = read(fds[0], text, sizeof text - 1);
    close(fds[0]);
    text[n > 0 ? n : 0] = '\0';
    assert_string_equal(text,
            "{\"time\":\"2023-11-14T22:13:20.007Z\",\"level\":\"info\",\"message\":\"listening\","
            "\"address\":\"a\\\"\\nb\",\"port\":-80}\n"
            "{\"time\":\"1969-12-31T23:59:59.999Z\",\"level\":\"error\",\"message\":\"bad\",\"n\":1}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(uuids), cmocka_unit_test(tokens),
            cmocka_unit_test(clocks), cmocka_unit_test(log_lines)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
