#include "base/json.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

// Parses or fails the test; the result lives in the arena.
static const struct json *parsed(struct arena *arena, struct str text)
{
    struct json *j = NULL;
    struct err err = {0};
    if (!json_parse(arena, text, &j, &err))
        fail_msg("%.*s: %s", STR_ARG(text), err.message);
    return j;
}

static void assert_text(struct str got, const char *expected)
{
    if (!str_eq(got, str_of(expected)))
        fail_msg("expected <%s>, got <%.*s>", expected, STR_ARG(got));
}

static void values_of_every_kind(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct json *j = parsed(a, STR(" {\"n\":null,\"t\":true,\"f\":false,\"i\":-12,\"d\":1.50e+3,\"s\":"
                                         "\"é\",\"a\":[1,[],{}],\"o\":{"
                                         "\"x\":\"y\"}}\r\n\t"));
    static const enum json_kind KINDS[] = {
            JSON_NULL, JSON_TRUE, JSON_FALSE, JSON_NUMBER, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT};
    static const char *const TEXTS[] = {
            "null", "true", "false", "-12", "1.50e+3", "é", "[1,[],{}]", "{\"x\":\"y\"}"};
    unsigned i = 0;
    assert_int_equal(j->kind, JSON_OBJECT);
    for (const struct json *m = j->child; m; m = m->next, i++) {
        assert_int_equal(m->kind, KINDS[i]);
        assert_text(m->text, TEXTS[i]);
    }
    assert_int_equal(i, 8);
    assert_text(json_get_str(json_get(j, STR("o")), STR("x")), "y");
    assert_null(json_get(j, STR("absent")));
    assert_null(json_get(NULL, STR("x")));
    assert_null(json_get(json_get(j, STR("a")), STR("x")));
    assert_null(json_get_str(j, STR("i")).p); // no string
    arena_free(a);
}

static void the_last_of_equal_keys_counts(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct json *j = parsed(a, STR("{\"a\":\"1\",\"\\u0061\":\"2\"}"));
    assert_text(json_get_str(j, STR("a")), "2");
    arena_free(a);
}

static void escapes(void **state)
{
    static const struct {
        const char *in, *out;
        size_t n;
    } CASES[] = {
            {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t", 8},
            {"\"a\\u0000b\"", "a\0b", 3},
            {"\"\\u00e9\\u20AC\\uD83D\\ude00\"", "é€😀", 9},
            {"\"\\ud800\"", "\xEF\xBF\xBD", 3},
            {"\"\\udc00x\"", "\xEF\xBF\xBDx", 4},
            {"\"\\ud800\\u0041\"",
                    "\xEF\xBF\xBD"
                    "A",
                    4},
            {"\"\\ud800\\ud800\\udc00\"", "\xEF\xBF\xBD\xF0\x90\x80\x80", 7},
            {"\"\\ud800\\n\"", "\xEF\xBF\xBD\n", 4},
            {"\"plain \\u0041 plain\"", "plain A plain", 13},
    };
    (void)state;
    struct arena *a = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const struct json *j = parsed(a, str_of(CASES[i].in));
        assert_int_equal(j->text.n, CASES[i].n);
        assert_memory_equal(j->text.p, CASES[i].out, CASES[i].n);
    }
    arena_free(a);
}

static void rejected(void **state)
{
    static const char *const CASES[] = {"", " ", "nul", "nulll", "True", "01", "-", "+1", "1.", ".5", "1e",
            "1e+", "0x1", "NaN", "Infinity", "[", "[1", "[1,]", "[,1]", "[1 2]", "{", "{\"a\"",
            "{\"a\":", "{\"a\":1", "{\"a\":1,}", "{a:1}", "{1:1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "\"",
            "\"\\", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\u", "\"\\ud800\\u\"",
            "\"\\ud800\\u12\"", "\"a\nb\"", "\"\\n\n\"", "\"\x80\"", "\"\xC0\xAF\"", "\"\xED\xA0\x80\"",
            "\"\xF4\x90\x80\x80\"", "\"\\n\xFF\"", "1 2", "[]]", "{}x", "\xEF\xBB\xBF{}", "'a'", "[1]//",
            "{\"\x80\":1}", "]", "}", ",", ":"};
    (void)state;
    struct arena *a = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct json *j = (struct json *)a;
        struct err err = {0};
        // A copy of the exact size, so that AddressSanitizer sees a read behind the end.
        size_t n = strlen(CASES[i]);
        char *text = malloc(n ? n : 1);
        memcpy(text, CASES[i], n);
        if (json_parse(a, (struct str){text, n}, &j, &err))
            fail_msg("accepted: %s", CASES[i]);
        assert_ptr_equal(j, a); // untouched
        assert_int_equal(err.code, ERR_INPUT);
        assert_non_null(strstr(err.message, "at byte"));
        free(text);
    }
    assert_false(json_parse(a, STR_NONE, &(struct json *){NULL}, NULL));
    arena_free(a);
}

static void every_prefix_is_rejected(void **state)
{
    static const char TEXT[] =
            "{\"a\":[1.5e3,\"\\u00e9\\ud83d\\ude00\",true,false,null,{\"b\":{}}],\"c\":\"é\"}";
    (void)state;
    struct arena *a = arena_new();
    for (size_t n = 0; n < sizeof TEXT - 1; n++) {
        char *text = malloc(n ? n : 1);
        memcpy(text, TEXT, n);
        struct json *j;
        assert_false(json_parse(a, (struct str){text, n}, &j, NULL));
        free(text);
    }
    parsed(a, STR(TEXT));
    arena_free(a);
}

static void depth_has_a_limit(void **state)
{
    (void)state;
    char text[2 * (JSON_DEPTH + 1)];
    struct arena *a = arena_new();
    struct json *j;
    for (size_t depth = JSON_DEPTH; depth <= JSON_DEPTH + 1; depth++) {
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        assert_int_equal(json_parse(a, (struct str){text, 2 * depth}, &j, NULL), depth == JSON_DEPTH);
    }
    size_t many = 1000000;
    char *deep = malloc(many);
    memset(deep, '[', many);
    assert_false(json_parse(a, (struct str){deep, many}, &j, NULL));
    free(deep);
    arena_free(a);
}

static void strings_without_escapes_are_not_copied(void **state)
{
    (void)state;
    struct str text = STR("\"abc\"");
    struct arena *a = arena_new();
    assert_ptr_equal(parsed(a, text)->text.p, text.p + 1);
    arena_free(a);
}

static void numbers(void **state)
{
    static const struct {
        const char *text;
        double value;
    } GOOD[] = {{"0", 0}, {"-0", 0}, {"12", 12}, {"-4", -4}, {"3.5", 3.5}, {"1e3", 1000}, {"1E-2", 0.01},
            {"123456789012345", 123456789012345}, {"-999999999999999", -999999999999999},
            {"9007199254740993", 9007199254740992}, {"0.1", 0.1}, {"1e-400", 0}, {"1e400", DBL_MAX},
            {"-1e400", -DBL_MAX}, {"18446744073709551616", 18446744073709551616.0},
            {"0.00000000000000000000000000000000000000000000000000000000000000000000000000001", 1e-77}};
    static const char *const BAD[] = {
            "", "-", "1.", ".5", "01", " 1", "1 ", "1x", "0x10", "inf", "nan", "1,5", "+1"};
    (void)state;
    double value;
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++) {
        assert_true(json_number(str_of(GOOD[i].text), &value));
        if (!(value >= GOOD[i].value && value <= GOOD[i].value)) // exactly
            fail_msg("%s became %.17g", GOOD[i].text, value);
    }
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        value = 7;
        if (json_number(str_of(BAD[i]), &value) || value < 7 || value > 7)
            fail_msg("accepted: %s", BAD[i]);
    }
}

static void assert_put(struct buf *b, const char *expected)
{
    assert_text(buf_str(b), expected);
    b->n = 0;
}

static void writing(void **state)
{
    (void)state;
    struct buf b = {0};
    json_put_string(&b, STR_NONE);
    assert_put(&b, "\"\"");
    json_put_string(&b, STR("a\"\\\b\f\n\r\t\x01\x1f/é\x7f"));
    assert_put(&b, "\"a\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f/é\x7f\"");
    json_put_string(&b, (struct str){"a\0b", 3});
    assert_put(&b, "\"a\\u0000b\"");
    json_put_string(&b, STR("\xFFx\xC3"));
    assert_put(&b, "\"\xEF\xBF\xBDx\xEF\xBF\xBD\"");
    json_put_string(&b, STR("\xEF\xBF\xBD"));
    assert_put(&b, "\"\xEF\xBF\xBD\"");
    static const struct {
        double value;
        const char *number, *score;
    } CASES[] = {{0, "0", "0.000000"}, {-0.0, "0", "0.000000"}, {-1e-9, "0", "0.000000"},
            {1e-9, "0", "0.000000"}, {5, "5", "5.000000"}, {-5, "-5", "-5.000000"}, {0.5, "0.5", "0.500000"},
            {1.0 / 3, "0.333333", "0.333333"}, {100, "100", "100.000000"}, {-0.1, "-0.1", "-0.100000"},
            {1e15, "1000000000000000", "1000000000000000.000000"}, {NAN, "null", "null"},
            {INFINITY, "null", "null"}, {-INFINITY, "null", "null"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        json_put_number(&b, CASES[i].value);
        assert_put(&b, CASES[i].number);
        json_put_score(&b, CASES[i].value);
        assert_put(&b, CASES[i].score);
    }
    json_put_number(&b, 1.7976931348623157e308);
    assert_int_equal(b.n, 309);
    b.n = 0;
    json_put_score(&b, -1.7976931348623157e308);
    assert_int_equal(b.n, 1 + 309 + 7);
    buf_free(&b);
}

// What is written is read again as the same text, for every sort of byte.
static void round_trip(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct buf b = {0};
    for (unsigned c = 0; c < 0x80; c++) {
        char text[3] = {'x', (char)c, 'y'};
        b.n = 0;
        json_put_string(&b, (struct str){text, 3});
        const struct json *j = parsed(a, buf_str(&b));
        assert_true(str_eq(j->text, ((struct str){text, 3})));
    }
    buf_free(&b);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(values_of_every_kind),
            cmocka_unit_test(the_last_of_equal_keys_counts),
            cmocka_unit_test(escapes),
            cmocka_unit_test(rejected),
            cmocka_unit_test(every_prefix_is_rejected),
            cmocka_unit_test(depth_has_a_limit),
            cmocka_unit_test(strings_without_escapes_are_not_copied),
            cmocka_unit_test(numbers),
            cmocka_unit_test(writing),
            cmocka_unit_test(round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
