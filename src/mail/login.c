// Trying an account out: connects, logs in, and goes again.
#include "base/clock.h"
#include "mail/network.h"
#include "mail/smtp.h"
#include "mail/wire.h"

#include <poll.h>
#include <stdio.h>

enum { LOGIN_MS = 20 * 1000 };

struct login {
    struct wire *wire;
    struct wire_trust *trust;
    struct smtp *smtp;
    const struct mail_account *account;
    int64_t until;
};

static bool await(struct login *l, bool write, struct err *err)
{
    struct pollfd p = {.fd = wire_fd(l->wire), .events = (short)(write ? POLLOUT : POLLIN)};
    int64_t left = l->until - clock_monotonic_ns() / 1000000;
    return (left > 0 && poll(&p, 1, (int)left) == 1) ||
           err_set(err, ERR_IO, "%.*s is silent", STR_ARG(l->account->host));
}

static bool handshake(struct login *l, struct err *err)
{
    for (;;) {
        switch (wire_handshake(l->wire, l->trust, l->account->host, err)) {
        case WIRE_DONE:
            return true;
        case WIRE_AGAIN:
            if (!await(l, wire_wants_write(l->wire), err))
                return false;
            break;
        default:
            return false;
        }
    }
}

static bool exchange(struct login *l, struct err *err)
{
    char bytes[4096];
    size_t n;
    enum wire_result result;
    for (struct str out; (out = smtp_output(l->smtp)).n;) {
        result = wire_write(l->wire, out, &n);
        if (result == WIRE_DONE)
            smtp_sent(l->smtp, n);
        else if (result != WIRE_AGAIN)
            return err_set(err, ERR_IO, "the connection broke");
        else if (!await(l, wire_wants_write(l->wire), err))
            return false;
    }
    while ((result = wire_read(l->wire, bytes, sizeof bytes, &n)) == WIRE_AGAIN)
        if (!await(l, wire_wants_write(l->wire), err))
            return false;
    if (result != WIRE_DONE)
        return err_set(err, ERR_IO, "the server closed the connection");
    smtp_push(l->smtp, (struct str){bytes, n});
    return true;
}

static bool talk(struct login *l, struct err *err)
{
    for (;;) {
        switch (smtp_pull(l->smtp)) {
        case SMTP_READY:
            return true;
        case SMTP_OVER:
            return err_set(err, ERR_IO, "%s", smtp_why(l->smtp));
        case SMTP_TLS:
            if (!handshake(l, err))
                return false;
            smtp_secured(l->smtp);
            break;
        default:
            if (!exchange(l, err))
                return false;
        }
    }
}

static void leave(struct login *l)
{
    size_t n;
    smtp_quit(l->smtp);
    struct str out = smtp_output(l->smtp);
    if (out.n && wire_write(l->wire, out, &n) != WIRE_DONE)
        return; // it was good manners only
}

bool mail_try_login(const struct mail_network_options *options, const struct mail_account *account,
        struct arena *arena, struct str *ret_about, struct err *err)
{
    struct login l = {.account = account, .until = clock_monotonic_ns() / 1000000 + LOGIN_MS};
    bool tls = account->security == MAIL_TLS, secured = false;
    bool ok = (account->security == MAIL_PLAIN ||
                      wire_trust_new(options->trust_file, options->any_certificate, &l.trust, err)) &&
              wire_connect(account->host, account->port, LOGIN_MS, &l.wire, err);
    if (ok && tls)
        ok = secured = handshake(&l, err);
    if (ok) {
        l.smtp = smtp_new(account, options->name, secured);
        ok = talk(&l, err);
    }
    if (ok) {
        *ret_about = smtp_about(l.smtp, arena);
        leave(&l);
    }
    smtp_free(l.smtp);
    wire_close(l.wire);
    wire_trust_free(l.trust);
    return ok;
}
