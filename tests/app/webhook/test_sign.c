// Signatures against the examples of the Standard Webhooks specification, secrets, retry times.
#include "app/webhook/private.h"
#include "app/webhook/sign.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>

#include <cmocka.h>

static struct webhook_secret secret_of(const char *text)
{
    struct webhook_secret secret;
    struct err err;
    if (!secret_parse(str_of(text), &secret, &err))
        fail_msg("%s", err.message);
    return secret;
}

static void test_known_signature(void **state)
{
    (void)state;
    // The example of the specification's own libraries.
    struct webhook_secret secret = secret_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    struct buf out = {0};
    webhook_sign(
            &secret, STR("msg_p5jXN8AQM9LWM0D4loKWxJek"), 1614265330, STR("{\"test\": 2432232314}"), &out);
    assert_true(str_eq(buf_str(&out), STR("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")));
    struct webhook_secret other = secret_of("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD");
    webhook_sign(
            &other, STR("msg_p5jXN8AQM9LWM0D4loKWxJek"), 1614265330, STR("{\"test\": 2432232314}"), &out);
    assert_true(str_starts(buf_str(&out), STR("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,")));
    assert_int_equal(out.n, 2 * 47 + 1);
    buf_free(&out);
}

static void test_secrets(void **state)
{
    (void)state;
    static const char *const BAD[] = {"", "whsec", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-w",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw ",
            "whsec_"
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
    struct webhook_secret secret, again;
    struct err err;
    char text[SECRET_TEXT_SIZE];
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        err.code = ERR_NONE;
        assert_false(secret_parse(str_of(BAD[i]), &secret, &err));
        assert_int_equal(err.code, ERR_INPUT);
    }
    secret_new(&secret);
    assert_true(secret_parse(secret_text(&secret, text), &again, &err));
    assert_int_equal(again.n, SECRET_BYTES_NEW);
    assert_memory_equal(again.bytes, secret.bytes, secret.n);
}

static void test_retry(void **state)
{
    (void)state;
    static const int64_t LEAST[] = {5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400};
    int64_t sum = 0;
    for (unsigned i = 0; i < ATTEMPTS_MAX - 1; i++) {
        assert_int_equal(retry_delay(i + 1, 0, 0), LEAST[i]);
        assert_int_equal(retry_delay(i + 1, 0, 0xffff), LEAST[i] + LEAST[i] / 10);
        sum += LEAST[i];
    }
    assert_true(sum > 24 * 3600);
    assert_int_equal(retry_delay(1, 120, 0), 120);
    assert_int_equal(retry_delay(2, 120, 0), 300);
    assert_int_equal(retry_delay(1, INT64_MAX, 0), 24 * 3600);
    assert_int_equal(retry_delay(0, 0, 0), 5);
    assert_int_equal(retry_delay(1000, 0, 0), 86400);
}

static void test_events(void **state)
{
    (void)state;
    struct str list = STR("[\"contact.moved\",\"order.*\"]");
    assert_true(events_want(list, STR("contact.moved")));
    assert_true(events_want(list, STR("order.placed")));
    assert_true(events_want(list, STR("order.")));
    assert_false(events_want(list, STR("order")));
    assert_false(events_want(list, STR("orders.placed")));
    assert_false(events_want(list, STR("contact.move")));
    assert_false(events_want(list, STR("*")));
    assert_false(events_want(STR("not json"), STR("contact.moved")));
    assert_false(events_want(STR_NONE, STR("contact.moved")));
}

int main(void)
{
    if (sodium_init() < 0)
        return 1;
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_known_signature),
            cmocka_unit_test(test_secrets),
            cmocka_unit_test(test_retry),
            cmocka_unit_test(test_events),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
