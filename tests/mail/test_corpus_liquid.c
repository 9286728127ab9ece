// golden-liquid (James Prior): all cases of the tags and filters that we have, which is all but include and
// render, and but one that contradicts another one ("strict2").
#include "base/json.h"
#include "mail/liquid.h"
#include "support/corpus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static bool tagged(const struct json *test, const char *tag)
{
    const struct json *tags = json_get(test, STR("tags"));
    for (const struct json *j = tags ? tags->child : NULL; j; j = j->next)
        if (str_eq(j->text, str_of(tag)))
            return true;
    return false;
}

static bool claimed(const struct json *test)
{
    return !json_get(test, STR("templates")) && !tagged(test, "include tag") && !tagged(test, "render tag") &&
           !tagged(test, "strict2");
}

static bool fits(const struct json *test, bool ok, struct str got)
{
    const struct json *results = json_get(test, STR("results")), *invalid = json_get(test, STR("invalid"));
    if (invalid && invalid->kind == JSON_TRUE)
        return !ok;
    for (const struct json *j = results ? results->child : NULL; ok && j; j = j->next)
        if (str_eq(j->text, got))
            return true;
    return ok && !results && str_eq(json_get_str(test, STR("result")), got);
}

static bool passes(const struct json *test)
{
    struct arena *arena = arena_new();
    struct buf out = {0};
    struct err err = {0};
    const struct liquid *program;
    const struct liquid_object none = {0};
    const struct liquid_options options = {.now = 1700000000};
    const struct json *data = json_get(test, STR("data"));
    bool ok = liquid_parse(arena, json_get_str(test, STR("template")), &program, &err) &&
              liquid_render(program, arena, data ? liquid_json(arena, data) : liquid_object(&none), &options,
                      &out, &err);
    bool fine = fits(test, ok, (struct str){out.p ? out.p : "", out.n});
    if (!fine)
        printf("%.*s: %.*s%s\n", STR_ARG(json_get_str(test, STR("name"))), (int)out.n, out.p ? out.p : "",
                ok ? "" : err.message);
    buf_free(&out);
    arena_free(arena);
    return fine;
}

static void the_suite(void **state)
{
    struct arena *arena;
    struct str text;
    struct json *suite;
    struct err err;
    char path[1000];
    unsigned all = 0, n = 0, wrong = 0;
    (void)state;
    corpus_folder(path, "08-templates-json-html/golden-liquid/golden_liquid.json");
    arena = arena_new();
    text = corpus_bytes(arena, path);
    assert_true(json_parse(arena, text, &suite, &err));
    for (const struct json *test = json_get(suite, STR("tests"))->child; test; test = test->next, all++)
        if (claimed(test)) {
            n++;
            wrong += !passes(test);
        }
    printf("golden-liquid: %u of %u cases are claimed, %u pass\n", n, all, n - wrong);
    arena_free(arena);
    assert_true(n > 500);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_suite)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
