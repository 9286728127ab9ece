// Explanations: what is missing, when time alone will change it, parts of the score, both forms.
#include "base/json.h"
#include "replay/explain.h"
#include "rules/model.h"

#include "support/by_hand.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct str explained(struct by_hand *h, const char *contact, const char *at, bool json)
{
    struct err err = {0};
    struct buf out = {0};
    struct explain_options options = {.at = moment(at), .json = json, .event_name = event_id, .ctx = h};
    columns_free(h->columns);
    assert_true(builder_finish(h->builder, INT64_MAX, &h->columns, &err));
    uint32_t c = builder_contact(h->builder, str_of(contact));
    assert_true(explain_contact(&h->program, h->columns, c, &options, &out));
    struct str text = arena_str(h->arena, buf_str(&out));
    buf_free(&out);
    return text;
}

static const struct json *as_json(struct by_hand *h, const char *contact, const char *at)
{
    struct json *j = NULL;
    struct err err = {0};
    assert_true(json_parse(h->arena, explained(h, contact, at, true), &j, &err));
    return j;
}

static const struct json *item(const struct json *list, unsigned i)
{
    const struct json *j = list->child;
    for (; j && i > 0; i--)
        j = j->next;
    assert_non_null(j);
    return j;
}

static const struct json *stage_node(const struct json *j, unsigned stage, const char *key)
{
    return json_get(item(json_get(j, STR("stages")), stage), str_of(key));
}

static void assert_text(const struct json *j, const char *key, const char *text)
{
    struct str s = json_get_str(j, str_of(key));
    assert_int_equal(s.n, strlen(text));
    assert_memory_equal(s.p, text, s.n);
}

// "ask budget; wait email.replied; "
static void assert_missing(struct by_hand *h, const struct json *node, const char *text)
{
    struct buf out = {0};
    for (const struct json *a = json_get(node, STR("missing"))->child; a; a = a->next) {
        buf_put(&out, json_get_str(a, STR("action")));
        buf_char(&out, ' ');
        buf_put(&out, json_get_str(a, STR("what")));
        buf_put(&out, STR("; "));
    }
    assert_string_equal(arena_str(h->arena, buf_str(&out)).p, text);
    buf_free(&out);
}

static struct by_hand *two_way(void)
{
    struct by_hand *h = by_hand_new();
    add_stage(h, "lead", any(h, "inbound outbound", ALWAYS), NULL);
    add_stage(h, "prospect",
            all_of(h, any(h, "email.replied call.answered", within(days(90))),
                    fact_is(h, "budget", ANSWER_YES)),
            silent(h, "email.replied call.answered", days(180)));
    event(h, "m1", "u1", "2026-01-01", "email.sent", NULL);
    event(h, "m2", "u1", "2026-01-02", "email.replied", NULL);
    return h;
}

static void the_standing_and_its_reasons(void **state)
{
    (void)state;
    struct by_hand *h = two_way();
    const struct json *j = as_json(h, "u1", "2026-01-10");
    assert_text(j, "contact", "u1");
    assert_text(j, "at", "2026-01-10T00:00:00Z");
    assert_text(j, "model", "By hand");
    assert_text(j, "stage", "lead");
    assert_text(j, "since", "2026-01-01T00:00:00Z");
    assert_text(j, "grade", "none");
    const struct json *when = stage_node(j, 1, "when");
    assert_text(when, "op", "and");
    assert_int_equal(json_get(when, STR("holds"))->kind, JSON_FALSE);
    assert_missing(h, when, "ask budget; ");
    const struct json *answered = item(json_get(when, STR("children")), 0);
    assert_text(answered, "ends_at", "2026-04-02T00:00:00Z");
    assert_true(str_eq(json_get(answered, STR("evidence"))->child->text, STR("m2")));
    assert_missing(h, answered, "");
    assert_text(stage_node(j, 1, "until"), "ends_at", "2026-07-01T00:00:00Z");
    assert_int_equal(stage_node(j, 0, "until")->kind, JSON_NULL);
    by_hand_free(h);
}

static void later_events_are_not_known(void **state)
{
    (void)state;
    struct by_hand *h = two_way();
    const struct json *j = as_json(h, "u1", "2026-01-01T12:00:00Z");
    assert_missing(h, stage_node(j, 1, "when"), "wait email.replied call.answered; ask budget; ");
    struct buf out = {0};
    struct explain_options options = {.at = moment("2025-12-31"), .event_name = event_id, .ctx = h};
    assert_false(explain_contact(&h->program, h->columns, 0, &options, &out));
    assert_int_equal(out.n, 0);
    by_hand_free(h);
}

static void what_a_person_can_do(void **state)
{
    (void)state;
    struct by_hand *h = by_hand_new();
    const struct expr *silence = silent(h, "email.replied", days(30));
    add_rule(h, "fit", trait_is(h, "title", "author"));
    add_each(h, 10, "email.replied", 0, 0);
    add_stage(h, "s0", count(h, "page.viewed", ALWAYS, REL_GREATER_EQUAL, 3), NULL);
    add_stage(h, "s1", sum(h, "value", "order.placed", ALWAYS, REL_GREATER, 100), NULL);
    add_stage(h, "s2", one_of(h, any(h, "email.sent", ALWAYS), any(h, "deal.*", ALWAYS)), NULL);
    add_stage(h, "s3", no(h, "email.replied", within(days(5))), NULL);
    add_stage(h, "s4", silence, NULL);
    add_stage(h, "s5", not(h, silence), not(h, silence));
    add_stage(h, "s6", fact_is(h, "fit", ANSWER_YES), NULL);
    add_stage(h, "s7", trait_is(h, "city", "Bonn"), NULL);
    add_stage(h, "s8", score(h, REL_GREATER_EQUAL, 12.5), NULL);
    add_stage(h, "s9", stage_atom(h, EXPR_REACHED, "s0", 0), NULL);
    add_stage(h, "s10",
            then(h, days(9), (const char *const[]){"email.replied", "meeting.held", "deal.won", NULL}), NULL);
    add_stage(h, "s11", any(h, "deal.won", before("2026-01-02")), NULL);
    add_stage(h, "s12", sum(h, "\"a of b\"", "order.placed", ALWAYS, REL_GREATER_EQUAL, 5), NULL);
    event(h, "m1", "u1", "2026-01-01", "page.viewed", NULL);
    event(h, "m2", "u1", "2026-01-02", "email.replied", NULL);
    event(h, "m3", "u1", "2026-01-02", "identify", "{\"city\":\"Ulm\"}");
    const struct json *j = as_json(h, "u1", "2026-01-03");
    assert_missing(h, stage_node(j, 0, "when"), "wait page.viewed (2 more); ");
    assert_missing(h, stage_node(j, 1, "when"), "wait order.placed (100 more value); ");
    assert_missing(h, stage_node(j, 2, "when"), "do email.sent; do deal.*; ");
    assert_missing(h, stage_node(j, 3, "when"), "wait_until 2026-01-07T00:00:00Z; ");
    assert_missing(h, stage_node(j, 4, "when"), "wait_until 2026-02-01T00:00:00Z; ");
    assert_missing(h, stage_node(j, 5, "when"), "");
    assert_missing(h, stage_node(j, 6, "when"), "ask fit; fill title; ");
    assert_missing(h, stage_node(j, 7, "when"), "check city; ");
    assert_missing(h, stage_node(j, 8, "when"), "raise 2.5 more points; ");
    assert_missing(h, stage_node(j, 9, "when"), "reach s0; ");
    assert_missing(h, stage_node(j, 10, "when"), "wait meeting.held; ");
    assert_missing(h, stage_node(j, 11, "when"), "");
    assert_missing(h, stage_node(j, 12, "when"), "wait order.placed (5 more \"a of b\"); ");
    by_hand_free(h);
}

static void the_parts_add_up(void **state)
{
    (void)state;
    struct by_hand *h = by_hand_new();
    h->program.half_life = days(30);
    add_each(h, 20, "email.replied", 0, 0);
    add_when(h, -15, silent(h, "email.replied", days(10)));
    add_grade(h, "hot", score(h, REL_GREATER_EQUAL, 60));
    event(h, "m1", "u1", "2026-01-01", "email.replied", NULL);
    event(h, "m2", "u1", "2026-01-31", "email.replied", NULL);
    const struct json *j = as_json(h, "u1", "2026-03-02");
    double sum = 0, value = 0, total = 0;
    unsigned n = 0;
    for (const struct json *p = json_get(j, STR("score_parts"))->child; p; p = p->next, n++) {
        assert_true(json_number(json_get(p, STR("value"))->text, &value));
        sum += value;
    }
    assert_int_equal(n, 3);
    assert_true(json_number(json_get(j, STR("score"))->text, &total));
    assert_true(fabs(sum - total) < 1e-6 && fabs(total) < 1e-9);
    assert_true(str_eq(json_get(j, STR("score"))->text, STR("0.000000")));
    const struct json *first = json_get(j, STR("score_parts"))->child;
    assert_true(str_eq(json_get(first, STR("decay"))->text, STR("0.25")));
    assert_true(str_eq(json_get(first, STR("evidence"))->child->text, STR("m1")));
    by_hand_free(h);
}

static void the_text_can_be_read(void **state)
{
    (void)state;
    struct by_hand *h = two_way();
    add_each(h, 20, "email.replied", 0, 0);
    event(h, "m3", "u1", "2026-01-03", "note.added", NULL);
    assert_string_equal(explained(h, "u1", "2026-01-10", false).p,
            "u1\n"
            "at        2026-01-10 00:00 UTC\n"
            "model     By hand\n"
            "stage     lead, since 2026-01-01 00:00\n"
            "next      ask for the budget, towards prospect\n"
            "score     20.000000\n"
            "       20.00  points 20 each email.replied   m2 email.replied 2026-01-02 00:00\n"
            "\n"
            "✓ lead  since 2026-01-01 00:00  (the current stage)\n"
            "  when\n"
            "    ✓ any inbound outbound   m2 email.replied 2026-01-02 00:00\n"
            "\n"
            "✗ prospect  never reached\n"
            "  when\n"
            "    ✗ any email.replied call.answered and budget\n"
            "      ✓ any email.replied call.answered   m2 email.replied 2026-01-02 00:00   ends 2026-04-02 "
            "00:00\n"
            "      ✗ budget   missing: ask for the budget\n"
            "  until\n"
            "    ✗ silent email.replied call.answered for 15552000 seconds   m2 email.replied 2026-01-02 "
            "00:00   begins 2026-07-01 00:00\n");
    by_hand_free(h);
}

// The texts of a compiled model, over the events gathered by hand.
static void patterns_are_named_as_the_model_has_them(void **state)
{
    (void)state;
    struct by_hand *h = by_hand_new();
    struct diagnostics *d = diagnostics_new(h->arena);
    const struct program *p = model_compile(h->arena, STR("test"),
            STR("signal answered = email.replied, call.answered where \"within\" is \"a within b\"\n"
                "stage a when any answered, email.clicked where \"for\" is \"x then y\" within 90 days\n"
                "stage b when count answered within 30 days >= 3\n"
                "stage c when count page.viewed > 1\n"
                "stage d when sum value of order.placed, order.refunded since 2026-01-01 >= 12.5\n"
                "stage e when any email.sent where x is \" then \" then answered within 1 day\n"
                "stage f while not silent inbound for 2 days\n"
                "stage g when in a for 1 day or persona is \"P\"\n"
                "persona \"P\" when city is \"Ulm\" and employees > 5\n"),
            d);
    assert_non_null(p);
    event(h, "m1", "u1", "2026-01-01", "note.added", NULL);
    event(h, "m2", "u1", "2026-01-01", "email.sent", "{\"x\":\" then \"}");
    h->program = *p;
    const struct json *j = as_json(h, "u1", "2026-01-02");
    assert_missing(
            h, stage_node(j, 0, "when"), "wait answered, email.clicked where \"for\" is \"x then y\"; ");
    assert_missing(h, stage_node(j, 1, "when"), "wait answered (3 more); ");
    assert_missing(h, stage_node(j, 2, "when"), "wait page.viewed (2 more); ");
    assert_missing(h, stage_node(j, 3, "when"), "wait order.placed, order.refunded (12.5 more value); ");
    assert_missing(h, stage_node(j, 4, "when"), "wait answered; ");
    assert_missing(h, stage_node(j, 5, "when"), "");
    assert_missing(h, stage_node(j, 6, "when"), "reach a; fill city; fill employees; ");
    j = as_json(h, "u1", "2026-01-03"); // two days of silence; the mail is too old to be answered
    assert_missing(h, stage_node(j, 4, "when"), "do email.sent where x is \" then \"; ");
    assert_missing(h, stage_node(j, 5, "when"), "wait inbound; ");
    by_hand_free(h);
}

static void names_of_strangers_move_no_cursor(void **state)
{
    (void)state;
    struct by_hand *h = by_hand_new();
    add_stage(h, "lead", any(h, "inbound", ALWAYS), NULL);
    event(h, "m1", "u\\u001b[2Jx", "2026-01-01", "page.viewed", NULL);
    struct str text = explained(h, "u\033[2Jx", "2026-01-02", false);
    assert_memory_equal(text.p, "u?[2Jx\n", 7);
    by_hand_free(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(the_standing_and_its_reasons),
            cmocka_unit_test(later_events_are_not_known),
            cmocka_unit_test(what_a_person_can_do),
            cmocka_unit_test(the_parts_add_up),
            cmocka_unit_test(the_text_can_be_read),
            cmocka_unit_test(patterns_are_named_as_the_model_has_them),
            cmocka_unit_test(names_of_strangers_move_no_cursor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
