// Long because: all of them talk to one table of routes.
// The server over plain sockets: what it refuses, what it survives, threads that finish requests, stopping.
#include "base/clock.h"
#include "base/mem.h"
#include "http/server.h"
#include "support/http_help.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { BIG = 300000 };

// Requests that another thread finishes, in groups, as the writer of the log does.
struct later {
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct request *waiting[4096];
    unsigned n;
    bool end;
    pthread_t thread;
};

struct site {
    struct arena *arena;
    struct server *server;
    unsigned port;
    struct later later;
    _Atomic unsigned dones, workers_new, workers_free;
    struct stream *stream;
    struct request *kept;
    pthread_mutex_t stream_lock; // stream, kept
};

static bool say_hello(struct request *r, struct err *err)
{
    (void)err;
    buf_put(r->out, STR("{\"path\":"));
    json_put_string(r->out, r->path);
    buf_put(r->out, STR(",\"client\":"));
    json_put_string(r->out, r->client);
    buf_printf(r->out, ",\"secure\":%s}", r->secure ? "true" : "false");
    return true;
}

static bool echo(struct request *r, struct err *err)
{
    (void)err;
    response_type(r, "application/octet-stream");
    buf_put(r->out, r->body);
    return true;
}

static bool take_thing(struct request *r, struct err *err)
{
    (void)err;
    json_put_string(r->out, json_get_str(r->json, STR("name")));
    return true;
}

static bool one_thing(struct request *r, struct err *err)
{
    struct str id = request_param(r, "id");
    if (str_eq(id, STR("none")))
        return err_set(err, ERR_NOT_FOUND, "there is no such thing");
    if (str_eq(r->method, STR("PATCH")) && !request_matches(r, 7, err))
        return false;
    response_etag(r, 7);
    json_put_string(r->out, id);
    return true;
}

static bool rest(struct request *r, struct err *err)
{
    (void)err;
    json_put_string(r->out, request_param(r, "file"));
    return true;
}

static bool slow(struct request *r, struct err *err)
{
    (void)err;
    assert_non_null(r->worker);
    help_sleep(150);
    buf_put(r->out, STR("\"slept\""));
    return true;
}

static bool big(struct request *r, struct err *err)
{
    (void)err;
    buf_char(r->out, '"');
    for (int i = 0; i < BIG; i++)
        buf_char(r->out, 'x');
    buf_char(r->out, '"');
    return true;
}

static bool finish_later(struct request *r, struct err *err)
{
    (void)err;
    struct later *later = &((struct site *)r->app)->later;
    request_suspend(r);
    pthread_mutex_lock(&later->lock);
    later->waiting[later->n++] = r;
    pthread_cond_signal(&later->more);
    pthread_mutex_unlock(&later->lock);
    return true;
}

static bool open_stream(struct request *r, struct err *err)
{
    struct site *site = r->app;
    struct stream *stream;
    if (!response_stream(r, &stream, err))
        return false;
    pthread_mutex_lock(&site->stream_lock);
    if (site->stream)
        stream_release(site->stream);
    site->stream = stream;
    pthread_mutex_unlock(&site->stream_lock);
    return true;
}

static bool cookies(struct request *r, struct err *err)
{
    (void)err;
    json_put_string(r->out, request_cookie(r, "b"));
    response_cookie(r, "session", STR("abc"), 60, true);
    response_header(r, "X-Own", STR("one\r\nX-Evil: two"));
    return true;
}

static bool go_away(struct request *r, struct err *err)
{
    (void)err;
    response_redirect(r, 303, STR("/hello"));
    return true;
}

static bool form(struct request *r, struct err *err)
{
    const struct form_field *fields;
    size_t n;
    if (!request_form(r, &fields, &n, err))
        return false;
    buf_char(r->out, '[');
    for (size_t i = 0; i < n; i++) {
        buf_put(r->out, i ? STR(",") : STR(""));
        json_put_string(r->out, fields[i].name);
        buf_char(r->out, ',');
        json_put_string(r->out, fields[i].value);
    }
    buf_char(r->out, ']');
    return true;
}

static void *finisher(void *arg)
{
    struct later *later = arg;
    pthread_mutex_lock(&later->lock);
    while (!later->end || later->n) {
        while (!later->n && !later->end)
            pthread_cond_wait(&later->more, &later->lock);
        struct request *taken[4096];
        unsigned n = later->n;
        memcpy(taken, later->waiting, n * sizeof *taken);
        later->n = 0;
        pthread_mutex_unlock(&later->lock);
        help_sleep(2);
        for (unsigned i = 0; i < n; i++) {
            struct err err = {0};
            bool ok = !request_query(taken[i], "fail").p;
            if (ok)
                buf_put(taken[i]->out, STR("\"later\""));
            else
                err_set(&err, ERR_BUSY, "the disk is full");
            request_finish(taken[i], ok, &err);
        }
        pthread_mutex_lock(&later->lock);
    }
    pthread_mutex_unlock(&later->lock);
    return NULL;
}

static const struct member THING[] = {{"name", "text", "", true, 20}, {"amount", "integer?", "", false, 0},
        {"tags", "[text]", "", false, 2}, {"kind", "enum:a|b", "", false, 0}, {0}};
static const struct schema SCHEMAS[] = {{"Thing", "A thing", THING, false}, {0}};
static const struct member QUERY[] = {{"limit", "integer", "", false, 0}, {"at", "time", "", false, 0}, {0}};
static const struct route ROUTES[] = {
        {.method = "GET", .path = "/hello", .run = RUN_LOOP, .handle = say_hello},
        {.method = "GET", .path = "/api/hello", .query = QUERY, .handle = say_hello},
        {.method = "POST", .path = "/echo", .raw_body = true, .max_body = 100000, .handle = echo},
        {.method = "POST", .path = "/api/things", .body = "Thing", .status = 201, .handle = take_thing},
        {.method = "GET", .path = "/api/things/{id}", .handle = one_thing},
        {.method = "PATCH", .path = "/api/things/{id}", .handle = one_thing},
        {.method = "GET", .path = "/api/things/first", .handle = say_hello},
        {.method = "DELETE", .path = "/api/things/{id}/parts/{part}", .status = 204, .handle = say_hello},
        {.method = "GET", .path = "/files/{file...}", .handle = rest},
        {.method = "GET", .path = "/slow", .handle = slow},
        {.method = "GET", .path = "/big", .handle = big},
        {.method = "GET", .path = "/later", .run = RUN_LOOP, .handle = finish_later},
        {.method = "GET", .path = "/stream", .handle = open_stream},
        {.method = "GET", .path = "/cookies", .handle = cookies},
        {.method = "GET", .path = "/away", .handle = go_away},
        {.method = "POST", .path = "/form", .raw_body = true, .handle = form},
        {0},
};
static const struct routes TABLE = {"Test", ROUTES, SCHEMAS};
static const struct routes *const ALL[] = {&TABLE, NULL};

static int64_t now(void *app)
{
    (void)app;
    return 1700000000;
}

static void *worker_new(void *app, struct err *err)
{
    (void)err;
    ((struct site *)app)->workers_new++;
    return app;
}

static void worker_free(void *app, void *worker)
{
    (void)worker;
    ((struct site *)app)->workers_free++;
}

static void done(void *app, const struct request *r, int status, int64_t microseconds)
{
    assert_true(status >= 200 && microseconds >= 0 && r->id.n);
    ((struct site *)app)->dones++;
}

static struct server_options usual(struct site *site)
{
    static const char *const PROXIES[] = {"127.0.0.0/8", "10.0.0.0/8", NULL};
    return (struct server_options){.host = "127.0.0.1",
            .loops = 2,
            .workers = 3,
            .routes = ALL,
            .app = site,
            .now = now,
            .worker_new = worker_new,
            .worker_free = worker_free,
            .done = done,
            .trusted_proxies = PROXIES};
}

static void start(struct site *site, const struct server_options *options)
{
    struct err err = {0};
    if (!server_start(options, &site->server, &err))
        fail_msg("%s", err.message);
    site->port = server_port(site->server);
}

static int set_up(void **state)
{
    struct site *site = mem_zero(1, sizeof *site);
    site->arena = arena_new();
    pthread_mutex_init(&site->later.lock, NULL);
    pthread_mutex_init(&site->stream_lock, NULL);
    pthread_cond_init(&site->later.more, NULL);
    assert_int_equal(pthread_create(&site->later.thread, NULL, finisher, &site->later), 0);
    *state = site;
    return 0;
}

static int set_up_started(void **state)
{
    set_up(state);
    struct server_options options = usual(*state);
    start(*state, &options);
    return 0;
}

static int tear_down(void **state)
{
    struct site *site = *state;
    if (site->server)
        server_stop(site->server, 5);
    pthread_mutex_lock(&site->later.lock);
    site->later.end = true;
    pthread_cond_signal(&site->later.more);
    pthread_mutex_unlock(&site->later.lock);
    pthread_join(site->later.thread, NULL);
    if (site->stream)
        stream_release(site->stream);
    assert_int_equal(site->workers_new, site->workers_free);
    arena_free(site->arena);
    free(site);
    return 0;
}

static struct str talk(struct site *site, const char *request)
{
    return help_talk(site->arena, site->port, str_of(request));
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: localhost\r\n\r\n"

static void answers(void **state)
{
    struct site *site = *state;
    struct str a = talk(site, GET("/hello?x=1"));
    assert_int_equal(help_status(a), 200);
    assert_true(help_has(a, "\r\nContent-Type: application/json\r\n"));
    assert_true(help_has(a, "\r\nX-Content-Type-Options: nosniff\r\n"));
    assert_true(help_has(a, "\r\nX-Request-Id: "));
    assert_true(help_has(a, "{\"path\":\"/hello\",\"client\":\"127.0.0.1\",\"secure\":false}"));
    assert_true(help_has(talk(site, GET("/api/hello?limit=3")), "\r\nCache-Control: no-store\r\n"));
    assert_int_equal(help_status(talk(site, "GET /hello HTTP/1.0\r\n\r\n")), 200);
    a = talk(site, "HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(help_status(a), 200);
    assert_false(help_has(a, "{"));
    assert_int_equal(help_status(talk(site, GET("/nothing"))), 404);
    a = talk(site, "PUT /api/things/1 HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(help_status(a), 405);
    assert_true(help_has(a, "Allow: GET, HEAD, PATCH\r\n"));
    assert_int_equal(help_status(talk(site, "OPTIONS /hello HTTP/1.1\r\nHost: a\r\n\r\n")), 204);
    assert_true(help_has(talk(site, GET("/api/things/first")), "\"path\""));
    assert_string_equal(help_body(talk(site, GET("/api/things/a%20%C3%A9"))).p, "\"a é\"");
    assert_string_equal(help_body(talk(site, GET("/files/a/b%2Fc"))).p, "\"a/b/c\"");
    a = talk(site, GET("/api/things/none"));
    assert_int_equal(help_status(a), 404);
    assert_true(help_has(a, "Content-Type: application/problem+json\r\n"));
    assert_true(help_has(a, "\"detail\":\"there is no such thing\""));
    a = talk(site, GET("/away"));
    assert_int_equal(help_status(a), 303);
    assert_true(help_has(a, "Location: /hello\r\n"));
    help_sleep(30);
    assert_true(site->dones >= 10);
}

static void etags(void **state)
{
    struct site *site = *state;
    assert_true(help_has(talk(site, GET("/api/things/1")), "ETag: \"7\"\r\n"));
    static const char *const SAME[] = {"\"7\"", "*", "\"1\", W/\"7\""};
    for (unsigned i = 0; i < 3; i++) {
        char text[200];
        snprintf(text, sizeof text, "GET /api/things/1 HTTP/1.1\r\nHost: a\r\nIf-None-Match: %s\r\n\r\n",
                SAME[i]);
        struct str a = talk(site, text);
        assert_int_equal(help_status(a), 304);
        assert_int_equal(help_body(a).n, 0);
        snprintf(text, sizeof text, "PATCH /api/things/1 HTTP/1.1\r\nHost: a\r\nIf-Match: %s\r\n\r\n",
                SAME[i]);
        assert_int_equal(help_status(talk(site, text)), 200);
    }
    assert_int_equal(
            help_status(talk(site, "PATCH /api/things/1 HTTP/1.1\r\nHost: a\r\nIf-Match: \"6\"\r\n\r\n")),
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
    struct str a = talk(site, GET("/api/hello?limit=a&at=x&limit=3&other=1"));
    assert_int_equal(help_status(a), 400);
    assert_true(help_has(a, "\"limit\"") && help_has(a, "\"at\"") && help_has(a, "\"other\""));
    assert_true(help_has(a, "more than once"));
    assert_int_equal(help_status(talk(site, GET("/api/things/1?x=1"))), 400);
    assert_int_equal(help_status(talk(site, GET("/api/hello?at=%zz"))), 400);
    assert_int_equal(help_status(talk(site, GET("/api/hello?at=%00"))), 400);
    assert_int_equal(help_status(talk(site, "POST /api/things HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain"
                                            "\r\nContent-Length: 2\r\n\r\n{}")),
            415);
}

// Long because: the shapes are a list.
// Shapes that a proxy before us and we could read differently: refused, and the connection ends.
static void smuggling(void **state)
{
    struct site *site = *state;
#define HEAD "POST /echo HTTP/1.1\r\nHost: a\r\n"
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
            help_body(talk(site, HEAD "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n"
                                      "0\r\nTrailer: x\r\n\r\n"))
                    .p,
            "abcde");
    assert_string_equal(
            help_body(talk(site, HEAD "content-length:3\r\nX-Empty: \t\r\nX: \xc3\xa9\r\n\r\nabc")).p, "abc");
    assert_int_equal(help_status(talk(site, "\r\n" GET("/hello"))), 200);
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
    a = talk(site, HEAD "Content-Length: 100001\r\nExpect: 100-continue\r\n\r\n");
    assert_int_equal(help_status(a), 413);
    a = talk(site, HEAD "Content-Length: 900000000000\r\n\r\nabc");
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
    assert_string_equal(help_body(talk(site, GET("/later"))).p, "\"later\"");
    struct str a = talk(site, GET("/later?fail=1"));
    assert_int_equal(help_status(a), 503);
    assert_true(help_has(a, "Retry-After: "));
    // Clients that leave before their answer disturb nobody.
    for (int i = 0; i < 50; i++) {
        int fd = help_connect(site->port);
        help_send(fd, i % 2 ? STR(GET("/later")) : STR(GET("/slow")));
        close(fd);
    }
    assert_string_equal(help_body(talk(site, GET("/later"))).p, "\"later\"");
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
    struct server_options options = usual(site);
    options.idle_seconds = 1;
    start(site, &options);
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
        assert_int_equal(help_status(talk(site, GET("/api/hello"))), 200); // others do not notice
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
            {"", "127.0.0.1", false},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct str a = talk(site,
                arena_printf(site->arena, "GET /hello HTTP/1.1\r\nHost: a\r\n%s\r\n", CASES[i].headers).p);
        struct str wanted = arena_printf(site->arena, "\"client\":\"%s\",\"secure\":%s", CASES[i].client,
                CASES[i].secure ? "true" : "false");
        if (!help_has(a, wanted.p))
            fail_msg("%s: %s", CASES[i].headers, a.p);
    }
    assert_true(help_has(talk(site, "GET /hello HTTP/1.1\r\nHost: a\r\nX-Request-Id: abc-1\r\n\r\n"),
            "X-Request-Id: abc-1\r\n"));
    assert_false(
            help_has(talk(site, "GET /hello HTTP/1.1\r\nHost: a\r\nX-Request-Id: a\"b\r\n\r\n"), "a\"b"));
    server_stop(site->server, 5);
    struct server_options options = usual(site);
    static const char *const OTHERS[] = {"10.0.0.0/8", NULL};
    options.trusted_proxies = OTHERS;
    start(site, &options);
    assert_true(help_has(talk(site, "GET /hello HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 8.8.8.8\r\n"
                                    "X-Forwarded-Proto: https\r\nX-Request-Id: abc-1\r\n\r\n"),
            "\"client\":\"127.0.0.1\",\"secure\":false"));
}

static void cookies_and_forms(void **state)
{
    struct site *site = *state;
    struct str a = talk(site, "GET /cookies HTTP/1.1\r\nHost: a\r\nCookie: a=1; b=two; bb=3\r\n\r\n");
    assert_string_equal(help_body(a).p, "\"two\"");
    assert_true(help_has(a, "Set-Cookie: session=abc; Path=/; Max-Age=60; SameSite=Lax; HttpOnly\r\n"));
    assert_true(help_has(a, "X-Own: one\r\n"));
    assert_false(help_has(a, "X-Evil"));
    a = talk(site, "POST /form HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                   "Content-Length: 22\r\n\r\na=1&b=x+y%C3%A9&c=&d&&");
    assert_string_equal(help_body(a).p, "[\"a\",\"1\",\"b\",\"x yé\",\"c\",\"\",\"d\",\"\"]");
    a = talk(
            site, "POST /form HTTP/1.1\r\nHost: a\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nab");
    assert_int_equal(help_status(a), 400);
}

static void gzip(void **state)
{
    struct site *site = *state;
    struct str a = talk(site, "GET /big HTTP/1.1\r\nHost: a\r\nAccept-Encoding: br, gzip;q=0.8\r\n\r\n");
    assert_true(help_has(a, "Content-Encoding: gzip\r\n"));
    assert_true(help_has(a, "Vary: Accept-Encoding\r\n"));
    assert_true(help_body(a).n < 5000);
    a = talk(site, "GET /big HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip;q=0\r\n\r\n");
    assert_int_equal(help_body(a).n, BIG + 2);
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
    struct server_options options = usual(site);
    options.port = port; // it is free again
    start(site, &options);
    assert_int_equal(help_status(talk(site, GET("/hello"))), 200);
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
    struct server_options options = usual(site);
    options.routes = STUCK_ALL;
    start(site, &options);
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
    struct server_options options = usual(site);
    options.workers = 1;
    start(site, &options);
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
    struct server_options options = usual(site);
    options.loops = 1;
    options.max_connections = 10;
    start(site, &options);
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
    struct server_options options = usual(site);
    start(site, &options);
    options.port = site->port;
    assert_false(server_start(&options, &server, &err));
    assert_int_equal(err.code, ERR_IO);
    options.port = 0;
    static const char *const BAD[] = {"10.0.0.0/33", NULL};
    options.trusted_proxies = BAD;
    assert_false(server_start(&options, &server, &err));
    assert_int_equal(err.code, ERR_INPUT);
    options = usual(site);
    options.tls_certificate = "/nonexistent";
    assert_false(server_start(&options, &server, &err));
    assert_int_equal(err.code, ERR_INPUT);
    options = usual(site);
    static const struct routes *const TWICE[] = {&TABLE, &TABLE, NULL};
    options.routes = TWICE;
    assert_false(server_start(&options, &server, &err));
    assert_int_equal(err.code, ERR_USAGE);
    assert_null(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(answers, set_up_started, tear_down),
            cmocka_unit_test_setup_teardown(etags, set_up_started, tear_down),
            cmocka_unit_test_setup_teardown(validation, set_up_started, tear_down),
            cmocka_unit_test_setup_teardown(smuggling, set_up_started, tear_down),
            cmocka_unit_test_setup_teardown(paths, set_up_started, tear_down),
            cmocka_unit_test_setup_teardown(limits, set_up_started, tear_down),
            cmocka_unit_test_setup_teardown(pipelining, set_up_started, tear_down),
            cmocka_unit_test_setup_teardown(many_at_once, set_up_started, tear_down),
            cmocka_unit_test_setup_teardown(finished_elsewhere, set_up_started, tear_down),
            cmocka_unit_test_setup_teardown(half_requests, set_up_started, tear_down),
            cmocka_unit_test_setup_teardown(slow_clients, set_up, tear_down),
            cmocka_unit_test_setup_teardown(proxies, set_up_started, tear_down),
            cmocka_unit_test_setup_teardown(cookies_and_forms, set_up_started, tear_down),
            cmocka_unit_test_setup_teardown(gzip, set_up_started, tear_down),
            cmocka_unit_test_setup_teardown(streams, set_up_started, tear_down),
            cmocka_unit_test_setup_teardown(stops_gracefully, set_up_started, tear_down),
            cmocka_unit_test_setup_teardown(stops_late, set_up, tear_down),
            cmocka_unit_test_setup_teardown(too_many_wait, set_up, tear_down),
            cmocka_unit_test_setup_teardown(connections_are_limited, set_up, tear_down),
            cmocka_unit_test_setup_teardown(refuses_to_start, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
