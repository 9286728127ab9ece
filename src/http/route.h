// The table of routes: a row says everything about a route, and dispatch, rights, validation, the OpenAPI
// document and the tests' matrix come from it. Rows are constant data of the slice that answers them.
#ifndef SLUICE_HTTP_ROUTE_H
#define SLUICE_HTTP_ROUTE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct request;

// A type is a word: "text", "integer", "number", "flag", "time" (RFC 3339), "date", "email", "url", "object"
// (any members), "any", or a schema's name ("Contact"). "[T]" is a list of T, "{T}" an object whose members
// are all T, "T?" may be null. "enum:a|b|c" is one of these texts.
struct member {
    const char *name; // of the member or query parameter; NULL ends a list of fields
    const char *type;
    const char *about; // one sentence
    bool required;     // it must be sent (of an answer: it is always there)
    unsigned max;      // text: code points, list: items; 0: 10,000
};

// A named JSON object. Members that are not in fields are refused in a body and never sent in an answer,
// unless `open`.
struct schema {
    const char *name, *about;
    const struct member *fields;
    bool open;
};

enum route_run {
    RUN_WORKER, // handle() runs on a worker thread, which it may keep busy for a while and block
    RUN_LOOP,   // on the loop's thread: microseconds, never blocking; it may suspend the request (request.h)
};

struct route {
    const char *method; // "GET"; HEAD comes with it
    const char
            *path; // "/api/contacts/{id}"; "{name}" takes one segment, "{name...}" the rest, at the end only
    const char *summary;
    const char *right;          // "contact.read"; NULL: anybody, without asking who it is
    const struct member *query; // parameters; others are refused where the path begins with /api/. NULL: none
    const char *body;   // type of a JSON body, validated before handle(); NULL: no JSON body is expected
    const char *answer; // type of the JSON answer; NULL: none, or no JSON
    const char *
            refusal; // type of a JSON answer of 4xx or 5xx that handle() gives itself; NULL: all are problems
    int status;      // of a success; 0: 200
    size_t max_body; // bytes; 0: 1 MiB. More is 413
    enum route_run run;
    bool raw_body; // the body is not JSON (an upload, a form): handle() reads request->body itself
    bool secret;   // request or answer hold a secret (a password, a key): nothing of them may be kept, so
                   // that Idempotency-Key has no effect
    bool hidden;   // not in the OpenAPI document (pages, scripts, aliases of another route)
    // Fills the response. On false the answer is a problem (RFC 9457) made of err, or the one that
    // request_problem() has made.
    bool (*handle)(struct request *r, struct err *err);
};

// A row of few words: ROW("GET", "/api/things", "Lists things", .right = "thing.read", …)
#define ROW(m, p, s, ...)                                 \
    {                                                     \
        .method = m, .path = p, .summary = s, __VA_ARGS__ \
    }

// What a slice contributes. Arrays end with a NULL path, a NULL name.
struct routes {
    const char *tag; // heading in the document: "Contacts"
    const struct route *routes;
    const struct schema *schemas;
};

#endif
