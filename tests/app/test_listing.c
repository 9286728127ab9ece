// Lists: filter, sort, pages, and what is refused.
#include "app/listing.h"
#include "base/mem.h"
#include "base/rng.h"
#include "http/server.h"
#include "support/http_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct site {
    struct arena *arena;
    struct server *server;
    unsigned without; // the item that is left out
    unsigned n;
};

// Items 0 … n-1: name "item 7", size 7 % 10 or null, open, owner only of some.
static bool list_items(struct request *r, struct err *err)
{
    const struct site *site = r->app;
    struct listing *list;
    if (!listing_new(r, "name", &list, err))
        return false;
    for (unsigned i = 0; i < site->n; i++) {
        char id[24], item[200];
        if (i == site->without)
            continue;
        int n = snprintf(id, sizeof id, "%03u", i);
        int size = snprintf(item, sizeof item, "{\"id\":\"%s\",\"name\":\"item %u\",\"size\":", id, i);
        size += i % 7 == 0 ? snprintf(item + size, sizeof item - (size_t)size, "null")
                           : snprintf(item + size, sizeof item - (size_t)size, "%u.5", i % 10);
        size += snprintf(item + size, sizeof item - (size_t)size, ",\"open\":%s%s}", i % 2 ? "true" : "false",
                i % 3 ? "" : ",\"owner\":\"Zoë \\\"Z\\\"\"");
        listing_add(list, (struct str){id, (size_t)n}, (struct str){item, (size_t)size});
    }
    return listing_end(list, err);
}

static const struct member QUERY[] = {LIST_QUERY, {0}};
static const struct route ROUTES[] = {
        {.method = "GET", .path = "/api/items", .query = QUERY, .handle = list_items}, {0}};
static const struct routes TABLE = {"Items", ROUTES, NULL};
static const struct routes *const ALL[] = {&TABLE, NULL};

static int set_up(void **state)
{
    struct site *site = mem_zero(1, sizeof *site);
    site->arena = arena_new();
    site->n = 120; // more than are kept at once of a small page
    site->without = 999;
    struct server_options options = {.host = "127.0.0.1", .workers = 1, .routes = ALL, .app = site};
    struct err err = {0};
    if (!server_start(&options, &site->server, &err))
        fail_msg("%s", err.message);
    *state = site;
    return 0;
}

static int tear_down(void **state)
{
    struct site *site = *state;
    server_stop(site->server, 5);
    arena_free(site->arena);
    free(site);
    return 0;
}

static const struct json *get(struct site *site, const char *query, int wanted)
{
    int status;
    struct json *json;
    struct err err = {0};
    char path[1000];
    snprintf(path, sizeof path, "/api/items%s", query);
    struct str body = help_get(site->arena, server_port(site->server), path, &status);
    if (status != wanted || !json_parse(site->arena, body, &json, &err))
        fail_msg("%s: %d %s", query, status, body.p);
    return json;
}

static unsigned count(const struct json *answer)
{
    unsigned n = 0;
    for (const struct json *item = json_get(answer, STR("items"))->child; item; item = item->next)
        n++;
    return n;
}

// The ids, with blanks behind.
static const char *ids(struct site *site, const struct json *answer)
{
    struct buf all = {0};
    for (const struct json *item = json_get(answer, STR("items"))->child; item; item = item->next) {
        buf_put(&all, json_get_str(item, STR("id")));
        buf_char(&all, ' ');
    }
    struct str text = arena_str(site->arena, buf_str(&all));
    buf_free(&all);
    return text.p;
}

static void filters(void **state)
{
    struct site *site = *state;
    assert_int_equal(count(get(site, "", 200)), 50);
    assert_int_equal(count(get(site, "?limit=500&filter=open+is+yes", 200)), 60);
    assert_int_equal(count(get(site, "?limit=500&filter=not+open+is+yes", 200)), 60);
    assert_string_equal(ids(site, get(site, "?filter=name+is+%22ITEM+7%22", 200)), "007 ");
    assert_int_equal(count(get(site, "?limit=500&filter=owner+contains+%22zo%C3%AB%22", 200)), 40);
    assert_int_equal(count(get(site, "?limit=500&filter=size+is+unknown+and+owner+is+known", 200)), 6);
    assert_int_equal(count(get(site, "?limit=500&filter=size+%3E+9", 200)), 12 - 2);
    site->n = 0;
    assert_int_equal(count(get(site, "?filter=whatever+is+1", 200)), 0);
}

static void sorts(void **state)
{
    struct site *site = *state;
    site->n = 16;
    assert_string_equal(ids(site, get(site, "?sort=size", 200)),
            "010 001 011 002 012 003 013 004 005 015 006 008 009 000 007 014 ");
    assert_string_equal(ids(site, get(site, "?sort=-size", 200)),
            "009 008 006 005 015 004 003 013 002 012 001 011 010 000 007 014 ");
    assert_string_equal(ids(site, get(site, "?sort=name&limit=4", 200)), "000 001 010 011 ");
    assert_string_equal(ids(site, get(site, "?sort=-open&limit=3", 200)), "001 003 005 ");
}

// All pages together are the list, whatever the sort, also when an item goes away in between.
static void pages(void **state)
{
    struct site *site = *state;
    static const char *const SORTS[] = {"name", "-name", "size", "-size", "open", "owner", "-owner", "id"};
    for (unsigned s = 0; s < 8; s++)
        for (unsigned limit = 1; limit <= 130; limit += 43) {
            char query[700];
            const struct json *next = NULL;
            bool seen[120] = {false};
            unsigned n = 0, pages_read = 0;
            site->without = 999;
            do {
                snprintf(query, sizeof query, "?sort=%s&limit=%u%s%.*s", SORTS[s], limit,
                        next ? "&after=" : "", next ? (int)next->text.n : 0, next ? next->text.p : "");
                const struct json *answer = get(site, query, 200);
                for (const struct json *item = json_get(answer, STR("items"))->child; item;
                        item = item->next) {
                    unsigned id = (unsigned)atoi(json_get_str(item, STR("id")).p);
                    assert_false(seen[id]);
                    seen[id] = true;
                    n++;
                    site->without = id; // gone before the next page is asked for
                }
                next = json_get(answer, STR("next"));
                pages_read++;
            } while (next->kind == JSON_STRING);
            assert_int_equal(n, 120);
            assert_int_equal(pages_read, (120 + limit - 1) / limit);
            arena_reset(site->arena);
        }
}

static void refuses(void **state)
{
    struct site *site = *state;
    static const struct {
        const char *query, *field;
    } CASES[] = {
            {"?limit=0", "limit"},
            {"?limit=501", "limit"},
            {"?limit=-1", "limit"},
            {"?limit=many", "limit"},
            {"?filter=open+is", "filter"},
            {"?filter=%22", "filter"},
            {"?filter=colour+is+%22red%22", "filter"},
            {"?sort=colour", "sort"},
            {"?sort=-", "sort"},
            {"?after=abc", "after"},
            {"?after=%21%21", "after"},
            {"?after=W10", "after"},                     // []
            {"?after=WyJuYW1lIiwiYSIsMV0", "after"},     // ["name","a",1]
            {"?after=WyItbmFtZSIsImEiLCIxIl0", "after"}, // ["-name","a","1"]
            {"?page=2", "page"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const struct json *errors = json_get(get(site, CASES[i].query, 400), STR("errors"));
        assert_non_null(errors);
        assert_true(str_eq(json_get_str(errors->child, STR("field")), str_of(CASES[i].field)));
    }
    assert_true(help_has(json_get_str(get(site, "?filter=open+is", 400), STR("detail")), "column 8"));
    assert_int_equal(count(get(site, "?after=WyJuYW1lIiwiYSIsIjEiXQ", 200)), 50); // ["name","a","1"]
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(filters, set_up, tear_down),
            cmocka_unit_test_setup_teardown(sorts, set_up, tear_down),
            cmocka_unit_test_setup_teardown(pages, set_up, tear_down),
            cmocka_unit_test_setup_teardown(refuses, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
