// What the text cases cannot show: limits, hostile texts, and the functions beside the compiler.
#include "base/arena.h"
#include "support/program_dump.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct program *compiled(struct arena *arena, struct str text)
{
    struct diagnostics *d = diagnostics_new(arena);
    const struct program *p = model_compile(arena, STR("m"), text, d);
    if (!p && d->list.n) {
        struct buf out = {0};
        diagnostic_print(&d->list.v[0], STR("m"), &out);
        print_message("%.*s", (int)out.n, out.p);
        buf_free(&out);
    }
    return p;
}

// The first message of a text that does not compile.
static struct str first_error(struct arena *arena, struct str text)
{
    struct diagnostics *d = diagnostics_new(arena);
    assert_null(model_compile(arena, STR("m"), text, d));
    assert_true(d->errors > 0);
    return d->list.v[0].message;
}

static void assert_str(struct str got, const char *expected)
{
    struct str e = str_of(expected);
    if (!str_eq(got, e))
        print_message("got: %.*s\n", STR_ARG(got));
    assert_true(str_eq(got, e));
}

static void repeat(struct buf *out, const char *s, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        buf_put(out, str_of(s));
}

static struct str nested(struct buf *out, const char *open, const char *close, unsigned n)
{
    out->n = 0;
    buf_put(out, STR("stage a when "));
    repeat(out, open, n);
    buf_put(out, STR("fit"));
    repeat(out, close, n);
    return buf_str(out);
}

static void test_nesting(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct buf text = {0};
    static const char *const OPEN[] = {"(", "not ", "not (", "fit or (need and ("};
    static const char *const CLOSE[] = {")", "", ")", "))"};
    static const unsigned LEVELS[] = {1, 1, 2, 2};
    for (unsigned i = 0; i < 4; i++) {
        assert_non_null(compiled(arena, nested(&text, OPEN[i], CLOSE[i], 200 / LEVELS[i])));
        assert_str(first_error(arena, nested(&text, OPEN[i], CLOSE[i], 200 / LEVELS[i] + 1)),
                "conditions nest at most 200 deep");
        assert_str(first_error(arena, nested(&text, OPEN[i], CLOSE[i], 50000)),
                "conditions nest at most 200 deep");
    }
    // Side by side is not within each other.
    text.n = 0;
    buf_put(&text, STR("stage a when fit"));
    repeat(&text, " and not (not need or not not budget)", 1000);
    assert_non_null(compiled(arena, buf_str(&text)));
    text.n = 0;
    buf_put(&text, STR("stage a when any email.sent where "));
    repeat(&text, "(", 201);
    assert_str(first_error(arena, buf_str(&text)), "conditions nest at most 200 deep");
    // What follows is read all the same.
    text.n = 0;
    nested(&text, "(", ")", 300);
    buf_put(&text, STR("\nstage b when reached a and zzz"));
    struct diagnostics *d = diagnostics_new(arena);
    assert_null(model_compile(arena, STR("m"), buf_str(&text), d));
    assert_int_equal(d->errors, 2);
    assert_str(d->list.v[1].message, "there is no fact or trait `zzz`");
    buf_free(&text);
    arena_free(arena);
}

static void test_size(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct buf text = {0};
    repeat(&text, " ", 1 << 20);
    assert_non_null(compiled(arena, buf_str(&text)));
    buf_char(&text, ' ');
    assert_str(first_error(arena, buf_str(&text)), "a model's text is at most 1 MB");
    struct buf out = {0};
    assert_false(model_format(buf_str(&text), &out, diagnostics_new(arena)));
    assert_int_equal(out.n, 0);
    buf_free(&text);
    arena_free(arena);
}

static void test_encoding(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct diagnostics *d = diagnostics_new(arena);
    assert_null(model_compile(arena, STR("m"), STR("# Größe\nmodel \"\xFF\""), d));
    assert_str(d->list.v[0].message, "this is no valid UTF-8 text");
    assert_int_equal(d->list.v[0].line, 2);
    assert_int_equal(d->list.v[0].column, 8);
    assert_str(first_error(arena, STR("model \"a\0b\"")), "a model has no NUL characters");
    // Columns count code points, and not the byte order mark.
    d = diagnostics_new(arena);
    assert_null(model_compile(arena, STR("m"), STR("\xEF\xBB\xBFmodel \"ÄÖÜ\" zzz"), d));
    assert_int_equal(d->list.v[0].column, 13);
    // Every kind of line end counts one line.
    d = diagnostics_new(arena);
    assert_null(model_compile(arena, STR("m"), STR("# a\r\n# b\r# c\n zzz"), d));
    assert_int_equal(d->list.v[0].line, 4);
    assert_int_equal(d->list.v[0].column, 2);
    arena_free(arena);
}

// Texts meant to hurt end soon and with a message.
static void test_hostile(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct buf text = {0};
    // Signals that double twenty times.
    buf_put(&text, STR("signal s0 = a.b where x is 1, a.b where x is 2\n"));
    for (unsigned i = 1; i < 40; i++)
        buf_printf(&text, "signal s%u = s%u where x%u is 1, s%u where x%u is 2\n", i, i - 1, i, i - 1, i);
    assert_str(first_error(arena, buf_str(&text)), "the signals of this model come to too many patterns");
    // A chain of signals with a condition each.
    text.n = 0;
    buf_put(&text, STR("signal s0 = a.b\n"));
    for (unsigned i = 1; i < 15000; i++)
        buf_printf(&text, "signal s%u = s%u where x%u is 1\n", i, i - 1, i);
    assert_str(first_error(arena, buf_str(&text)), "the signals of this model come to too many patterns");
    // Thousands of errors: a hundred are shown, all count.
    text.n = 0;
    for (unsigned i = 0; i < 15000; i++)
        buf_printf(&text, "stage s%u when fit%u and (\n", i, i);
    struct diagnostics *d = diagnostics_new(arena);
    assert_null(model_compile(arena, STR("m"), buf_str(&text), d));
    assert_true(d->list.n <= 100);
    text.n = 0;
    for (unsigned i = 0; i < 15000; i++)
        buf_printf(&text, "stage s%u when a_rather_long_name_to_compare_%u\n", i, i);
    d = diagnostics_new(arena);
    assert_null(model_compile(arena, STR("m"), buf_str(&text), d));
    assert_int_equal(d->list.n, 100);
    assert_int_equal(d->errors, 100);
    // Another model is judged rightly all the same.
    assert_non_null(model_compile(arena, STR("m"), STR("stage a when fit and any email.sent"), d));
    assert_null(model_compile(arena, STR("m"), STR("stage a when fti"), d));
    // A long chain and a long list.
    text.n = 0;
    buf_put(&text, STR("grade a when any a.b"));
    repeat(&text, " then a.b within day", 40000);
    assert_non_null(compiled(arena, buf_str(&text)));
    text.n = 0;
    buf_put(&text, STR("grade a when any a.b"));
    for (unsigned i = 0; i < 60000; i++)
        buf_printf(&text, ",a.b%u", i);
    const struct program *p = compiled(arena, buf_str(&text));
    assert_non_null(p);
    assert_int_equal(p->matchers[0].n_pats, 60001);
    struct buf out = {0};
    assert_true(model_format(buf_str(&text), &out, diagnostics_new(arena)));
    buf_free(&out);
    buf_free(&text);
    arena_free(arena);
}

static void test_durations(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t seconds; // 0: an error
    } CASES[] = {
            {"5 minutes", 300},
            {"6 months", 6 * 30 * 86400},
            {"1 hour", 3600},
            {" 30days ", 30 * 86400},
            {"day", 86400},
            {"1.5 hours", 5400},
            {"0.5 minutes", 30},
            {"2 year", 2 * 365 * 86400},
            {"1 weeks", 7 * 86400},
            {"00010 days", 864000},
            {"days", 0},
            {"30", 0},
            {"", 0},
            {"0 days", 0},
            {"-1 day", 0},
            {"1.2345 minutes", 0},
            {"1. days", 0},
            {".5 days", 0},
            {"1.2.3 days", 0},
            {"3 fortnights", 0},
            {"3 days 4 hours", 0},
            {"20000 years", 0},
            {"99999999999999999999999 days", 0},
            {"1 DAY", 0},
    };
    for (unsigned i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        int64_t seconds = 0;
        struct err err = {0};
        bool ok = duration_parse(str_of(CASES[i].text), &seconds, &err);
        if (seconds != CASES[i].seconds)
            print_message("%s: %lld\n", CASES[i].text, (long long)seconds);
        assert_int_equal(seconds, CASES[i].seconds);
        assert_int_equal(ok, CASES[i].seconds != 0);
        assert_int_equal(err.code, ok ? ERR_NONE : ERR_INPUT);
    }
}

static void test_relations(void **state)
{
    (void)state;
    assert_true(relation_holds(REL_GREATER_EQUAL, 60 - 1e-8, 60, false));
    assert_false(relation_holds(REL_GREATER_EQUAL, 60 - 1e-7, 60, false));
    assert_false(relation_holds(REL_GREATER_EQUAL, 60 - 1e-8, 60, true));
    assert_false(relation_holds(REL_LESS, 60 - 1e-8, 60, false));
    assert_true(relation_holds(REL_LESS_EQUAL, 60 + 1e-8, 60, false));
    assert_false(relation_holds(REL_GREATER, 60 + 1e-8, 60, false));
    assert_true(relation_holds(REL_EQUAL, 1e-9, 0, false));
    assert_false(relation_holds(REL_EQUAL, 2e-9, 0, false));
    assert_true(relation_holds(REL_NOT_EQUAL, 2e-9, 0, false));
    assert_true(relation_holds(REL_EQUAL, -1e12 + 100, -1e12, false));
    assert_true(relation_holds(REL_LESS, 2, 3, true));
    assert_true(relation_holds(REL_EQUAL, 3, 3, true));
    assert_true(relation_holds(REL_GREATER, 4, 3, true));
}

static void test_pats(void **state)
{
    (void)state;
    struct pat name = {.kind = PAT_NAME, .name = STR("email.sent")};
    struct pat prefix = {.kind = PAT_PREFIX, .name = STR("email.")};
    struct pat inbound = {.kind = PAT_DIRECTION, .direction = DIR_INBOUND, .machines = true};
    assert_true(pat_takes(&name, STR("email.sent"), DIR_OUTBOUND, false));
    assert_false(pat_takes(&name, STR("email.sent"), DIR_OUTBOUND, true));
    assert_false(pat_takes(&name, STR("email.sent2"), DIR_OUTBOUND, false));
    assert_true(pat_takes(&prefix, STR("email.sent"), DIR_OUTBOUND, false));
    assert_false(pat_takes(&prefix, STR("emails.sent"), DIR_OUTBOUND, false));
    assert_true(pat_takes(&inbound, STR("x"), DIR_INBOUND, true));
    assert_false(pat_takes(&inbound, STR("x"), DIR_OUTBOUND, true));
    assert_false(pat_takes(&inbound, STR_NONE, DIR_INBOUND, false));
}

static void test_cond(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct diagnostics *d = diagnostics_new(arena);
    struct str *props;
    uint32_t n_props;
    struct cond *cond = cond_compile(arena,
            STR("y is \"yes\" and (not \"two words\" known or y in (1, 2) or stage is \"won\")"), &props,
            &n_props, d);
    assert_non_null(cond);
    assert_int_equal(d->list.n, 0);
    assert_int_equal(n_props, 3);
    assert_str(props[0], "y");
    assert_str(props[1], "two words");
    assert_str(props[2], "stage");
    assert_int_equal(cond->op, COND_AND);
    assert_int_equal(cond->n_children, 2);
    assert_int_equal(cond->children[0]->cmp.op, CMP_IS);
    assert_int_equal(cond->children[1]->op, COND_OR);
    assert_int_equal(cond->children[1]->n_children, 3);
    assert_int_equal(cond->children[1]->children[1]->prop_index, 0);
    static const char *const BAD[] = {"", "y", "y is", "y is \"a\" z", "(y is 1", "any email.sent",
            "y > \"a\"", "y matches \"(\"", "y is 1 and"};
    for (unsigned i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        d = diagnostics_new(arena);
        assert_null(cond_compile(arena, str_of(BAD[i]), &props, &n_props, d));
        assert_int_equal(d->errors, 1);
    }
    arena_free(arena);
}

static bool only_demo(void *ctx, struct str name)
{
    ++*(unsigned *)ctx;
    return str_eq(name, STR("Demo Requested"));
}

static void test_names(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct diagnostics *d = diagnostics_new(arena);
    const struct program *p = model_compile(arena, STR("m"),
            STR("stage a when any \"Demo Requested\", email.replied\nuntil any emial.sent within day\ngrade "
                "b "
                "otherwise grade c otherwise"),
            d);
    assert_non_null(p);
    assert_int_equal(d->list.n, 1);
    unsigned asked = 0;
    model_warn_names(p, only_demo, &asked, d);
    assert_int_equal(asked, 2);
    assert_int_equal(d->list.n, 2);
    assert_int_equal(d->errors, 0);
    assert_str(d->list.v[0].message, "the event `emial.sent` is neither in the catalogue nor in the history");
    assert_str(d->list.v[0].suggestion, "did you mean `email.sent`?");
    assert_int_equal(d->list.v[0].line, 2);
    assert_int_equal(d->list.v[0].column, 11);
    assert_str(d->list.v[0].source, "until any emial.sent within day");
    arena_free(arena);
}

static void test_json(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct diagnostics *d = diagnostics_new(arena);
    assert_null(model_compile(arena, STR("m"), STR("stage a when title is \"x\" and\nstge b when fit"), d));
    struct buf out = {0};
    for (size_t i = 0; i < d->list.n; i++)
        diagnostic_print_json(&d->list.v[i], STR("a \"b\".model"), &out);
    assert_str(buf_str(&out),
            "{\"file\":\"a "
            "\\\"b\\\".model\",\"line\":2,\"column\":6,\"severity\":\"error\",\"message\":\"expected a "
            "comparison (`is`, `contains`, `known`, `>=` …), `and`, `or`, `until` or the next statement "
            "after "
            "`stge`, not `b`\",\"suggestion\":null}\n");
    buf_free(&out);
    arena_free(arena);
}

static uint64_t hash_of(const char *text, uint32_t stage)
{
    struct arena *arena = arena_new();
    const struct program *p = compiled(arena, str_of(text));
    assert_non_null(p);
    uint64_t hash = program_stage_hash(p, stage);
    arena_free(arena);
    return hash;
}

#define BASE                                                                                     \
    "half-life 30 days signal s = email.sent where x is 1 persona \"P\" when industry is \"x\" " \
    "fact fit when persona is \"P\" points 5 each s points 3 when fit "                          \
    "stage one when any s stage two when score > 3 until is one stage three when reached one and fit "

static void test_hash(void **state)
{
    (void)state;
    uint64_t one = hash_of(BASE, 0), two = hash_of(BASE, 1), three = hash_of(BASE, 2);
    assert_true(one != two && two != three && one != three);
    // What a stage does not depend on changes nothing.
    assert_true(hash_of("model \"x\" fact own trait plan text # c\n grade a when own and plan known " BASE,
                        0) == one);
    assert_true(hash_of("grade a when any call.answered where z is 3 " BASE, 2) == three);
    assert_true(hash_of(BASE "stage four when fit", 2) == three);
    // What it depends on does, however far away.
    static const struct {
        const char *text;
        bool one, two, three; // changed
    } CASES[] = {
            {"half-life 31 days signal s = email.sent where x is 1 persona \"P\" when industry is \"x\" "
             "fact fit when persona is \"P\" points 5 each s points 3 when fit "
             "stage one when any s stage two when score > 3 until is one stage three when reached one and "
             "fit",
                    false, true, false},
            {"half-life 30 days signal s = email.sent where x is 2 persona \"P\" when industry is \"x\" "
             "fact fit when persona is \"P\" points 5 each s points 3 when fit "
             "stage one when any s stage two when score > 3 until is one stage three when reached one and "
             "fit",
                    true, true, true},
            {"half-life 30 days signal s = email.sent where x is 1 persona \"P\" when industry is \"y\" "
             "fact fit when persona is \"P\" points 5 each s points 3 when fit "
             "stage one when any s stage two when score > 3 until is one stage three when reached one and "
             "fit",
                    false, true, true},
            {"half-life 30 days signal s = email.sent where x is 1 persona \"P\" when industry is \"x\" "
             "fact fit when persona is \"P\" points 5 each s points 4 when fit "
             "stage one when any s stage two when score > 3 until is one stage three when reached one and "
             "fit",
                    false, true, false},
            // A person may assign an earlier stage by its name.
            {"half-life 30 days signal s = email.sent where x is 1 persona \"P\" when industry is \"x\" "
             "fact fit when persona is \"P\" points 5 each s points 3 when fit "
             "stage one when any s stage zwei when score > 3 until is one stage three when reached one and "
             "fit",
                    false, true, true},
            {"half-life 30 days signal s = email.sent where x is 1 persona \"P\" when industry is \"x\" "
             "fact fit when persona is \"P\" points 5 each s points 3 when fit "
             "stage one when any s stage two when score > 4 until is one stage three when reached one and "
             "fit",
                    false, true, false},
    };
    for (unsigned i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        assert_int_equal(hash_of(CASES[i].text, 0) != one, CASES[i].one);
        assert_int_equal(hash_of(CASES[i].text, 1) != two, CASES[i].two);
        assert_int_equal(hash_of(CASES[i].text, 2) != three, CASES[i].three);
    }
}

// Whose a rule is counts, not only which rules there are.
static void test_hash_owner(void **state)
{
    (void)state;
    static const char *const PAIRS[][2] = {
            {"fact fit when yes stage a when fit and not need",
                    "fact need when yes stage a when fit and not need"},
            {"fact fit when any email.sent stage a when fit or need",
                    "fact need when any email.sent stage a when fit or need"},
    };
    for (unsigned i = 0; i < sizeof PAIRS / sizeof PAIRS[0]; i++)
        assert_true(hash_of(PAIRS[i][0], 0) != hash_of(PAIRS[i][1], 0));
}

// Children stand before parents, numbers fit the tables.
static void test_tables(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    const struct program *p =
            compiled(arena, STR(BASE "grade a when title is \"x\" and not title is \"x\" or employees > 3"));
    assert_non_null(p);
    for (uint32_t i = 0; i < p->n_exprs; i++) {
        const struct expr *e = p->exprs[i];
        assert_int_equal(e->id, i);
        for (uint32_t k = 0; k < e->n_children; k++)
            assert_true(e->children[k]->id < i);
        if (e->op == EXPR_TRAIT)
            assert_ptr_equal(p->trait_cmps[e->cmp_index], e);
        assert_true(e->line >= 1 && e->column >= 1);
    }
    assert_int_equal(p->n_trait_cmps, 3);
    for (uint32_t i = 0; i < p->n_matchers; i++)
        for (unsigned k = 0; k < p->matchers[i].n_pats; k++) {
            const struct cond *cond = p->matchers[i].pats[k].cond;
            if (cond)
                assert_ptr_equal(p->prop_cmps[cond->cmp_index], &cond->cmp);
        }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_nesting),
            cmocka_unit_test(test_size),
            cmocka_unit_test(test_encoding),
            cmocka_unit_test(test_hostile),
            cmocka_unit_test(test_durations),
            cmocka_unit_test(test_relations),
            cmocka_unit_test(test_pats),
            cmocka_unit_test(test_cond),
            cmocka_unit_test(test_names),
            cmocka_unit_test(test_json),
            cmocka_unit_test(test_hash),
            cmocka_unit_test(test_hash_owner),
            cmocka_unit_test(test_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
