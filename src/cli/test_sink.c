// sluice test-sink: a mail server for demonstrations and tests. It takes every mail on loopback, keeps it in
// a folder, and plays the people who get them.
#include "cli/command.h"
#include "cli/sink_people.h"

#include "base/clock.h"
#include "base/json_put.h"
#include "base/mem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 64, IDLE_MS = 120000, READ_BYTES = 64 << 10, KEY_MAX = 200 };

struct connection {
    int fd;
    struct smtpd *smtpd;
    int64_t heard_ms;
};

struct sink {
    const char *folder;
    struct people *people;
    int listener;
    struct connection v[CONNECTIONS_MAX];
    unsigned n;
    unsigned kept;
};

static int64_t now_ms(void)
{
    return clock_monotonic_ns() / 1000000;
}

static void tell(void *ctx, struct str line)
{
    (void)ctx;
    fwrite(line.p, 1, line.n, stdout);
    fflush(stdout);
}

// --- keeping mails

// As a mail server delivers: with the envelope on top. Under its name only once it is whole.
static bool keep_one(struct sink *s, struct str from, struct str to, struct str content)
{
    char path[4096], part[4096 + 8];
    do { // those of an earlier run stay
        if (snprintf(path, sizeof path, "%s/%06u.eml", s->folder, s->kept + 1) >= (int)sizeof path)
            return false;
    } while (access(path, F_OK) == 0 && ++s->kept);
    snprintf(part, sizeof part, "%s.part", path);
    FILE *file = fopen(part, "wb");
    if (!file)
        return false;
    bool ok =
            fprintf(file, "Return-Path: <%.*s>\r\nDelivered-To: %.*s\r\n", STR_ARG(from), STR_ARG(to)) > 0 &&
            fwrite(content.p, 1, content.n, file) == content.n;
    ok = fclose(file) == 0 && ok && rename(part, path) == 0;
    if (!ok)
        unlink(part);
    s->kept += ok;
    return ok;
}

static void take_mails(struct sink *s, struct connection *c)
{
    struct smtpd_mail mail;
    while (smtpd_pull(c->smtpd, &mail)) {
        bool ok = true;
        for (size_t i = 0; ok && i < mail.n_to; i++) {
            ok = keep_one(s, mail.from, mail.to[i], mail.content);
            if (ok)
                people_get(s->people, mail.from, mail.to[i], mail.content, now_ms());
        }
        smtpd_taken(c->smtpd, ok);
    }
}

// --- connections

static void hang_up(struct sink *s, unsigned i)
{
    close(s->v[i].fd);
    smtpd_free(s->v[i].smtpd);
    s->v[i] = s->v[--s->n];
}

static void accept_all(struct sink *s)
{
    for (;;) {
        int fd = accept4(s->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0)
            return;
        if (s->n == CONNECTIONS_MAX) {
            close(fd);
            return;
        }
        s->v[s->n++] = (struct connection){fd, smtpd_new("sink.localhost"), now_ms()};
    }
}

// false: it is gone.
static bool serve(struct sink *s, struct connection *c, int events)
{
    static char bytes[READ_BYTES];
    if (events & (POLLIN | POLLHUP | POLLERR)) {
        ssize_t n = recv(c->fd, bytes, sizeof bytes, 0);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
            return false;
        if (n > 0) {
            c->heard_ms = now_ms();
            smtpd_push(c->smtpd, (struct str){bytes, (size_t)n});
            take_mails(s, c);
        }
    }
    struct str out = smtpd_output(c->smtpd);
    if (out.n) {
        ssize_t n = send(c->fd, out.p, out.n, MSG_NOSIGNAL);
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return false;
        if (n > 0)
            smtpd_sent(c->smtpd, (size_t)n);
    }
    return !(smtpd_over(c->smtpd) && !smtpd_output(c->smtpd).n) && now_ms() - c->heard_ms < IDLE_MS;
}

static bool turn(struct sink *s, struct err *err)
{
    struct pollfd fds[CONNECTIONS_MAX + 1] = {{.fd = s->listener, .events = POLLIN}};
    unsigned n = s->n, wait = people_act(s->people, now_ms());
    for (unsigned i = 0; i < n; i++)
        fds[i + 1] = (struct pollfd){
                .fd = s->v[i].fd, .events = (short)(POLLIN | (smtpd_output(s->v[i].smtpd).n ? POLLOUT : 0))};
    if (poll(fds, n + 1, (int)wait) < 0 && errno != EINTR)
        return err_errno(err, ERR_IO, "cannot wait for connections");
    for (unsigned i = n; i-- > 0;)
        if (!serve(s, &s->v[i], fds[i + 1].revents))
            hang_up(s, i);
    accept_all(s);
    return true;
}

static bool listen_on(struct sink *s, unsigned port, unsigned *ret_port, struct err *err)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
            .sin_port = htons((uint16_t)port),
            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int one = 1;
    s->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (s->listener < 0)
        return err_errno(err, ERR_IO, "cannot make a socket");
    setsockopt(s->listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(s->listener, (struct sockaddr *)&address, size) != 0 || listen(s->listener, 64) != 0 ||
            getsockname(s->listener, (struct sockaddr *)&address, &size) != 0)
        return err_errno(err, ERR_IO, "cannot listen on 127.0.0.1:%u", port);
    *ret_port = ntohs(address.sin_port);
    return true;
}

// --- options

// "2-20" or "5", seconds.
static bool delays(const char *text, struct sink_options *options, struct err *err)
{
    double least, most;
    struct str all = str_of(text);
    size_t dash = str_find(all, '-');
    if (!json_number(str_sub(all, 0, dash), &least) ||
            !(dash == all.n ? (most = least, true) : json_number(str_sub(all, dash + 1, all.n), &most)) ||
            least < 0 || most < least || most > 86400)
        return err_set(err, ERR_USAGE, "--delay %s: expected seconds like 2-20", text);
    options->least_ms = (unsigned)(least * 1000);
    options->most_ms = (unsigned)(most * 1000);
    return true;
}

static bool read_key(struct cli *cli, struct sink_options *options, struct err *err)
{
    const char *path = args_value(&cli->args, "key-file"), *key = getenv("SLUICE_KEY");
    char text[KEY_MAX];
    if (!path) {
        options->key = key ? arena_str(cli->arena, str_of(key)) : STR_NONE;
        return options->key.n ||
               err_set(err, ERR_USAGE, "--server needs --key-file, or SLUICE_KEY in the environment");
    }
    FILE *file = fopen(path, "rb");
    if (!file)
        return err_errno(err, ERR_IO, "%s", path);
    size_t n = fread(text, 1, sizeof text, file);
    fclose(file);
    options->key = arena_str(cli->arena, str_trim((struct str){text, n}));
    return options->key.n || err_set(err, ERR_INPUT, "%s: there is no key in it", path);
}

static bool options_of(struct cli *cli, struct sink_options *ret, struct err *err)
{
    const struct args *args = &cli->args;
    const char *delay = args_value(args, "delay"), *shares = args_value(args, "shares");
    struct sink_options o = {.server = args_value(args, "server"),
            .shares = {.answer = 20, .away = 5, .bounce = 2, .leave = 3, .open = 60, .click = 25},
            .tell = tell};
    if (!args_number(args, "seed", 0, UINT32_MAX, 1, &o.seed, err) ||
            !delays(delay ? delay : "2-20", &o, err) ||
            (shares && !sink_shares_parse(str_of(shares), &o.shares, err)) ||
            (o.server && !read_key(cli, &o, err)))
        return false;
    *ret = o;
    return true;
}

static bool run(struct cli *cli, struct err *err)
{
    struct sink *s = mem_zero(1, sizeof *s);
    struct sink_options options;
    uint64_t port;
    unsigned bound = 0;
    s->folder = args_value(&cli->args, "folder");
    s->listener = -1;
    bool ok = (s->folder || err_set(err, ERR_USAGE, "--folder is missing")) &&
              options_of(cli, &options, err) && args_number(&cli->args, "port", 0, 65535, 0, &port, err);
    if (ok && mkdir(s->folder, 0700) != 0 && errno != EEXIST)
        ok = err_errno(err, ERR_IO, "%s", s->folder);
    ok = ok && listen_on(s, (unsigned)port, &bound, err);
    if (ok) {
        printf("{\"listening\":\"127.0.0.1:%u\"}\n", bound);
        fflush(stdout);
        s->people = people_new(&options);
        while (ok)
            ok = turn(s, err);
        people_free(s->people);
    }
    while (s->n)
        hang_up(s, s->n - 1);
    if (s->listener >= 0)
        close(s->listener);
    free(s);
    return ok;
}

const struct command COMMAND_TEST_SINK = {
        .name = "test-sink",
        .summary = "Takes mails on loopback, and plays the people who get them",
        .synopsis = "--folder DIR [--port PORT] [--server URL --key-file FILE]",
        .about = "Every mail is taken and kept as DIR/000001.eml and so on, its envelope on top. With "
                 "--server, "
                 "people\nopen, click, answer, are away, are gone (a bounce) or leave (one-click), over HTTP "
                 "and\n"
                 "POST /api/inbox/messages, which needs a key of scope write. Prints a JSON line for each "
                 "deed,\n"
                 "before them one with the address. Who does what depends on --seed and the address only.",
        .options = (const struct option[]){{"folder", "DIR", "where mails are kept; made if it is not there",
                                                   false},
                {"port", "PORT", "of 127.0.0.1 (default: a free one)", false},
                {"server", "URL", "the Sluice that sends, as in http://127.0.0.1:8080", false},
                {"key-file", "FILE", "its key; else the environment's SLUICE_KEY", false},
                {"seed", "N", "who does what (default: 1)", false},
                {"delay", "SECONDS", "from a mail to what comes of it, as in 2-20 (the default)", false},
                {"shares", "LIST",
                        "percent, default answer=20,away=5,bounce=2,leave=3 of the people,\n"
                        "open=60,click=25 of the mails",
                        false},
                OPTION_END},
        .hidden = true,
        .run = run,
};
