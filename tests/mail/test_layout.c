// Bodies in Markdown and HTML as mails show them.
#include "mail/layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct layout_mail make(struct arena *arena, const struct layout_body *body)
{
    struct layout_mail mail;
    struct err err;
    if (!layout_make(arena, body, &mail, &err))
        fail_msg("%s", err.message);
    return mail;
}

static struct layout_mail markdown(struct arena *arena, const char *body)
{
    return make(arena, &(struct layout_body){.body = str_of(body), .layout = STR("card")});
}

static void has(struct str text, const char *part)
{
    if (!memmem(text.p, text.n, part, strlen(part)))
        fail_msg("%s is not in\n%.*s", part, (int)text.n, text.p);
}

static void has_not(struct str text, const char *part)
{
    if (memmem(text.p, text.n, part, strlen(part)))
        fail_msg("%s is in\n%.*s", part, (int)text.n, text.p);
}

static void texts(void **state)
{
    struct arena *arena = *state;
    struct layout_mail mail = markdown(arena, "# Hello\n\nOne *two*\nthree, [four](https://a.test/x).\n\n- "
                                              "a\n- b\n\n  more\n\n3. c\n4. d\n\n> said\n> again\n\n"
                                              "---\n\n[Book](https://a.test/b \"button\") and then\n\n    "
                                              "code  here\n\n| x | y |\n|---|---|\n| 1 | 2 |\n");
    assert_string_equal(mail.text.p,
            "Hello\n\nOne two three, four (https://a.test/x).\n\n- a\n- b\n  more\n\n3. c\n4. d\n\n> said "
            "again\n\n"
            "----\n\nBook: https://a.test/b\n\nand then\n\ncode  here\n\nx y\n1 2\n");
}

static void buttons(void **state)
{
    struct arena *arena = *state;
    struct layout_mail mail = markdown(arena, "[Book \\<it>](https://a.test/b?x=1&y=2 \"button\")");
    has(mail.html, "<tr><td align=\"center\" bgcolor=\"#1a5fb4\"");
    has(mail.html, "<a href=\"https://a.test/b?x=1&amp;y=2\" target=\"_blank\"");
    has_not(mail.html, "<p");
    assert_int_equal(mail.n_links, 1);
    assert_true(mail.links[0].button);
    assert_string_equal(mail.links[0].url.p, "https://a.test/b?x=1&y=2");
    assert_true(str_eq(mail.links[0].text, STR("Book <it>")));
    mail = make(
            arena, &(struct layout_body){.body = STR("<a class=\"button\" href='https://a.test/c'>Go</a>"),
                           .html = true,
                           .layout = STR("plain"),
                           .color = STR("#ffee00")});
    has(mail.html, "bgcolor=\"#ffee00\"");
    has(mail.html, "color:#111111;text-decoration:none\">Go</a></td></tr></table>");
}

static void values_are_no_markup(void **state)
{
    struct arena *arena = *state;
    struct layout_values held = {.arena = arena};
    struct buf body = {0};
    buf_put(&body, STR("# "));
    layout_hold(&held, STR("*A* <b>[x](https://evil.test)</b>\nhttps://evil.test"), &body);
    buf_put(&body, STR("\n\n[go](https://a.test/?q="));
    layout_hold(&held, STR("\" onclick=\"x()"), &body);
    buf_put(&body, STR(") [no]("));
    layout_hold(&held, STR("javascript:alert(1)"), &body);
    buf_put(&body, STR(")"));
    struct layout_mail mail = make(
            arena, &(struct layout_body){.body = buf_str(&body), .values = &held, .layout = STR("plain")});
    has(mail.html, "*A* &lt;b&gt;[x](https://evil.test)&lt;/b&gt;<br>https://evil.test</h1>");
    has(mail.html, "href=\"https://a.test/?q=%22%20onclick=%22x()\"");
    has_not(mail.html, "javascript:");
    assert_int_equal(mail.n_links, 2);
    assert_non_null(mail.links[1].problem);
    has(mail.text, "*A* <b>[x](https://evil.test)</b>\nhttps://evil.test\n");
    buf_free(&body);
}

static void nothing_runs(void **state)
{
    struct arena *arena = *state;
    static const char BODY[] =
            "<p onclick='x()'>a<script>alert(1)</script><style>b{}</style><iframe src=x>c</iframe>"
            "<a href=\"java&#115;cript:x\">d</a><img src='data:x' alt=e><form><input name=f>g</form>"
            "<svg><a href='https://a.test'>h</a></svg><b>i</p>";
    struct layout_mail mail =
            make(arena, &(struct layout_body){.body = STR(BODY), .html = true, .layout = STR("plain")});
    static const char *const NOT[] = {
            "onclick", "alert", "<iframe", "script:", "data:", "<form", "<input", "<svg"};
    for (size_t i = 0; i < sizeof NOT / sizeof *NOT; i++)
        has_not(mail.html, NOT[i]);
    has(mail.html, ">a<a");
    has(mail.html, "g<b>i</b></p>");
    assert_string_equal(mail.text.p, "ad[e]gi\n");
}

static void documents_stay(void **state)
{
    struct arena *arena = *state;
    static const char BODY[] =
            "<!DOCTYPE html><html><head><style>.x{color:red}</style><title>T</title></head>"
            "<body class=\"x\"><!--[if mso]><i>o</i><![endif]--><p>Hi</p><script>x</script>"
            "</body></html>";
    struct layout_mail mail = make(arena, &(struct layout_body){.body = STR(BODY),
                                                  .html = true,
                                                  .layout = STR("card"),
                                                  .preheader = STR("Pre"),
                                                  .business_name = STR("Acme & Co"),
                                                  .business_address = STR("1 Road\nTown"),
                                                  .unsubscribe_url = STR("https://a.test/u")});
    has(mail.html, "<style>.x{color:red}</style>");
    has(mail.html, "<!--[if mso]><i>o</i><![endif]--><p>Hi</p>");
    has(mail.html, "Acme &amp; Co &middot; 1 Road, Town");
    has(mail.html, "href=\"https://a.test/u\"");
    has(mail.html, "Pre&#847;");
    has_not(mail.html, "<script");
    assert_string_equal(mail.text.p, "Hi\n\n-- \nAcme & Co, 1 Road, Town\nUnsubscribe: https://a.test/u\n");
}

// The words of the footer are the reader's, whatever language the body is in.
static void footers(void **state)
{
    static const struct {
        struct str language;
        const char *unsubscribe, *preferences;
    } CASES[] = {
            {STR("de-AT"), "Abmelden", "Auswählen, was Sie bekommen"},
            {STR("FR_be"), "Se désabonner", "Choisir ce que vous recevez"},
            {STR("en"), "Unsubscribe", "Choose what you get"},
            {STR("pt-BR"), "Unsubscribe", "Choose what you get"},
            {STR(""), "Unsubscribe", "Choose what you get"},
    };
    struct arena *arena = *state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct layout_mail mail = make(arena, &(struct layout_body){.body = STR("Hi"),
                                                      .layout = STR("plain"),
                                                      .language = STR("en"),
                                                      .footer_language = CASES[i].language,
                                                      .unsubscribe_url = STR("https://a.test/u"),
                                                      .preferences_url = STR("https://a.test/t")});
        has(mail.html, "<html lang=\"en\"");
        has(mail.html, arena_printf(arena, ">%s</a>", CASES[i].unsubscribe).p);
        has(mail.html, arena_printf(arena, ">%s</a>", CASES[i].preferences).p);
        has(mail.text, arena_printf(arena, "\n%s: https://a.test/u\n", CASES[i].unsubscribe).p);
        has(mail.text, arena_printf(arena, "\n%s: https://a.test/t\n", CASES[i].preferences).p);
    }
}

static struct str rewrite(void *ctx, struct str url)
{
    return arena_printf(ctx, "https://c.test/?%.*s", STR_ARG(url));
}

static void links_change(void **state)
{
    struct arena *arena = *state;
    struct str html = layout_relink(arena,
            STR("<p><a class=\"x\" href=\"https://a.test/?a=1&amp;b=2\">y</a><img src=\"z\"></p>"), rewrite,
            arena);
    assert_true(str_eq(
            html, STR("<p><a class=\"x\" href=\"https://c.test/?https://a.test/?a=1&amp;b=2\">y</a><img "
                      "src=\"z\"></p>")));
}

static void problems(void **state)
{
    (void)state;
    assert_null(layout_link_problem(STR("https://acme.test/a?b#c")));
    assert_null(layout_link_problem(STR("mailto:a@b.test")));
    assert_non_null(layout_link_problem(STR("")));
    assert_non_null(layout_link_problem(STR("http://acme.test/")));
    assert_non_null(layout_link_problem(STR("https://localhost:8080/")));
    assert_non_null(layout_link_problem(STR("https://acme/")));
    assert_non_null(layout_link_problem(STR("https://user@acme.test/")));
    assert_non_null(layout_link_problem(STR("acme.test")));
}

static int set_up(void **state)
{
    *state = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    arena_free(*state);
    return 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {TEST(texts), TEST(buttons), TEST(values_are_no_markup),
            TEST(nothing_runs), TEST(documents_stay), TEST(footers), TEST(links_change), TEST(problems)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
