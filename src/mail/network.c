// The real network: one thread that keeps connections to mail servers and hands mails over, and a thread for
// each connection being made (looking names up blocks).
#include "mail/network.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/vec.h"
#include "mail/dns.h"
#include "mail/smtp.h"
#include "mail/wire.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
    SESSIONS = 4,
    PER_CONNECTION = 100,
    CONNECT_MS = 20 * 1000,
    REPLY_MS = 120 * 1000,
    DOT_MS = 600 * 1000, // RFC 5321, 4.5.3.2.6
    IDLE_MS = 10 * 1000,
    READ = 16384,
    LANES_MAX = 1000,
};

static const char STOPPED[] = "Sluice was stopped";

// The way to one account: mails that wait for it, and how many connections there are.
struct lane {
    uint64_t key;
    struct mail_delivery *first, *last;
    unsigned sessions;
};

struct session {
    struct network *network;
    struct lane *lane;
    struct arena *arena;
    struct mail_account account; // in arena
    struct mail_delivery *mail;
    pthread_t thread; // while connecting
    atomic_bool connected;
    bool connecting, handshake, failed;
    struct wire *wire;
    struct smtp *smtp;
    unsigned mails;
    int64_t deadline;
    struct err err;
};

struct network {
    struct mail_network face;
    struct mail_network_options options;
    char name[256];
    bool running;
    struct wire_trust *trust; // of the thread
    pthread_t thread;
    int wake;
    atomic_bool closing;
    pthread_mutex_t mutex;
    pthread_cond_t cond;
    struct mail_delivery *in, *in_last, *out, *out_last; // with mutex
    // The thread's own
    VEC(struct session *) sessions;
    VEC(struct lane *) lanes;
    VEC(struct pollfd) fds;
};

static int64_t now_ms(void)
{
    return clock_monotonic_ns() / 1000000;
}

static void push(struct mail_delivery **first, struct mail_delivery **last, struct mail_delivery *mail)
{
    mail->next = NULL;
    *(*first ? &(*last)->next : first) = mail;
    *last = mail;
}

static struct mail_delivery *pop(struct mail_delivery **first)
{
    struct mail_delivery *mail = *first;
    if (mail)
        *first = mail->next;
    return mail;
}

static void poke(struct network *net)
{
    uint64_t one = 1;
    if (write(net->wake, &one, sizeof one) < 0)
        return; // it is full: the thread wakes anyway
}

static void submit(void *ctx, struct mail_delivery *mail)
{
    struct network *net = ctx;
    pthread_mutex_lock(&net->mutex);
    bool first = !net->in;
    push(&net->in, &net->in_last, mail);
    pthread_mutex_unlock(&net->mutex);
    if (first)
        poke(net);
}

static size_t collect(void *ctx, struct mail_delivery **out, size_t n, unsigned ms)
{
    struct network *net = ctx;
    struct timespec until;
    size_t got = 0;
    int late = 0;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&net->mutex);
    while (ms && !net->out && !late)
        late = pthread_cond_timedwait(&net->cond, &net->mutex, &until);
    while (got < n && net->out)
        out[got++] = pop(&net->out);
    pthread_mutex_unlock(&net->mutex);
    return got;
}

static void give_back(struct network *net, struct mail_delivery *mail)
{
    pthread_mutex_lock(&net->mutex);
    push(&net->out, &net->out_last, mail);
    pthread_cond_signal(&net->cond);
    pthread_mutex_unlock(&net->mutex);
}

static void unreached(struct network *net, struct mail_delivery *mail, const char *why)
{
    mail->handed = HANDED_UNREACHED;
    mail->reply = 0;
    mail->status[0] = '\0';
    mail->account_fault = true;
    snprintf(mail->text, sizeof mail->text, "%s", why);
    give_back(net, mail);
}

static void *connect_thread(void *p)
{
    struct session *s = p;
    s->failed = !wire_connect(s->account.host, s->account.port, CONNECT_MS, &s->wire, &s->err);
    atomic_store(&s->connected, true);
    poke(s->network);
    return NULL;
}

static void session_free(struct session *s)
{
    if (s->connecting)
        pthread_join(s->thread, NULL);
    s->lane->sessions--;
    smtp_free(s->smtp);
    wire_close(s->wire);
    arena_free(s->arena);
    free(s);
}

static struct mail_account copy_account(struct arena *arena, const struct mail_account *a)
{
    struct mail_account copy = *a;
    copy.host = arena_str(arena, a->host);
    copy.user = arena_str(arena, a->user);
    copy.secret = arena_str(arena, a->secret);
    return copy;
}

static void session_new(struct network *net, struct lane *lane)
{
    struct session *s = mem_zero(1, sizeof *s);
    s->network = net;
    s->lane = lane;
    s->arena = arena_new();
    s->mail = pop(&lane->first);
    s->account = copy_account(s->arena, s->mail->account);
    s->connecting = true;
    lane->sessions++;
    if (pthread_create(&s->thread, NULL, connect_thread, s) != 0) {
        s->connecting = false;
        unreached(net, s->mail, "no thread could be started");
        session_free(s);
        return;
    }
    vec_push(&net->sessions, s);
}

// Gives the mail under way back, and where the account is at fault also what waits for it: it fares no
// better.
static void session_fail(struct session *s, const char *why, bool fault)
{
    struct network *net = s->network;
    if (s->mail)
        unreached(net, s->mail, why);
    s->mail = NULL;
    for (struct mail_delivery *mail; fault && (mail = pop(&s->lane->first));)
        unreached(net, mail, why);
}

static void next_mail(struct session *s)
{
    if (!s->mail)
        s->mail = pop(&s->lane->first);
    if (!s->mail) {
        s->deadline = now_ms() + IDLE_MS;
        return;
    }
    s->mails++;
    smtp_begin(s->smtp, s->mail);
    s->deadline = now_ms() + REPLY_MS;
}

static void mail_done(struct session *s)
{
    bool fault = s->mail->account_fault;
    char why[HANDED_TEXT];
    snprintf(why, sizeof why, "%s", s->mail->text);
    give_back(s->network, s->mail);
    s->mail = NULL;
    if (fault)
        session_fail(s, why, true);
}

// What the protocol machine has to say. false: the session is over.
static bool session_events(struct session *s)
{
    for (;;) {
        switch (smtp_pull(s->smtp)) {
        case SMTP_MORE:
            return true;
        case SMTP_TLS:
            s->handshake = true;
            return true;
        case SMTP_READY:
            next_mail(s);
            break;
        case SMTP_DONE:
            mail_done(s);
            if (!smtp_usable(s->smtp))
                break;
            if (s->mails < s->network->options.per_connection)
                next_mail(s);
            else
                smtp_quit(s->smtp);
            break;
        case SMTP_OVER:
            // Before a mail was begun it is the account that does not work; behind QUIT it is just the end.
            if (s->mail)
                session_fail(s, smtp_why(s->smtp), true);
            return false;
        }
    }
}

static bool session_handshake(struct session *s)
{
    struct err err = {0};
    struct network *net = s->network;
    if (!net->trust &&
            !wire_trust_new(net->options.trust_file, net->options.any_certificate, &net->trust, &err)) {
        session_fail(s, err.message, true);
        return false;
    }
    enum wire_result result = wire_handshake(s->wire, net->trust, s->account.host, &err);
    if (result == WIRE_AGAIN)
        return true;
    if (result != WIRE_DONE) {
        session_fail(s, err.message, true);
        return false;
    }
    s->handshake = false;
    if (s->account.security == MAIL_TLS)
        s->smtp = smtp_new(&s->account, str_of(net->name), true);
    else
        smtp_secured(s->smtp);
    return true;
}

static bool session_connected(struct session *s)
{
    pthread_join(s->thread, NULL);
    s->connecting = false;
    if (s->failed) {
        session_fail(s, s->err.message, true);
        return false;
    }
    s->deadline = now_ms() + REPLY_MS;
    if (s->account.security == MAIL_TLS)
        s->handshake = true;
    else
        s->smtp = smtp_new(&s->account, str_of(s->network->name), false);
    return true;
}

static bool session_write(struct session *s)
{
    for (struct str out; (out = smtp_output(s->smtp)).n;) {
        size_t n;
        enum wire_result result = wire_write(s->wire, out, &n);
        if (result == WIRE_AGAIN)
            return true;
        if (result != WIRE_DONE)
            return false;
        smtp_sent(s->smtp, n);
        if (smtp_dotted(s->smtp))
            s->deadline = now_ms() + DOT_MS;
    }
    return true;
}

static bool session_read(struct session *s)
{
    char bytes[READ];
    for (;;) {
        size_t n;
        enum wire_result result = wire_read(s->wire, bytes, sizeof bytes, &n);
        if (result == WIRE_AGAIN)
            return true;
        if (result != WIRE_DONE)
            return false;
        smtp_push(s->smtp, (struct str){bytes, n});
        if (!smtp_dotted(s->smtp))
            s->deadline = now_ms() + REPLY_MS;
        if (n < sizeof bytes && !wire_is_tls(s->wire))
            return true;
    }
}

// Does what can be done. false: the session is over.
static bool session_run(struct session *s, short events)
{
    if (s->connecting)
        return !atomic_load(&s->connected) || (session_connected(s) && session_run(s, 0));
    bool alive = true;
    if (s->handshake && !session_handshake(s))
        return false;
    if (s->handshake)
        return true;
    if (events & (POLLIN | POLLHUP | POLLERR))
        alive = session_read(s);
    if (smtp_usable(s->smtp) && !s->mail && s->lane->first && alive)
        next_mail(s);
    if (!session_events(s))
        return false;
    if (s->handshake)
        return session_run(s, 0);
    if (alive)
        alive = session_write(s);
    if (!alive)
        smtp_lost(s->smtp, "the connection broke");
    return alive ? true : session_events(s);
}

// false: it took too long.
static bool session_in_time(struct session *s, int64_t now)
{
    if (s->connecting || now < s->deadline)
        return true;
    if (!s->smtp) {
        session_fail(s, "the server is silent", true);
        return false;
    }
    if (smtp_usable(s->smtp)) {
        smtp_quit(s->smtp);
        session_write(s);
        return false;
    }
    smtp_lost(s->smtp, "the server is silent");
    return session_events(s);
}

static struct lane *lane_of(struct network *net, uint64_t key)
{
    for (size_t i = 0; i < net->lanes.n; i++)
        if (net->lanes.v[i]->key == key)
            return net->lanes.v[i];
    // Accounts of the past, which nobody uses any more.
    for (size_t i = 0; net->lanes.n >= LANES_MAX && i < net->lanes.n; i++)
        if (!net->lanes.v[i]->sessions && !net->lanes.v[i]->first) {
            net->lanes.v[i]->key = key;
            return net->lanes.v[i];
        }
    struct lane *lane = mem_zero(1, sizeof *lane);
    lane->key = key;
    vec_push(&net->lanes, lane);
    return lane;
}

static void take_in(struct network *net)
{
    pthread_mutex_lock(&net->mutex);
    struct mail_delivery *first = net->in;
    net->in = net->in_last = NULL;
    pthread_mutex_unlock(&net->mutex);
    while (first) {
        struct mail_delivery *mail = pop(&first);
        struct lane *lane = lane_of(net, mail->account_key);
        push(&lane->first, &lane->last, mail);
    }
}

static void open_sessions(struct network *net)
{
    for (size_t i = 0; i < net->lanes.n; i++) {
        struct lane *lane = net->lanes.v[i];
        while (lane->first && lane->sessions < net->options.sessions)
            session_new(net, lane);
    }
}

static int fill_fds(struct network *net)
{
    int64_t now = now_ms(), wait = 60000;
    net->fds.n = 0;
    vec_push(&net->fds, ((struct pollfd){.fd = net->wake, .events = POLLIN}));
    for (size_t i = 0; i < net->sessions.n; i++) {
        struct session *s = net->sessions.v[i];
        bool writes = !s->connecting && ((s->handshake && wire_wants_write(s->wire)) ||
                                                (s->smtp && smtp_output(s->smtp).n && !s->handshake));
        vec_push(&net->fds, ((struct pollfd){.fd = s->connecting ? -1 : wire_fd(s->wire),
                                    .events = (short)(POLLIN | (writes ? POLLOUT : 0))}));
        if (!s->connecting && s->deadline - now < wait)
            wait = s->deadline - now;
    }
    return wait < 0 ? 0 : (int)wait + 1;
}

static void *run(void *p)
{
    struct network *net = p;
    while (!atomic_load(&net->closing)) {
        uint64_t count;
        int wait = fill_fds(net);
        if (poll(net->fds.v, (nfds_t)net->fds.n, wait) < 0)
            continue;
        if (net->fds.v[0].revents && read(net->wake, &count, sizeof count) < 0)
            continue;
        take_in(net);
        int64_t now = now_ms();
        size_t n = net->sessions.n, kept = 0;
        for (size_t i = 0; i < n; i++) {
            struct session *s = net->sessions.v[i];
            if (session_run(s, net->fds.v[i + 1].revents) && session_in_time(s, now))
                net->sessions.v[kept++] = s;
            else
                session_free(s);
        }
        net->sessions.n = kept;
        open_sessions(net);
    }
    return NULL;
}

// What is under way gets its verdict, so that a mail whose dot left is not thought unsent.
static void stop(void *ctx)
{
    struct network *net = ctx;
    if (!net->running)
        return;
    net->running = false;
    atomic_store(&net->closing, true);
    poke(net);
    pthread_join(net->thread, NULL);
    for (size_t i = 0; i < net->sessions.n; i++) {
        struct session *s = net->sessions.v[i];
        if (s->smtp && s->mail) {
            smtp_lost(s->smtp, STOPPED);
            session_events(s);
        }
        session_fail(s, STOPPED, true);
        session_free(s);
    }
    net->sessions.n = 0;
    take_in(net);
    for (size_t i = 0; i < net->lanes.n; i++)
        for (struct mail_delivery *mail; (mail = pop(&net->lanes.v[i]->first));)
            unreached(net, mail, STOPPED);
}

static bool try_login(void *ctx, const struct mail_account *account, struct arena *arena,
        struct str *ret_about, struct err *err)
{
    const struct network *net = ctx;
    return mail_try_login(&net->options, account, arena, ret_about, err);
}

static bool resolve(void *ctx, struct arena *arena, struct str name, enum dns_type type,
        struct dns_answer *ret, struct err *err)
{
    (void)ctx;
    return dns_query(arena, name, type, ret, err);
}

struct mail_network *mail_network_new(const struct mail_network_options *options)
{
    struct network *net = mem_zero(1, sizeof *net);
    pthread_condattr_t monotonic;
    net->options = *options;
    net->options.sessions = options->sessions ? options->sessions : SESSIONS;
    net->options.per_connection = options->per_connection ? options->per_connection : PER_CONNECTION;
    snprintf(net->name, sizeof net->name, "%.*s", STR_ARG(options->name));
    if (!net->name[0] && gethostname(net->name, sizeof net->name - 1) != 0)
        net->name[0] = '\0';
    net->options.name = str_of(net->name);
    net->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    pthread_mutex_init(&net->mutex, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&net->cond, &monotonic);
    pthread_condattr_destroy(&monotonic);
    net->face = (struct mail_network){net, true, submit, collect, try_login, resolve, stop};
    net->running = net->wake >= 0 && pthread_create(&net->thread, NULL, run, net) == 0;
    if (!net->running)
        mem_out(1, sizeof *net); // no thread at the start of the process: nothing would work
    return &net->face;
}

void mail_network_free(struct mail_network *network)
{
    if (!network)
        return;
    struct network *net = network->ctx;
    stop(net);
    for (size_t i = 0; i < net->lanes.n; i++)
        free(net->lanes.v[i]);
    vec_free(&net->sessions);
    vec_free(&net->lanes);
    vec_free(&net->fds);
    wire_trust_free(net->trust);
    close(net->wake);
    pthread_cond_destroy(&net->cond);
    pthread_mutex_destroy(&net->mutex);
    free(net);
}
