#include "mail/wire.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct wire {
    int fd;
    gnutls_session_t tls; // NULL: none
    bool secured, wants_write;
    size_t pending; // bytes that TLS has taken and not sent yet
    char host[256]; // GnuTLS keeps only the pointer
};

struct wire_trust {
    gnutls_certificate_credentials_t credentials;
    bool any;
};

bool wire_trust_new(const char *file, bool any, struct wire_trust **ret, struct err *err)
{
    gnutls_certificate_credentials_t credentials;
    if (gnutls_certificate_allocate_credentials(&credentials) < 0)
        return err_set(err, ERR_IO, "TLS cannot be used");
    int n = any    ? 1
            : file ? gnutls_certificate_set_x509_trust_file(credentials, file, GNUTLS_X509_FMT_PEM)
                   : gnutls_certificate_set_x509_system_trust(credentials);
    if (n <= 0) {
        gnutls_certificate_free_credentials(credentials);
        return err_set(err, ERR_IO, "there are no certificates of authorities in %s",
                file ? file : "the system (Debian: package ca-certificates)");
    }
    struct wire_trust *trust = mem_zero(1, sizeof *trust);
    *trust = (struct wire_trust){credentials, any};
    *ret = trust;
    return true;
}

void wire_trust_free(struct wire_trust *trust)
{
    if (!trust)
        return;
    gnutls_certificate_free_credentials(trust->credentials);
    free(trust);
}

static bool await_connected(int fd, unsigned ms)
{
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    int error = 0;
    socklen_t size = sizeof error;
    if (poll(&p, 1, (int)ms) != 1) {
        errno = ETIMEDOUT;
        return false;
    }
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
        return false;
    errno = error;
    return error == 0;
}

static int connect_to(const struct addrinfo *a, unsigned ms)
{
    int one = 1, fd = socket(a->ai_family, a->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, a->ai_protocol);
    if (fd < 0)
        return -1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(fd, a->ai_addr, a->ai_addrlen) == 0 || (errno == EINPROGRESS && await_connected(fd, ms)))
        return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

bool wire_connect(struct str host, unsigned port, unsigned ms, struct wire **ret, struct err *err)
{
    char name[256], service[8];
    struct addrinfo *list, hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    snprintf(name, sizeof name, "%.*s", STR_ARG(host));
    snprintf(service, sizeof service, "%u", port);
    int found = getaddrinfo(name, service, &hints, &list), fd = -1;
    if (found != 0)
        return err_set(err, ERR_IO, "the name %s is not found (%s)", name, gai_strerror(found));
    for (const struct addrinfo *a = list; a && fd < 0; a = a->ai_next)
        fd = connect_to(a, ms);
    freeaddrinfo(list);
    if (fd < 0)
        return err_errno(err, ERR_IO, "%s does not answer on port %u", name, port);
    struct wire *wire = mem_zero(1, sizeof *wire);
    wire->fd = fd;
    *ret = wire;
    return true;
}

void wire_close(struct wire *wire)
{
    if (!wire)
        return;
    if (wire->tls) {
        if (wire->secured)
            gnutls_bye(wire->tls, GNUTLS_SHUT_WR);
        gnutls_deinit(wire->tls);
    }
    close(wire->fd);
    free(wire);
}

int wire_fd(const struct wire *wire)
{
    return wire->fd;
}

bool wire_is_tls(const struct wire *wire)
{
    return wire->secured;
}

bool wire_wants_write(const struct wire *wire)
{
    return wire->wants_write;
}

static bool tls_begin(struct wire *wire, const struct wire_trust *trust, struct str host, struct err *err)
{
    snprintf(wire->host, sizeof wire->host, "%.*s", STR_ARG(host));
    if (gnutls_init(&wire->tls, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL) < 0 ||
            gnutls_set_default_priority(wire->tls) < 0 ||
            gnutls_credentials_set(wire->tls, GNUTLS_CRD_CERTIFICATE, trust->credentials) < 0)
        return err_set(err, ERR_IO, "TLS cannot be used");
    if (host.n && (host.p[0] < '0' || host.p[0] > '9'))
        gnutls_server_name_set(wire->tls, GNUTLS_NAME_DNS, wire->host, host.n);
    if (!trust->any)
        gnutls_session_set_verify_cert(wire->tls, wire->host, 0);
    gnutls_transport_set_int(wire->tls, wire->fd);
    return true;
}

enum wire_result wire_handshake(
        struct wire *wire, const struct wire_trust *trust, struct str host, struct err *err)
{
    if (!wire->tls && !tls_begin(wire, trust, host, err))
        return WIRE_FAILED;
    int done = gnutls_handshake(wire->tls);
    if (done == GNUTLS_E_SUCCESS) {
        wire->secured = true;
        return WIRE_DONE;
    }
    wire->wants_write = gnutls_record_get_direction(wire->tls) == 1;
    if (!gnutls_error_is_fatal(done))
        return WIRE_AGAIN;
    if (done == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR) {
        gnutls_datum_t text = {0};
        gnutls_certificate_verification_status_print(
                gnutls_session_get_verify_cert_status(wire->tls), GNUTLS_CRT_X509, &text, 0);
        err_set(err, ERR_IO, "the certificate of %.*s is not accepted: %s", STR_ARG(host),
                text.data ? (const char *)text.data : "");
        gnutls_free(text.data);
    } else {
        err_set(err, ERR_IO, "TLS with %.*s failed: %s", STR_ARG(host), gnutls_strerror(done));
    }
    return WIRE_FAILED;
}

static enum wire_result tls_result(struct wire *wire, ssize_t n, size_t *ret_n)
{
    if (n > 0) {
        *ret_n = (size_t)n;
        return WIRE_DONE;
    }
    if (n == 0)
        return WIRE_CLOSED;
    wire->wants_write = gnutls_record_get_direction(wire->tls) == 1;
    return gnutls_error_is_fatal((int)n) ? WIRE_FAILED : WIRE_AGAIN;
}

static enum wire_result plain_result(ssize_t n, size_t *ret_n)
{
    if (n > 0) {
        *ret_n = (size_t)n;
        return WIRE_DONE;
    }
    if (n == 0)
        return WIRE_CLOSED;
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? WIRE_AGAIN : WIRE_FAILED;
}

enum wire_result wire_read(struct wire *wire, char *out, size_t size, size_t *ret_n)
{
    wire->wants_write = false;
    if (wire->secured)
        return tls_result(wire, gnutls_record_recv(wire->tls, out, size), ret_n);
    return plain_result(recv(wire->fd, out, size, 0), ret_n);
}

enum wire_result wire_write(struct wire *wire, struct str bytes, size_t *ret_n)
{
    wire->wants_write = true;
    if (!wire->secured)
        return plain_result(send(wire->fd, bytes.p, bytes.n, MSG_NOSIGNAL), ret_n);
    // What TLS took once it is asked for again with nothing, and then says how much that was.
    ssize_t n = wire->pending ? gnutls_record_send(wire->tls, NULL, 0)
                              : gnutls_record_send(wire->tls, bytes.p, bytes.n);
    wire->pending = n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED ? bytes.n : 0;
    return tls_result(wire, n, ret_n);
}
