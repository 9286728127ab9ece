// A request from its head to its answer.
#include "base/clock.h"
#include "base/mem.h"
#include "http/private.h"

#include <stdio.h>
#include <stdlib.h>

static int64_t server_now(const struct server *server)
{
    const struct server_options *options = &server->options;
    return options->now ? options->now(options->app) : 0;
}

struct exchange *exchange_new(struct connection *connection, struct MHD_Connection *mhd)
{
    struct loop *loop = connection->loop;
    struct exchange *x = loop->kept;
    struct arena *arena;
    struct buf body = {0}, out = {0};
    if (x) {
        loop->kept = x->next;
        loop->n_kept--;
        arena = x->arena;
        body = x->body;
        out = x->out;
    } else {
        x = mem_alloc(sizeof *x);
        arena = arena_new();
    }
    *x = (struct exchange){.server = loop->server, .loop = loop, .connection = connection, .mhd = mhd};
    x->arena = arena;
    x->body = (struct buf){body.p, 0, body.cap};
    x->out = (struct buf){out.p, 0, out.cap};
    x->ready.exchange = x;
    x->etag = -1;
    x->started = clock_monotonic_ns();
    uint64_t number = atomic_fetch_add_explicit(&loop->server->requests, 1, memory_order_relaxed);
    snprintf(x->id, sizeof x->id, "%08x%08x", (unsigned)loop->server->id_base, (unsigned)number);
    struct request *r = &x->r;
    r->arena = arena;
    r->out = &x->out;
    r->app = loop->server->options.app;
    r->client = str_of(connection->peer);
    r->secure = loop->server->certificate != NULL;
    r->id = str_of(x->id);
    r->now = server_now(loop->server);
    return x;
}

static void shrink(struct buf *buf)
{
    if (buf->cap > BODY_KEPT)
        buf_free(buf);
}

void exchange_free(struct exchange *x)
{
    struct loop *loop = x->loop;
    atomic_fetch_sub_explicit(&x->server->bodies, x->held, memory_order_relaxed);
    arena_reset(x->arena);
    shrink(&x->body);
    shrink(&x->out);
    if (loop->n_kept < EXCHANGES_KEPT && arena_size(x->arena) <= BODY_KEPT) {
        x->next = loop->kept;
        loop->kept = x;
        loop->n_kept++;
        return;
    }
    arena_free(x->arena);
    buf_free(&x->body);
    buf_free(&x->out);
    free(x);
}

static bool refuse(struct exchange *x, int status, const char *detail)
{
    request_problem(&x->r, status, NULL, "%s", detail);
    exchange_finish(x, false, NULL);
    return false;
}

// A browser that goes to an address, not a program.
static bool asks_for_page(const struct request *r)
{
    struct str accept = request_header(r, "Accept"), page = STR("text/html");
    for (size_t i = 0; i + page.n <= accept.n; i++)
        if (str_eq(str_sub(accept, i, i + page.n), page))
            return str_eq(r->method, STR("GET"));
    return false;
}

static bool find_route(struct exchange *x)
{
    struct request *r = &x->r;
    struct err err = {0};
    if (!uri_path_valid(x->arena, r->path, &err))
        return refuse(x, 400, err.message);
    router_find(x->server->router, x->arena, r->method, r->path, &x->match);
    if (!x->match.allow.n && asks_for_page(r)) // the page at the root says that there is none
        router_find(x->server->router, x->arena, r->method, STR("/"), &x->match);
    r->route = x->match.route;
    if (r->route)
        return true;
    if (!x->match.allow.n)
        return refuse(x, 404, "there is nothing at this path");
    response_header(r, "Allow", x->match.allow);
    if (!str_eq(r->method, STR("OPTIONS")))
        return refuse(x, 405, "this path does not have this method");
    response_status(r, 204);
    exchange_finish(x, true, NULL);
    return false;
}

// Bodies that are announced as far too long are answered before they are read.
static bool length_fits(struct exchange *x)
{
    struct str length = request_header(&x->r, "Content-Length");
    size_t max = x->r.route->max_body ? x->r.route->max_body : 1 << 20;
    if (!length.p)
        return true;
    unsigned long long n = strtoull(length.p, NULL, 10);
    bool waits = request_header(&x->r, "Expect").p != NULL; // for our consent to send it
    if (n <= max || (!waits && n - max <= SWALLOW_MAX))
        return true;
    x->closes = true;
    x->too_long = true;
    return refuse(x, 413, "the body is too long");
}

bool exchange_head(struct exchange *x, const char *method, const char *url, const char *version)
{
    struct request *r = &x->r;
    const struct connection *c = x->connection;
    const char *wrong = wire_check(x->mhd, c->uri, c->uri_n, method, url, version);
    struct str uri = {c->uri, c->uri ? c->uri_n : 0};
    size_t query = str_find(uri, '?');
    r->method = str_of(method);
    r->path = str_sub(uri, 0, query);
    r->query_string = query < uri.n ? str_sub(uri, query + 1, uri.n) : STR("");
    if (wrong) {
        x->closes = true;
        return refuse(x, 400, wrong);
    }
    proxy_apply(x);
    return find_route(x) && length_fits(x);
}

static void suspend(struct exchange *x)
{
    x->suspended = true;
    x->loop->n_suspended++;
    atomic_fetch_add_explicit(&x->server->suspended, 1, memory_order_relaxed);
    MHD_suspend_connection(x->mhd);
}

void exchange_handle(struct exchange *x)
{
    *buf_room(&x->body, 1) = '\0';
    x->r.body = buf_str(&x->body);
    if (x->too_long) {
        refuse(x, 413, "the body is too long");
        return;
    }
    if (x->no_room) {
        refuse(x, 503, "too much is being sent; try again in some seconds");
        return;
    }
    if (x->r.route->run == RUN_LOOP) {
        exchange_run(x);
        return;
    }
    suspend(x);
    if (workers_push(x))
        return;
    response_header(&x->r, "Retry-After", STR("1"));
    refuse(x, 503, "too many requests are waiting; try again in a second");
    loop_wake(x->loop, &x->ready);
}

static bool admit(struct exchange *x, struct err *err)
{
    const struct server_options *options = &x->server->options;
    if (x->r.route->right && options->authorize && !options->authorize(options->app, &x->r, err))
        return false;
    return query_check(x) && body_check(x);
}

void exchange_run(struct exchange *x)
{
    const struct server_options *options = &x->server->options;
    struct err err = {0};
    bool worker = x->r.route->run == RUN_WORKER;
    bool ok = admit(x, &err);
    bool handled = ok && !(worker && options->before && options->before(options->app, &x->r, &err));
    if (handled)
        ok = x->r.route->handle(&x->r, &err);
    else if (ok) // before() has answered
        ok = !x->problem_status;
    if (x->deferred)
        return; // somebody else finishes it, perhaps has already
    exchange_finish(x, ok, &err);
    if (worker && handled && options->after)
        options->after(options->app, &x->r, x->status);
    if (worker)
        response_gzip(x);
}

void exchange_finish(struct exchange *x, bool ok, const struct err *err)
{
    if (!ok)
        response_problem(x, err);
    else if (!x->status)
        x->status = x->r.route && x->r.route->status ? x->r.route->status : 200;
    if (ok && x->etag >= 0)
        response_not_modified(x);
    x->streams = ok && x->stream;
    x->finished = true;
}

void request_suspend(struct request *r)
{
    struct exchange *x = exchange_of(r);
    x->deferred = true;
    suspend(x);
}

void request_finish(struct request *r, bool ok, const struct err *err)
{
    struct exchange *x = exchange_of(r);
    exchange_finish(x, ok, err);
    loop_wake(x->loop, &x->ready);
}
