#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void assert_same(struct str got, const char *expected)
{
    if (!str_eq(got, str_of(expected)))
        fail_msg("expected <%s>, got <%.*s>", expected, STR_ARG(got));
}

static void validity(void **state)
{
    static const char *const GOOD[] = {
            "", "abc", "é", "€", "😀", "\x7f", "\xEF\xBF\xBD", "\xF4\x8F\xBF\xBF", "\xEF\xBF\xBE"};
    static const char *const BAD[] = {"\x80", "\xC3", "\xC3(", "\xC0\xAF", "\xE0\x80\xAF", "\xE2\x82",
            "\xED\xA0\x80", "\xF0\x80\x80\xAF", "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xFF", "ok\xFE",
            "\xE2\x28\xA1"};
    (void)state;
    assert_true(utf8_valid(STR_NONE));
    assert_true(utf8_valid((struct str){"a\0b", 3}));
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++)
        if (!utf8_valid(str_of(GOOD[i])))
            fail_msg("rejected: %zu", i);
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        if (utf8_valid(str_of(BAD[i])))
            fail_msg("accepted: %zu", i);
}

static void code_points(void **state)
{
    static const uint32_t EXPECTED[] = {'a', 0xE9, 0xFFFD, 0x1F600, 0xFFFD, 0xFFFD, 'z'};
    (void)state;
    struct str text = STR("aé\xFF😀\xE2\x82z");
    size_t at = 0;
    for (size_t i = 0; i < sizeof EXPECTED / sizeof *EXPECTED; i++) {
        assert_true(at < text.n);
        assert_int_equal(utf8_next(text, &at), EXPECTED[i]);
    }
    assert_int_equal(at, text.n);
}

// Every code point is written as it is read.
static void all_code_points(void **state)
{
    (void)state;
    for (uint32_t c = 0; c < 0x110000; c++) {
        char out[4];
        size_t at = 0;
        if (c >= 0xD800 && c < 0xE000)
            continue;
        size_t n = utf8_put(c, out);
        assert_in_range(n, 1, 4);
        assert_true(utf8_next((struct str){out, n}, &at) == c && at == n);
        assert_true(utf8_valid((struct str){out, n}));
    }
}

static void composing_and_folding(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    assert_same(utf8_nfc(a, STR("e\xCC\x81")), "é");
    assert_same(utf8_nfc(a, STR("Å")), "Å"); // the Ångström sign
    assert_same(utf8_nfc(a, STR("\xFF"
                                "x")),
            "\xFF"
            "x");
    assert_same(utf8_fold(a, STR("Straße")), "strasse");
    assert_same(utf8_fold(a, STR("STRASSE")), "strasse");
    assert_same(utf8_fold(a, STR("ẞ")), "ss");
    assert_same(utf8_fold(a, STR("ÉCOLE")), "école");
    assert_same(utf8_fold(a, STR("E\xCC\x81")), "é");
    assert_same(utf8_fold(a, STR("ΣΑΣ")), "σασ");
    assert_same(utf8_fold(a, STR("σας")), "σασ"); // the final sigma
    assert_same(utf8_fold(a, STR("ﬁ")), "fi");
    assert_same(utf8_fold(a, STR("\u01F0")), "j\u030C"); // what folding takes apart stays so
    assert_same(utf8_fold(a, STR("AbC 12_Z[")), "abc 12_z[");
    assert_same(utf8_fold(a, STR_NONE), "");
    assert_int_equal(utf8_fold(a, (struct str){"A\0É", 4}).n, 4); // NUL is a letter like another
    struct str ascii = STR("plain");
    assert_ptr_equal(utf8_nfc(a, ascii).p, ascii.p); // no copy
    arena_free(a);
}

// Folding twice changes nothing more, over all letters.
static void folding_is_idempotent(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    for (uint32_t c = 1; c < 0x30000; c++) {
        char out[4];
        if (c >= 0xD800 && c < 0xE000)
            continue;
        struct str once = utf8_fold(a, (struct str){out, utf8_put(c, out)});
        if (!str_eq(once, utf8_fold(a, once)))
            fail_msg("U+%04X", c);
        if (c % 4096 == 0)
            arena_reset(a);
    }
    arena_free(a);
}

static void letters(void **state)
{
    (void)state;
    assert_int_equal(utf8_lower('A'), 'a');
    assert_int_equal(utf8_lower('['), '[');
    assert_int_equal(utf8_lower(0xC9), 0xE9);
    assert_int_equal(utf8_lower(0x3A3), 0x3C3);
    assert_int_equal(utf8_lower(0xDF), 0xDF);
    assert_int_equal(utf8_lower(0x1F600), 0x1F600);
}

static void widths(void **state)
{
    (void)state;
    assert_int_equal(utf8_width(STR_NONE), 0);
    assert_int_equal(utf8_width(STR("abc")), 3);
    assert_int_equal(utf8_width(STR("é█")), 2);
    assert_int_equal(utf8_width(STR("e\xCC\x81")), 1);
    assert_int_equal(utf8_width(STR("漢字")), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(validity),
            cmocka_unit_test(code_points),
            cmocka_unit_test(all_code_points),
            cmocka_unit_test(composing_and_folding),
            cmocka_unit_test(folding_is_idempotent),
            cmocka_unit_test(letters),
            cmocka_unit_test(widths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
