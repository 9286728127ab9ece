// How the server stops, what it does when too much comes at once (threads), when it does not start.
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

static void stops_gracefully(void **state)
{
    struct site *site = *state;
    int fds[30], idle = help_connect(site->port);
    for (int i = 0; i < 30; i++) {
        fds[i] = help_connect(site->port);
        help_send(fds[i], i % 2 ? STR(GET("/later")) : STR(GET("/slow")));
    }
    int half = help_connect(site->port);
    help_send(half, STR("GET /hel"));
    help_sleep(50);
    unsigned port = site->port;
    int64_t began = clock_monotonic_ns();
    server_stop(site->server, 10);
    site->server = NULL;
    assert_true(clock_monotonic_ns() - began < 5000000000);
    for (int i = 0; i < 30; i++) {
        bool closed;
        struct str a = help_receive(site->arena, fds[i], 0, 1000, &closed);
        assert_int_equal(help_status(a), 200);
        assert_true(closed);
        close(fds[i]);
    }
    bool closed;
    help_receive(site->arena, idle, 1, 1000, &closed);
    assert_true(closed);
    close(idle);
    close(half);
    struct server_options options = site_options(site);
    options.port = port; // it is free again
    site_start(site, &options);
    assert_int_equal(help_status(site_talk(site, GET("/hello"))), 200);
}

static bool never(struct request *r, struct err *err)
{
    (void)err;
    struct site *site = r->app;
    request_suspend(r);
    pthread_mutex_lock(&site->stream_lock);
    site->kept = r;
    pthread_mutex_unlock(&site->stream_lock);
    return true;
}

static const struct route STUCK[] = {
        {.method = "GET", .path = "/never", .run = RUN_LOOP, .handle = never}, {0}};
static const struct routes STUCK_TABLE = {"Stuck", STUCK, NULL};
static const struct routes *const STUCK_ALL[] = {&STUCK_TABLE, NULL};

// Whoever finishes a request after the time to stop was up writes into nobody's memory.
static void stops_late(void **state)
{
    static struct server *left; // it stays for ever, so something must point to it
    struct site *site = *state;
    struct server_options options = site_options(site);
    options.routes = STUCK_ALL;
    site_start(site, &options);
    left = site->server;
    int fd = help_connect(site->port);
    help_send(fd, STR(GET("/never")));
    help_sleep(100);
    int64_t began = clock_monotonic_ns();
    server_stop(site->server, 1);
    site->server = NULL;
    int64_t took = clock_monotonic_ns() - began;
    assert_true(took > 900000000 && took < 3000000000);
    bool closed;
    assert_int_equal(help_status(help_receive(site->arena, fd, 1, 1000, &closed)), 0);
    assert_true(closed);
    close(fd);
    assert_non_null(site->kept);
    request_finish(site->kept, true, NULL);
    assert_non_null(left);
}

// More than 1000 that wait for a worker are told to come again.
static void too_many_wait(void **state)
{
    struct site *site = *state;
    struct server_options options = site_options(site);
    options.workers = 1;
    site_start(site, &options);
    enum { MANY = 1100 };
    static int fds[MANY];
    for (int i = 0; i < MANY; i++) {
        fds[i] = help_connect(site->port);
        help_send(fds[i], i ? STR(GET("/api/things/x")) : STR(GET("/slow")));
        if (i == 0)
            help_sleep(30); // it keeps the worker busy
    }
    unsigned fine = 0, busy = 0;
    for (int i = 0; i < MANY; i++) {
        struct str a = help_receive(site->arena, fds[i], 1, 5000, NULL);
        fine += help_status(a) == 200;
        busy += help_status(a) == 503 && help_has(a, "Retry-After: 1\r\n");
        close(fds[i]);
    }
    assert_int_equal(fine + busy, MANY);
    assert_true(fine >= 1000);
    if (!busy)
        print_message("(the machine was too slow to fill the queue)\n");
}

static void connections_are_limited(void **state)
{
    struct site *site = *state;
    struct server_options options = site_options(site);
    options.loops = 1;
    options.max_connections = 10;
    site_start(site, &options);
    int fds[11];
    for (int i = 0; i < 10; i++) {
        fds[i] = help_connect(site->port);
        help_send(fds[i], STR(GET("/hello")));
        assert_int_equal(help_status(help_receive(site->arena, fds[i], 1, 5000, NULL)), 200);
    }
    fds[10] = help_connect(site->port); // waits in the backlog
    help_send(fds[10], STR(GET("/hello")));
    assert_int_equal(help_status(help_receive(site->arena, fds[10], 1, 300, NULL)), 0);
    close(fds[3]);
    assert_int_equal(help_status(help_receive(site->arena, fds[10], 1, 5000, NULL)), 200);
    for (int i = 0; i < 11; i++)
        if (i != 3)
            close(fds[i]);
}

static void refuses_to_start(void **state)
{
    struct site *site = *state;
    struct server *server = NULL;
    struct err err = {0};
    struct server_options options = site_options(site);
    site_start(site, &options);
    options.port = site->port;
    assert_false(server_start(&options, &server, &err));
    assert_int_equal(err.code, ERR_IO);
    options.port = 0;
    static const char *const BAD[] = {"10.0.0.0/33", NULL};
    options.trusted_proxies = BAD;
    assert_false(server_start(&options, &server, &err));
    assert_int_equal(err.code, ERR_INPUT);
    options = site_options(site);
    options.tls_certificate = "/nonexistent";
    assert_false(server_start(&options, &server, &err));
    assert_int_equal(err.code, ERR_INPUT);
    options = site_options(site);
    const struct routes *const TWICE[] = {SITE_ROUTES[0], SITE_ROUTES[0], NULL};
    options.routes = TWICE;
    assert_false(server_start(&options, &server, &err));
    assert_int_equal(err.code, ERR_USAGE);
    assert_null(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(stops_gracefully, site_set_up_started, site_tear_down),
            cmocka_unit_test_setup_teardown(stops_late, site_set_up, site_tear_down),
            cmocka_unit_test_setup_teardown(too_many_wait, site_set_up, site_tear_down),
            cmocka_unit_test_setup_teardown(connections_are_limited, site_set_up, site_tear_down),
            cmocka_unit_test_setup_teardown(refuses_to_start, site_set_up, site_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
