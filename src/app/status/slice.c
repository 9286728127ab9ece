#include "app/status/slice.h"

#include "app/standing/live.h"
#include "app/status/counters.h"
#include "app/status/status.h"
#include "base/mem.h"
#include "http/client.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    PROBE_MS = 10000, // a store that nobody wrote to for so long is tried
    ERRORS_A_SECOND = 10,
};

static const char *const VERSIONS[] = {
        // Written to see whether anything can be written.
        "CREATE TABLE alive(id {int} NOT NULL, at {int} NOT NULL, PRIMARY KEY (id)) {keyed};",
};

static const struct migration STATUS_MIGRATION = {"status", VERSIONS, sizeof VERSIONS / sizeof *VERSIONS};

struct status {
    struct counters *counters;
    pthread_mutex_t mutex;
    struct server *server;
    struct buf openapi;
    int64_t second;  // of the last logged error,
    unsigned logged; // and how many of them
};

static struct status *status_of(struct app *app)
{
    return app_state(app, &STATUS_SLICE);
}

void status_serve(struct app *app, struct server *server)
{
    struct status *status = status_of(app);
    pthread_mutex_lock(&status->mutex);
    status->server = server;
    pthread_mutex_unlock(&status->mutex);
}

// When everything fails, a few lines a second say so as well as thousands.
static bool may_log_error(struct status *status, int64_t now)
{
    pthread_mutex_lock(&status->mutex);
    if (status->second != now) {
        status->second = now;
        status->logged = 0;
    }
    bool may = status->logged++ < ERRORS_A_SECOND;
    pthread_mutex_unlock(&status->mutex);
    return may;
}

void status_done(void *ctx, const struct request *r, int code, int64_t microseconds)
{
    struct app *app = ctx;
    struct status *status = status_of(app);
    const struct route *route = r->route;
    counters_add(status->counters, route, code, microseconds);
    enum log_level level = route && route->run == RUN_LOOP ? LEVEL_DEBUG : LEVEL_INFO;
    if (code >= 500) {
        if (!may_log_error(status, r->now))
            return;
        level = LEVEL_WARNING;
    }
    // The route, not the path: that may hold what is nobody's business.
    const struct log_field fields[] = {LOG_TEXT("id", r->id), LOG_TEXT("method", r->method),
            LOG_TEXT("route", route ? str_of(route->path) : STR("")), LOG_INT("status", code),
            LOG_INT("us", microseconds), LOG_TEXT("client", r->client)};
    logger_write(app_logger(app), level, "request", fields, sizeof fields / sizeof *fields);
}

// Writes a row if nothing was written lately; the worker waits as long as the disk takes.
static bool probe(struct app *app, struct err *err)
{
    struct writing *w;
    struct query *query;
    if (!writing_begin(app, &w, err))
        return false;
    bool ok = store_query(w->store,
            "INSERT INTO alive (id, at) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET at = excluded.at",
            &query, err);
    if (ok) {
        query_bind_int(query, 1, w->now);
        ok = query_run(query, err);
        query_end(query);
    }
    return writing_end(w, ok, err);
}

static bool health(struct request *r, struct err *err)
{
    struct app *app = request_app(r);
    struct app_numbers numbers;
    struct err why = {0};
    (void)err;
    app_numbers(app, &numbers);
    bool idle = app_now_ms(app) - numbers.written_ms > PROBE_MS;
    if ((numbers.opening || numbers.failing_ms || idle) && !probe(app, &why)) {
        response_status(r, 503);
        response_header(r, "Retry-After", STR("5"));
        buf_put(r->out, STR("{\"status\":\"failing\",\"reason\":"));
        json_put_string(r->out, str_of(why.message));
        buf_char(r->out, '}');
        return true;
    }
    buf_put(r->out, STR("{\"status\":\"ok\"}"));
    return true;
}

static void number(struct buf *out, const char *name, const char *kind, const char *help, int64_t value)
{
    buf_printf(out, "# HELP sluice_%s %s\n# TYPE sluice_%s %s\nsluice_%s ", name, help, name, kind, name);
    buf_int(out, value);
    buf_char(out, '\n');
}

static int64_t resident_bytes(void)
{
    long long size, resident = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (!file)
        return 0;
    if (fscanf(file, "%lld %lld", &size, &resident) != 2)
        resident = 0;
    fclose(file);
    return (int64_t)resident * sysconf(_SC_PAGESIZE);
}

static int64_t open_files(void)
{
    DIR *dir = opendir("/proc/self/fd");
    int64_t n = -1; // the one that reads
    while (dir && readdir(dir))
        n++;
    if (dir)
        closedir(dir);
    return n > 2 ? n - 2 : 0; // "." and ".."
}

static void write_app(struct app *app, struct buf *out)
{
    struct app_numbers n;
    struct live *live = app_live(app);
    app_numbers(app, &n);
    number(out, "events_captured_total", "counter", "Messages that clients sent and that are durable.",
            (int64_t)n.events);
    number(out, "events_copies_total", "counter", "Messages that were in the log already.",
            (int64_t)n.copies);
    number(out, "captures_refused_total", "counter", "Calls refused since the queue was full.",
            (int64_t)n.refused);
    number(out, "captures_failed_total", "counter", "Calls that could not be written.", (int64_t)n.failed);
    number(out, "commits_total", "counter", "Transactions of the writer.", (int64_t)n.commits);
    number(out, "queue_captures", "gauge", "Calls that wait for their commit.", (int64_t)n.queue_captures);
    number(out, "queue_messages", "gauge", "Messages that wait for their commit.", (int64_t)n.queue_messages);
    number(out, "queue_bytes", "gauge", "Memory that they hold.", (int64_t)n.queue_bytes);
    number(out, "log_position", "gauge", "Last row of the log.", n.position);
    number(out, "store_failing", "gauge", "Whether the last attempt to write failed.", n.failing_ms != 0);
    if (live) {
        int64_t position = live_position(live);
        number(out, "standing_position", "gauge", "Row up to which standings are known.", position);
        number(out, "standing_lag_rows", "gauge", "Rows of the log behind it.",
                n.position > position ? n.position - position : 0);
    }
}

static void write_server(struct status *status, struct buf *out)
{
    struct server_numbers n = {0};
    pthread_mutex_lock(&status->mutex);
    if (status->server)
        server_numbers(status->server, &n);
    pthread_mutex_unlock(&status->mutex);
    number(out, "connections_total", "counter", "Connections accepted.", (int64_t)n.connections);
    number(out, "connections_open", "gauge", "Connections now.", (int64_t)n.open);
    number(out, "requests_suspended", "gauge", "Requests that wait for something.", (int64_t)n.suspended);
    number(out, "requests_queued", "gauge", "Requests that wait for a worker.", (int64_t)n.queued);
}

// Whoever asks from the machine itself or its own network, without a proxy in between, may see the numbers.
static bool may_see(const struct request *r)
{
    char text[INET6_ADDRSTRLEN];
    unsigned char address[16];
    if (request_header(r, "X-Forwarded-For").p || request_header(r, "Forwarded").p ||
            r->client.n >= sizeof text)
        return false;
    memcpy(text, r->client.p, r->client.n);
    text[r->client.n] = '\0';
    if (inet_pton(AF_INET, text, address) == 1)
        return address_internal(address, 4);
    return inet_pton(AF_INET6, text, address) == 1 && address_internal(address, 16);
}

static bool metrics(struct request *r, struct err *err)
{
    struct status *status = status_of(request_app(r));
    if (!may_see(r))
        return request_problem(r, 403, NULL, "only from the own network, and not through a proxy");
    (void)err;
    response_type(r, "text/plain; version=0.0.4; charset=utf-8");
    counters_write(status->counters, r->out);
    write_app(request_app(r), r->out);
    write_server(status, r->out);
    number(r->out, "memory_resident_bytes", "gauge", "Memory of the process.", resident_bytes());
    number(r->out, "open_files", "gauge", "Open file descriptors.", open_files());
    return true;
}

static bool openapi(struct request *r, struct err *err)
{
    struct status *status = status_of(request_app(r));
    (void)err;
    pthread_mutex_lock(&status->mutex);
    if (!status->openapi.n)
        openapi_write(app_routes(request_app(r)), "Sluice", "1", &status->openapi);
    pthread_mutex_unlock(&status->mutex);
    response_static(r, buf_str(&status->openapi));
    return true;
}

static const struct member HEALTH[] = {
        {"status", "enum:ok|failing", "Whether events can be stored", true, 0},
        {"reason", "text", "Why not", false, 0},
        {0},
};

static const struct schema SCHEMAS[] = {
        {"Health", "How the server is", HEALTH, false},
        {0},
};

static const struct route ROUTES[] = {
        {.method = "GET",
                .path = "/healthz",
                .summary = "Whether the server can store events; 503 if not",
                .answer = "Health",
                .refusal = "Health",
                .handle = health},
        {.method = "GET", .path = "/metrics", .summary = "Numbers for Prometheus", .handle = metrics},
        {.method = "GET",
                .path = "/api/openapi.json",
                .summary = "This document",
                .answer = "object",
                .handle = openapi},
        {0},
};

static const struct routes STATUS_ROUTES = {"Status", ROUTES, SCHEMAS};

static bool start(struct app *app, void **ret_state, struct err *err)
{
    struct status *status = mem_zero(1, sizeof *status);
    (void)err;
    status->counters = counters_new(app_routes(app));
    pthread_mutex_init(&status->mutex, NULL);
    *ret_state = status;
    return true;
}

static void stop(struct app *app, void *state)
{
    struct status *status = state;
    (void)app;
    counters_free(status->counters);
    pthread_mutex_destroy(&status->mutex);
    buf_free(&status->openapi);
    free(status);
}

const struct slice STATUS_SLICE = {
        .name = "status",
        .migration = &STATUS_MIGRATION,
        .routes = &STATUS_ROUTES,
        .start = start,
        .stop = stop,
};
