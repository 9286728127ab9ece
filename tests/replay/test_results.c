// Funnel, back-test and medians from results made by hand.
#include "replay/reference.h"
#include "replay/results.h"

#include "support/by_hand.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void medians(void **state)
{
    (void)state;
    double odd[] = {5, 1, 3}, even[] = {4, 1, 3, 10};
    assert_true(median_of(odd, 3) == 3);
    assert_true(median_of(even, 4) == 3.5);
    assert_true(isnan(median_of(odd, 0)));
}

static struct by_hand *two_stages(void)
{
    struct by_hand *h = by_hand_new();
    add_stage(h, "lead", any(h, "inbound", ALWAYS), NULL);
    add_stage(h, "prospect", any(h, "email.replied", within(days(10))),
            no(h, "email.replied", within(days(10))));
    return h;
}

static void the_funnel_counts_entries_and_standings(void **state)
{
    (void)state;
    struct by_hand *h = two_stages();
    event(h, "a1", "a", "2026-01-01", "page.viewed", NULL);
    event(h, "a2", "a", "2026-01-03", "email.replied", NULL);
    event(h, "b1", "b", "2026-01-01", "email.replied", NULL);
    event(h, "c1", "c", "2026-01-19", "page.viewed", NULL);
    event(h, "c2", "c", "2026-01-20", "email.replied", NULL);
    event(h, "d1", "d", "2026-01-20", "email.sent", NULL);
    replay(h, "2026-01-21");
    struct funnel_row rows[2];
    funnel_count(&h->result, rows);
    assert_int_equal(rows[0].ever, 3);
    assert_int_equal(rows[0].now, 2); // a and b are prospects no more
    assert_true(isnan(rows[0].median_days));
    assert_int_equal(rows[1].ever, 3);
    assert_int_equal(rows[1].now, 1);
    assert_true(rows[1].median_days == 1); // of 2, 0 and 1 days
    by_hand_free(h);
}

static struct backtest test_stage(struct by_hand *h, uint32_t stage, int64_t within_seconds, const char *at)
{
    struct backtest b;
    replay(h, at);
    backtest_count(h->columns, &h->result, stage, STR("deal.won"), within_seconds, moment(at), &b);
    return b;
}

static void a_backtest_asks_who_won_in_time(void **state)
{
    (void)state;
    struct by_hand *h = two_stages();
    // a: exactly at the limit. b: a second late. c: the outcome first. d: entered too lately to say.
    // e: entered lately, but has won. f: never a prospect, won. g: only a machine says so.
    event(h, "a1", "a", "2026-01-01", "email.replied", NULL);
    event(h, "a2", "a", "2026-01-06", "deal.won", NULL);
    event(h, "b1", "b", "2026-01-01", "email.replied", NULL);
    event(h, "b2", "b", "2026-01-06T00:00:01Z", "deal.won", NULL);
    event(h, "c1", "c", "2026-01-01", "deal.won", NULL);
    event(h, "c2", "c", "2026-01-01", "email.replied", NULL);
    event(h, "c3", "c", "2026-01-02", "deal.won", NULL);
    event(h, "d1", "d", "2026-01-30", "email.replied", NULL);
    event(h, "e1", "e", "2026-01-30", "email.replied", NULL);
    event(h, "e2", "e", "2026-01-31", "deal.won", NULL);
    event(h, "f1", "f", "2026-01-02", "deal.won", NULL);
    event(h, "g1", "g", "2026-01-01", "email.replied", NULL);
    event(h, "g2", "g", "2026-01-02", "deal.won", "{\"machine\":true}");
    event(h, "h1", "h", "2026-03-01", "deal.won", NULL); // later than the test's time
    struct backtest b = test_stage(h, 1, days(5), "2026-02-01");
    assert_int_equal(b.contacts, 7);
    assert_int_equal(b.outcomes, 5);
    assert_int_equal(b.entered, 5); // a b c e g
    assert_int_equal(b.won, 2);     // a e
    assert_true(b.precision == 2 / 5.0);
    assert_true(b.recall == 2 / 5.0);
    assert_true(b.base_rate == 5 / 7.0);
    assert_true(b.lift == b.precision / b.base_rate);
    assert_true(b.median_days == 3);
    b = test_stage(h, 1, days(5), "2026-02-04"); // d's five days are over on this very second
    assert_int_equal(b.entered, 6);
    by_hand_free(h);
}

static void a_backtest_without_denominators_knows_nothing(void **state)
{
    (void)state;
    struct by_hand *h = two_stages();
    event(h, "a1", "a", "2026-01-01", "email.sent", NULL);
    struct backtest b = test_stage(h, 1, days(5), "2026-02-01");
    assert_int_equal(b.entered, 0);
    assert_true(isnan(b.precision) && isnan(b.recall) && isnan(b.lift) && isnan(b.median_days));
    assert_true(b.base_rate == 0);
    by_hand_free(h);
}

static void the_current_stage_is_the_last_that_is_on(void **state)
{
    (void)state;
    struct by_hand *h = two_stages();
    event(h, "a1", "a", "2026-01-01", "email.replied", NULL);
    event(h, "b1", "b", "2026-01-01", "email.sent", NULL);
    replay(h, "2026-01-10");
    assert_int_equal(result_current_stage(&h->result, 0), 1);
    assert_int_equal(result_current_stage(&h->result, 1), NO_INDEX);
    replay(h, "2026-01-11"); // ten days
    assert_int_equal(result_current_stage(&h->result, 0), 0);
    by_hand_free(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(medians),
            cmocka_unit_test(the_funnel_counts_entries_and_standings),
            cmocka_unit_test(a_backtest_asks_who_won_in_time),
            cmocka_unit_test(a_backtest_without_denominators_knows_nothing),
            cmocka_unit_test(the_current_stage_is_the_last_that_is_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
