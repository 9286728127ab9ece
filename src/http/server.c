#include "http/server.h"

#include "base/clock.h"
#include "base/input.h"
#include "base/mem.h"
#include "base/random.h"
#include "http/address.h"
#include "http/private.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 1024, PEM_MAX = 256 << 10, WORKERS = 4 };

// A socket that listens, or -1.
static int listen_on(const struct addrinfo *address)
{
    int on = 1, off = 0;
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (address->ai_family == AF_INET6) // "::" serves IPv4, too
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind(fd, address->ai_addr, address->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

static bool open_socket(struct server *server, int *ret, struct err *err)
{
    const char *host = server->options.host ? server->options.host : "127.0.0.1";
    char port[16];
    snprintf(port, sizeof port, "%u", server->options.port);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV}, *found;
    int status = getaddrinfo(host, port, &hints, &found);
    if (status != 0)
        return err_set(err, ERR_IO, "cannot listen on %s: %s", host, gai_strerror(status));
    int fd = -1;
    for (struct addrinfo *at = found; at && fd < 0; at = at->ai_next)
        fd = listen_on(at);
    int saved = errno;
    freeaddrinfo(found);
    errno = saved;
    if (fd < 0)
        return err_errno(err, ERR_IO, "cannot listen on %s port %u", host, server->options.port);
    struct sockaddr_storage bound;
    socklen_t n = sizeof bound;
    if (getsockname(fd, (struct sockaddr *)&bound, &n) == 0) {
        in_port_t at = bound.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&bound)->sin6_port
                                                   : ((struct sockaddr_in *)&bound)->sin_port;
        server->port = ntohs(at);
    }
    *ret = fd;
    return true;
}

static bool read_pem(struct server *server, const char *path, char **ret, struct err *err)
{
    struct input *input;
    if (!path)
        return true;
    if (!input_open(path, &input, err))
        return false;
    char *text = arena_zero(server->arena, 1, PEM_MAX + 1);
    size_t n = 0, got = 1;
    bool fine = true;
    while (fine && got && n < PEM_MAX) {
        fine = input_read(input, text + n, PEM_MAX - n, &got, err);
        n += fine ? got : 0;
    }
    input_close(input);
    if (fine && n == PEM_MAX)
        return err_set(err, ERR_INPUT, "%s is too large for a certificate or key", path);
    *ret = text;
    return fine;
}

static bool read_options(struct server *server, struct err *err)
{
    const struct server_options *options = &server->options;
    const char *const *proxies = options->trusted_proxies;
    for (size_t i = 0; proxies && proxies[i]; i++)
        server->n_proxies++;
    server->proxies = ARENA_ARRAY(server->arena, struct network, server->n_proxies);
    for (size_t i = 0; i < server->n_proxies; i++)
        if (!network_parse(proxies[i], &server->proxies[i], err))
            return false;
    if (!options->tls_certificate != !options->tls_key)
        return err_set(err, ERR_INPUT, "TLS needs both a certificate and its key");
    return read_pem(server, options->tls_certificate, &server->certificate, err) &&
           read_pem(server, options->tls_key, &server->key, err) &&
           router_new(server->arena, options->routes, &server->router, err);
}

static bool start_loops(struct server *server, struct err *err)
{
    int fd = -1;
    if (!open_socket(server, &fd, err))
        return false;
    bool fine = true;
    for (unsigned i = 0; i < server->n_loops && fine; i++) {
        // Each loop accepts from the same socket, and closes its own descriptor of it.
        int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
        fine = own >= 0 ? loop_start(server, &server->loops[i], own, err)
                        : err_errno(err, ERR_IO, "cannot listen");
    }
    close(fd);
    return fine;
}

bool server_start(const struct server_options *options, struct server **ret, struct err *err)
{
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    struct server *server = mem_zero(1, sizeof *server);
    server->options = *options;
    server->arena = arena_new();
    server->n_loops = options->loops ? options->loops : cpus >= 8 ? 4 : cpus >= 4 ? 2 : 1;
    server->n_workers = options->workers ? options->workers : cpus > WORKERS ? (unsigned)cpus : WORKERS;
    server->loops = ARENA_ARRAY(server->arena, struct loop, server->n_loops);
    server->workers = ARENA_ARRAY(server->arena, struct worker, server->n_workers);
    random_bytes(&server->id_base, sizeof server->id_base);
    pthread_mutex_init(&server->queue_lock, NULL);
    pthread_cond_init(&server->queue_more, NULL);
    sigset_t all, before; // signals are for the program's own thread
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    bool fine = read_options(server, err) && workers_start(server, err) && start_loops(server, err);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!fine) {
        server_stop(server, 0);
        return false;
    }
    *ret = server;
    return true;
}

unsigned server_port(const struct server *server)
{
    return server->port;
}

void server_stop(struct server *server, unsigned seconds)
{
    atomic_store(&server->deadline, clock_monotonic_ns() + (int64_t)seconds * 1000000000);
    atomic_store_explicit(&server->stopping, true, memory_order_release);
    for (unsigned i = 0; i < server->n_loops; i++)
        if (server->loops[i].runs)
            loop_wake(&server->loops[i], NULL);
    for (unsigned i = 0; i < server->n_loops; i++)
        if (server->loops[i].runs)
            pthread_join(server->loops[i].thread, NULL);
    workers_stop(server);
    bool leaves = false; // somebody still holds a suspended request, and may finish it any time
    for (unsigned i = 0; i < server->n_loops; i++) {
        loop_end(&server->loops[i]);
        leaves |= server->loops[i].n_suspended > 0;
    }
    if (leaves)
        return;
    pthread_cond_destroy(&server->queue_more);
    pthread_mutex_destroy(&server->queue_lock);
    arena_free(server->arena);
    free(server);
}

void server_numbers(const struct server *server, struct server_numbers *ret)
{
    struct server *s = (struct server *)server; // the lock
    pthread_mutex_lock(&s->queue_lock);
    uint64_t queued = s->queued;
    pthread_mutex_unlock(&s->queue_lock);
    *ret = (struct server_numbers){atomic_load(&s->requests), atomic_load(&s->connections),
            atomic_load(&s->open), atomic_load(&s->suspended), queued};
}
