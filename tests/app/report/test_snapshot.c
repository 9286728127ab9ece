// What a snapshot says of where contacts came from, and the queries of groups.
#include "app/report/group.h"
#include "replay/build.h"
#include "rules/model.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define EVENT(user, name, day, rest)                                                                  \
    "{\"type\":\"track\",\"userId\":\"" user "\",\"event\":\"" name "\",\"timestamp\":\"2026-01-" day \
    "\"" rest "}\n"
#define TRAITS(user, day, traits)                                                                          \
    "{\"type\":\"identify\",\"userId\":\"" user "\",\"timestamp\":\"2026-01-" day "\",\"traits\":{" traits \
    "}}\n"

static struct columns *columns_of(const char *lines)
{
    struct builder *b = builder_new();
    struct arena *arena = arena_new();
    struct columns *columns = NULL;
    struct err err;
    uint32_t log = 0;
    for (const char *p = lines, *end; *p; p = end + 1) {
        struct message m;
        end = strchr(p, '\n');
        if (!message_decode(arena, (struct str){p, (size_t)(end - p)}, &m, &err))
            fail_msg("%s", err.message);
        builder_message(b, ++log, &m);
    }
    assert_true(builder_finish(b, INT64_MAX, &columns, &err));
    builder_free(b);
    arena_free(arena);
    return columns;
}

// Of everybody, in the order of the columns: "first source/first medium last source/last medium", a line
// each.
static void came_from(const char *lines, int64_t at, const char *wanted)
{
    struct columns *c = columns_of(lines);
    struct arena *arena = arena_new();
    uint32_t *touch[2], n;
    const struct touch *touches;
    struct buf text = {0};
    for (unsigned i = 0; i < 2; i++)
        touch[i] = ARENA_ARRAY(arena, uint32_t, c->n_contacts + 1);
    touches_find(c, at, arena, touch, &touches, &n);
    for (uint32_t i = 0; i < c->n_contacts; i++)
        for (unsigned k = 0; k < 2; k++)
            buf_printf(&text, "%.*s/%.*s%s", STR_ARG(touch_word(touches[touch[k][i]].source)),
                    STR_ARG(touch_word(touches[touch[k][i]].medium)), k ? "\n" : " ");
    buf_char(&text, '\0');
    assert_string_equal(text.p, wanted);
    buf_free(&text);
    arena_free(arena);
    columns_free(c);
}

#define CAMPAIGN(source, medium) \
    ",\"context\":{\"campaign\":{\"source\":\"" source "\",\"medium\":\"" medium "\"}}"
#define PROPERTIES(properties) ",\"properties\":{" properties "}"

static void test_touch(void **state)
{
    static const char EVENTS[] =
            EVENT("a", "page.viewed", "01", "") EVENT("a", "page.viewed", "02", CAMPAIGN("google", "cpc"))
                    EVENT("a", "page.viewed", "03", PROPERTIES("\"source\":\"Bing\",\"medium\":\"search\""));
    (void)state;
    came_from(EVENTS, INT64_MAX, "google/cpc Bing/search\n");
    came_from(EVENTS, 1767398399, "google/cpc google/cpc\n"); // the last second of the second
    came_from(EVENTS, 1767225600, "none/none none/none\n");
    // What we send, and what machines do, is no visit.
    came_from(EVENT("a", "email.sent", "01", PROPERTIES("\"source\":\"us\""))
                      EVENT("a", "page.viewed", "02", PROPERTIES("\"source\":\"scan\",\"machine\":true"))
                              EVENT("a", "page.viewed", "03", PROPERTIES("\"medium\":\"direct\"")),
            INT64_MAX, "none/direct none/direct\n");
    // A trait says it where no visit was before; of last sources only where there is no visit at all.
    came_from(TRAITS("a", "01", "\"source\":\"fair\"") EVENT("a", "page.viewed", "02",
                      CAMPAIGN("google", "cpc")) TRAITS("a", "03", "\"source\":\"list\""),
            INT64_MAX, "fair/none google/cpc\n");
    came_from(TRAITS("a", "01", "\"source\":\"fair\"") TRAITS("a", "03", "\"source\":\"list\""), INT64_MAX,
            "fair/none list/none\n");
    came_from(TRAITS("a", "01", "\"first_source\":\"X\",\"first_medium\":\"social\",\"last_source\":\"Y\""),
            INT64_MAX, "X/social Y/none\n");
    // Everybody's own, not the neighbour's.
    came_from(EVENT("a", "page.viewed", "01", CAMPAIGN("google", "cpc")) EVENT("b", "page.viewed", "02", "")
                      EVENT("c", "page.viewed", "03", CAMPAIGN("google", "cpc")),
            INT64_MAX, "google/cpc google/cpc\nnone/none none/none\ngoogle/cpc google/cpc\n");
}

static void test_query(void **state)
{
    struct buf text = {0};
    struct group group = {.filter = STR("is lead & \"ä\""),
            .first_seen = {1767225600, 0},
            .source = STR("a+b"),
            .medium = STR("none"),
            .last_touch = true,
            .at = 1767398399};
    (void)state;
    group_put(&group, &text);
    buf_char(&text, '\0');
    assert_string_equal(text.p, "filter=is%20lead%20%26%20%22%C3%A4%22&first_seen_from=2026-01-01T00:00:00Z&"
                                "source=a%2Bb&medium=none"
                                "&touch=last&at=2026-01-02T23:59:59Z");
    buf_free(&text);
}

static void test_goal(void **state)
{
    static const struct {
        const char *model, *goal, *sale;
    } CASES[] = {
            {"stage a when any inbound\nstage b when any form.submitted\nstage c when any order.placed\n",
                    "b", "c"},
            {"stage prospect when any inbound\nstage b when any form.submitted\nstage customer when any "
             "order.placed\nstage d when any deal.won\n",
                    "prospect", "customer"},
            {"stage a when any inbound\n", "a", "a"},
    };
    struct arena *arena = arena_new();
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const struct program *p =
                model_compile(arena, STR("test"), str_of(CASES[i].model), diagnostics_new(arena));
        assert_non_null(p);
        assert_true(str_eq(p->stages[program_goal(p)].name, str_of(CASES[i].goal)));
        assert_true(str_eq(p->stages[program_sale(p)].name, str_of(CASES[i].sale)));
    }
    const struct program *none = model_compile(arena, STR("test"), STR(""), diagnostics_new(arena));
    if (none)
        assert_int_equal(program_goal(none), STAGE_NONE);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_touch),
            cmocka_unit_test(test_query),
            cmocka_unit_test(test_goal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
