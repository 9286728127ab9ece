// The reference evaluator on programs put together by hand: steps, windows, stages, a person's hand, scores.
// tests/replay/cases has many more, as models.
#include "support/by_hand.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define expect(h, at, text) assert_string_equal(transitions((h), (at)).p, (text))

static void a_window_ends_at_the_exact_second(void **state)
{
    (void)state;
    struct by_hand *h = by_hand_new();
    const struct expr *fresh = any(h, "email.replied", within(days(30)));
    add_stage(h, "warm", fresh, not(h, fresh));
    event(h, "m1", "u1", "2026-01-01T10:00:00.9Z", "email.replied", NULL);
    expect(h, "2026-01-31T09:59:59Z", "u1 2026-01-01T10:00:00Z stage none>warm rule m1\n");
    expect(h, "2026-01-31T10:00:00Z",
            "u1 2026-01-01T10:00:00Z stage none>warm rule m1\n"
            "u1 2026-01-31T10:00:00Z stage warm>none rule m1\n");
    // An event in that second takes the clock's step: it keeps the contact warm.
    event(h, "m2", "u1", "2026-01-31T10:00:00Z", "email.replied", NULL);
    expect(h, "2026-02-01", "u1 2026-01-01T10:00:00Z stage none>warm rule m1\n");
    by_hand_free(h);
}

static void events_of_one_second_are_steps_of_their_own(void **state)
{
    (void)state;
    struct by_hand *h = by_hand_new();
    const struct expr *fresh = any(h, "email.replied", within(days(30)));
    add_stage(h, "warm", fresh, not(h, fresh));
    event(h, "m1", "u1", "2026-01-01", "email.replied", NULL);
    event(h, "m2", "u1", "2026-01-31", "page.viewed", NULL);
    event(h, "m3", "u1", "2026-01-31", "email.replied", NULL);
    expect(h, "2026-01-31",
            "u1 2026-01-01T00:00:00Z stage none>warm rule m1\n"
            "u1 2026-01-31T00:00:00Z stage warm>none rule m1\n"
            "u1 2026-01-31T00:00:00Z stage none>warm rule m3\n");
    by_hand_free(h);
}

static void silence_counts_from_the_first_event(void **state)
{
    (void)state;
    struct by_hand *h = by_hand_new();
    add_stage(h, "asleep", silent(h, "inbound", days(7)), any(h, "inbound", within(days(1))));
    event(h, "m1", "u1", "2026-01-01", "email.sent", NULL);
    event(h, "m2", "u1", "2026-01-10", "email.opened", NULL);
    expect(h, "2026-02-01",
            "u1 2026-01-08T00:00:00Z stage none>asleep rule\n"
            "u1 2026-01-10T00:00:00Z stage asleep>none rule m2\n"
            "u1 2026-01-17T00:00:00Z stage none>asleep rule m2\n");
    by_hand_free(h);
}

static void counts_and_sums_follow_their_windows(void **state)
{
    (void)state;
    struct by_hand *h = by_hand_new();
    const struct expr *many = count(h, "page.viewed", within(days(2)), REL_GREATER_EQUAL, 2);
    const struct expr *spent = sum(h, "value", "order.placed", within(days(10)), REL_GREATER_EQUAL, 100);
    add_stage(h, "busy", many, not(h, many));
    add_stage(h, "buyer", spent, not(h, spent));
    event(h, "m1", "u1", "2026-01-01", "page.viewed", NULL);
    event(h, "m2", "u1", "2026-01-02", "page.viewed", NULL);
    event(h, "m3", "u1", "2026-01-05", "order.placed", "{\"value\":\"99.9\"}");
    event(h, "m4", "u1", "2026-01-06", "order.placed", "{\"revenue\":0.1}");
    event(h, "m5", "u1", "2026-01-07", "order.placed", "{\"value\":null}");
    expect(h, "2026-02-01",
            "u1 2026-01-02T00:00:00Z stage none>busy rule m2 m1\n"
            "u1 2026-01-03T00:00:00Z stage busy>none rule m2\n"
            "u1 2026-01-06T00:00:00Z stage none>buyer rule m4 m3\n"
            "u1 2026-01-15T00:00:00Z stage buyer>none rule m5 m4\n");
    by_hand_free(h);
}

static void a_chain_needs_every_link_in_time(void **state)
{
    (void)state;
    struct by_hand *h = by_hand_new();
    add_stage(h, "answered",
            then(h, days(2), (const char *const[]){"email.sent", "email.opened", "email.replied", NULL}),
            NULL);
    event(h, "m1", "u1", "2026-01-01", "email.sent", NULL);
    event(h, "m2", "u1", "2026-01-03", "email.opened", NULL); // two days are just in time
    event(h, "m3", "u1", "2026-01-05T00:00:01Z", "email.replied", NULL);
    event(h, "m4", "u1", "2026-01-06", "email.opened", NULL); // too long after m1
    event(h, "m5", "u1", "2026-01-06", "email.replied", NULL);
    event(h, "m6", "u1", "2026-01-07", "email.sent", NULL);
    event(h, "m7", "u1", "2026-01-07", "email.opened", NULL); // the same second will do
    event(h, "m8", "u1", "2026-01-09", "email.replied", NULL);
    expect(h, "2026-02-01", "u1 2026-01-09T00:00:00Z stage none>answered rule m6 m8\n");
    by_hand_free(h);
}

static void a_score_decays_across_its_limit(void **state)
{
    (void)state;
    struct by_hand *h = by_hand_new();
    h->program.half_life = days(10);
    add_each(h, 40, "email.replied", 0, 0);
    add_grade(h, "hot", score(h, REL_GREATER_EQUAL, 20));
    add_grade(h, "cold", constant(h, true));
    event(h, "m1", "u1", "2026-01-01", "email.replied", NULL);
    // At the half-life it is 20 and counts as equal within 1e-9; a second later it does not.
    expect(h, "2026-01-11T00:00:01Z",
            "u1 2026-01-01T00:00:00Z grade none>hot rule\n"
            "u1 2026-01-11T00:00:01Z grade hot>cold rule\n");
    assert_true(fabs(h->result.standings[0].score - 40 * exp2(-864001.0 / 864000)) < 1e-12);
    expect(h, "2026-01-11", "u1 2026-01-01T00:00:00Z grade none>hot rule\n");
    by_hand_free(h);
}

static void caps_and_once_follow_the_history(void **state)
{
    (void)state;
    struct by_hand *h = by_hand_new();
    add_each(h, 10, "email.clicked", 2, days(1));
    add_once(h, 5, "email.clicked");
    add_when(h, -1, any(h, "email.bounced", ALWAYS));
    event(h, "m1", "u1", "2026-01-01T00:00:00Z", "email.clicked", NULL);
    event(h, "m2", "u1", "2026-01-01T06:00:00Z", "email.clicked", NULL);
    event(h, "m3", "u1", "2026-01-01T12:00:00Z", "email.clicked", NULL); // the third of the day: nothing
    event(h, "m4", "u1", "2026-01-02T00:00:00Z", "email.clicked", NULL); // m1 is just out
    event(h, "m5", "u1", "2026-01-02T05:59:59Z", "email.clicked", NULL); // m2 and m4 are in
    event(h, "m6", "u1", "2026-01-02T06:00:00Z", "email.clicked", NULL); // m3 earned nothing
    replay(h, "2026-02-01");
    assert_true(h->result.standings[0].score == 45);
    event(h, "m7", "u1", "2026-01-03", "email.bounced", NULL);
    replay(h, "2026-02-01");
    assert_true(h->result.standings[0].score == 44);
    by_hand_free(h);
}

static struct by_hand *funnel(void)
{
    struct by_hand *h = by_hand_new();
    add_stage(h, "lead", any(h, "inbound", ALWAYS), NULL);
    add_stage(h, "prospect", any(h, "email.replied", ALWAYS), silent(h, "email.replied", days(10)));
    add_stage(h, "sql", any(h, "sales.accepted", ALWAYS), NULL);
    return h;
}

static void a_hand_sets_a_stage_back(void **state)
{
    (void)state;
    struct by_hand *h = funnel();
    event(h, "m1", "u1", "2026-01-01", "email.replied", NULL);
    event(h, "m2", "u1", "2026-01-02", "sales.accepted", NULL);
    event(h, "m3", "u1", "2026-01-03", "stage.assigned", "{\"stage\":\"lead\"}");
    event(h, "m4", "u1", "2026-01-04", "page.viewed", NULL);
    event(h, "m5", "u1", "2026-01-05", "email.replied", NULL);  // new evidence for prospect
    event(h, "m6", "u1", "2026-01-06", "sales.accepted", NULL); // and for sql
    expect(h, "2026-01-10",
            "u1 2026-01-01T00:00:00Z stage none>prospect rule m1\n"
            "u1 2026-01-02T00:00:00Z stage prospect>sql rule m2\n"
            "u1 2026-01-03T00:00:00Z stage sql>lead hand m3\n"
            "u1 2026-01-05T00:00:00Z stage lead>prospect rule m5\n"
            "u1 2026-01-06T00:00:00Z stage prospect>sql rule m6\n");
    by_hand_free(h);
}

static void a_hand_wins_over_an_until_that_holds_already(void **state)
{
    (void)state;
    struct by_hand *h = funnel();
    event(h, "m1", "u1", "2026-01-01", "email.sent", NULL);
    // Silent for ten days already; by hand a prospect all the same, until an answer is ten days old.
    event(h, "m2", "u1", "2026-02-01", "stage.assigned", "{\"stage\":\"prospect\"}");
    event(h, "m3", "u1", "2026-03-01", "email.replied", NULL);
    expect(h, "2026-04-01",
            "u1 2026-02-01T00:00:00Z stage none>prospect hand m2\n"
            "u1 2026-03-11T00:00:00Z stage prospect>lead rule m3\n");
    by_hand_free(h);
}

static void none_by_hand_turns_everything_off(void **state)
{
    (void)state;
    struct by_hand *h = funnel();
    event(h, "m1", "u1", "2026-01-01", "email.replied", NULL);
    event(h, "m2", "u1", "2026-01-02", "stage.assigned", "{\"stage\":\"none\"}");
    event(h, "m3", "u1", "2026-01-03", "stage.assigned", "{\"stage\":\"nobody\"}"); // no effect
    event(h, "m4", "u1", "2026-01-04", "page.viewed", NULL);
    expect(h, "2026-01-05",
            "u1 2026-01-01T00:00:00Z stage none>prospect rule m1\n"
            "u1 2026-01-02T00:00:00Z stage prospect>none hand m2\n"
            "u1 2026-01-04T00:00:00Z stage none>lead rule m4\n");
    by_hand_free(h);
}

static void a_rise_frees_what_a_hand_turned_off(void **state)
{
    (void)state;
    struct by_hand *h = by_hand_new();
    add_stage(h, "quiet", silent(h, "inbound", days(5)), NULL);
    event(h, "m1", "u1", "2026-01-01", "page.viewed", NULL);
    event(h, "m2", "u1", "2026-01-07", "stage.assigned", "{\"stage\":\"none\"}");
    event(h, "m3", "u1", "2026-01-08", "note.added", NULL); // no evidence, no rise
    event(h, "m4", "u1", "2026-01-09", "page.viewed", NULL);
    expect(h, "2026-02-01",
            "u1 2026-01-06T00:00:00Z stage none>quiet rule m1\n"
            "u1 2026-01-07T00:00:00Z stage quiet>none hand m2\n"
            "u1 2026-01-14T00:00:00Z stage none>quiet rule m4\n");
    by_hand_free(h);
}

static void a_break_starts_the_stay_anew(void **state)
{
    (void)state;
    struct by_hand *h = by_hand_new();
    const struct expr *fresh = any(h, "email.replied", within(days(3)));
    add_stage(h, "warm", fresh, not(h, fresh));
    add_stage(h, "loyal", stage_atom(h, EXPR_IN_FOR, "warm", days(4)), NULL);
    event(h, "m1", "u1", "2026-01-01", "email.replied", NULL);
    event(h, "m2", "u1", "2026-01-05", "email.replied", NULL);
    event(h, "m3", "u1", "2026-01-07", "email.replied", NULL);
    expect(h, "2026-02-01",
            "u1 2026-01-01T00:00:00Z stage none>warm rule m1\n"
            "u1 2026-01-04T00:00:00Z stage warm>none rule m1\n"
            "u1 2026-01-05T00:00:00Z stage none>warm rule m2\n"
            "u1 2026-01-09T00:00:00Z stage warm>loyal rule\n");
    by_hand_free(h);
}

static void is_sees_only_the_stages_before(void **state)
{
    (void)state;
    struct by_hand *h = by_hand_new();
    add_stage(h, "a", any(h, "page.viewed", ALWAYS), NULL);
    add_stage(h, "b", any(h, "email.replied", ALWAYS), NULL);
    const struct expr *is_a = stage_atom(h, EXPR_IS, "a", 0);
    add_stage(h, "c", is_a, not(h, is_a));
    add_grade(h, "at-a", is_a); // of all stages the last is c
    event(h, "m1", "u1", "2026-01-01", "page.viewed", NULL);
    event(h, "m2", "u1", "2026-01-02", "email.replied", NULL);
    expect(h, "2026-02-01",
            "u1 2026-01-01T00:00:00Z stage none>c rule\n"
            "u1 2026-01-02T00:00:00Z stage c>b rule\n");
    by_hand_free(h);
}

static void facts_traits_and_personas(void **state)
{
    (void)state;
    struct by_hand *h = by_hand_new();
    add_persona(h, "Author", trait_is(h, "title", "author"));
    add_persona(h, "Publisher", trait_is(h, "industry", "publishing"));
    add_rule(h, "fit", persona_is(h, NULL));
    add_stage(h, "prospect",
            all_of(h, fact_is(h, "fit", ANSWER_YES), amount(h, "budget", REL_GREATER_EQUAL, 100)),
            one_of(h, fact_is(h, "fit", ANSWER_NO), not(h, fact_is(h, "fit", ANSWER_KNOWN))));
    event(h, "m1", "u1", "2026-01-01", "identify", "{\"title\":\"Author\"}");
    event(h, "m2", "u1", "2026-01-02", "fact.recorded", "{\"fact\":\"budget\",\"amount\":100}");
    event(h, "m3", "u1", "2026-01-03", "fact.recorded", "{\"fact\":\"fit\",\"answer\":\"no\"}");
    event(h, "m4", "u1", "2026-01-04", "fact.recorded", "{\"fact\":\"fit\",\"answer\":\"unknown\"}");
    event(h, "m5", "u1", "2026-01-05", "identify", "{\"title\":null,\"industry\":\"publishing\"}");
    event(h, "m6", "u1", "2026-01-06", "identify", "{\"industry\":\"\"}");
    expect(h, "2026-02-01",
            "u1 2026-01-01T00:00:00Z persona none>Author rule m1\n"
            "u1 2026-01-02T00:00:00Z stage none>prospect rule m1 m2\n"
            "u1 2026-01-03T00:00:00Z stage prospect>none rule m3\n"
            "u1 2026-01-04T00:00:00Z stage none>prospect rule m1 m2\n"
            "u1 2026-01-05T00:00:00Z persona Author>Publisher rule m5\n"
            "u1 2026-01-06T00:00:00Z persona Publisher>none rule\n"
            "u1 2026-01-06T00:00:00Z stage prospect>none rule\n");
    by_hand_free(h);
}

static void machines_are_events_but_match_nothing(void **state)
{
    (void)state;
    struct by_hand *h = by_hand_new();
    add_stage(h, "touched", any(h, "inbound", ALWAYS), NULL);
    add_stage(h, "scanned", any(h, "+email.*", ALWAYS), NULL);
    event(h, "m1", "u1", "2026-01-01", "email.clicked", "{\"machine\":true}");
    event(h, "m2", "u2", "2026-01-01", "page.viewed", "{\"machine\":true}");
    expect(h, "2026-02-01", "u1 2026-01-01T00:00:00Z stage none>scanned rule m1\n");
    assert_true(h->result.exists[1]);
    assert_int_equal(h->result.standings[1].since, step_of_event(0, 0));
    by_hand_free(h);
}

static void dates_bound_windows(void **state)
{
    (void)state;
    struct by_hand *h = by_hand_new();
    add_stage(h, "old", any(h, "page.viewed", before("2026-01-02")), NULL);
    add_stage(h, "new", any(h, "page.viewed", since("2026-01-02")), NULL);
    event(h, "m1", "u1", "2026-01-01T23:59:59Z", "page.viewed", NULL);
    event(h, "m2", "u2", "2026-01-02", "page.viewed", NULL);
    expect(h, "2026-02-01",
            "u1 2026-01-01T23:59:59Z stage none>old rule m1\n"
            "u2 2026-01-02T00:00:00Z stage none>new rule m2\n");
    by_hand_free(h);
}

static void nothing_happens_after_the_moment_asked(void **state)
{
    (void)state;
    struct by_hand *h = by_hand_new();
    add_stage(h, "touched", any(h, "inbound", ALWAYS), NULL);
    event(h, "m1", "u1", "2026-01-02", "page.viewed", NULL);
    replay(h, "2026-01-03");
    // Columns may know more than is asked for.
    struct replay_options options = {.at = moment("2026-01-01"), .threads = 1, .standings = true};
    struct replay_result earlier;
    reference_run(&h->program, h->columns, &options, &earlier);
    assert_false(earlier.exists[0]);
    assert_int_equal(earlier.standings[0].stage, NO_INDEX);
    assert_int_equal(earlier.stages[0][0].first, STEP_NONE);
    replay_result_free(&earlier);
    by_hand_free(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(a_window_ends_at_the_exact_second),
            cmocka_unit_test(events_of_one_second_are_steps_of_their_own),
            cmocka_unit_test(silence_counts_from_the_first_event),
            cmocka_unit_test(counts_and_sums_follow_their_windows),
            cmocka_unit_test(a_chain_needs_every_link_in_time),
            cmocka_unit_test(a_score_decays_across_its_limit),
            cmocka_unit_test(caps_and_once_follow_the_history),
            cmocka_unit_test(a_hand_sets_a_stage_back),
            cmocka_unit_test(a_hand_wins_over_an_until_that_holds_already),
            cmocka_unit_test(none_by_hand_turns_everything_off),
            cmocka_unit_test(a_rise_frees_what_a_hand_turned_off),
            cmocka_unit_test(a_break_starts_the_stay_anew),
            cmocka_unit_test(is_sees_only_the_stages_before),
            cmocka_unit_test(facts_traits_and_personas),
            cmocka_unit_test(machines_are_events_but_match_nothing),
            cmocka_unit_test(dates_bound_windows),
            cmocka_unit_test(nothing_happens_after_the_moment_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
