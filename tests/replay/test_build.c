// Messages in, columns out: whose an event is at which moment, in which order, and what it carries.
#include "replay/build.h"

#include "base/datetime.h"
#include "base/rng.h"
#include "replay/context_key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

// Lines of a log on a day of January 2026. An event of a known contact, of a browser, of both.
#define USER(id, day) "{\"type\":\"page\",\"userId\":\"" id "\",\"timestamp\":\"2026-01-" day "\"}\n"
#define BROWSER(id, day) "{\"type\":\"page\",\"anonymousId\":\"" id "\",\"timestamp\":\"2026-01-" day "\"}\n"
#define BOTH(user, browser, day)                                            \
    "{\"type\":\"page\",\"userId\":\"" user "\",\"anonymousId\":\"" browser \
    "\",\"timestamp\":\"2026-01-" day "\"}\n"
#define ALIAS(previous, user, message, day)                                                                \
    "{\"type\":\"alias\",\"previousId\":\"" previous "\",\"userId\":\"" user "\",\"messageId\":\"" message \
    "\",\"timestamp\":\"2026-01-" day "\"}\n"
#define UNALIAS(message) "{\"type\":\"unalias\",\"messageId\":\"" message "\"}\n"

static struct builder *build(const char *lines)
{
    struct builder *b = builder_new();
    struct arena *arena = arena_new();
    uint32_t log = 0;
    for (const char *p = lines, *end; *p; p = end + 1) {
        struct message m;
        struct err err;
        end = strchr(p, '\n');
        if (!message_decode(arena, (struct str){p, (size_t)(end - p)}, &m, &err))
            fail_msg("%s", err.message);
        builder_message(b, ++log, &m);
    }
    arena_free(arena);
    return b;
}

static struct columns *finish(struct builder *b, const char *at)
{
    int64_t seconds = INT64_MAX;
    struct columns *c;
    struct err err;
    if (at)
        assert_true(datetime_parse(str_of(at), &seconds));
    if (!builder_finish(b, seconds, &c, &err))
        fail_msg("%s", err.message);
    return c;
}

// "u1: 1 3 | b: 2": contacts by name, their events by place in history, as line numbers.
static void put_histories(struct buf *out, const struct columns *c)
{
    for (uint32_t done = 0, last = NO_INDEX; done < c->n_contacts; done++) {
        uint32_t next = NO_INDEX;
        for (uint32_t i = 0; i < c->n_contacts; i++)
            if ((last == NO_INDEX || str_cmp(columns_name(c, i), columns_name(c, last)) > 0) &&
                    (next == NO_INDEX || str_cmp(columns_name(c, i), columns_name(c, next)) < 0))
                next = i;
        buf_printf(out, "%s%.*s:", done ? " | " : "", STR_ARG(columns_name(c, next)));
        for (uint32_t e = c->off[next]; e < c->off[next + 1]; e++)
            buf_printf(out, " %u", c->log[e]);
        last = next;
    }
}

// Whose each event is: a log, a moment (NULL: the end of time), and every contact with its events.
static const struct {
    const char *what, *lines, *at, *expected;
} IDENTITIES[] = {
        {"history order is by time, then by line", USER("u", "03") USER("u", "01") USER("u", "03"), NULL,
                "u: 2 1 3"},
        {"up to a moment, that second included", USER("u", "03") USER("v", "01") USER("u", "02"),
                "2026-01-02", "u: 3 | v: 2"},
        {"a browser never seen with anybody is a contact", BROWSER("b", "01") USER("u", "01"), NULL,
                "b: 1 | u: 2"},
        {"a browser's events are its first user's, earlier ones too", BROWSER("b", "01") BOTH("u", "b", "02"),
                NULL, "u: 1 2"},
        {"before they are seen together it is a contact of its own", BROWSER("b", "01") BOTH("u", "b", "02"),
                "2026-01-01", "b: 1"},
        {"a shared browser joins nobody", BOTH("u", "b", "01") BOTH("v", "b", "02") BROWSER("b", "03"), NULL,
                "u: 1 3 | v: 2"},
        {"first is by the log, not by time", BOTH("u", "b", "05") BOTH("v", "b", "02") BROWSER("b", "03"),
                NULL, "u: 3 1 | v: 2"},
        {"first among the messages up to the moment",
                BOTH("u", "b", "05") BOTH("v", "b", "02") BROWSER("b", "03"), "2026-01-04", "v: 2 3"},
        {"two browsers of one user",
                BROWSER("b", "01") BROWSER("c", "01") BOTH("u", "c", "02") BOTH("u", "b", "02"), NULL,
                "u: 1 2 3 4"},
        {"one name space: an anonymousId that is a userId", USER("u", "01") BROWSER("u", "02"), NULL,
                "u: 1 2"},
        {"the same with the browser first", BROWSER("u", "01") USER("u", "02"), NULL, "u: 1 2"},
        {"the same while it is no userId yet", BROWSER("u", "01") USER("u", "02"), "2026-01-01", "u: 1"},
        {"an anonymousId that is a userId, but seen with another",
                USER("v", "01") BOTH("u", "v", "02") BROWSER("v", "03"), NULL, "u: 2 3 | v: 1"},

        {"alias of a browser", BROWSER("b", "01") USER("u", "01") ALIAS("b", "u", "m", "02"), NULL, "u: 1 2"},
        {"not before the alias", BROWSER("b", "01") USER("u", "01") ALIAS("b", "u", "m", "02"), "2026-01-01",
                "b: 1 | u: 2"},
        {"alias to a userId without events", BROWSER("b", "01") ALIAS("b", "u", "m", "02"), NULL, "u: 1"},
        {"an alias behind a meeting changes nothing",
                BOTH("u", "b", "01") ALIAS("b", "v", "m", "02") BROWSER("b", "03"), NULL, "u: 1 3"},
        {"an alias before a meeting counts",
                ALIAS("b", "v", "m", "02") BOTH("u", "b", "01") BROWSER("b", "03"), NULL, "u: 2 | v: 3"},
        {"of two aliases of a browser the first",
                ALIAS("b", "v", "m", "02") ALIAS("b", "u", "n", "01") BROWSER("b", "03"), NULL, "v: 3"},
        {"the first up to the moment",
                ALIAS("b", "v", "m", "05") ALIAS("b", "u", "n", "01") BROWSER("b", "03"), "2026-01-04",
                "u: 3"},
        {"alias of two users", USER("u", "01") USER("v", "02") ALIAS("u", "v", "m", "03"), NULL, "u: 1 2"},
        {"named by the userId that stands first in the log",
                USER("v", "02") USER("u", "01") ALIAS("u", "v", "m", "03"), NULL, "v: 2 1"},
        {"first up to the moment", USER("v", "05") USER("u", "01") USER("v", "02") ALIAS("u", "v", "m", "03"),
                "2026-01-04", "u: 2 3"},
        {"an alias's userId stands there too", ALIAS("u", "v", "m", "03") USER("u", "01"), NULL, "v: 2"},
        {"a previousId that becomes a userId later in the log",
                ALIAS("u", "v", "m", "01") USER("v", "01") USER("u", "02"), NULL, "v: 2 3"},
        {"while it is none it is an anonymousId",
                ALIAS("u", "v", "m", "01") BOTH("w", "u", "01") BROWSER("u", "01") USER("u", "02"),
                "2026-01-01", "v: 3 | w: 2"},
        {"and then a userId, whose events it takes",
                ALIAS("u", "v", "m", "01") BOTH("w", "u", "01") BROWSER("u", "01") USER("u", "02"), NULL,
                "v: 4 | w: 2 3"},
        {"aliases in a chain",
                USER("u", "01") USER("v", "01") USER("w", "01") ALIAS("v", "w", "m", "01")
                        ALIAS("u", "v", "n", "01"),
                NULL, "u: 1 2 3"},
        {"a chain through a userId that only aliases name",
                BROWSER("b", "01") ALIAS("b", "v", "m", "01") ALIAS("v", "w", "n", "01") USER("w", "01"),
                NULL, "v: 1 4"},
        {"aliases in a ring",
                USER("u", "01") USER("v", "01") ALIAS("u", "v", "m", "01") ALIAS("v", "u", "n", "01"), NULL,
                "u: 1 2"},
        {"alias to itself", USER("u", "01") ALIAS("u", "u", "m", "01"), NULL, "u: 1"},
        {"a browser of a joined user",
                BOTH("v", "b", "01") USER("u", "01") ALIAS("v", "u", "m", "01") BROWSER("b", "02"), NULL,
                "v: 1 2 4"},
        {"aliases make no contact", ALIAS("u", "v", "m", "01"), NULL, ""},

        {"unalias", USER("u", "01") USER("v", "02") ALIAS("u", "v", "m", "03") UNALIAS("m"), NULL,
                "u: 1 | v: 2"},
        {"unalias stands anywhere", UNALIAS("m") USER("u", "01") USER("v", "02") ALIAS("u", "v", "m", "03"),
                NULL, "u: 2 | v: 3"},
        {"unalias of a browser's alias", BROWSER("b", "01") ALIAS("b", "u", "m", "02") UNALIAS("m"), NULL,
                "b: 1"},
        {"unalias ends that alias only",
                USER("u", "01") USER("v", "02") ALIAS("u", "v", "m", "03") ALIAS("u", "v", "n", "04")
                        UNALIAS("m"),
                NULL, "u: 1 2"},
        {"at every moment",
                USER("u", "01") USER("v", "02") ALIAS("u", "v", "m", "03") ALIAS("u", "v", "n", "04")
                        UNALIAS("m"),
                "2026-01-03", "u: 1 | v: 2"},
        {"unalias of nothing", USER("u", "01") UNALIAS("m"), NULL, "u: 1"},
        {"an ended alias makes no userId",
                ALIAS("b", "u", "m", "01") UNALIAS("m") ALIAS("u", "v", "n", "01") BOTH("w", "u", "02")
                        BROWSER("u", "02"),
                NULL, "v: 5 | w: 4"},
        {"nothing at all", "", NULL, ""},
        {"nothing yet", USER("u", "02"), "2026-01-01", ""},
};

static void test_identity(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof IDENTITIES / sizeof *IDENTITIES; i++) {
        struct builder *b = build(IDENTITIES[i].lines);
        struct columns *c = finish(b, IDENTITIES[i].at);
        struct buf out = {0};
        put_histories(&out, c);
        buf_char(&out, '\0');
        if (strcmp(out.p, IDENTITIES[i].expected) != 0)
            print_error("%s\n%s", IDENTITIES[i].what, IDENTITIES[i].lines);
        assert_string_equal(out.p, IDENTITIES[i].expected);
        buf_free(&out);
        columns_free(c);
        builder_free(b);
    }
}

static void test_one_builder_many_moments(void **state)
{
    (void)state;
    struct builder *b =
            build(BROWSER("b", "01") BOTH("u", "b", "03") USER("v", "02") ALIAS("v", "u", "m", "04"));
    static const char *const MOMENTS[][2] = {{"2026-01-01", "b: 1"}, {"2026-01-04", "u: 1 3 2"},
            {"2026-01-02", "b: 1 | v: 3"}, {NULL, "u: 1 3 2"}, {"2025-01-01", ""},
            {"2026-01-03", "u: 1 2 | v: 3"}};
    for (size_t i = 0; i < sizeof MOMENTS / sizeof *MOMENTS; i++) {
        struct columns *c = finish(b, MOMENTS[i][0]);
        struct buf out = {0};
        put_histories(&out, c);
        buf_char(&out, '\0');
        assert_string_equal(out.p, MOMENTS[i][1]);
        buf_free(&out);
        columns_free(c);
    }
    builder_free(b);
}

static void test_contact_of_an_id(void **state)
{
    (void)state;
    struct builder *b = build(USER("w", "01") BROWSER("b", "01") BOTH("u", "b", "03") USER("v", "02")
                    ALIAS("v", "u", "m", "04") ALIAS("x", "y", "n", "04") BOTH("w", "v", "01"));
    assert_int_equal(builder_contact(b, STR("u")), NO_INDEX); // nothing finished yet
    struct columns *c = finish(b, NULL);
    uint32_t u = builder_contact(b, STR("u"));
    assert_true(str_eq(columns_name(c, u), STR("u")));
    assert_int_equal(builder_contact(b, STR("b")), u);
    assert_int_equal(builder_contact(b, STR("v")), u); // as a userId, though w's browser is called so
    assert_true(str_eq(columns_name(c, builder_contact(b, STR("w"))), STR("w")));
    assert_int_equal(builder_contact(b, STR("x")), NO_INDEX); // no events
    assert_int_equal(builder_contact(b, STR("nobody")), NO_INDEX);
    builder_id(b, STR("later"));
    assert_int_equal(builder_contact(b, STR("later")), NO_INDEX);
    columns_free(c);
    builder_free(b);
}

#define TRACK(name, rest) \
    "{\"type\":\"track\",\"userId\":\"u\",\"timestamp\":\"2026-01-01\",\"event\":\"" name "\"" rest "}\n"

// "log=value" of each entry of a column.
static void put_entries(struct buf *out, const struct columns *c, const struct sparse *column)
{
    out->n = 0;
    for (uint32_t i = 0; column && i < column->n; i++) {
        struct value value = columns_value(c, column->val[i]);
        buf_printf(out, "%s%u=%.*s", i ? " " : "", c->log[column->ev[i]], STR_ARG(value.text));
    }
    buf_char(out, '\0');
}

static void test_sparse_columns(void **state)
{
    (void)state;
    struct builder *b = build(TRACK("a.b", ",\"properties\":{\"x\":1,\"y\":null,\"z\":\"1\"}") TRACK("a.b",
            "") TRACK("a.b", ",\"properties\":{\"x\":1,\"X\":[1],\"v\":null},\"context\":{\"campaign\":{"
                             "\"source\":\"s\"}}") "{\"type\":\"identify\",\"userId\":\"u\",\"timestamp\":"
                                                   "\"2025-12-31\",\"traits\":{\"planType\":null,"
                                                   "\"city\":\"\"}}\n");
    struct columns *c = finish(b, NULL);
    struct buf out = {0};
    builder_free(b); // the columns stand on their own

    put_entries(&out, c, columns_prop(c, STR("x")));
    assert_string_equal(out.p, "1=1 3=1");
    put_entries(&out, c, columns_prop(c, STR("X")));
    assert_string_equal(out.p, "3=");
    put_entries(&out, c, columns_prop(c, CONTEXT_SOURCE));
    assert_string_equal(out.p, "3=s");
    assert_null(columns_prop(c, STR("y"))); // null: as if it were not there
    put_entries(&out, c, columns_trait(c, STR("plan_type")));
    assert_string_equal(out.p, "4=null"); // null: unsets
    assert_ptr_equal(columns_trait(c, STR("planType")), columns_trait(c, STR("plan_type")));
    put_entries(&out, c, columns_trait(c, STR("city")));
    assert_string_equal(out.p, "4=");
    assert_null(columns_trait(c, STR("country")));

    const struct sparse *x = columns_prop(c, STR("x")), *z = columns_prop(c, STR("z"));
    assert_int_equal(x->val[0], x->val[1]);     // equal values share a number
    assert_int_not_equal(x->val[0], z->val[0]); // the number 1 is not the text "1"
    assert_int_equal(columns_value(c, z->val[0]).kind, JSON_STRING);
    assert_int_equal(c->epoch, datetime_days(2025, 12, 31) * 86400);
    assert_int_equal(c->time[0], 0);
    assert_int_equal(c->time[1], 86400);
    buf_free(&out);
    columns_free(c);
}

static void test_types_and_presence(void **state)
{
    (void)state;
    struct builder *b = build(TRACK("a.b", "") TRACK("a.b", ",\"properties\":{\"machine\":true}") TRACK(
            "a.b", "") TRACK("a.b", ",\"properties\":{\"direction\":\"outbound\"}") USER("v", "01"));
    struct columns *c = finish(b, NULL);
    assert_int_equal(c->n_types, 4);
    assert_int_equal(c->type[0], c->type[2]);
    assert_true(c->types[c->type[1]].machine);
    assert_int_equal(c->types[c->type[3]].direction, DIR_OUTBOUND);
    assert_true(str_eq(c->types[c->type[4]].name, STR("page.viewed")));
    assert_int_equal(c->presence[0], 7);
    assert_int_equal(c->presence[1], 8);
    columns_free(c);
    builder_free(b);
}

#define FACT(properties) TRACK("fact.recorded", ",\"properties\":{\"fact\":\"budget\"," properties "}")

static void test_facts(void **state)
{
    (void)state;
    struct builder *b = build(FACT("\"answer\":\"yes\"") FACT("\"answer\":\"perhaps\"") FACT(
            "\"amount\":\"500\"") FACT("\"answer\":\"unknown\",\"amount\":3") FACT("\"answer\":\"no\""));
    struct columns *c = finish(b, NULL);
    const struct fact_column *budget = columns_fact(c, STR("budget"));
    static const uint32_t LOG[] = {1, 3, 4, 5};
    static const uint8_t ANSWER[] = {ANSWER_YES, ANSWER_YES, ANSWER_UNKNOWN, ANSWER_NO};
    assert_int_equal(budget->n, 4);
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(c->log[budget->ev[i]], LOG[i]);
        assert_int_equal(budget->answer[i], ANSWER[i]);
        assert_int_equal(budget->amount[i] != VALUE_NONE, i == 1);
    }
    assert_true(str_eq(columns_value(c, budget->amount[1]).text, STR("500")));
    assert_null(columns_fact(c, STR("need")));
    // The event has its properties all the same.
    assert_int_equal(columns_prop(c, STR("fact"))->n, 5);
    columns_free(c);
    builder_free(b);
}

static void test_event_props(void **state)
{
    (void)state;
    struct builder *b = build(TRACK("a.b", ",\"properties\":{\"value\":1,\"revenue\":2}") TRACK("a.b",
            ",\"properties\":{\"value\":null,\"revenue\":2}") TRACK("a.b", ",\"properties\":{\"revenue\":2}")
                    TRACK("a.b", ",\"properties\":{\"source\":\"own\"},\"context\":{\"campaign\":{\"source\":"
                                 "\"s\",\"name\":\"n\"}}")
                            TRACK("a.b", ",\"context\":{\"campaign\":{\"source\":\"s\",\"name\":\"n\"}}"));
    struct columns *c = finish(b, NULL);
    static const struct {
        uint32_t event;
        const char *key, *expected;
    } CASES[] = {{0, "value", "1"}, {1, "value", "2"}, {2, "value", "2"}, {3, "value", NULL},
            {2, "revenue", "2"}, {3, "source", "own"}, {4, "source", "s"}, {3, "campaign", "n"},
            {0, "source", NULL}, {4, "channel", NULL}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        uint32_t value = columns_event_prop(c, CASES[i].event, str_of(CASES[i].key));
        assert_int_equal(value == VALUE_NONE, !CASES[i].expected);
        if (CASES[i].expected)
            assert_true(str_eq(columns_value(c, value).text, str_of(CASES[i].expected)));
    }
    columns_free(c);
    builder_free(b);
}

static void test_fields_given_twice(void **state)
{
    (void)state;
    struct builder *b = builder_new();
    struct event_type type = {EVENT_TRACK, DIR_INBOUND, false, STR("a.b")};
    struct field props[] = {{STR("k"), {JSON_NUMBER, STR("1")}}, {STR("k"), {JSON_NUMBER, STR("2")}}};
    struct payload payload = {.props = props, .n_props = 2};
    builder_event(b, 1, builder_id(b, STR("u")), NO_INDEX, 0, builder_type(b, &type), &payload);
    struct columns *c = finish(b, NULL);
    struct buf out = {0};
    put_entries(&out, c, columns_prop(c, STR("k")));
    assert_string_equal(out.p, "1=2");
    buf_free(&out);
    columns_free(c);
    builder_free(b);
}

// Many events in random order, of few and many contacts, compared with what was put in.
static void test_order(void **state)
{
    (void)state;
    struct rng rng = rng_seed(7);
    for (uint32_t contacts = 1; contacts <= 1000; contacts *= 10) {
        enum { EVENTS = 3000 };
        struct builder *b = builder_new();
        struct event_type type = {EVENT_TRACK, DIR_INBOUND, false, STR("a.b")};
        static uint32_t owner[EVENTS + 1];
        static int64_t time[EVENTS + 1];
        for (uint32_t log = 1; log <= EVENTS; log++) {
            char id[16], text[16];
            owner[log] = (uint32_t)rng_below(&rng, contacts);
            time[log] = rng_range(&rng, -50, 50);
            int n = snprintf(id, sizeof id, "u%u", owner[log]), m = snprintf(text, sizeof text, "%u", log);
            struct field prop = {STR("log"), {JSON_NUMBER, {text, (size_t)m}}};
            struct payload payload = {.props = &prop, .n_props = 1};
            builder_event(b, log, builder_id(b, (struct str){id, (size_t)n}), NO_INDEX, time[log],
                    builder_type(b, &type), log % 3 ? &payload : NULL);
        }
        struct columns *c = finish(b, NULL);
        uint32_t with = 0;
        assert_int_equal(c->n_events, EVENTS);
        for (uint32_t i = 0; i < c->n_contacts; i++)
            for (uint32_t e = c->off[i]; e < c->off[i + 1]; e++) {
                uint32_t log = c->log[e], value = columns_event_prop(c, e, STR("log"));
                char text[16];
                snprintf(text, sizeof text, "u%u", owner[log]);
                assert_true(str_eq(columns_name(c, i), str_of(text)));
                assert_int_equal(c->time[e] + c->epoch, time[log]);
                assert_true(e == c->off[i] || c->time[e - 1] < c->time[e] ||
                            (c->time[e - 1] == c->time[e] && c->log[e - 1] < log));
                assert_int_equal(value != VALUE_NONE, log % 3 != 0);
                if (value == VALUE_NONE)
                    continue;
                snprintf(text, sizeof text, "%u", log);
                assert_true(str_eq(columns_value(c, value).text, str_of(text)));
                with++;
            }
        assert_int_equal(with, EVENTS - EVENTS / 3);
        columns_free(c);
        builder_free(b);
    }
}

static void test_span(void **state)
{
    (void)state;
    struct builder *b = builder_new();
    struct event_type type = {EVENT_TRACK, DIR_INBOUND, false, STR("a.b")};
    uint32_t u = builder_id(b, STR("u")), t = builder_type(b, &type);
    struct columns *c = NULL;
    struct err err;
    builder_event(b, 1, u, NO_INDEX, 0, t, NULL);
    builder_event(b, 2, u, NO_INDEX, UINT32_MAX, t, NULL);
    assert_true(builder_finish(b, INT64_MAX, &c, &err));
    assert_int_equal(c->time[1], UINT32_MAX);
    columns_free(c);
    builder_event(b, 3, u, NO_INDEX, -1, t, NULL);
    assert_false(builder_finish(b, INT64_MAX, &c, &err));
    assert_int_equal(err.code, ERR_LIMIT);
    assert_string_equal(err.message,
            "the history spans more than 136 years, from 1969-12-31T23:59:59Z to 2106-02-07T06:28:15Z");
    assert_true(builder_finish(b, 0, &c, &err)); // what lies behind the moment does not matter
    assert_int_equal(c->n_events, 2);
    columns_free(c);
    builder_free(b);
}

static void test_types_have_a_limit(void **state)
{
    (void)state;
    struct builder *b = builder_new();
    struct columns *c;
    struct err err;
    uint32_t u = builder_id(b, STR("u"));
    for (uint32_t i = 1; i <= 65536; i++) {
        char name[16];
        snprintf(name, sizeof name, "n.%u", i);
        struct event_type type = {EVENT_TRACK, DIR_INBOUND, false, str_of(name)};
        builder_event(b, i, u, NO_INDEX, i, builder_type(b, &type), NULL);
        if (i == 65535) {
            assert_true(builder_finish(b, INT64_MAX, &c, &err));
            assert_true(str_eq(c->types[c->type[65534]].name, STR("n.65535")));
            assert_true(c->presence[0] == UINT64_MAX);
            columns_free(c);
        }
    }
    assert_false(builder_finish(b, INT64_MAX, &c, &err));
    assert_string_equal(err.message, "the history is too large: over 65535 types of event");
    builder_free(b);
}

static void test_binary_search(void **state)
{
    (void)state;
    static const uint32_t EV[] = {2, 5, 9};
    static const uint32_t AT[] = {0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3};
    for (uint32_t e = 0; e < sizeof AT / sizeof *AT; e++)
        assert_int_equal(sparse_at(EV, 3, e), AT[e]);
    assert_int_equal(sparse_at(NULL, 0, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_identity),
            cmocka_unit_test(test_one_builder_many_moments),
            cmocka_unit_test(test_contact_of_an_id),
            cmocka_unit_test(test_sparse_columns),
            cmocka_unit_test(test_types_and_presence),
            cmocka_unit_test(test_facts),
            cmocka_unit_test(test_event_props),
            cmocka_unit_test(test_fields_given_twice),
            cmocka_unit_test(test_order),
            cmocka_unit_test(test_span),
            cmocka_unit_test(test_types_have_a_limit),
            cmocka_unit_test(test_binary_search),
    };
    columns_free(NULL);
    builder_free(NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
