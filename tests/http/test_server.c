// The server over plain sockets: what it answers, and threads that finish requests.
#include "base/clock.h"
#include "support/http_site.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static void answers(void **state)
{
    struct site *site = *state;
    struct str a = site_talk(site, GET("/hello?x=1"));
    assert_int_equal(help_status(a), 200);
    assert_true(help_has(a, "\r\nContent-Type: application/json\r\n"));
    assert_true(help_has(a, "\r\nX-Content-Type-Options: nosniff\r\n"));
    assert_true(help_has(a, "\r\nX-Request-Id: "));
    assert_true(help_has(a, "{\"path\":\"/hello\",\"client\":\"127.0.0.1\",\"secure\":false}"));
    assert_true(help_has(site_talk(site, GET("/api/hello?limit=3")), "\r\nCache-Control: no-store\r\n"));
    assert_int_equal(help_status(site_talk(site, "GET /hello HTTP/1.0\r\n\r\n")), 200);
    a = site_talk(site, "HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(help_status(a), 200);
    assert_false(help_has(a, "{"));
    assert_int_equal(help_status(site_talk(site, GET("/nothing"))), 404);
    a = site_talk(site, "PUT /api/things/1 HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(help_status(a), 405);
    assert_true(help_has(a, "Allow: GET, HEAD, PATCH\r\n"));
    assert_int_equal(help_status(site_talk(site, "OPTIONS /hello HTTP/1.1\r\nHost: a\r\n\r\n")), 204);
    assert_true(help_has(site_talk(site, GET("/api/things/first")), "\"path\""));
    assert_string_equal(help_body(site_talk(site, GET("/api/things/a%20%C3%A9"))).p, "\"a é\"");
    assert_string_equal(help_body(site_talk(site, GET("/files/a/b%2Fc"))).p, "\"a/b/c\"");
    a = site_talk(site, GET("/api/things/none"));
    assert_int_equal(help_status(a), 404);
    assert_true(help_has(a, "Content-Type: application/problem+json\r\n"));
    assert_true(help_has(a, "\"detail\":\"there is no such thing\""));
    a = site_talk(site, GET("/away"));
    assert_int_equal(help_status(a), 303);
    assert_true(help_has(a, "Location: /hello\r\n"));
    help_sleep(30);
    assert_true(site->dones >= 10);
}

static void etags(void **state)
{
    struct site *site = *state;
    assert_true(help_has(site_talk(site, GET("/api/things/1")), "ETag: \"7\"\r\n"));
    static const char *const SAME[] = {"\"7\"", "*", "\"1\", W/\"7\""};
    for (unsigned i = 0; i < 3; i++) {
        char text[200];
        snprintf(text, sizeof text, "GET /api/things/1 HTTP/1.1\r\nHost: a\r\nIf-None-Match: %s\r\n\r\n",
                SAME[i]);
        struct str a = site_talk(site, text);
        assert_int_equal(help_status(a), 304);
        assert_int_equal(help_body(a).n, 0);
        snprintf(text, sizeof text, "PATCH /api/things/1 HTTP/1.1\r\nHost: a\r\nIf-Match: %s\r\n\r\n",
                SAME[i]);
        assert_int_equal(help_status(site_talk(site, text)), 200);
    }
    assert_int_equal(help_status(site_talk(
                             site, "PATCH /api/things/1 HTTP/1.1\r\nHost: a\r\nIf-Match: \"6\"\r\n\r\n")),
            412);
}

static void validation(void **state)
{
    struct site *site = *state;
    static const struct {
        const char *body;
        int status;
        const char *has;
    } CASES[] = {
            {"{\"name\":\"x\",\"amount\":null,\"tags\":[\"a\",\"b\"],\"kind\":\"b\"}", 201, "\"x\""},
            {"{\"name\":1,\"amount\":1.5,\"tags\":[\"a\",\"b\",\"c\"],\"kind\":\"c\",\"more\":1}", 400,
                    "{\"field\":\"more\""},
            {"{\"amount\":3}", 400, "{\"field\":\"name\",\"message\":\"is missing\"}"},
            {"{\"name\":\"123456789012345678901\"}", 400, "more than 20 characters"},
            {"{\"name\":\"12345678901234567890\",\"amount\":1e3}", 400, "must be a whole number"},
            {"{\"name\":\"x\",\"tags\":[\"a\",2]}", 400, "\"tags[1]\""},
            {"{\"name\":\"x\",\"kin\":\"a\"}", 400, "did you mean kind?"},
            {"{\"name\":1,\"name\":\"x\"}", 400, "is there more than once"},
            {"[]", 400, "must be an object"},
            {"{\"name\":", 400, "not JSON"},
            {"", 400, "the body is missing"},
            {"{\"name\":\"\xff\"}", 400, "not JSON"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct str request = arena_printf(site->arena,
                "POST /api/things HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: "
                "%zu\r\n\r\n%s",
                strlen(CASES[i].body), CASES[i].body);
        struct str a = help_talk(site->arena, site->port, request);
        if (help_status(a) != CASES[i].status || !help_has(help_body(a), CASES[i].has))
            fail_msg("%s\n%s", CASES[i].body, a.p);
    }
    struct str a = site_talk(site, GET("/api/hello?limit=a&at=x&limit=3&other=1"));
    assert_int_equal(help_status(a), 400);
    assert_true(help_has(a, "\"limit\"") && help_has(a, "\"at\"") && help_has(a, "\"other\""));
    assert_true(help_has(a, "more than once"));
    assert_int_equal(help_status(site_talk(site, GET("/api/things/1?x=1"))), 400);
    assert_int_equal(help_status(site_talk(site, GET("/api/hello?at=%zz"))), 400);
    assert_int_equal(help_status(site_talk(site, GET("/api/hello?at=%00"))), 400);
    assert_int_equal(
            help_status(site_talk(site, "POST /api/things HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain"
                                        "\r\nContent-Length: 2\r\n\r\n{}")),
            415);
}

static void pipelining(void **state)
{
    struct site *site = *state;
    struct buf all = {0};
    for (int i = 0; i < 200; i++)
        buf_put(&all, i % 3 ? STR(GET("/hello")) : i % 2 ? STR(GET("/later")) : STR(GET("/api/hello")));
    int fd = help_connect(site->port);
    help_send(fd, buf_str(&all));
    buf_free(&all);
    struct str a = help_receive(site->arena, fd, 200, 10000, NULL);
    unsigned fine = 0;
    for (struct str rest_of = a; help_has(rest_of, "HTTP/1.1 200 OK"); fine++)
        rest_of = str_sub(rest_of,
                (size_t)((char *)memmem(rest_of.p, rest_of.n, "HTTP/1.1 200 OK", 15) - rest_of.p) + 15,
                rest_of.n);
    assert_int_equal(fine, 200);
    // The order is kept: the seventh is of /api/hello, the fourth of /later.
    help_send(fd, STR(GET("/later") GET("/hello") GET("/api/things/z")));
    a = help_receive(site->arena, fd, 3, 5000, NULL);
    const char *one = memmem(a.p, a.n, "\"later\"", 7), *two = memmem(a.p, a.n, "/hello", 6),
               *three = memmem(a.p, a.n, "\"z\"", 3);
    assert_true(one && two && three && one < two && two < three);
    close(fd);
}

// Every number of connections at once, above all the 128 at which libmicrohttpd's own thread stalls.
static void many_at_once(void **state)
{
    struct site *site = *state;
    static const unsigned COUNTS[] = {64, 127, 128, 129, 256};
    static const char *const PATHS[] = {GET("/hello"), GET("/later"), GET("/api/hello")};
    int fds[256];
    for (unsigned c = 0; c < 5; c++) {
        for (unsigned i = 0; i < COUNTS[c]; i++)
            fds[i] = help_connect(site->port);
        for (unsigned round = 0; round < 6; round++) {
            for (unsigned i = 0; i < COUNTS[c]; i++)
                help_send(fds[i], str_of(PATHS[round % 3]));
            for (unsigned i = 0; i < COUNTS[c]; i++) {
                struct str a = help_receive(site->arena, fds[i], 1, 5000, NULL);
                if (help_status(a) != 200)
                    fail_msg("%u connections, round %u: %s", COUNTS[c], round, a.p);
            }
        }
        for (unsigned i = 0; i < COUNTS[c]; i++)
            close(fds[i]);
        arena_reset(site->arena);
    }
    struct server_numbers numbers;
    help_sleep(100);
    server_numbers(site->server, &numbers);
    assert_int_equal(numbers.connections, 64 + 127 + 128 + 129 + 256);
    assert_int_equal(numbers.requests, 6 * (64 + 127 + 128 + 129 + 256));
    assert_int_equal(numbers.open, 0);
    assert_int_equal(numbers.suspended, 0);
    assert_int_equal(numbers.queued, 0);
}

static void finished_elsewhere(void **state)
{
    struct site *site = *state;
    assert_string_equal(help_body(site_talk(site, GET("/later"))).p, "\"later\"");
    struct str a = site_talk(site, GET("/later?fail=1"));
    assert_int_equal(help_status(a), 503);
    assert_true(help_has(a, "Retry-After: "));
    // Clients that leave before their answer disturb nobody.
    for (int i = 0; i < 50; i++) {
        int fd = help_connect(site->port);
        help_send(fd, i % 2 ? STR(GET("/later")) : STR(GET("/slow")));
        close(fd);
    }
    assert_string_equal(help_body(site_talk(site, GET("/later"))).p, "\"later\"");
}

static void proxies(void **state)
{
    struct site *site = *state;
    static const struct {
        const char *headers, *client;
        bool secure;
    } CASES[] = {
            {"X-Forwarded-For: 8.8.8.8\r\n", "8.8.8.8", false},
            {"X-Forwarded-For: 1.1.1.1, 8.8.8.8, 10.1.2.3\r\nX-Forwarded-Proto: https\r\n", "8.8.8.8", true},
            {"X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 2001:db8::1\r\n", "2001:db8::1", false},
            {"X-Forwarded-For: 1.1.1.1, nonsense, 10.0.0.1\r\n", "10.0.0.1", false},
            {"X-Forwarded-For: 10.0.0.9\r\n", "10.0.0.9", false},
            {"X-Forwarded-For: 8.8.4.4:1234\r\nX-Forwarded-Proto: http\r\n", "8.8.4.4", false},
            {"X-Forwarded-For: 8.8.4.4\r\nX-Forwarded-Proto: HTTPS , http\r\n", "8.8.4.4", true},
            {"X-Forwarded-For: 8.8.4.4\r\nX-Forwarded-Proto: http, https\r\n", "8.8.4.4", false},
            {"", "127.0.0.1", false},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct str a = site_talk(site,
                arena_printf(site->arena, "GET /hello HTTP/1.1\r\nHost: a\r\n%s\r\n", CASES[i].headers).p);
        struct str wanted = arena_printf(site->arena, "\"client\":\"%s\",\"secure\":%s", CASES[i].client,
                CASES[i].secure ? "true" : "false");
        if (!help_has(a, wanted.p))
            fail_msg("%s: %s", CASES[i].headers, a.p);
    }
    assert_true(help_has(site_talk(site, "GET /hello HTTP/1.1\r\nHost: a\r\nX-Request-Id: abc-1\r\n\r\n"),
            "X-Request-Id: abc-1\r\n"));
    assert_false(help_has(
            site_talk(site, "GET /hello HTTP/1.1\r\nHost: a\r\nX-Request-Id: a\"b\r\n\r\n"), "a\"b"));
    server_stop(site->server, 5);
    struct server_options options = site_options(site);
    static const char *const OTHERS[] = {"10.0.0.0/8", NULL};
    options.trusted_proxies = OTHERS;
    site_start(site, &options);
    assert_true(help_has(site_talk(site, "GET /hello HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 8.8.8.8\r\n"
                                         "X-Forwarded-Proto: https\r\nX-Request-Id: abc-1\r\n\r\n"),
            "\"client\":\"127.0.0.1\",\"secure\":false"));
}

static void cookies_and_forms(void **state)
{
    struct site *site = *state;
    struct str a = site_talk(site, "GET /cookies HTTP/1.1\r\nHost: a\r\nCookie: a=1; b=two; bb=3\r\n\r\n");
    assert_string_equal(help_body(a).p, "\"two\"");
    assert_true(help_has(a, "Set-Cookie: session=abc; Path=/; Max-Age=60; SameSite=Lax; HttpOnly\r\n"));
    assert_true(help_has(a, "X-Own: one\r\n"));
    assert_false(help_has(a, "X-Evil"));
    a = site_talk(site,
            "POST /form HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            "Content-Length: 22\r\n\r\na=1&b=x+y%C3%A9&c=&d&&");
    assert_string_equal(help_body(a).p, "[\"a\",\"1\",\"b\",\"x yé\",\"c\",\"\",\"d\",\"\"]");
    a = site_talk(
            site, "POST /form HTTP/1.1\r\nHost: a\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nab");
    assert_int_equal(help_status(a), 400);
}

static void gzip(void **state)
{
    struct site *site = *state;
    struct str a = site_talk(site, "GET /big HTTP/1.1\r\nHost: a\r\nAccept-Encoding: br, gzip;q=0.8\r\n\r\n");
    assert_true(help_has(a, "Content-Encoding: gzip\r\n"));
    assert_true(help_has(a, "Vary: Accept-Encoding\r\n"));
    assert_true(help_body(a).n < 5000);
    a = site_talk(site, "GET /big HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip;q=0\r\n\r\n");
    assert_int_equal(help_body(a).n, SITE_BIG + 2);
}

static struct str filled(struct arena *arena, size_t n, char c)
{
    char *text = arena_alloc(arena, n + 1);
    memset(text, c, n);
    text[n] = '\0';
    return (struct str){text, n};
}

static void streams(void **state)
{
    struct site *site = *state;
    int fd = help_connect(site->port);
    help_send(fd, STR(GET("/stream")));
    struct str a = help_receive(site->arena, fd, 1, 300, NULL);
    assert_true(help_has(a, "Content-Type: text/event-stream\r\n"));
    assert_true(stream_send(site->stream, STR("1"), STR("moved"), STR("{\"a\":1}\nid: 2")));
    a = help_receive(site->arena, fd, 0, 300, NULL);
    assert_true(help_has(a, "id: 1\nevent: moved\ndata: {\"a\":1} id: 2\n\n"));
    close(fd);
    bool there = true;
    for (int i = 0; i < 100 && there; i++) {
        there = stream_send(site->stream, STR_NONE, STR_NONE, STR("x"));
        help_sleep(30);
    }
    assert_false(there);
    // One that does not read is closed once it is too far behind.
    fd = help_connect(site->port);
    help_send(fd, STR(GET("/stream")));
    help_receive(site->arena, fd, 1, 300, NULL);
    struct str much = filled(site->arena, 10000, 'x');
    unsigned sent = 0;
    for (there = true; there && sent < 5000; sent++)
        there = stream_send(site->stream, STR_NONE, STR_NONE, much);
    assert_false(there);
    bool closed = false;
    help_receive(site->arena, fd, 0, 5000, &closed);
    assert_true(closed);
    close(fd);
    // The server stops although a stream is open.
    fd = help_connect(site->port);
    help_send(fd, STR(GET("/stream")));
    help_receive(site->arena, fd, 1, 300, NULL);
    int64_t began = clock_monotonic_ns();
    server_stop(site->server, 5);
    site->server = NULL;
    assert_true(clock_monotonic_ns() - began < 2000000000);
    assert_false(stream_send(site->stream, STR_NONE, STR_NONE, STR("x")));
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(answers, site_set_up_started, site_tear_down),
            cmocka_unit_test_setup_teardown(etags, site_set_up_started, site_tear_down),
            cmocka_unit_test_setup_teardown(validation, site_set_up_started, site_tear_down),
            cmocka_unit_test_setup_teardown(pipelining, site_set_up_started, site_tear_down),
            cmocka_unit_test_setup_teardown(many_at_once, site_set_up_started, site_tear_down),
            cmocka_unit_test_setup_teardown(finished_elsewhere, site_set_up_started, site_tear_down),
            cmocka_unit_test_setup_teardown(proxies, site_set_up_started, site_tear_down),
            cmocka_unit_test_setup_teardown(cookies_and_forms, site_set_up_started, site_tear_down),
            cmocka_unit_test_setup_teardown(gzip, site_set_up_started, site_tear_down),
            cmocka_unit_test_setup_teardown(streams, site_set_up_started, site_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
