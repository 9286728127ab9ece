// The evidence of conditions, by a view made by hand: truth is what the test says it is.
#include "replay/evidence.h"

#include "support/by_hand.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

// Says what holds: the conditions of a list.
struct truth {
    const struct expr *held[BY_HAND_MOST];
    unsigned n;
    uint32_t persona;
};

static bool holds(void *ctx, const struct expr *e)
{
    const struct truth *t = ctx;
    for (unsigned i = 0; i < t->n; i++)
        if (t->held[i] == e)
            return true;
    return e->op == EXPR_NOT && !holds(ctx, e->children[0]);
}

static uint32_t persona_rule(void *ctx)
{
    const struct truth *t = ctx;
    return t->persona;
}

static const struct expr *held(struct truth *t, const struct expr *e)
{
    t->held[t->n++] = e;
    return e;
}

struct scene {
    struct by_hand *h;
    struct bound *bound;
    struct evidence_view view;
};

// All events of the only contact have happened by `at`.
static struct scene scene(struct by_hand *h, struct truth *t, const char *at)
{
    struct err err = {0};
    assert_true(builder_finish(h->builder, moment(at), &h->columns, &err));
    struct scene s = {.h = h, .bound = bind_program(&h->program, h->columns)};
    s.view = (struct evidence_view){.bound = s.bound,
            .end = h->columns->n_events,
            .time = moment(at) - h->columns->epoch,
            .holds = holds,
            .persona_rule = persona_rule,
            .ctx = t};
    return s;
}

static void end(struct scene *s)
{
    bound_free(s->bound);
    by_hand_free(s->h);
}

// As "m1 m2 ".
static const char *names(struct scene *s, const struct expr *e)
{
    event_list list = {0};
    struct buf out = {0};
    evidence_of(&s->view, e, &list, 0);
    for (size_t i = 0; i < list.n; i++) {
        event_id(s->h, s->h->columns->log[list.v[i]], &out);
        buf_char(&out, ' ');
    }
    struct str text = arena_str(s->h->arena, buf_str(&out));
    vec_free(&list);
    buf_free(&out);
    return text.p;
}

static struct by_hand *history(void)
{
    struct by_hand *h = by_hand_new();
    event(h, "m1", "u1", "2026-01-01", "email.sent", NULL);
    event(h, "m2", "u1", "2026-01-02", "page.viewed", NULL);
    event(h, "m3", "u1", "2026-01-03", "email.sent", NULL);
    event(h, "m4", "u1", "2026-01-04", "email.replied", NULL);
    return h;
}

static void the_newest_match_speaks(void **state)
{
    (void)state;
    struct truth t = {0};
    struct by_hand *h = history();
    const struct expr *sent = held(&t, any(h, "email.sent", ALWAYS));
    const struct expr *early = held(&t, any(h, "email.sent", before("2026-01-02")));
    const struct expr *not_early = any(h, "email.replied", before("2026-01-02"));
    const struct expr *fresh_view = any(h, "page.viewed", within(days(1)));
    const struct expr *no_view = held(&t, no(h, "page.viewed", within(days(1))));
    const struct expr *no_reply = no(h, "email.replied", within(days(1)));
    const struct expr *quiet = silent(h, "email.*", days(9));
    const struct expr *never = any(h, "deal.won", ALWAYS);
    struct scene s = scene(h, &t, "2026-01-04");
    assert_string_equal(names(&s, sent), "m3 ");
    assert_string_equal(names(&s, early), "m1 ");     // inside the window
    assert_string_equal(names(&s, not_early), "m4 "); // false: anywhere
    assert_string_equal(names(&s, fresh_view), "m2 ");
    assert_string_equal(names(&s, no_view), "m2 ");
    assert_string_equal(names(&s, no_reply), "m4 ");
    assert_string_equal(names(&s, quiet), "m4 ");
    assert_string_equal(names(&s, never), "");
    s.view.end -= 2; // m3 and m4 have not happened
    assert_string_equal(names(&s, sent), "m1 ");
    end(&s);
}

static void counts_name_ten_newest_first(void **state)
{
    (void)state;
    struct truth t = {0};
    struct by_hand *h = by_hand_new();
    char id[8] = "m00", day[16] = "2026-01-01";
    for (int i = 1; i <= 12; i++) {
        id[1] = day[8] = (char)('0' + i / 10);
        id[2] = day[9] = (char)('0' + i % 10);
        event(h, id, "u1", day, "page.viewed", NULL);
    }
    const struct expr *all = held(&t, count(h, "page.viewed", ALWAYS, REL_GREATER_EQUAL, 3));
    const struct expr *some = count(h, "page.viewed", within(days(3)), REL_LESS, 3);
    const struct expr *worth = sum(h, "value", "page.viewed", before("2026-01-03"), REL_LESS, 3);
    struct scene s = scene(h, &t, "2026-01-12");
    assert_string_equal(names(&s, all), "m12 m11 m10 m09 m08 m07 m06 m05 m04 m03 ");
    assert_string_equal(names(&s, some), "m12 m11 m10 ");
    assert_string_equal(names(&s, worth), "m02 m01 ");
    end(&s);
}

static void junctions_name_the_sides_that_decide(void **state)
{
    (void)state;
    struct truth t = {0};
    struct by_hand *h = history();
    const struct expr *yes1 = held(&t, any(h, "email.sent", ALWAYS));
    const struct expr *yes2 = held(&t, any(h, "page.viewed", ALWAYS));
    const struct expr *no1 = any(h, "page.viewed", within(days(1)));
    const struct expr *no2 = any(h, "email.replied", before("2026-01-01"));
    const struct expr *both = held(&t, all_of(h, yes1, yes2));
    const struct expr *either = held(&t, one_of(h, no1, yes1));
    const struct expr *first = held(&t, one_of(h, yes2, yes1));
    const struct expr *fails = all_of(h, yes1, all_of(h, no2, no1));
    const struct expr *neither = one_of(h, no1, no2);
    const struct expr *same = held(&t, all_of(h, yes1, yes1));
    struct scene s = scene(h, &t, "2026-01-04");
    assert_string_equal(names(&s, both), "m3 m2 ");
    assert_string_equal(names(&s, either), "m3 ");
    assert_string_equal(names(&s, first), "m2 ");
    assert_string_equal(names(&s, fails), "m4 ");
    assert_string_equal(names(&s, neither), "m2 m4 ");
    assert_string_equal(names(&s, not(h, neither)), "m2 m4 ");
    assert_string_equal(names(&s, not(h, fails)), "m4 ");
    assert_string_equal(names(&s, same), "m3 ");
    // Rule 7 asks every side that holds.
    assert_true(evidence_after(&s.view, first, 2));
    assert_false(evidence_after(&s.view, first, 3));
    assert_false(evidence_after(&s.view, either, 3));
    end(&s);
}

static void the_newest_chain_is_named_by_its_ends(void **state)
{
    (void)state;
    struct truth t = {0};
    struct by_hand *h = history();
    const struct expr *told =
            held(&t, then(h, days(2), (const char *const[]){"email.sent", "email.replied", NULL}));
    const struct expr *twice =
            held(&t, then(h, days(9), (const char *const[]){"outbound", "inbound", "email.*", NULL}));
    const struct expr *fails = then(h, days(0), (const char *const[]){"email.sent", "email.replied", NULL});
    struct scene s = scene(h, &t, "2026-01-09");
    assert_string_equal(names(&s, told), "m3 m4 ");
    assert_string_equal(names(&s, twice), "m1 m4 "); // m1 m2 m4: m3 has no answer before m4
    assert_string_equal(names(&s, fails), "");
    end(&s);
}

static void facts_and_traits_name_their_messages(void **state)
{
    (void)state;
    struct truth t = {.persona = 0};
    struct by_hand *h = history();
    event(h, "m5", "u1", "2026-01-05", "fact.recorded", "{\"fact\":\"budget\",\"answer\":\"yes\"}");
    event(h, "m6", "u1", "2026-01-06", "identify", "{\"title\":\"Author\"}");
    const struct expr *budget = held(&t, fact_is(h, "budget", ANSWER_YES));
    const struct expr *fit = fact_is(h, "fit", ANSWER_YES);
    const struct expr *author = held(&t, trait_is(h, "title", "author"));
    const struct expr *city = trait_is(h, "city", "Bonn");
    const struct expr *is_author = held(&t, persona_is(h, "Author"));
    const struct expr *is_other = persona_is(h, "Other");
    const struct expr *not_other = not(h, is_other);
    const struct expr *negated = not(h, persona_is(h, "Other"));
    add_rule(h, "fit", any(h, "page.viewed", within(days(1))));
    add_persona(h, "Author", author);
    struct expr *written = h->exprs[not_other->id];
    written->text = STR("persona is not \"Other\"");
    struct scene s = scene(h, &t, "2026-01-07");
    assert_string_equal(names(&s, budget), "m5 ");
    assert_string_equal(names(&s, fit), "m2 "); // of the rule's falsehood
    assert_string_equal(names(&s, author), "m6 ");
    assert_string_equal(names(&s, city), "");
    assert_string_equal(names(&s, is_author), "m6 ");
    assert_string_equal(names(&s, is_other), "");
    assert_string_equal(names(&s, not_other), "m6 "); // the persona that the contact has
    assert_string_equal(names(&s, negated), "");      // the falsehood of `persona is`
    end(&s);
}

static void a_withdrawn_fact_has_no_evidence(void **state)
{
    (void)state;
    struct truth t = {0};
    struct by_hand *h = history();
    event(h, "m5", "u1", "2026-01-05", "fact.recorded", "{\"fact\":\"budget\",\"answer\":\"yes\"}");
    event(h, "m6", "u1", "2026-01-06", "fact.recorded", "{\"fact\":\"budget\",\"answer\":\"unknown\"}");
    const struct expr *budget = fact_is(h, "budget", ANSWER_YES);
    struct scene s = scene(h, &t, "2026-01-07");
    assert_string_equal(names(&s, budget), "");
    end(&s);
}

static void a_list_is_only_freed_of_its_own_doubles(void **state)
{
    (void)state;
    struct truth t = {0};
    struct by_hand *h = history();
    const struct expr *sent = held(&t, any(h, "email.sent", ALWAYS));
    struct scene s = scene(h, &t, "2026-01-07");
    event_list list = {0};
    evidence_of(&s.view, sent, &list, 0);
    evidence_of(&s.view, sent, &list, 1); // another transition's
    assert_int_equal(list.n, 2);
    evidence_of(&s.view, sent, &list, 1);
    assert_int_equal(list.n, 2);
    vec_free(&list);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(the_newest_match_speaks),
            cmocka_unit_test(counts_name_ten_newest_first),
            cmocka_unit_test(junctions_name_the_sides_that_decide),
            cmocka_unit_test(the_newest_chain_is_named_by_its_ends),
            cmocka_unit_test(facts_and_traits_name_their_messages),
            cmocka_unit_test(a_withdrawn_fact_has_no_evidence),
            cmocka_unit_test(a_list_is_only_freed_of_its_own_doubles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
