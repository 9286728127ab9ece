#include "base/html.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>
#include <stdlib.h>

static void expect_text(const char *text, const char *expected)
{
    struct buf out = {0};
    html_text(&out, str_of(text));
    assert_int_equal(out.n, strlen(expected));
    assert_memory_equal(out.p, expected, out.n);
    buf_free(&out);
}

static void texts_are_escaped(void **state)
{
    (void)state;
    expect_text("a<b>&\"'", "a&lt;b&gt;&amp;&quot;&#39;");
    expect_text("line\nline\ttab", "line\nline\ttab");
    expect_text("\x01x\x7F", "\xEF\xBF\xBDx\xEF\xBF\xBD");
    expect_text("caf\xC3\xA9", "caf\xC3\xA9");
    expect_text("\xC3(", "\xEF\xBF\xBD(");
    expect_text("\xC2\x85", "\xEF\xBF\xBD"); // a C1 control
    expect_text("\xFF", "\xEF\xBF\xBD");
}

static void placeholders_take_texts_in_order(void **state)
{
    struct buf out = {0};
    (void)state;
    html_put(&out, "<a href=\"$\">$</a>", STR("/x?a=1&b=\""), STR("<b>"));
    static const char EXPECTED[] = "<a href=\"/x?a=1&amp;b=&quot;\">&lt;b&gt;</a>";
    assert_int_equal(out.n, sizeof EXPECTED - 1);
    assert_memory_equal(out.p, EXPECTED, out.n);
    buf_free(&out);
}

static void addresses(void **state)
{
    static const char *const FINE[] = {"/", "/p/x?y=1#z", "https://example.com", "HTTPS://Example.com:8443/a",
            "https://1.2.3.4/x"},
                             *const BAD[] = {"", "//evil.example", "/\\evil.example", "\\\\evil.example",
                                     "http://example.com", "javascript:alert(1)", "https:/example.com",
                                     "https://", "https:///x", "https://a@b.example/", "https://ex ample.com",
                                     "/a\nb", "/\tx", "https://x.example\\@y.example", "data:text/html,x",
                                     "https://.example", "https://%65.example", "https://\xC3\xA9.example",
                                     " /x"};
    (void)state;
    for (size_t i = 0; i < sizeof FINE / sizeof *FINE; i++)
        assert_true(html_target(str_of(FINE[i])));
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        assert_false(html_target(str_of(BAD[i])));
    assert_true(str_eq(html_url(STR("javascript:alert(1)")), STR("#")));
    assert_true(str_eq(html_url(STR("java\nscript:alert(1)")), STR("#")));
    assert_true(str_eq(html_url(STR("//evil.example")), STR("#")));
    assert_true(str_eq(html_url(STR("mailto:a@b.example")), STR("mailto:a@b.example")));
    assert_true(str_eq(html_url(STR("#form")), STR("#form")));
}

static void hashes_of_inline_text(void **state)
{
    struct arena *arena = arena_new();
    (void)state;
    // The example of the policy's own specification (CSP 3, 6.7.2.6).
    assert_true(str_eq(html_hash_source(arena, STR("alert('Hello, world.');")),
            STR("'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='")));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(texts_are_escaped),
            cmocka_unit_test(placeholders_take_texts_in_order),
            cmocka_unit_test(addresses),
            cmocka_unit_test(hashes_of_inline_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
