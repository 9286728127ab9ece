// Comparisons of values, and conditions on the properties of one event.
#include "rules/cond.h"

#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct value text(const char *s)
{
    return (struct value){JSON_STRING, str_of(s)};
}

static struct value number(const char *s)
{
    return (struct value){JSON_NUMBER, str_of(s)};
}

static struct value kind(enum json_kind kind)
{
    return (struct value){kind, STR_NONE};
}

static struct literal lit_text(struct arena *arena, const char *s)
{
    return (struct literal){.type = TYPE_TEXT, .text = str_of(s), .folded = utf8_fold(arena, str_of(s))};
}

static struct literal lit_number(double n)
{
    return (struct literal){.type = TYPE_NUMBER, .number = n};
}

static struct literal lit_flag(bool yes)
{
    return (struct literal){.type = TYPE_FLAG, .number = yes};
}

static struct literal lit_date(int64_t date)
{
    return (struct literal){.type = TYPE_DATE, .date = date};
}

static bool holds(enum cmp_op op, struct literal literal, struct value v)
{
    struct cmp cmp = {.op = op, .values = &literal, .n_values = 1};
    return cmp_holds(&cmp, &v);
}

static bool is_text(const char *value, const char *literal)
{
    struct arena *arena = arena_new();
    struct literal l = lit_text(arena, literal);
    bool is = holds(CMP_IS, l, text(value));
    assert_int_equal(holds(CMP_IS_NOT, l, text(value)), !is);
    arena_free(arena);
    return is;
}

static bool contains(const char *value, const char *literal)
{
    struct arena *arena = arena_new();
    bool found = holds(CMP_CONTAINS, lit_text(arena, literal), text(value));
    arena_free(arena);
    return found;
}

static bool matches(struct value v, const char *pattern)
{
    struct arena *arena = arena_new();
    struct cmp cmp = {.op = CMP_MATCHES, .regex = regex_compile(arena, str_of(pattern), NULL, NULL)};
    assert_non_null(cmp.regex);
    bool found = cmp_holds(&cmp, &v);
    arena_free(arena);
    return found;
}

static void text_folds_and_is_not_trimmed(void **state)
{
    (void)state;
    assert_true(is_text("Publishing", "publishing"));
    assert_true(is_text("publishing", "PUBLISHING"));
    assert_false(is_text("publishing ", "publishing"));
    assert_false(is_text("publishin", "publishing"));
    assert_true(is_text("STRASSE", "straße"));
    assert_true(is_text("Straße", "STRASSE"));
    assert_true(is_text("Cafe\xCC\x81", "CAF\xC3\x89")); // decomposed against composed
    assert_true(
            is_text("\xCE\x9F\xCE\x94\xCE\x9F\xCE\xA3", "\xCE\xBF\xCE\xB4\xCE\xBF\xCF\x82")); // ΟΔΟΣ, οδος
    assert_false(is_text("cafe", "café"));
}

static void numbers_and_flags_are_texts_too(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    assert_true(holds(CMP_IS, lit_text(arena, "12"), number("12")));
    assert_false(holds(CMP_IS, lit_text(arena, "12"), number("12.0")));
    assert_true(holds(CMP_IS, lit_text(arena, "TRUE"), kind(JSON_TRUE)));
    assert_true(holds(CMP_IS, lit_text(arena, "false"), kind(JSON_FALSE)));
    assert_true(holds(CMP_CONTAINS, lit_text(arena, "2.5"), number("12.50")));
    assert_true(holds(CMP_CONTAINS, lit_text(arena, "RU"), kind(JSON_TRUE)));
    assert_true(matches(number("2026"), "^20[0-9]+$"));
    assert_true(matches(kind(JSON_FALSE), "^F"));
    assert_false(matches(kind(JSON_ARRAY), ""));
    assert_false(matches(text(""), ""));
    arena_free(arena);
}

static void contains_works_on_folded_text(void **state)
{
    (void)state;
    assert_true(contains("Self-published AUTHOR", "author"));
    assert_true(contains("Große Straße 1", "STRASSE"));
    assert_true(contains("Masse", "ß"));
    assert_false(contains("auto", "author"));
    assert_true(contains("x", ""));
    assert_false(contains("Café", "Cafe")); // é is one letter
    char longer[1000];
    memset(longer, 'A', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    longer[700] = 'B';
    assert_true(contains(longer, "ab"));
    assert_false(contains(longer, "abb"));
}

static void numbers_read_from_json_form(void **state)
{
    (void)state;
    assert_true(holds(CMP_IS, lit_number(12), number("12")));
    assert_true(holds(CMP_IS, lit_number(12), number("1.2e1")));
    assert_true(holds(CMP_IS, lit_number(12), text("12")));
    static const char *const UNREADABLE[] = {
            "", " 12", "12 ", "012", "+12", "12.", ".5", "0x0c", "twelve", "12,0", "1_2", "NaN", "Infinity"};
    for (size_t i = 0; i < sizeof UNREADABLE / sizeof UNREADABLE[0]; i++) {
        assert_false(holds(CMP_IS, lit_number(12), text(UNREADABLE[i])));
        assert_true(holds(CMP_IS_NOT, lit_number(12), text(UNREADABLE[i])));
        assert_false(holds(CMP_LESS, lit_number(1e300), text(UNREADABLE[i])));
        assert_false(holds(CMP_GREATER_EQUAL, lit_number(-1e300), text(UNREADABLE[i])));
    }
    assert_true(holds(CMP_GREATER, lit_number(1e300), text("1e999"))); // larger than any that we hold
    assert_false(holds(CMP_IS, lit_number(1), kind(JSON_TRUE)));
    assert_true(holds(CMP_LESS, lit_number(5), text("4.999")));
    assert_false(holds(CMP_LESS, lit_number(5), number("5")));
    assert_true(holds(CMP_LESS_EQUAL, lit_number(5), number("5")));
    assert_true(holds(CMP_GREATER, lit_number(5), number("5.5")));
    assert_false(holds(CMP_GREATER, lit_number(5), number("5")));
    assert_true(holds(CMP_GREATER_EQUAL, lit_number(5), number("5")));
    assert_true(holds(CMP_GREATER_EQUAL, lit_number(0), number("-0")));
    assert_true(holds(CMP_IS, lit_number(0), number("-0.0")));
}

static void flags_read_from_words(void **state)
{
    (void)state;
    static const char *const YES[] = {"true", "TRUE", "yes", "Yes"}, *const NO[] = {
                                                                             "false", "False", "no", "NO"};
    for (size_t i = 0; i < 4; i++) {
        assert_true(holds(CMP_IS, lit_flag(true), text(YES[i])));
        assert_false(holds(CMP_IS, lit_flag(false), text(YES[i])));
        assert_true(holds(CMP_IS, lit_flag(false), text(NO[i])));
        assert_true(holds(CMP_IS_NOT, lit_flag(true), text(NO[i])));
    }
    assert_true(holds(CMP_IS, lit_flag(true), kind(JSON_TRUE)));
    assert_true(holds(CMP_IS, lit_flag(false), kind(JSON_FALSE)));
    assert_false(holds(CMP_IS, lit_flag(true), number("1")));
    assert_false(holds(CMP_IS, lit_flag(true), text("1")));
    assert_false(holds(CMP_IS, lit_flag(true), text(" yes")));
    assert_false(holds(CMP_IS, lit_flag(false), kind(JSON_NULL)));
    assert_true(holds(CMP_IS_NOT, lit_flag(true), kind(JSON_NULL)));
}

static void dates_read_from_iso_text(void **state)
{
    (void)state;
    int64_t march = 1772323200; // 2026-03-01
    assert_true(holds(CMP_IS, lit_date(march), text("2026-03-01")));
    assert_true(holds(CMP_IS, lit_date(march), text("2026-03-01T01:00:00+01:00")));
    assert_true(holds(CMP_IS, lit_date(march), text("20260301")));
    assert_true(holds(CMP_LESS, lit_date(march), text("2026-02-28T23:59:59Z")));
    assert_true(holds(CMP_GREATER, lit_date(march), text("2026-03-01T00:00:01Z")));
    assert_true(holds(CMP_LESS_EQUAL, lit_date(march), text("2026-03-01")));
    assert_false(holds(CMP_GREATER_EQUAL, lit_date(march), text("soon")));
    assert_false(holds(CMP_IS, lit_date(march), number("20260301")));
    assert_true(holds(CMP_IS_NOT, lit_date(march), text("March 1")));
}

static void lists_read_each_value_with_its_own_type(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct literal values[] = {lit_number(12), lit_text(arena, "dozen"), lit_flag(true), lit_date(0)};
    struct cmp in = {.op = CMP_IS, .values = values, .n_values = 4};
    struct cmp not_in = {.op = CMP_IS_NOT, .values = values, .n_values = 4};
    struct value inside[] = {number("12"), text("12"), text("1.2e1"), text("DOZEN"), text("yes"),
            kind(JSON_TRUE), text("1970-01-01")};
    struct value outside[] = {number("13"), text("dozens"), kind(JSON_FALSE), text(""), kind(JSON_NULL),
            kind(JSON_ARRAY), kind(JSON_OBJECT)};
    for (size_t i = 0; i < sizeof inside / sizeof inside[0]; i++) {
        assert_true(cmp_holds(&in, &inside[i]));
        assert_false(cmp_holds(&not_in, &inside[i]));
    }
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
        assert_false(cmp_holds(&in, &outside[i]));
        assert_true(cmp_holds(&not_in, &outside[i]));
    }
    assert_false(cmp_holds(&in, NULL));
    assert_true(cmp_holds(&not_in, NULL));
    arena_free(arena);
}

// Every operator of the language on something that is not there.
static void unset_holds_for_three_only(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct literal literals[] = {lit_text(arena, "a"), lit_number(0), lit_flag(false), lit_date(0)};
    struct value null = kind(JSON_NULL), empty = text("");
    const struct value *unset[] = {NULL, &null, &empty};
    struct regex *all = regex_compile(arena, STR(""), NULL, NULL);
    for (size_t l = 0; l < 4; l++) {
        for (size_t u = 0; u < 3; u++) {
            for (int op = CMP_IS; op <= CMP_NOT_EQUAL; op++) {
                struct cmp cmp = {.op = (enum cmp_op)op, .values = &literals[l], .n_values = 1, .regex = all};
                bool expected = op == CMP_IS_NOT || op == CMP_UNKNOWN;
                assert_int_equal(cmp_holds(&cmp, unset[u]), expected);
                assert_int_equal(cmp_holds_trait(&cmp, literals[l].type, unset[u]), expected);
            }
        }
    }
    arena_free(arena);
}

static void known_means_set(void **state)
{
    (void)state;
    struct cmp known = {.op = CMP_KNOWN}, unknown = {.op = CMP_UNKNOWN};
    struct value set[] = {
            text("x"), text(" "), number("0"), kind(JSON_FALSE), kind(JSON_ARRAY), kind(JSON_OBJECT)};
    for (size_t i = 0; i < sizeof set / sizeof set[0]; i++) {
        assert_true(cmp_holds(&known, &set[i]));
        assert_false(cmp_holds(&unknown, &set[i]));
    }
    // A trait is set only by what reads as its type.
    struct value many = text("many"), twelve = text("12"), list = kind(JSON_ARRAY);
    assert_false(cmp_holds_trait(&known, TYPE_NUMBER, &many));
    assert_true(cmp_holds_trait(&unknown, TYPE_NUMBER, &many));
    assert_true(cmp_holds_trait(&known, TYPE_NUMBER, &twelve));
    assert_true(cmp_holds_trait(&known, TYPE_TEXT, &many));
    assert_false(cmp_holds_trait(&known, TYPE_TEXT, &list));
}

static void traits_compare_when_readable(void **state)
{
    (void)state;
    struct literal five = lit_number(5);
    struct cmp less = {.op = CMP_LESS, .values = &five, .n_values = 1};
    struct cmp is_not = {.op = CMP_IS_NOT, .values = &five, .n_values = 1};
    struct value three = text("3"), five_value = number("5.0"), word = text("three");
    assert_true(cmp_holds_trait(&less, TYPE_NUMBER, &three));
    assert_false(cmp_holds_trait(&less, TYPE_NUMBER, &word));
    assert_false(cmp_holds_trait(&is_not, TYPE_NUMBER, &five_value));
    assert_true(cmp_holds_trait(&is_not, TYPE_NUMBER, &word));
}

static void readable_by_type(void **state)
{
    (void)state;
    struct value values[] = {text("x"), text("12"), text("yes"), text("2026-03-01"), text(""), number("12"),
            kind(JSON_TRUE), kind(JSON_NULL), kind(JSON_ARRAY)};
    static const char *const READABLE[4] = {
            [TYPE_NUMBER] = "010001000",
            [TYPE_TEXT] = "111101100",
            [TYPE_FLAG] = "001000100",
            [TYPE_DATE] = "000100000",
    };
    for (int type = TYPE_NUMBER; type <= TYPE_DATE; type++) {
        for (size_t i = 0; i < 9; i++)
            assert_int_equal(value_readable(&values[i], (enum value_type)type), READABLE[type][i] == '1');
        assert_false(value_readable(NULL, (enum value_type)type));
    }
    double n = 7;
    bool flag = true;
    assert_false(value_number(&values[0], &n));
    assert_false(value_number(NULL, &n));
    assert_true(n == 7);
    assert_false(value_flag(&values[0], &flag));
    assert_true(flag);
}

// `!=` asks for a value that is there and differs; `is not` is content with none.
static void not_equal_wants_a_value(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    assert_true(holds(CMP_NOT_EQUAL, lit_number(5), number("6")));
    assert_false(holds(CMP_NOT_EQUAL, lit_number(5), text("5.0")));
    assert_false(holds(CMP_NOT_EQUAL, lit_number(5), text("six")));
    assert_true(holds(CMP_IS_NOT, lit_number(5), text("six")));
    assert_true(holds(CMP_NOT_EQUAL, lit_text(arena, "a"), text("b")));
    assert_false(holds(CMP_NOT_EQUAL, lit_text(arena, "a"), text("A")));
    assert_false(holds(CMP_NOT_EQUAL, lit_text(arena, "a"), kind(JSON_ARRAY)));
    assert_true(holds(CMP_NOT_EQUAL, lit_flag(true), text("No")));
    assert_false(holds(CMP_NOT_EQUAL, lit_flag(true), text("maybe")));
    assert_true(holds(CMP_NOT_EQUAL, lit_date(0), text("2026-03-01")));
    arena_free(arena);
}

static const struct value *lookup(void *ctx, unsigned prop_index)
{
    const struct value *values = ctx;
    return values[prop_index].kind == JSON_NULL ? NULL : &values[prop_index];
}

static void conditions_join(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct literal a = lit_text(arena, "a"), one = lit_number(1);
    struct cond x = {.op = COND_CMP, .prop_index = 0, .cmp = {.op = CMP_IS, .values = &a, .n_values = 1}};
    struct cond y = {
            .op = COND_CMP, .prop_index = 1, .cmp = {.op = CMP_GREATER, .values = &one, .n_values = 1}};
    struct cond *both[] = {&x, &y}, *only_x[] = {&x};
    struct cond and = {.op = COND_AND, .children = both, .n_children = 2};
    struct cond or = {.op = COND_OR, .children = both, .n_children = 2};
    struct cond not_x = {.op = COND_NOT, .children = only_x, .n_children = 1};
    struct cond *nested[] = {&not_x, &and, &and};
    struct cond deep = {.op = COND_OR, .children = nested, .n_children = 3};
    for (unsigned bits = 0; bits < 4; bits++) {
        bool hx = bits & 1, hy = bits & 2;
        struct value event[] = {hx ? text("A") : kind(JSON_NULL), hy ? number("2") : number("1")};
        assert_int_equal(cond_holds(&x, lookup, event), hx);
        assert_int_equal(cond_holds(&and, lookup, event), hx && hy);
        assert_int_equal(cond_holds(& or, lookup, event), hx || hy);
        assert_int_equal(cond_holds(&not_x, lookup, event), !hx);
        assert_int_equal(cond_holds(&deep, lookup, event), !hx || hy);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(text_folds_and_is_not_trimmed),
            cmocka_unit_test(numbers_and_flags_are_texts_too),
            cmocka_unit_test(contains_works_on_folded_text),
            cmocka_unit_test(numbers_read_from_json_form),
            cmocka_unit_test(flags_read_from_words),
            cmocka_unit_test(dates_read_from_iso_text),
            cmocka_unit_test(lists_read_each_value_with_its_own_type),
            cmocka_unit_test(unset_holds_for_three_only),
            cmocka_unit_test(known_means_set),
            cmocka_unit_test(traits_compare_when_readable),
            cmocka_unit_test(readable_by_type),
            cmocka_unit_test(not_equal_wants_a_value),
            cmocka_unit_test(conditions_join),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
