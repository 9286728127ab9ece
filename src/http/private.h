// What the files of this folder share: connections, exchanges (a request with its answer), loops, workers.
//
// Threads: every call of libmicrohttpd happens on the thread of the loop that owns the connection. Others
// hand an exchange or a stream over by the loop's list of ready things and its eventfd.
#ifndef SLUICE_HTTP_PRIVATE_H
#define SLUICE_HTTP_PRIVATE_H

#include "base/buf.h"
#include "base/vec.h"
#include "http/limits.h"
#include "http/router.h"
#include "http/server.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

enum state {
    STATE_IDLE,    // waiting for a request, or reading its head
    STATE_BODY,    // reading its body
    STATE_WORKING, // being handled
    STATE_SENDING, // the answer is on its way
};

struct connection {
    struct connection *next, *before; // of the loop
    struct loop *loop;
    struct exchange *exchange; // NULL while it waits for a request
    char *uri;                 // of the request whose head is being read
    size_t uri_n;
    int64_t since; // monotonic ns: of the state
    size_t bytes;  // of the body received or the answer sent
    int fd;
    enum state state;
    bool trusted; // a proxy of ours
    bool kicked;  // shut down for being slow
    char peer[ADDRESS_TEXT];
};

struct header_out {
    struct header_out *next;
    const char *name;
    struct str value;
};

struct problem_field {
    const char *field;
    struct str message;
};

// Something a loop has to look at: an exchange that is finished, or a stream that has something to send.
struct ready {
    struct ready *next;
    struct exchange *exchange; // or:
    struct stream *stream;
    bool listed;
};

struct exchange {
    struct request r; // first
    struct server *server;
    struct loop *loop;
    struct connection *connection;
    struct MHD_Connection *mhd;
    struct exchange *next; // in a worker's queue, or in the list for reuse
    struct ready ready;
    struct arena *arena;
    struct buf body, out;
    struct route_match match;
    struct pair *query;
    size_t n_query;
    size_t held; // bytes of the body counted in server.bodies
    bool query_read;
    bool too_long;  // the body is more than the route takes
    bool no_room;   // there is no memory for it now
    bool closes;    // the connection ends with the answer
    bool suspended; // libmicrohttpd's connection is
    bool deferred;  // request_suspend was called
    bool finished;  // the answer may be sent
    bool streams;   // it is a stream's
    struct form_field *form;
    size_t n_form;
    int form_read; // 0 not yet, 1 fine, -1 it is none
    struct err form_err;
    // the answer
    int status;
    const char *type;
    struct header_out *headers;
    struct str constant; // response_static
    bool is_constant, gzipped;
    int64_t etag; // -1: none
    int problem_status;
    struct str detail;
    struct problem_field problems[ERRORS_MAX];
    unsigned n_problems;
    struct stream *stream;
    int64_t started; // monotonic ns
    char id[REQUEST_ID_MAX + 1];
};

struct loop {
    struct server *server;
    struct MHD_Daemon *daemon;
    int epoll, event; // file descriptors
    pthread_t thread;
    bool runs;
    pthread_mutex_t lock; // ready
    struct ready *ready, **ready_end;
    bool signalled;
    // the loop's thread only
    VEC(struct ready *) taken;
    struct connection *connections;
    struct exchange *kept;
    unsigned n_kept, n_suspended;
    bool quiet; // accepts no more
};

struct worker {
    struct server *server;
    pthread_t thread;
    void *state;
    bool runs;
};

struct network; // address.h

struct server {
    struct server_options options;
    struct arena *arena;
    struct router *router;
    struct loop *loops;
    unsigned n_loops, n_workers, port;
    struct worker *workers;
    struct network *proxies;
    size_t n_proxies;
    char *certificate, *key; // PEM texts
    uint32_t id_base;
    atomic_uint_least64_t requests, connections, open, suspended;
    atomic_size_t bodies; // bytes of them in memory
    atomic_bool stopping;
    _Atomic int64_t deadline; // of stopping, monotonic ns
    pthread_mutex_t queue_lock;
    pthread_cond_t queue_more;
    struct exchange *queue, **queue_end;
    unsigned queued;
    bool workers_end;
};

// loop.c
bool loop_start(struct server *server, struct loop *loop, int listen_fd, struct err *err);
void loop_end(struct loop *loop); // once its thread ended
void loop_wake(struct loop *loop, struct ready *ready);
void loop_forget(struct loop *loop, struct ready *ready); // takes it off the list
void *loop_run(void *loop);
// exchange.c: from a request's head to its answer
struct exchange *exchange_new(struct connection *connection, struct MHD_Connection *mhd);
void exchange_free(struct exchange *x); // back to its loop; on its thread
// The head is there: finds the route. false: the answer is made already.
bool exchange_head(struct exchange *x, const char *method, const char *url, const char *version);
void exchange_handle(struct exchange *x); // the body is there; on the loop's thread
void exchange_run(struct exchange *x);    // rights, validation, handler, rendering; on the handler's thread
// Makes the answer of what was put into the exchange, or a problem if !ok. On any thread that has x.
void exchange_finish(struct exchange *x, bool ok, const struct err *err);
enum MHD_Result exchange_send(struct exchange *x); // queues the response; on the loop's thread
// worker.c
bool workers_start(struct server *server, struct err *err);
void workers_stop(struct server *server);
bool workers_push(struct exchange *x); // false: too many wait
// wire.c: what libmicrohttpd lets through. NULL if fine, else what is wrong.
const char *wire_check(struct MHD_Connection *mhd, const char *uri, size_t uri_n, const char *method,
        const char *url, const char *version);
// response.c
bool header_is_set(const struct exchange *x, const char *name);
void response_problem(struct exchange *x, const struct err *err); // what went wrong becomes the answer
void response_not_modified(struct exchange *x);                   // 304 if the client has it
void response_gzip(struct exchange *x);
// proxy.c: sets r.client, r.secure, r.id from what a trusted proxy says
void proxy_apply(struct exchange *x);
// stream.c
struct MHD_Response *stream_response(struct exchange *x);
void stream_wake(struct stream *stream); // on the loop's thread
void stream_check(struct connection *connection, int64_t now);
void stream_close(struct stream *stream); // the connection is gone; on the loop's thread
// validate.c
bool query_check(struct exchange *x);
bool body_check(struct exchange *x);

static inline struct exchange *exchange_of(const struct request *r)
{
    return (struct exchange *)r;
}

#endif
