// The HTTP server (libmicrohttpd with our own loop threads): connections, limits, dispatch by the route
// table, worker threads, problem answers, server-sent events, graceful stop.
#ifndef SLUICE_HTTP_SERVER_H
#define SLUICE_HTTP_SERVER_H

#include "http/request.h"

struct server;

struct server_options {
    const char *host;                      // "127.0.0.1", "::", "0.0.0.0"
    unsigned port;                         // 0: a free one
    unsigned loops, workers;               // threads; 0: a sensible number
    const char *tls_certificate, *tls_key; // PEM files, or NULL
    const char *const
            *trusted_proxies; // "10.0.0.0/8", "::1"; ends with NULL. Theirs are X-Forwarded-For, -Proto
    unsigned max_connections; // 0: 20,000
    unsigned idle_seconds;    // of a connection, and of a slow request; 0: 60
    const struct routes *const *routes; // ends with NULL
    void *app;
    int64_t (*now)(void *app);                       // seconds since 1970
    void *(*worker_new)(void *app, struct err *err); // per worker thread; NULL result ends the start
    void (*worker_free)(void *app, void *worker);
    // Who asks, and may they? Runs on the handler's thread, before it, for routes with a right. Sets r->who.
    // false with a problem of 401, 403 or 429.
    bool (*authorize)(void *app, struct request *r, struct err *err);
    // After the answer was sent: for logs, metrics and whoever remembers answers. Any thread. May be NULL.
    void (*done)(void *app, const struct request *r, int status, int64_t microseconds);
    // Before handle() and instead of it, where it returns true (stored answers of Idempotency-Key; a problem
    // that request_problem() made counts, too); and after it, to remember. Worker threads only. May be NULL.
    bool (*before)(void *app, struct request *r, struct err *err);
    void (*after)(void *app, struct request *r, int status);
};

// Starts listening; ret_port gets the port. Errors: ERR_IO the address cannot be had, ERR_INPUT bad
// certificate or proxy, ERR_USAGE two routes of one method and path.
bool server_start(const struct server_options *options, struct server **ret, struct err *err);
unsigned server_port(const struct server *server);
// Stops accepting and reading, answers what is being worked on, closes. Suspended requests are waited for, at
// most `seconds`.
void server_stop(struct server *server, unsigned seconds);

struct server_numbers {
    uint64_t requests, connections, open, suspended,
            queued; // since the start, since the start, now, now, now
};
void server_numbers(const struct server *server, struct server_numbers *ret);

// Server-sent events: a handler (RUN_WORKER) turns its request into a stream; it stays open until the client
// leaves or the server stops. Bounded: a reader that is `max_behind` bytes behind is closed.
struct stream;
bool response_stream(struct request *r, struct stream **ret, struct err *err);
// Any thread. event, data: one line each; id may be STR_NONE. false: the client is gone, let go of the
// stream.
bool stream_send(struct stream *stream, struct str id, struct str event, struct str data);
bool stream_there(struct stream *stream);   // any thread; false: the client is gone, as by stream_send
void stream_release(struct stream *stream); // the caller will not send any more: it ends; every stream once

// The OpenAPI 3.1 document of a table of routes, as JSON; the same bytes each time.
void openapi_write(
        const struct routes *const *routes, const char *title, const char *version, struct buf *out);
// Validates JSON against a type; the first few problems go to r. For tests: r may be NULL, err says the
// first.
bool schema_check(const struct routes *const *routes, const char *type, const struct json *json,
        struct request *r, struct err *err);

#endif
