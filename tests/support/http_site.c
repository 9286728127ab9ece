#include "support/http_site.h"

#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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
    for (int i = 0; i < SITE_BIG; i++)
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
const struct routes *const SITE_ROUTES[] = {&TABLE, NULL};

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

struct server_options site_options(struct site *site)
{
    static const char *const PROXIES[] = {"127.0.0.0/8", "10.0.0.0/8", NULL};
    return (struct server_options){.host = "127.0.0.1",
            .loops = 2,
            .workers = 3,
            .routes = SITE_ROUTES,
            .app = site,
            .now = now,
            .worker_new = worker_new,
            .worker_free = worker_free,
            .done = done,
            .trusted_proxies = PROXIES};
}

void site_start(struct site *site, const struct server_options *options)
{
    struct err err = {0};
    if (!server_start(options, &site->server, &err))
        fail_msg("%s", err.message);
    site->port = server_port(site->server);
}

int site_set_up(void **state)
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

int site_set_up_started(void **state)
{
    site_set_up(state);
    struct server_options options = site_options(*state);
    site_start(*state, &options);
    return 0;
}

int site_tear_down(void **state)
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

struct str site_talk(struct site *site, const char *request)
{
    return help_talk(site->arena, site->port, str_of(request));
}
