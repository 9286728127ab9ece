// A server with a table of routes to try things on, for tests of src/http: one that answers at once, a slow
// one, one that another thread finishes, a stream, forms …
#ifndef SLUICE_TESTS_HTTP_SITE_H
#define SLUICE_TESTS_HTTP_SITE_H

#include "http/private.h"
#include "support/http_help.h"

enum { SITE_BIG = 300000 }; // bytes of /big

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

#define GET(path) "GET " path " HTTP/1.1\r\nHost: localhost\r\n\r\n"
#define HEAD "POST /echo HTTP/1.1\r\nHost: a\r\n"

extern const struct routes *const SITE_ROUTES[];
struct server_options site_options(struct site *site);
void site_start(struct site *site, const struct server_options *options); // stops the test if it cannot
// One answer to a request, on a connection of its own.
struct str site_talk(struct site *site, const char *request);

// cmocka's, with *state a struct site; the second starts it with the usual options.
int site_set_up(void **state);
int site_set_up_started(void **state);
int site_tear_down(void **state);

#endif
