// What the server refuses, and what it survives: smuggling, long things, slow ones.
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

// Long because: the shapes are a list.
// Shapes that a proxy before us and we could read differently: refused, and the connection ends.
static void smuggling(void **state)
{
    struct site *site = *state;
#define CASE(text)               \
    {                            \
        (text), sizeof(text) - 1 \
    }
    static const struct str CASES[] = {
            CASE(HEAD "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"),
            CASE(HEAD "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc"),
            CASE(HEAD "Content-Length: 3, 3\r\n\r\nabc"),
            CASE(HEAD "Content-Length: +3\r\n\r\nabc"),
            CASE(HEAD "Content-Length: 0x3\r\n\r\nabc"),
            CASE(HEAD "Content-Length: -1\r\n\r\nabc"),
            CASE(HEAD "Content-Length: 99999999999999999999999\r\n\r\nabc"),
            CASE(HEAD "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            CASE(HEAD "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"),
            CASE(HEAD "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            CASE(HEAD "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
            CASE(HEAD "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
            CASE(HEAD "Transfer-Encoding:\x0b"
                      "chunked\r\n\r\n0\r\n\r\n"),
            CASE(HEAD "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
            CASE(HEAD "X: a\r\n Content-Length: 3\r\n\r\nabc"),
            CASE(HEAD "X: a\r\n\tb\r\nContent-Length: 0\r\n\r\n"),
            CASE(HEAD "Content-Length: 0\r\nX: a\r\n b\r\n\r\n"),
            CASE("POST /echo HTTP/1.1\r\n Host: a\r\nHost: a\r\nContent-Length: 0\r\n\r\n"),
            CASE("POST /echo HTTP/1.1\nHost: a\nContent-Length: 0\n\n"),
            CASE(HEAD "X: a\nContent-Length: 0\r\n\r\n"),
            CASE(HEAD "X: a\rContent-Length: 0\r\n\r\n"),
            CASE(HEAD "X: a\0b\r\nContent-Length: 0\r\n\r\n"),
            CASE(HEAD "X(): a\r\nContent-Length: 0\r\n\r\n"),
            CASE(HEAD ": a\r\nContent-Length: 0\r\n\r\n"),
            CASE(HEAD ":\r\nContent-Length: 0\r\n\r\n"),
            CASE(HEAD "Content-Length: 0\r\n:\r\n" GET("/hello")),
            CASE(HEAD "nothing\r\nContent-Length: 0\r\n\r\n"),
            CASE(HEAD "Host: b\r\nContent-Length: 0\r\n\r\n"),
            CASE("POST /echo HTTP/1.1\r\nHost: a b\r\nContent-Length: 0\r\n\r\n"),
            CASE("POST /echo HTTP/1.1\r\nHost: a/b\r\nContent-Length: 0\r\n\r\n"),
            CASE("POST /echo HTTP/1.1\r\nContent-Length: 0\r\n\r\n"),
            CASE("GET  /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
            CASE("GET /hello  HTTP/1.1\r\nHost: a\r\n\r\n"),
            CASE("GET\t/hello\tHTTP/1.1\r\nHost: a\r\n\r\n"),
            CASE("GET /hel lo HTTP/1.1\r\nHost: a\r\n\r\n"),
            CASE("GET /hel\0lo HTTP/1.1\r\nHost: a\r\n\r\n"),
            CASE("GET /hello\r\n\r\n"),
            CASE("GET /hello HTTP/1.2\r\nHost: a\r\n\r\n"),
            CASE("GET /hello HTTP/2.0\r\nHost: a\r\n\r\n"),
            CASE("GET /hello http/1.1\r\nHost: a\r\n\r\n"),
            CASE("G(T /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
            CASE("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"),
            CASE(HEAD "Transfer-Encoding: chunked\r\n\r\n3x\r\nabc\r\n0\r\n\r\n"),
            CASE(HEAD "Transfer-Encoding: chunked\r\n\r\n-1\r\nabc\r\n0\r\n\r\n"),
            CASE(HEAD "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc\r\n0\r\n\r\n"),
            CASE("POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        int fd = help_connect(site->port);
        bool closed;
        // What is smuggled: if it were read as a request it would be answered with 200.
        help_send(fd, CASES[i]);
        help_send(fd, STR(GET("/hello")));
        struct str a = help_receive(site->arena, fd, 0, 3000, &closed);
        int status = help_status(a);
        bool refused = status == 0 || (status >= 400 && status < 500) || status == 505;
        if (!closed || !refused || help_has(a, "HTTP/1.1 200"))
            fail_msg("case %zu: %s\nwas answered with\n%s", i, CASES[i].p, a.p);
        close(fd);
    }
    // Beside them, the proper shapes.
    assert_string_equal(
            help_body(site_talk(site, HEAD "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n"
                                           "0\r\nTrailer: x\r\n\r\n"))
                    .p,
            "abcde");
    assert_string_equal(
            help_body(site_talk(site, HEAD "content-length:3\r\nX-Empty: \t\r\nX: \xc3\xa9\r\n\r\nabc")).p,
            "abc");
    assert_int_equal(help_status(site_talk(site, "\r\n" GET("/hello"))), 200);
}

static void paths(void **state)
{
    struct site *site = *state;
    static const char *const BAD[] = {"/files/../etc/passwd", "/files/%2e%2e/x", "/files/..%2fx",
            "/files/.%2e", "/files/a%00b", "/files/%ff", "/files/%c0%ae", "/files/%", "/files/%4",
            "/files/%zz", "/files/a\\b", "/files/..%5cx", "hello", "http://other/hello", "*", "//../hello",
            "/files/./x", "/files/a#b", "/files/\xc3\xa9"};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        int status;
        help_get(site->arena, site->port, BAD[i], &status);
        if (status != 400)
            fail_msg("%s was answered with %d", BAD[i], status);
    }
    int status;
    help_get(site->arena, site->port, "//hello", &status);
    assert_int_equal(status, 404);
    help_get(site->arena, site->port, "/hello/", &status);
    assert_int_equal(status, 404);
    help_get(site->arena, site->port, "/files/", &status);
    assert_int_equal(status, 404);
    assert_string_equal(help_get(site->arena, site->port, "/files/...", &status).p, "\"...\"");
}

static struct str filled(struct arena *arena, size_t n, char c)
{
    char *text = arena_alloc(arena, n + 1);
    memset(text, c, n);
    text[n] = '\0';
    return (struct str){text, n};
}

// Sub-domains of a site with many cookies get all of them, in small pieces or large ones.
static void cookies(void **state)
{
    struct site *site = *state;
    struct buf many = {0};
    for (int i = 0; i < 45; i++)
        buf_printf(&many, "%scookie%02d=%.*s", i ? "; " : "", i, 96, filled(site->arena, 96, 'c').p);
    const struct str values[] = {
            buf_str(&many), arena_printf(site->arena, "one=%s", filled(site->arena, 6600, 'c').p)};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct str a = site_talk(site, arena_printf(site->arena,
                                               "GET /hello HTTP/1.1\r\nHost: a\r\nUser-Agent: %s\r\n"
                                               "Cookie: %.*s\r\n\r\n",
                                               filled(site->arena, 600, 'u').p, STR_ARG(values[i]))
                                               .p);
        assert_int_equal(help_status(a), 200);
    }
    buf_free(&many);
}

static void limits(void **state)
{
    struct site *site = *state;
    struct arena *arena = site->arena;
    struct str x = filled(arena, 40000, 'x');
    struct str a =
            help_talk(arena, site->port, arena_printf(arena, "GET /%s HTTP/1.1\r\nHost: a\r\n\r\n", x.p));
    assert_int_equal(help_status(a), 414);
    a = help_talk(
            arena, site->port, arena_printf(arena, "GET /hello HTTP/1.1\r\nHost: a\r\nX: %s\r\n\r\n", x.p));
    assert_int_equal(help_status(a), 431);
    a = help_talk(
            arena, site->port, arena_printf(arena, "GET /hello?%.*s HTTP/1.1\r\nHost: a\r\n\r\n", 6000, x.p));
    assert_int_equal(help_status(a), 200);
    // A body over the route's limit is read away, and the connection goes on.
    struct str body = filled(arena, 100001, 'b');
    int fd = help_connect(site->port);
    help_send(fd, arena_printf(arena, HEAD "Content-Length: 100001\r\n\r\n%s" GET("/hello"), body.p));
    a = help_receive(arena, fd, 2, 5000, NULL);
    assert_int_equal(help_status(a), 413);
    assert_true(help_has(a, "HTTP/1.1 200 OK"));
    close(fd);
    a = help_talk(arena, site->port,
            arena_printf(arena, HEAD "Content-Length: 100000\r\n\r\n%.*s", 100000, body.p));
    assert_int_equal(help_status(a), 200);
    assert_int_equal(help_body(a).n, 100000);
    a = site_talk(site, HEAD "Content-Length: 100001\r\nExpect: 100-continue\r\n\r\n");
    assert_int_equal(help_status(a), 413);
    a = site_talk(site, HEAD "Content-Length: 900000000000\r\n\r\nabc");
    assert_int_equal(help_status(a), 413);
    // Without a length: read up to a bound, then closed.
    fd = help_connect(site->port);
    help_send(fd, STR(HEAD "Transfer-Encoding: chunked\r\n\r\n"));
    struct str chunk = arena_printf(arena, "186a1\r\n%s\r\n", body.p);
    bool closed = false;
    for (int i = 0; i < 200 && !closed; i++) {
        help_send(fd, chunk);
        help_receive(arena, fd, 1, 3, &closed);
    }
    assert_true(closed);
    close(fd);
}

// Bodies of all requests together have a bound, too.
static void no_room(void **state)
{
    struct site *site = *state;
    static const char *const POST = HEAD "Content-Length: 3\r\n\r\nabc";
    atomic_store(&site->server->bodies, BODIES_MAX - 2);
    struct str a = site_talk(site, POST);
    assert_int_equal(help_status(a), 503);
    assert_true(help_has(a, "Retry-After: "));
    help_sleep(30);
    assert_int_equal(atomic_load(&site->server->bodies), BODIES_MAX - 2);
    assert_int_equal(help_status(site_talk(site, GET("/hello"))), 200);
    atomic_store(&site->server->bodies, 0);
    assert_int_equal(help_status(site_talk(site, POST)), 200);
    help_sleep(30);
    assert_int_equal(atomic_load(&site->server->bodies), 0);
}

static void half_requests(void **state)
{
    struct site *site = *state;
    static const char WHOLE[] = HEAD "Content-Length: 3\r\n\r\nabc";
    for (size_t n = 0; n < sizeof WHOLE - 1; n++) {
        int fd = help_connect(site->port);
        help_send(fd, (struct str){WHOLE, n});
        if (n % 2)
            shutdown(fd, SHUT_WR);
        close(fd);
    }
    // Byte by byte is fine.
    int fd = help_connect(site->port);
    for (size_t n = 0; n < sizeof WHOLE - 1; n++) {
        help_send(fd, (struct str){WHOLE + n, 1});
        help_sleep(1);
    }
    assert_string_equal(help_body(help_receive(site->arena, fd, 1, 5000, NULL)).p, "abc");
    close(fd);
}

static void slow_clients(void **state)
{
    struct site *site = *state;
    struct server_options options = site_options(site);
    options.idle_seconds = 1;
    site_start(site, &options);
    static const char *const STARTS[] = {
            "", "GET /hel", "GET /hello HTTP/1.1\r\nHost: a\r\nX: ", HEAD "Content-Length: 100\r\n\r\nab"};
    int fds[5];
    for (unsigned i = 0; i < 4; i++) {
        fds[i] = help_connect(site->port);
        help_send(fds[i], str_of(STARTS[i]));
    }
    fds[4] = help_connect(site->port); // does not read what it asked for
    for (int i = 0; i < 60; i++)
        help_send(fds[4], STR(GET("/big")));
    bool closed[4] = {false};
    int64_t began = clock_monotonic_ns();
    while (clock_monotonic_ns() - began < 5000000000 && !(closed[0] && closed[1] && closed[2] && closed[3])) {
        for (unsigned i = 0; i < 4; i++)
            if (!closed[i]) {
                if (i)
                    help_send(fds[i], STR("x")); // never idle, never done
                help_receive(site->arena, fds[i], 1, 50, &closed[i]);
            }
        assert_int_equal(help_status(site_talk(site, GET("/api/hello"))), 200); // others do not notice
    }
    assert_true(closed[0] && closed[1] && closed[2] && closed[3]);
    assert_true(clock_monotonic_ns() - began > 800000000);
    struct server_numbers numbers;
    for (int i = 0; i < 100; i++) {
        help_sleep(100);
        server_numbers(site->server, &numbers);
        if (!numbers.open)
            break;
    }
    assert_int_equal(numbers.open, 0);
    for (unsigned i = 0; i < 5; i++)
        close(fds[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(smuggling, site_set_up_started, site_tear_down),
            cmocka_unit_test_setup_teardown(paths, site_set_up_started, site_tear_down),
            cmocka_unit_test_setup_teardown(cookies, site_set_up_started, site_tear_down),
            cmocka_unit_test_setup_teardown(limits, site_set_up_started, site_tear_down),
            cmocka_unit_test_setup_teardown(no_room, site_set_up_started, site_tear_down),
            cmocka_unit_test_setup_teardown(half_requests, site_set_up_started, site_tear_down),
            cmocka_unit_test_setup_teardown(slow_clients, site_set_up, site_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
