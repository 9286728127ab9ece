// A loop: one libmicrohttpd daemon without a thread of its own, driven by poll() on its epoll descriptor and
// our eventfd. (Its own thread stalls when exactly 128 connections are ready at once.)
#include "base/clock.h"
#include "base/mem.h"
#include "http/address.h"
#include "http/private.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

static const int64_t SECOND = 1000000000;

static struct connection *connection_of(struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

// Reads away what has arrived, so that closing does not reset the connection before the client has read its
// answer.
static void drain(int fd)
{
    char sink[16 << 10];
    shutdown(fd, SHUT_WR);
    for (int i = 0; i < 16 && recv(fd, sink, sizeof sink, MSG_DONTWAIT) > 0; i++)
        ;
}

static void connection_opened(struct loop *loop, struct MHD_Connection *mhd, void **context)
{
    struct connection *c = mem_zero(1, sizeof *c);
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
    c->fd = info ? info->connect_fd : -1;
    c->loop = loop;
    c->since = clock_monotonic_ns();
    info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    struct address address;
    if (info && address_of_socket(info->client_addr, &address)) {
        address_print(&address, c->peer);
        for (size_t i = 0; i < loop->server->n_proxies; i++)
            c->trusted |= network_has(&loop->server->proxies[i], &address);
    }
    c->next = loop->connections;
    if (c->next)
        c->next->before = c;
    loop->connections = c;
    *context = c;
    atomic_fetch_add_explicit(&loop->server->connections, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&loop->server->open, 1, memory_order_relaxed);
}

static void connection_closed(struct loop *loop, struct connection *c)
{
    if (c->fd >= 0)
        drain(c->fd);
    if (c->before)
        c->before->next = c->next;
    else
        loop->connections = c->next;
    if (c->next)
        c->next->before = c->before;
    free(c->uri);
    free(c);
    atomic_fetch_sub_explicit(&loop->server->open, 1, memory_order_relaxed);
}

static void on_connection(
        void *cls, struct MHD_Connection *mhd, void **context, enum MHD_ConnectionNotificationCode what)
{
    if (what == MHD_CONNECTION_NOTIFY_STARTED)
        connection_opened(cls, mhd, context);
    else if (*context) {
        connection_closed(cls, *context);
        *context = NULL;
    }
}

// The request line is there. The URI is kept as it was sent: libmicrohttpd takes it apart in place.
static void *on_uri(void *cls, const char *uri, struct MHD_Connection *mhd)
{
    (void)cls;
    struct connection *c = connection_of(mhd);
    if (!c)
        return NULL;
    c->uri_n = strlen(uri);
    c->uri = mem_resize(c->uri, c->uri_n + 1, 1);
    memcpy(c->uri, uri, c->uri_n + 1);
    return NULL;
}

static size_t no_unescape(void *cls, struct MHD_Connection *mhd, char *s)
{
    (void)cls;
    (void)mhd;
    return strlen(s);
}

static void set_state(struct connection *c, enum state state)
{
    c->state = state;
    c->since = clock_monotonic_ns();
    c->bytes = 0;
}

static enum MHD_Result send_now(struct exchange *x)
{
    set_state(x->connection, STATE_SENDING);
    return exchange_send(x);
}

// The rest of the body is read, but not kept.
static void drop_body(struct exchange *x)
{
    atomic_fetch_sub_explicit(&x->server->bodies, x->held, memory_order_relaxed);
    x->held = 0;
    buf_free(&x->body);
}

static bool take_body(struct exchange *x, const char *data, size_t n)
{
    size_t max = x->r.route && x->r.route->max_body ? x->r.route->max_body : 1 << 20;
    x->connection->bytes += n;
    if (x->connection->bytes > max && !x->too_long) {
        x->too_long = true;
        drop_body(x);
    }
    if (x->too_long)
        return x->connection->bytes - max <= SWALLOW_MAX;
    if (x->no_room)
        return true; // up to the route's limit
    size_t all = atomic_fetch_add_explicit(&x->server->bodies, n, memory_order_relaxed) + n;
    x->held += n;
    x->no_room = all > BODIES_MAX;
    if (x->no_room)
        drop_body(x);
    else
        buf_put(&x->body, (struct str){data, n});
    return true;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
        const char *version, const char *data, size_t *n, void **context)
{
    (void)cls;
    struct exchange *x = *context;
    if (!x) {
        struct connection *c = connection_of(mhd);
        if (!c)
            return MHD_NO;
        x = c->exchange = *context = exchange_new(c, mhd);
        set_state(c, STATE_BODY);
        return exchange_head(x, method, url, version) ? MHD_YES : send_now(x);
    }
    if (*n) {
        bool go_on = take_body(x, data, *n);
        *n = 0;
        return go_on ? MHD_YES : MHD_NO;
    }
    if (x->finished)
        return send_now(x);
    if (x->connection->state == STATE_BODY) {
        set_state(x->connection, STATE_WORKING);
        exchange_handle(x);
        if (!x->suspended && x->finished) // (others write finished of a suspended one)
            return send_now(x);
    }
    return MHD_YES;
}

static void on_completed(
        void *cls, struct MHD_Connection *mhd, void **context, enum MHD_RequestTerminationCode how)
{
    (void)cls;
    (void)mhd;
    (void)how;
    struct exchange *x = *context;
    if (!x)
        return;
    *context = NULL;
    struct connection *c = x->connection;
    const struct server_options *options = &x->server->options;
    if (options->done && x->finished)
        options->done(options->app, &x->r, x->status, (clock_monotonic_ns() - x->started) / 1000);
    if (x->stream)
        stream_close(x->stream);
    c->exchange = NULL;
    set_state(c, STATE_IDLE);
    exchange_free(x);
}

static void quiet_log(void *cls, const char *format, va_list args)
{
    (void)cls;
    (void)format;
    (void)args; // what strangers send is no news
}

bool loop_start(struct server *server, struct loop *loop, int listen_fd, struct err *err)
{
    const struct server_options *options = &server->options;
    unsigned idle = options->idle_seconds ? options->idle_seconds : 60;
    unsigned most = (options->max_connections ? options->max_connections : 20000) / server->n_loops;
    loop->server = server;
    loop->ready_end = &loop->ready;
    loop->event = -1;
    pthread_mutex_init(&loop->lock, NULL);
    struct MHD_OptionItem tls[] = {{MHD_OPTION_HTTPS_MEM_CERT, 0, server->certificate},
            {MHD_OPTION_HTTPS_MEM_KEY, 0, server->key}, {MHD_OPTION_END, 0, NULL}};
    // (MHD_ALLOW_SUSPEND_RESUME without the inter-thread channel that comes with it: connections are resumed
    // on the loop's thread only, so it would cost a write() for each and wake nobody)
    unsigned flags = MHD_USE_EPOLL | MHD_USE_TURBO | MHD_USE_ERROR_LOG |
                     ((unsigned)MHD_ALLOW_SUSPEND_RESUME & ~(unsigned)MHD_USE_ITC) |
                     (server->certificate ? (unsigned)MHD_USE_TLS : 0);
    loop->daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_request, loop, MHD_OPTION_EXTERNAL_LOGGER,
            quiet_log, NULL, MHD_OPTION_LISTEN_SOCKET, listen_fd, MHD_OPTION_NOTIFY_CONNECTION, on_connection,
            loop, MHD_OPTION_NOTIFY_COMPLETED, on_completed, loop, MHD_OPTION_URI_LOG_CALLBACK, on_uri, loop,
            MHD_OPTION_UNESCAPE_CALLBACK, no_unescape, NULL, MHD_OPTION_CONNECTION_LIMIT, most ? most : 1,
            MHD_OPTION_CONNECTION_TIMEOUT, idle, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_BYTES,
            MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_ARRAY, server->certificate ? tls : tls + 2,
            MHD_OPTION_END);
    if (!loop->daemon) {
        close(listen_fd);
        if (server->certificate)
            return err_set(err, ERR_INPUT, "the TLS certificate or its key cannot be used");
        return err_errno(err, ERR_IO, "the server cannot be started");
    }
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(loop->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    loop->epoll = info ? info->epoll_fd : -1;
    loop->event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (loop->event < 0 || loop->epoll < 0)
        return err_errno(err, ERR_IO, "the server cannot be started");
    if (pthread_create(&loop->thread, NULL, loop_run, loop) != 0)
        return err_set(err, ERR_IO, "no thread for the server");
    loop->runs = true;
    return true;
}

void loop_end(struct loop *loop)
{
    if (!loop->server || loop->n_suspended) // (with suspended connections libmicrohttpd would abort)
        return;
    if (loop->daemon)
        MHD_stop_daemon(loop->daemon);
    while (loop->kept) {
        struct exchange *x = loop->kept;
        loop->kept = x->next;
        arena_free(x->arena);
        buf_free(&x->body);
        buf_free(&x->out);
        free(x);
    }
    vec_free(&loop->taken);
    if (loop->event >= 0)
        close(loop->event);
    pthread_mutex_destroy(&loop->lock);
}

void loop_wake(struct loop *loop, struct ready *ready)
{
    pthread_mutex_lock(&loop->lock);
    bool first = !loop->signalled;
    if (ready && !ready->listed) {
        ready->listed = true;
        ready->next = NULL;
        *loop->ready_end = ready;
        loop->ready_end = &ready->next;
    }
    loop->signalled = true;
    // (inside the lock: once it is gone the loop may end and its descriptor be another's)
    if (first) {
        uint64_t one = 1;
        ssize_t n = write(loop->event, &one, sizeof one);
        (void)n; // it cannot be full
    }
    pthread_mutex_unlock(&loop->lock);
}

void loop_forget(struct loop *loop, struct ready *ready)
{
    pthread_mutex_lock(&loop->lock);
    struct ready **at = &loop->ready;
    while (*at && *at != ready)
        at = &(*at)->next;
    if (*at) {
        *at = ready->next;
        if (loop->ready_end == &ready->next)
            loop->ready_end = at;
        ready->listed = false;
    }
    pthread_mutex_unlock(&loop->lock);
}

static void resume(struct exchange *x)
{
    if (!x->suspended)
        return;
    x->suspended = false;
    x->loop->n_suspended--;
    atomic_fetch_sub_explicit(&x->server->suspended, 1, memory_order_relaxed);
    MHD_resume_connection(x->mhd);
}

static void take_ready(struct loop *loop)
{
    uint64_t count;
    loop->taken.n = 0;
    pthread_mutex_lock(&loop->lock);
    for (struct ready *r = loop->ready; r; r = r->next) {
        r->listed = false; // from here others may list it again
        vec_push(&loop->taken, r);
    }
    loop->ready = NULL;
    loop->ready_end = &loop->ready;
    if (loop->signalled) {
        ssize_t n = read(loop->event, &count, sizeof count);
        (void)n;
    }
    loop->signalled = false;
    pthread_mutex_unlock(&loop->lock);
    for (size_t i = 0; i < loop->taken.n; i++)
        if (loop->taken.v[i]->stream)
            stream_wake(loop->taken.v[i]->stream);
        else
            resume(loop->taken.v[i]->exchange);
}

// (while it is worked on the exchange is another thread's)
static bool streaming(const struct connection *c)
{
    return c->state == STATE_SENDING && c->exchange && c->exchange->streams;
}

static void kick(struct connection *c)
{
    if (c->fd >= 0 && !c->kicked)
        shutdown(c->fd, SHUT_RDWR); // libmicrohttpd sees the end and closes
    c->kicked = true;
}

// Once a second: who takes too long to send a request or to read an answer.
static void sweep(struct loop *loop, int64_t now)
{
    unsigned idle = loop->server->options.idle_seconds;
    int64_t most = (int64_t)(idle ? idle : 60) * SECOND;
    for (struct connection *c = loop->connections, *next; c; c = next) {
        next = c->next;
        if (streaming(c))
            stream_check(c, now);
        else if (c->state != STATE_WORKING && now - c->since > most + (int64_t)(c->bytes / SLOWEST) * SECOND)
            kick(c);
    }
}

// What server_stop asks for: no new connections, nothing read any more. Returns whether all is done.
static bool wind_down(struct loop *loop, int64_t now)
{
    bool late = now > atomic_load(&loop->server->deadline);
    if (!loop->quiet) {
        MHD_socket fd = MHD_quiesce_daemon(loop->daemon);
        if (fd != MHD_INVALID_SOCKET)
            close(fd);
        loop->quiet = true;
    }
    for (struct connection *c = loop->connections; c; c = c->next) {
        if (late || c->state == STATE_IDLE || c->state == STATE_BODY)
            kick(c);
        else if (streaming(c))
            stream_check(c, now);
    }
    return !loop->connections || late;
}

void *loop_run(void *arg)
{
    struct loop *loop = arg;
    int64_t swept = clock_monotonic_ns();
    for (;;) {
        MHD_UNSIGNED_LONG_LONG wanted;
        bool stopping = atomic_load_explicit(&loop->server->stopping, memory_order_acquire);
        int wait = stopping ? 20 : 1000;
        if (MHD_get_timeout(loop->daemon, &wanted) == MHD_YES && wanted < (unsigned)wait)
            wait = (int)wanted;
        struct pollfd fds[2] = {{loop->epoll, POLLIN, 0}, {loop->event, POLLIN, 0}};
        if (wait && poll(fds, 2, wait) < 0 && errno != EINTR)
            break;
        if (!wait || fds[1].revents)
            take_ready(loop);
        MHD_run(loop->daemon);
        int64_t now = clock_monotonic_ns();
        if (now - swept > SECOND) {
            swept = now;
            sweep(loop, now);
        }
        if (stopping && wind_down(loop, now))
            break;
    }
    return NULL;
}
