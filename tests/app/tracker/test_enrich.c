// What the server adds to messages; that the tree and the text of the result say the same; that nothing is
// changed.
#include "app/tracker/enrich.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define CHROME \
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
#define WEB "\"context\":{\"page\":{\"url\":\"https://s.example/\",\"referrer\":\"https://www.google.com/\"}}"

// Two JSON values with the same members in the same order.
static bool alike(const struct json *a, const struct json *b)
{
    if (a->kind != b->kind || !str_eq(a->key, b->key))
        return false;
    if (a->kind != JSON_OBJECT && a->kind != JSON_ARRAY)
        return str_eq(a->text, b->text);
    const struct json *x = a->child, *y = b->child;
    while (x && y && alike(x, y)) {
        x = x->next;
        y = y->next;
    }
    return !x && !y;
}

static const struct json *parsed(struct arena *arena, struct str text)
{
    struct json *json;
    struct err err;
    if (!json_parse(arena, text, &json, &err))
        fail_msg("%.*s: %s", STR_ARG(text), err.message);
    return json;
}

// The message, the browser's user agent, and what it becomes; NULL: the message itself.
static const char *const CASES[][3] = {
        {"{\"type\":\"page\"," WEB "}", CHROME,
                "{\"type\":\"page\"," WEB ",\"properties\":{\"source\":\"Google\",\"medium\":\"search\"}}"},
        {"{\"type\":\"page\",\"properties\":{ }," WEB "}", CHROME,
                "{\"type\":\"page\"," WEB ",\"properties\":{\"source\":\"Google\",\"medium\":\"search\"}}"},
        {"{\"type\":\"page\",\"properties\":null," WEB "}", CHROME,
                "{\"type\":\"page\"," WEB ",\"properties\":{\"source\":\"Google\",\"medium\":\"search\"}}"},
        {"{\"type\":\"page\",\"properties\":{\"a\":[1,{\"b\":\"}\"}]}," WEB "}", CHROME,
                "{\"type\":\"page\"," WEB
                ",\"properties\":{\"a\":[1,{\"b\":\"}\"}],\"source\":\"Google\",\"medium\":\"search\"}}"},
        {"{\"type\":\"page\",\"properties\":{\"medium\":\"mine\"}," WEB "}", CHROME, NULL},
        {"{\"type\":\"page\",\"properties\":7," WEB "}", CHROME, NULL},
        {"{\"type\":\"page\",\"context\":7}", CHROME, NULL},
        {"{\"type\":\"track\",\"event\":\"x\"," WEB "}", CHROME, NULL},
        {"{\"type\":\"track\",\"event\":\"x\"}", "curl/8",
                "{\"type\":\"track\",\"event\":\"x\",\"properties\":{\"machine\":true,"
                "\"machine_reason\":\"http-library: curl\"}}"},
        {"{\"type\":\"track\",\"event\":\"x\"}", "",
                "{\"type\":\"track\",\"event\":\"x\",\"properties\":{\"machine\":true,"
                "\"machine_reason\":\"no user agent\"}}"},
        {"{\"type\":\"track\",\"event\":\"x\",\"context\":{\"userAgent\":\"" CHROME "\"}}", "curl/8", NULL},
        {"{\"type\":\"track\",\"event\":\"x\",\"properties\":{\"machine\":false}}", "curl/8", NULL},
        {"{\"type\":\"identify\",\"traits\":{\"a\":1}}", "curl/8", NULL},
        {"{\"type\":\"identify\",\"context\":{\"touch\":{\"first\":{\"page\":\"https://s.example/"
         "?gclid=1&fbclid=2\"},"
         "\"last\":{\"page\":\"https://s.example/?gclid=3\"}}}}",
                CHROME,
                "{\"type\":\"identify\",\"context\":{\"touch\":{\"first\":{\"page\":"
                "\"https://s.example/?gclid=1&fbclid=2\"},\"last\":{\"page\":\"https://s.example/"
                "?gclid=3\"}}},"
                "\"traits\":{\"first_source\":\"Google Ads\",\"first_medium\":\"paid\","
                "\"first_page\":\"https://s.example/?gclid=1&fbclid=2\",\"last_source\":\"Google Ads\","
                "\"last_medium\":\"paid\",\"last_page\":\"https://s.example/"
                "?gclid=3\",\"gclid\":\"3\",\"fbclid\":\"2\"}}"},
        {"{\"type\":\"identify\",\"context\":{\"touch\":[]}}", CHROME, NULL},
        {"{\"type\":\"identify\",\"context\":{\"touch\":{\"first\":7,\"last\":{}}}}", CHROME,
                "{\"type\":\"identify\",\"context\":{\"touch\":{\"first\":7,\"last\":{}}},"
                "\"traits\":{\"last_medium\":\"direct\"}}"},
        {"{\"type\":\"alias\",\"userId\":\"a\",\"previousId\":\"b\"}", "curl/8", NULL},
        {"[]", CHROME, NULL},
};

static void cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct arena *arena = arena_new();
        const struct visit visit = {.user_agent = str_of(CASES[i][1]), .origin = STR("https://s.example")};
        struct str text = str_of(CASES[i][0]);
        const struct json *message = parsed(arena, text), *before = parsed(arena, text);
        const struct json *found = tracker_enrich(arena, message, &visit);
        assert_true(alike(message, before));
        if (!CASES[i][2]) {
            assert_ptr_equal(found, message);
        } else {
            if (!alike(found, parsed(arena, str_of(CASES[i][2]))))
                fail_msg("%s became %.*s", CASES[i][0], STR_ARG(found->text));
            assert_true(alike(found, parsed(arena, found->text)));
            assert_ptr_equal(tracker_enrich(arena, found, &visit), found); // twice is once
        }
        arena_free(arena);
    }
}

// Who speaks: a browser, a server for somebody, the visit itself.
static void speakers(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    const struct json *message = parsed(arena, STR("{\"type\":\"track\",\"event\":\"x\"}"));
    const struct visit server = {.user_agent = STR("axios/1.6")},
                       site = {.user_agent = STR("axios/1.6"), .fetch_site = STR("cross-site")},
                       own = {.user_agent = STR("axios/1.6"), .own = true},
                       ahead = {.user_agent = STR(CHROME), .purpose = STR("prefetch;prerender")};
    assert_ptr_equal(tracker_enrich(arena, message, &server), message);
    assert_ptr_not_equal(tracker_enrich(arena, message, &site), message);
    assert_ptr_not_equal(tracker_enrich(arena, message, &own), message);
    const struct json *properties = json_get(tracker_enrich(arena, message, &ahead), STR("properties"));
    assert_true(str_eq(json_get_str(properties, STR("machine_reason")), STR("prefetch")));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cases), cmocka_unit_test(speakers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
