// Bodies of Segment's API → messages, item by item.
#include "app/capture/items.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>
#include <zlib.h>

enum { NOW_SECONDS = 1700000000 };

struct fixture {
    struct arena *arena;
    struct capture_items items;
    struct err err;
};

static int set_up(void **state)
{
    struct arena *arena = arena_new();
    struct fixture *f = ARENA_NEW(arena, struct fixture);
    f->arena = arena;
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    arena_free(f->arena);
    return 0;
}

static bool read_body(struct fixture *f, const char *type, struct str body)
{
    struct capture_call call = {.type = type, .body = body, .now = NOW_SECONDS};
    return capture_read(f->arena, &call, &f->items, &f->err);
}

static void takes(struct fixture *f, const char *type, const char *body, unsigned good, unsigned bad)
{
    if (!read_body(f, type, str_of(body)))
        fail_msg("%s: %s", body, f->err.message);
    assert_int_equal(f->items.n, good);
    assert_int_equal(f->items.n_errors, bad);
    assert_int_equal(f->items.size, good + bad);
}

static void says(struct fixture *f, const char *type, const char *body, const char *error)
{
    takes(f, type, body, 0, 1);
    assert_string_equal(f->items.errors[0].text, error);
    assert_int_equal(f->items.errors[0].status, 400);
}

static void the_path_says_the_type(void **state)
{
    struct fixture *f = *state;
    takes(f, "track", "{\"event\":\"a\",\"userId\":\"u\",\"type\":\"alias\",\"writeKey\":\"k\"}", 1, 0);
    assert_int_equal(f->items.messages[0].kind, MESSAGE_EVENT);
    assert_true(str_eq(f->items.messages[0].type.name, STR("a")));
    assert_true(str_eq(f->items.write_key, STR("k")));
    takes(f, "identify", "{\"userId\":\"u\",\"traits\":{\"email\":\"a@b.c\"}}", 1, 0);
    assert_int_equal(f->items.messages[0].type.kind, EVENT_IDENTIFY);
    takes(f, "alias", "{\"userId\":\"u\",\"previousId\":\"v\"}", 1, 0);
    assert_int_equal(f->items.messages[0].kind, MESSAGE_ALIAS);
    takes(f, "page", "{\"anonymousId\":\"u\",\"name\":\"Home\"}", 1, 0);
    assert_true(str_eq(f->items.messages[0].type.name, STR("page.viewed")));
}

static void the_time_is_the_messages_own_or_the_receipt(void **state)
{
    struct fixture *f = *state;
    takes(f, "track", "{\"event\":\"a\",\"userId\":\"u\"}", 1, 0);
    assert_int_equal(f->items.messages[0].time, NOW_SECONDS);
    takes(f, "track", "{\"event\":\"a\",\"userId\":\"u\",\"timestamp\":null,\"receivedAt\":\"2001-01-01\"}",
            1, 0);
    assert_int_equal(f->items.messages[0].time, NOW_SECONDS);
    takes(f, "track",
            "{\"event\":\"a\",\"userId\":\"u\",\"sentAt\":\"2023-01-01\",\"timestamp\":\"1970-01-02\"}", 1,
            0);
    assert_int_equal(f->items.messages[0].time, 86400);
    takes(f, "track", "{\"event\":\"a\",\"userId\":\"u\",\"originalTimestamp\":\"1970-01-03T00:00:00.123Z\"}",
            1, 0);
    assert_int_equal(f->items.messages[0].time, 2 * 86400);
    takes(f, "track", "{\"event\":\"a\",\"userId\":\"u\",\"timestamp\":\"2023-11-15T22:13:20Z\"}", 1, 0);
    says(f, "track", "{\"event\":\"a\",\"userId\":\"u\",\"timestamp\":\"2023-11-15T22:13:21Z\"}",
            "timestamp lies more than a day in the future");
    says(f, "track", "{\"event\":\"a\",\"userId\":\"u\",\"timestamp\":\"now\"}",
            "timestamp \"now\" is no time");
    says(f, "track", "{\"event\":\"a\",\"userId\":\"u\",\"timestamp\":17}", "timestamp \"17\" is no time");
}

static void bad_messages_say_why(void **state)
{
    struct fixture *f = *state;
    char text[5000], *p = text;
    says(f, "track", "{}", "no event");
    says(f, "track", "{\"event\":\"a\"}", "no userId and no anonymousId");
    says(f, "track", "{\"event\":\"a\",\"userId\":7}", "userId is not a text");
    says(f, "track", "{\"event\":\"a\",\"userId\":\"x\\u0000y\"}", "userId has a character U+0000 in it");
    says(f, "alias", "{\"userId\":\"u\"}", "an alias without previousId");
    p += sprintf(p, "{\"event\":\"a\",\"userId\":\"");
    memset(p, 'x', 1001);
    strcpy(p + 1001, "\"}");
    says(f, "track", text, "userId is longer than 1000 bytes");
    takes(f, NULL, "{\"batch\":[{\"type\":\"unalias\",\"messageId\":\"m\"},{\"userId\":\"u\"},7]}", 0, 3);
    assert_string_equal(f->items.errors[0].text, "unknown type \"unalias\"");
    assert_string_equal(f->items.errors[1].text, "no type");
    assert_string_equal(f->items.errors[2].text, "not a JSON object");
}

static void good_items_of_a_batch_go_on(void **state)
{
    struct fixture *f = *state;
    struct buf out = {0};
    takes(f, NULL,
            "{\"batch\":[{\"type\":\"track\",\"event\":\"a\",\"userId\":\"u\"},{\"type\":\"track\","
            "\"userId\":"
            "\"u\"},{\"type\":\"identify\",\"userId\":\"u\"}],\"sentAt\":\"x\"}",
            2, 1);
    capture_answer(&f->items, &out);
    assert_true(
            str_eq(buf_str(&out), STR("{\"size\":3,\"processed\":2,\"errors\":1,\"details\":[{\"index\":1,"
                                      "\"status\":400,\"error\":\"no event\"}]}")));
    buf_free(&out);
    takes(f, NULL, "{\"batch\":[]}", 0, 0);
}

static void the_context_of_a_batch_is_its_items(void **state)
{
    struct fixture *f = *state;
    takes(f, NULL,
            "{\"context\":{\"locale\":\"de\",\"app\":{\"name\":\"x\"}},\"batch\":[{\"type\":\"track\","
            "\"event\":"
            "\"a\",\"userId\":\"u\"},{\"type\":\"track\",\"event\":\"a\",\"userId\":\"u\",\"context\":{"
            "\"locale\":"
            "\"fr\\n\",\"n\":1}}]}",
            2, 0);
    const struct json *first = json_get(f->items.messages[0].json, STR("context")),
                      *second = json_get(f->items.messages[1].json, STR("context"));
    assert_true(str_eq(json_get_str(first, STR("locale")), STR("de")));
    assert_true(str_eq(json_get_str(second, STR("locale")), STR("fr\n")));
    assert_true(str_eq(json_get_str(json_get(second, STR("app")), STR("name")), STR("x")));
    assert_true(str_eq(second->text, STR("{\"locale\":\"fr\\n\",\"n\":1,\"app\":{\"name\":\"x\"}}")));
}

static void whole_bodies_are_refused(void **state)
{
    struct fixture *f = *state;
    struct buf body = {0};
    assert_false(read_body(f, "track", STR("{\"event\":")));
    assert_int_equal(f->err.code, ERR_INPUT);
    assert_false(read_body(f, "track", STR("[]")));
    assert_false(read_body(f, NULL, STR("{\"batch\":{}}")));
    assert_int_equal(f->err.code, ERR_INPUT);
    buf_put(&body, STR("{\"batch\":["));
    for (int i = 0; i < 2501; i++)
        buf_put(&body, i ? STR(",{}") : STR("{}"));
    buf_put(&body, STR("]}"));
    assert_false(read_body(f, NULL, buf_str(&body)));
    assert_int_equal(f->err.code, ERR_LIMIT);
    body.n = 0;
    buf_printf(&body, "{\"batch\":[],\"x\":\"%*s\"}", CAPTURE_BODY_MAX, "");
    assert_false(read_body(f, NULL, buf_str(&body)));
    assert_int_equal(f->err.code, ERR_LIMIT);
    buf_free(&body);
}

static void large_items_are_errors_of_their_own(void **state)
{
    struct fixture *f = *state;
    struct buf body = {0};
    buf_printf(&body,
            "{\"batch\":[{\"type\":\"track\",\"event\":\"a\",\"userId\":\"u\",\"x\":\"%*s\"},"
            "{\"type\":\"track\",\"event\":\"a\",\"userId\":\"u\"}]}",
            CAPTURE_ITEM_MAX, "");
    assert_true(read_body(f, NULL, buf_str(&body)));
    assert_int_equal(f->items.n, 1);
    assert_int_equal(f->items.n_errors, 1);
    assert_int_equal(f->items.errors[0].status, 413);
    buf_free(&body);
}

static struct str pack(struct arena *arena, struct str text, int window)
{
    z_stream z = {.next_in = (Bytef *)(uintptr_t)text.p, .avail_in = (uInt)text.n};
    uLong room = text.n + 1000;
    char *out = arena_alloc(arena, room);
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_out = (Bytef *)out;
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return (struct str){out, z.total_out};
}

static void bodies_are_unpacked(void **state)
{
    struct fixture *f = *state;
    struct buf text = {0};
    struct str out, packed;
    for (int i = 0; i < 9000; i++)
        buf_printf(&text, "%d,", i * 7919);
    for (int window = 15; window <= 31; window += 16) { // zlib, gzip
        packed = pack(f->arena, buf_str(&text), window);
        assert_true(capture_unpack(f->arena, packed, &out, &f->err));
        assert_true(str_eq(out, buf_str(&text)));
        assert_false(capture_unpack(f->arena, str_sub(packed, 0, packed.n - 5), &out, &f->err));
        assert_int_equal(f->err.code, ERR_INPUT);
        struct buf two = {0};
        buf_put(&two, packed);
        buf_put(&two, packed);
        assert_false(capture_unpack(f->arena, buf_str(&two), &out, &f->err));
        assert_int_equal(f->err.code, ERR_INPUT);
        buf_free(&two);
    }
    assert_false(capture_unpack(f->arena, STR("no gzip at all"), &out, &f->err));
    assert_false(capture_unpack(f->arena, STR(""), &out, &f->err));
    // A bomb.
    text.n = 0;
    memset(buf_room(&text, 10 << 20), ' ', 10 << 20);
    text.n = 10 << 20;
    packed = pack(f->arena, buf_str(&text), 31);
    assert_true(packed.n < 20000);
    assert_false(capture_unpack(f->arena, packed, &out, &f->err));
    assert_int_equal(f->err.code, ERR_LIMIT);
    buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(the_path_says_the_type, set_up, tear_down),
            cmocka_unit_test_setup_teardown(the_time_is_the_messages_own_or_the_receipt, set_up, tear_down),
            cmocka_unit_test_setup_teardown(bad_messages_say_why, set_up, tear_down),
            cmocka_unit_test_setup_teardown(good_items_of_a_batch_go_on, set_up, tear_down),
            cmocka_unit_test_setup_teardown(the_context_of_a_batch_is_its_items, set_up, tear_down),
            cmocka_unit_test_setup_teardown(whole_bodies_are_refused, set_up, tear_down),
            cmocka_unit_test_setup_teardown(large_items_are_errors_of_their_own, set_up, tear_down),
            cmocka_unit_test_setup_teardown(bodies_are_unpacked, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
