// One request and its answer, as a handler sees them. It belongs to the thread that runs the handler until
// the answer is finished; everything lives in its arena.
#ifndef SLUICE_HTTP_REQUEST_H
#define SLUICE_HTTP_REQUEST_H

#include "base/arena.h"
#include "base/json.h"
#include "http/route.h"

struct request {
    struct arena *arena;
    const struct route *route;
    struct str method, path; // path as sent, percent-encoded; without the query
    struct str query_string; // behind the "?", as sent
    struct str body;         // whole; NUL-terminated behind its n bytes
    const struct json *json; // the body, if the route takes JSON; matches route->body
    struct str client;       // the peer's IP address as text; behind a trusted proxy the one it names
    bool secure;             // came over TLS, here or at the trusted proxy
    struct str id;   // of the request, for logs: the header X-Request-Id of a trusted proxy or our own
    void *app;       // server_options.app
    void *worker;    // what server_options.worker_new made for this thread; NULL on a loop's thread
    void *who;       // set by server_options.authorize; NULL for anybody
    int64_t now;     // seconds since 1970, by the server's clock
    struct buf *out; // the answer's body
};

// What was asked; texts are decoded and live in the arena. STR_NONE: not there.
struct str request_param(const struct request *r, const char *name);  // "{name}" of the path
struct str request_query(const struct request *r, const char *name);  // validated against route->query
struct str request_header(const struct request *r, const char *name); // first of that name, any case
struct str request_cookie(const struct request *r, const char *name);
// A field of an application/x-www-form-urlencoded or multipart/form-data body (decoded once, on the first
// call). Files of a multipart body: ret_file_name is set. false: there is none.
struct form_field {
    struct str name, value, file_name, type;
};
bool request_form(struct request *r, const struct form_field **ret, size_t *ret_n, struct err *err);
struct str request_form_value(struct request *r, const char *name); // STR_NONE also where the body is no form

// The answer. Unless told otherwise: route->status and application/json with what was put into r->out.
void response_status(struct request *r, int status);
void response_type(struct request *r, const char *type);
void response_header(struct request *r, const char *name, struct str value); // CR and LF in value end it
void response_cookie(
        struct request *r, const char *name, struct str value, int64_t max_age_seconds, bool http_only);
void response_redirect(struct request *r, int status, struct str location);
// Sends bytes that outlive the server (assets) instead of r->out.
void response_static(struct request *r, struct str bytes);
// The same in the shortest coding that the client takes; ETags version, version + 1, version + 2.
struct coded {
    struct str plain, gzip, brotli;
};
void response_coded(struct request *r, const struct coded *coded, int64_t version);
// ETag of the answer, made of a version. With If-None-Match that fits, a GET becomes 304.
void response_etag(struct request *r, int64_t version);
// Whether If-Match allows changing what has this version; false with a 412 problem. Without the header: true.
bool request_matches(struct request *r, int64_t version, struct err *err);

// Makes the answer a problem (RFC 9457): {"type","title","status","detail","errors":[{"field","message"}]}.
// field names the offending member or parameter, or is NULL; may be called several times for several fields.
// Returns false, for `return request_problem(…)`.
bool request_problem(struct request *r, int status, const char *field, const char *format, ...)
        __attribute__((format(printf, 4, 5)));
// The one place that maps an error's code to a status: INPUT and USAGE 400, NOT_FOUND 404, CONFLICT 409,
// LIMIT 413, BUSY and IO 503 with Retry-After, CORRUPT 500.
int err_http_status(const struct err *err);

// For RUN_LOOP: the answer comes later. Call request_suspend before anybody else can see the request;
// afterwards exactly one call of request_finish, from any thread, sends what was put into the response
// (false: the problem of err). Handlers that return after request_suspend return true.
void request_suspend(struct request *r);
void request_finish(struct request *r, bool ok, const struct err *err);

#endif
