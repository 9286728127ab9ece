// Where visits come from.
#include "app/tracker/source.h"
#include "app/tracker/url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void same(const char *what, struct str found, const char *wanted)
{
    if (wanted ? !str_eq(found, str_of(wanted)) : found.p != NULL)
        fail_msg("%s: \"%.*s\" instead of %s", what, STR_ARG(found), wanted ? wanted : "nothing");
}

// Referrer, medium, source, term.
static const char *const REFERRERS[][4] = {
        {"", "direct", NULL, NULL},
        {"about:blank", "direct", NULL, NULL},
        {"nonsense", "unknown", NULL, NULL},
        {"non.sense", "unknown", NULL, NULL},
        {"www.google.com/search?q=x", "search", "Google", "x"},
        {"claude.ai", "ai", "Claude", NULL},
        {"javascript:alert(1)", "unknown", NULL, NULL},
        {"https://", "unknown", NULL, NULL},
        {"https://site.example/other", "internal", NULL, NULL},
        {"https://shop.site.example/", "internal", NULL, NULL},
        {"https://www.google.com/", "search", "Google", NULL},
        {"https://www.google.co.uk/search?q=lead+scoring", "search", "Google", "lead scoring"},
        {"https://www.google.de/#q=gold%20waschen", "search", "Google", "gold waschen"},
        {"https://WWW.Google.DE:443/search?q=x", "search", "Google", "x"},
        {"https://google.github.io/styleguide/", "referral", "google.github.io", NULL},
        {"https://google.blogspot.com/", "referral", "google.blogspot.com", NULL},
        {"https://mail.google.com/mail/u/0/", "email", "Gmail", NULL},
        {"https://gemini.google.com/app", "ai", "Gemini", NULL},
        {"https://docs.google.com/document/d/1", "referral", "google.com", NULL},
        {"https://de.search.yahoo.com/search?p=gold", "search", "Yahoo!", "gold"},
        {"https://www.baidu.com/s?wd=%E9%87%91", "search", "Baidu", "\u91d1"},
        {"https://duckduckgo.com/", "search", "DuckDuckGo", NULL},
        {"https://l.facebook.com/l.php?u=https%3A%2F%2Fsite.example", "social", "Facebook", NULL},
        {"https://t.co/abc", "social", "Twitter", NULL},
        {"https://x.com/i/grok/share/1", "ai", "Grok", NULL},
        {"https://x.com/somebody/status/1", "social", "Twitter", NULL},
        {"https://www.linkedin.com/feed/", "social", "LinkedIn", NULL},
        {"https://mastodon.example/@ann", "social", "Mastodon", NULL},
        {"https://chatgpt.com/c/1", "ai", "ChatGPT", NULL},
        {"android-app://com.slack/", "social", "Slack", NULL},
        {"android-app://com.google.android.gm/", "email", "Gmail", NULL},
        {"https://googleads.g.doubleclick.net/pagead/ads", "paid", "Google Ads", NULL},
        {"https://webmail.acme.example/inbox", "email", "acme.example", NULL},
        {"https://search.acme.example/find?query=ore", "search", "acme.example", "ore"},
        {"https://acme.example/?q=ore", "search", "acme.example", "ore"},
        {"https://acme.example/?q=node/5", "referral", "acme.example", NULL},
        {"https://research.acme.example/?s=ore", "referral", "acme.example", NULL},
        {"https://www.acme.co.uk/blog", "referral", "acme.co.uk", NULL},
        {"https://user:password@acme.example/", "referral", "acme.example", NULL},
        {"http://192.168.0.7/x", "referral", "192.168.0.7", NULL},
        {"http://[::1]:8080/", "referral", "[::1]", NULL},
        {"https://a..b/", "unknown", NULL, NULL},
};

static void referrers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof REFERRERS / sizeof *REFERRERS; i++) {
        struct arena *arena = arena_new();
        const char *const *c = REFERRERS[i];
        struct source found = source_of_referrer(arena, str_of(c[0]), STR("www.site.example"));
        same(c[0], str_of(medium_word(found.medium)), c[1]);
        same(c[0], found.source, c[2]);
        same(c[0], found.term, c[3]);
        arena_free(arena);
    }
}

// Page, referrer, medium, source, term, campaign.
static const char *const VISITS[][6] = {
        {"https://s.example/", "", "direct", NULL, NULL, NULL},
        {"https://s.example/?utm_source=news&utm_medium=email&utm_campaign=may&utm_term=ore", "", "email",
                "news", "ore", "may"},
        {"https://s.example/?utm_source=news&utm_medium=E-Mail", "https://www.google.com/", "email", "news",
                NULL, NULL},
        {"https://s.example/?utm_source=google&utm_medium=cpc", "https://www.google.com/", "paid", "google",
                NULL, NULL},
        {"https://s.example/?utm_source=facebook", "", "social", "facebook", NULL, NULL},
        {"https://s.example/?utm_source=chatgpt.com", "", "ai", "chatgpt.com", NULL, NULL},
        {"https://s.example/?utm_source=flyer", "", "referral", "flyer", NULL, NULL},
        {"https://s.example/?utm_campaign=may", "https://www.linkedin.com/", "social", "LinkedIn", NULL,
                "may"},
        {"https://s.example/?gclid=1", "https://www.google.com/", "paid", "Google Ads", NULL, NULL},
        {"https://s.example/?GCLID=1", "", "paid", "Google Ads", NULL, NULL},
        {"https://s.example/?gclid=", "https://www.google.com/", "search", "Google", NULL, NULL},
        {"https://s.example/?fbclid=1", "https://l.facebook.com/", "social", "Facebook", NULL, NULL},
        {"https://s.example/?fbclid=1&utm_source=fb&utm_medium=paid_social", "", "paid", "fb", NULL, NULL},
        {"https://s.example/?msclkid=1", "", "paid", "Microsoft Ads", NULL, NULL},
        {"https://s.example/?mc_eid=1", "", "email", "Mailchimp", NULL, NULL},
        {"https://s.example/?mtm_source=a&mtm_medium=banner&mtm_campaign=c&mtm_keyword=k", "", "paid", "a",
                "k", "c"},
        {"https://s.example/#utm_source=news&utm_medium=email", "", "email", "news", NULL, NULL},
        {"https://s.example/b", "https://s.example/a?utm_source=news", "internal", NULL, NULL, NULL},
        {"nonsense", "https://www.google.com/", "search", "Google", NULL, NULL},
};

static void visits(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof VISITS / sizeof *VISITS; i++) {
        struct arena *arena = arena_new();
        const char *const *c = VISITS[i];
        struct source found = source_of_visit(arena, str_of(c[0]), str_of(c[1]));
        same(c[0], str_of(medium_word(found.medium)), c[2]);
        same(c[0], found.source, c[3]);
        same(c[0], found.term, c[4]);
        same(c[0], found.campaign, c[5]);
        arena_free(arena);
    }
}

static void urls(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct url url;
    assert_true(url_parse(arena, STR(" HTTPS://U:P@Host.Example.:8443/a/b?c=d&e=f#g "), &url));
    assert_true(str_eq(url.scheme, STR("https")) && str_eq(url.host, STR("host.example")));
    assert_true(str_eq(url.path, STR("/a/b")) && str_eq(url.query, STR("c=d&e=f")) &&
                str_eq(url.fragment, STR("g")));
    assert_true(url_parse(arena, STR("//host?x"), &url) && str_eq(url.host, STR("host")) && !url.path.n);
    assert_false(url_parse(arena, STR("/path"), &url) || url_parse(arena, STR("mailto:a@b"), &url));
    assert_false(url_parse(arena, STR("http://a b/"), &url) || url_parse(arena, STR("http:///x"), &url));
    same("plus", url_param(arena, STR("a=&A=b+c%20d"), "a"), "b c d");
    same("cut escapes", url_param(arena, STR("a=%4"), "a"), "%4");
    same("Windows-1252", url_param(arena, STR("a=caf%E9"), "a"), "caf\u00e9");
    same("a control", url_param(arena, STR("a=x%0Ay%00z"), "a"), "x y z");
    same("absent", url_param(arena, STR("b=1;c=2"), "a"), NULL);
    same("semicolon", url_param(arena, STR("b=1;c=2"), "c"), "2");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(referrers), cmocka_unit_test(visits), cmocka_unit_test(urls)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
