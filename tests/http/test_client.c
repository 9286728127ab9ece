// The client against a server of our own, and against what it must not reach.
#include "base/clock.h"
#include "base/mem.h"
#include "http/client.h"
#include "http/server.h"
#include "support/http_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static bool echo(struct request *r, struct err *err)
{
    (void)err;
    response_type(r, "text/plain");
    buf_put(r->out, r->method);
    buf_char(r->out, ' ');
    buf_put(r->out, request_header(r, "X-Signature"));
    buf_char(r->out, ' ');
    buf_put(r->out, r->body);
    return true;
}

static bool later(struct request *r, struct err *err)
{
    (void)err;
    response_status(r, 429);
    response_header(r, "Retry-After", request_query(r, "after"));
    return true;
}

static bool endless(struct request *r, struct err *err)
{
    (void)err;
    for (int i = 0; i < 3000000; i++)
        buf_char(r->out, 'x');
    return true;
}

static bool away(struct request *r, struct err *err)
{
    (void)err;
    response_redirect(r, 302, STR("/echo"));
    return true;
}

static bool slow(struct request *r, struct err *err)
{
    (void)err;
    help_sleep(2000);
    return echo(r, err);
}

static const struct member QUERY[] = {{"after", "text", "", false, 0}, {0}};
static const struct route ROUTES[] = {
        {.method = "POST", .path = "/echo", .raw_body = true, .handle = echo},
        {.method = "GET", .path = "/echo", .handle = echo},
        {.method = "DELETE", .path = "/echo", .handle = echo},
        {.method = "GET", .path = "/later", .query = QUERY, .handle = later},
        {.method = "GET", .path = "/endless", .handle = endless},
        {.method = "GET", .path = "/away", .handle = away},
        {.method = "GET", .path = "/slow", .handle = slow},
        {0},
};
static const struct routes TABLE = {"Test", ROUTES, NULL};
static const struct routes *const ALL[] = {&TABLE, NULL};

struct site {
    struct arena *arena;
    struct server *server;
    struct client *client;
};

static int set_up(void **state)
{
    struct site *site = mem_zero(1, sizeof *site);
    struct server_options options = {.host = "127.0.0.1", .workers = 2, .routes = ALL};
    struct client_options inside = {.seconds = 5, .allow_internal = true};
    struct err err = {0};
    site->arena = arena_new();
    if (!server_start(&options, &site->server, &err))
        fail_msg("%s", err.message);
    site->client = client_new(&inside);
    *state = site;
    return 0;
}

static int tear_down(void **state)
{
    struct site *site = *state;
    client_free(site->client);
    server_stop(site->server, 5);
    arena_free(site->arena);
    free(site);
    return 0;
}

static struct client_answer answer_of(
        struct site *site, const char *method, const char *path, struct str body)
{
    struct client_answer answer;
    struct client_header header = {"X-Signature", STR("v1,abc")};
    struct str url = arena_printf(site->arena, "http://127.0.0.1:%u%s", server_port(site->server), path);
    struct err err = {0};
    if (!client_send(site->client, site->arena, method, url, &header, 1, body, &answer, &err))
        fail_msg("%s", err.message);
    return answer;
}

static void sends(void **state)
{
    struct site *site = *state;
    struct client_answer a = answer_of(site, "POST", "/echo", STR("{\"a\":1}"));
    assert_int_equal(a.status, 200);
    assert_string_equal(a.body.p, "POST v1,abc {\"a\":1}");
    assert_string_equal(answer_of(site, "GET", "/echo", STR_NONE).body.p, "GET v1,abc ");
    assert_string_equal(answer_of(site, "DELETE", "/echo", STR_NONE).body.p, "DELETE v1,abc ");
    assert_int_equal(answer_of(site, "HEAD", "/echo", STR_NONE).body.n, 0);
    a = answer_of(site, "GET", "/away", STR_NONE);
    assert_int_equal(a.status, 302); // is not followed
    a = answer_of(site, "GET", "/endless", STR_NONE);
    assert_int_equal(a.status, 200);
    assert_int_equal(a.body.n, 16 << 10);
    assert_string_equal(answer_of(site, "POST", "/echo", STR("again")).body.p, "POST v1,abc again");
}

static void retry_after(void **state)
{
    struct site *site = *state;
    assert_int_equal(answer_of(site, "GET", "/later?after=120", STR_NONE).retry_after, 120);
    assert_int_equal(answer_of(site, "GET", "/echo", STR_NONE).retry_after, 0);
    assert_int_equal(answer_of(site, "GET", "/later?after=99999999999", STR_NONE).retry_after, 7 * 86400);
    assert_int_equal(answer_of(site, "GET", "/later?after=-5", STR_NONE).retry_after, 0);
    assert_int_equal(answer_of(site, "GET", "/later?after=soon", STR_NONE).retry_after, 0);
    assert_int_equal(
            answer_of(site, "GET", "/later?after=Wed,+21+Oct+2015+07:28:00+GMT", STR_NONE).retry_after, 0);
    assert_int_equal(
            answer_of(site, "GET", "/later?after=Wed,+21+Oct+2099+07:28:00+GMT", STR_NONE).retry_after,
            7 * 86400);
}

static void refuses(void **state)
{
    struct site *site = *state;
    struct client_options outside = {.seconds = 5};
    struct client *client = client_new(&outside);
    struct client_answer answer;
    unsigned port = server_port(site->server);
    static const char *const URLS[] = {"http://127.0.0.1:%u/echo", "http://localhost:%u/echo",
            "http://[::1]:%u/echo", "http://[::ffff:127.0.0.1]:%u/echo", "http://0.0.0.0:%u/echo",
            "http://2130706433:%u/echo", "http://0x7f.1:%u/echo", "http://10.0.0.1:%u/",
            "http://169.254.169.254:%u/latest/meta-data/", "https://127.0.0.1:%u/", "ftp://127.0.0.1:%u/",
            "file:///etc/passwd?%u", "gopher://127.0.0.1:%u/", "127.0.0.1:%u", "http://", "http://:%u/",
            "http://127.0.0.1:%u/\r\nX: y", "telnet://127.0.0.1:%u"};
    for (size_t i = 0; i < sizeof URLS / sizeof *URLS; i++) {
        struct err err = {0};
        char url[200];
        struct arena *arena = site->arena;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(url, sizeof url, URLS[i], port);
#pragma GCC diagnostic pop
        if (client_send(client, arena, "GET", str_of(url), NULL, 0, STR_NONE, &answer, &err) ||
                err.code != ERR_INPUT)
            fail_msg("%s: %s", url, err.message);
    }
    struct server_numbers numbers;
    server_numbers(site->server, &numbers);
    assert_int_equal(numbers.connections, 0);
    struct err err = {0};
    struct client_header evil = {"X", STR("a\r\nY: b")};
    assert_false(client_send(
            site->client, site->arena, "GET", STR("http://127.0.0.1/"), &evil, 1, STR_NONE, &answer, &err));
    assert_int_equal(err.code, ERR_INPUT);
    client_free(client);
}

static void no_answer(void **state)
{
    struct site *site = *state;
    struct client_options hasty = {.seconds = 1, .allow_internal = true};
    struct client *client = client_new(&hasty);
    struct client_answer answer;
    struct err err = {0};
    int64_t began = clock_monotonic_ns();
    struct str url = arena_printf(site->arena, "http://127.0.0.1:%u/slow", server_port(site->server));
    assert_false(client_send(client, site->arena, "GET", url, NULL, 0, STR_NONE, &answer, &err));
    assert_int_equal(err.code, ERR_IO);
    assert_true(clock_monotonic_ns() - began < 1900000000);
    assert_false(client_send(
            client, site->arena, "GET", STR("http://127.0.0.1:1/"), NULL, 0, STR_NONE, &answer, &err));
    assert_int_equal(err.code, ERR_IO);
    client_free(client);
    client_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(sends, set_up, tear_down),
            cmocka_unit_test_setup_teardown(retry_after, set_up, tear_down),
            cmocka_unit_test_setup_teardown(refuses, set_up, tear_down),
            cmocka_unit_test_setup_teardown(no_answer, set_up, tear_down)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
