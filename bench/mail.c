// Mails out: personalised ones of 5 KB through the whole of Sluice (queue, compose, suppression, SMTP,
// events) to Postfix's smtp-sink, beside smtp-source to the same sink; signed ones beside the machine's
// signing rate; what a send with an open and a click takes on disk; memory. `mail --small`: a twentieth.
#include "app/message/events.h"
#include "app/message/message.h"
#include "app/standing/live.h"
#include "base/arena.h"
#include "mail/dkim.h"
#include "store/ask.h"
#include "support/measure.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct str stores_folder(struct arena *arena, double megabytes);
void stores_remove(struct str folder);

enum { MAILS = 100000, SMALL = 5000, BODY = 5000, PART = 1000 };

struct bench {
    struct arena *arena;
    struct app *app;
    struct data *reader;
    unsigned n, port;
    pid_t sink;
    char email[40];
    struct err err;
};

static void must(struct bench *b, bool ok)
{
    if (!ok)
        fprintf(stderr, "%s\n", b->err.message);
    measure_check(ok, "it works");
}

static unsigned free_port(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    measure_check(fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof a) == 0 &&
                          getsockname(fd, (struct sockaddr *)&a, &size) == 0,
            "there is a free port");
    close(fd);
    return ntohs(a.sin_port);
}

static pid_t start(const char *program, char *const arguments[])
{
    pid_t pid = fork();
    if (pid == 0) {
        execv(program, arguments);
        _exit(127);
    }
    return pid;
}

static bool listening(unsigned port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((in_port_t)port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool is = connect(fd, (struct sockaddr *)&a, sizeof a) == 0;
    close(fd);
    return is;
}

static void sink_start(struct bench *b)
{
    char at[40];
    b->port = free_port();
    snprintf(at, sizeof at, "127.0.0.1:%u", b->port);
    char *as_root[] = {"smtp-sink", "-u", "nobody", at, "1000", NULL},
         *as_user[] = {"smtp-sink", at, "1000", NULL};
    b->sink = start("/usr/sbin/smtp-sink", getuid() == 0 ? as_root : as_user);
    for (int i = 0; i < 200 && !listening(b->port); i++)
        usleep(50000);
}

// Mails a second of Postfix's own client.
static double source(struct bench *b)
{
    char at[40], n[20], length[20];
    snprintf(at, sizeof at, "127.0.0.1:%u", b->port);
    snprintf(n, sizeof n, "%u", b->n);
    snprintf(length, sizeof length, "%d", BODY);
    char *arguments[] = {"smtp-source", "-d", "-s", "10", "-m", n, "-l", length, "-f", "a@example.com", "-t",
            "b@example.org", at, NULL};
    int status;
    double began = measure_ms();
    pid_t pid = start("/usr/sbin/smtp-source", arguments);
    measure_check(waitpid(pid, &status, 0) == pid && status == 0, "smtp-source ends well");
    return b->n / (measure_ms() - began) * 1000;
}

static struct writing *begin(struct bench *b)
{
    struct writing *w;
    must(b, writing_begin(b->app, &w, &b->err));
    return w;
}

static void contacts(struct bench *b)
{
    for (unsigned i = 0; i < b->n;) {
        struct writing *w = begin(b);
        for (unsigned end = i + PART; i < end && i < b->n; i++)
            must(b, writing_append(w,
                            arena_printf(w->arena,
                                    "{\"type\":\"identify\",\"userId\":\"u%u\",\"traits\":{\"email\":\"p%u@"
                                    "example.org\","
                                    "\"name\":\"Person %u\"}}",
                                    i, i, i),
                            NULL, &b->err));
        must(b, writing_commit(w, &b->err));
    }
}

static void mailbox(struct bench *b, int64_t number, const char *domain)
{
    struct writing *w = begin(b);
    must(b, store_do(w->store,
                    "INSERT INTO mailbox (number, id, name, address, active, bounce_address, smtp_host, "
                    "smtp_port,"
                    " smtp_security, smtp_login, smtp_user, imap_host, imap_port, imap_security, imap_login,"
                    " imap_user, daily_cap, per_minute, per_domain, ramp_start, ramp_growth, ramp_ceiling,"
                    " brake_why, base_day, base_sent, base_bounced, base_complained, version, created, "
                    "changed)"
                    " VALUES ($3, $1, 'A', $1, 1, '', '127.0.0.1', $2, 0, 0, '', '', 0, 0, 0, '', 0, 0, 0, "
                    "0, 0,"
                    " 0, '', 0, 0, 0, 0, 1, 1, 1)",
                    PARAMS(P_TEXT(arena_printf(w->arena, "ann@%s", domain)), P_INT(b->port), P_INT(number)),
                    &b->err));
    must(b, writing_commit(w, &b->err));
}

static struct str body(struct arena *arena, unsigned i)
{
    struct buf out = {0};
    buf_printf(&out, "Dear Person %u,\n\n", i);
    while (out.n < BODY)
        buf_printf(&out, "This is a line for Person %u that says something of some use to them.\n", i);
    struct str text = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

static uint32_t contact_of(struct bench *b, unsigned i)
{
    char id[20];
    uint32_t contact;
    snprintf(id, sizeof id, "u%u", i);
    must(b, live_find(app_live(b->app), b->reader, str_of(id), &contact, &b->err));
    return contact;
}

// Queues mails to n people, to go out when release() says so.
static void queue(struct bench *b, unsigned n, int64_t box)
{
    for (unsigned i = 0; i < n;) {
        unsigned end = i + PART < n ? i + PART : n;
        uint32_t numbers[PART];
        for (unsigned k = i; k < end; k++)
            numbers[k - i] = contact_of(b, k);
        struct writing *w = begin(b);
        for (unsigned k = i; k < end; k++) {
            struct message_plain plain = {.contact = numbers[k - i],
                    .subject = arena_printf(w->arena, "News for Person %u", k),
                    .text = body(w->arena, k),
                    .mailbox = box,
                    .transactional = true};
            must(b, message_plain(w, &plain, NULL, &b->err));
        }
        must(b, store_exec(w->store,
                        "UPDATE message_send SET due = 9000000000 WHERE state = 0 AND due < 9000000000",
                        &b->err));
        must(b, writing_commit(w, &b->err));
        i = end;
    }
}

static int64_t number(struct bench *b, const char *sql)
{
    int64_t n;
    must(b, store_number(data_store(b->reader), sql, 0, &n, &b->err));
    return n;
}

// Mails a second until all that is queued is sent.
static double release(struct bench *b, unsigned n)
{
    struct writing *w = begin(b);
    must(b, store_exec(w->store, "UPDATE message_send SET due = 1 WHERE state = 0", &b->err));
    must(b, writing_commit(w, &b->err));
    double began = measure_ms();
    message_wake(b->app);
    while (number(b, "SELECT count(*) FROM message_send WHERE state IN (0, 1)"))
        usleep(20000);
    double rate = n / (measure_ms() - began) * 1000;
    measure_check(number(b, "SELECT count(*) FROM message_send WHERE state <> 2") == 0, "all are sent");
    return rate;
}

static double resident_mb(void)
{
    char line[200];
    double kb = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, "VmRSS:", 6) == 0)
            kb = strtod(line + 6, NULL);
    if (f)
        fclose(f);
    return kb / 1024;
}

static int64_t bytes(struct bench *b)
{
    return number(b,
            "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'message_send%' OR name = 'message_address'"
            " OR name = 'event'");
}

// Every second one is opened, every tenth clicked.
static void opens_and_clicks(struct bench *b)
{
    int64_t first = number(b, "SELECT min(id) FROM message_send");
    for (unsigned i = 0; i < b->n;) {
        unsigned end = i + PART < b->n ? i + PART : b->n;
        uint32_t numbers[PART];
        for (unsigned k = i; k < end; k++)
            numbers[k - i] = contact_of(b, k);
        struct writing *w = begin(b);
        for (unsigned k = i; k < end; k++) {
            int64_t row, send = first + (int64_t)k;
            if (k % 2 == 0)
                must(b, event_write(w, numbers[k - i], send, "email.opened", STR_NONE, w->now, STR_NONE, &row,
                                &b->err));
            if (k % 10 == 0)
                must(b, event_write(w, numbers[k - i], send, "email.clicked", STR_NONE, w->now,
                                STR(",\"link\":\"https://example.com/offer\""), &row, &b->err));
        }
        must(b, store_do(w->store, "UPDATE message_send SET opens = 1, clicks = 1 WHERE id > $1 AND id <= $2",
                        PARAMS(P_INT(first + i - 1), P_INT(first + end - 1)), &b->err));
        must(b, writing_commit(w, &b->err));
        i = end;
    }
}

// Where the bytes are.
static void tables(struct bench *b)
{
    struct query *q;
    bool row;
    must(b, store_query(data_store(b->reader),
                    "SELECT name, sum(pgsize), sum(unused) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT "
                    "12",
                    &q, &b->err));
    while (query_step(q, &row, &b->err) && row)
        printf("    %.*s %.1f (unused %.1f)\n", STR_ARG(query_text(q, 0)), (double)query_int(q, 1) / b->n,
                (double)query_int(q, 2) / b->n);
    query_end(q);
}

struct signing {
    struct dkim_key *key;
    struct str mail;
    unsigned n;
};

static void *sign_some(void *p)
{
    struct signing *s = p;
    struct dkim_signer with = {.key = s->key, .domain = STR("signed.example.com"), .selector = STR("s")};
    double began = measure_ms();
    while (measure_ms() - began < 1000) {
        struct buf out = {0};
        struct err err;
        s->n += dkim_sign(&with, s->mail, &out, &err);
        buf_free(&out);
    }
    return NULL;
}

// RSA-2048 signatures a second that all cores together make.
static double signing_rate(struct bench *b, struct str pem)
{
    enum { THREADS = 2 };
    struct signing all[THREADS];
    pthread_t threads[THREADS];
    struct dkim_key *key;
    unsigned n = 0;
    must(b, dkim_key_read(pem, &key, &b->err));
    for (unsigned i = 0; i < THREADS; i++) {
        all[i] = (struct signing){key,
                arena_printf(b->arena, "From: a@b\r\nSubject: x\r\n\r\n%.*s", STR_ARG(body(b->arena, 1))), 0};
        pthread_create(&threads[i], NULL, sign_some, &all[i]);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        n += all[i].n;
    }
    dkim_key_free(key);
    return n;
}

static void signed_mails(struct bench *b, double unsigned_rate)
{
    struct str pem;
    unsigned n = b->n / 5;
    must(b, dkim_key_make(b->arena, DKIM_RSA, &pem, &b->err));
    double signing = signing_rate(b, pem);
    mailbox(b, 2, "signed.example.com");
    struct writing *w = begin(b);
    must(b, store_do(w->store,
                    "INSERT INTO mailbox_dkim (domain, selector, kind, secret, record, made)"
                    " VALUES ('signed.example.com', 's', 'rsa', $1, '', 1)",
                    PARAMS(P_BYTES(pem)), &b->err));
    must(b, writing_commit(w, &b->err));
    queue(b, n, 2);
    double rate = release(b, n), allowed = 1 / (1 / signing + 1 / unsigned_rate);
    measure_note("RSA-2048 signatures alone, all cores", signing, "/s");
    measure_note("mails signed with RSA-2048", rate, "/s");
    measure_at_least("of what signing and sending allow together", 100 * rate / allowed, 80, "%");
}

int main(int argc, char **argv)
{
    struct bench b = {.arena = arena_new(), .n = argc > 1 && strcmp(argv[1], "--small") == 0 ? SMALL : MAILS};
    if (access("/usr/sbin/smtp-sink", X_OK) != 0 || access("/usr/sbin/smtp-source", X_OK) != 0) {
        puts("skipped: smtp-sink and smtp-source (package postfix) are absent");
        return 0;
    }
    signal(SIGPIPE, SIG_IGN);
    struct str folder = stores_folder(b.arena, 3000);
    const char *data = arena_printf(b.arena, "%.*s/data", STR_ARG(folder)).p;
    struct app_options options = {.folder = data, .clock = clock_system()};
    sink_start(&b);
    must(&b, data_init(data, STR("model \"m\"\nstage lead when any inbound\n"), "m", 1700000000, &b.err) &&
                     app_open(&options, &b.app, &b.err) && app_start(b.app, &b.err) &&
                     app_reader(b.app, &b.reader, &b.err));
    contacts(&b);
    must(&b, live_wait(app_live(b.app), app_follow(b.app, 0, 0), 60000));
    mailbox(&b, 1, "example.com");
    double peer = source(&b);
    int64_t before = bytes(&b);
    queue(&b, b.n / 10, 1);
    release(&b, b.n / 10);
    double small_mb = resident_mb();
    must(&b, true);
    struct writing *w = begin(&b);
    must(&b, store_exec(w->store,
                     "DELETE FROM message_send; DELETE FROM message_plain; DELETE FROM message_address",
                     &b.err));
    must(&b, writing_commit(w, &b.err));
    before = bytes(&b);
    queue(&b, b.n, 1);
    double rate = release(&b, b.n);
    printf("%u personalised mails of %d bytes\n", b.n, BODY);
    measure_at_least("mails a second, unsigned", rate, 2000, "/s");
    measure_note("smtp-source -d -s 10 to the same sink", peer, "/s");
    measure_note("memory behind a tenth of them", small_mb, "MB");
    measure_at_most("more of it behind all of them", resident_mb() - small_mb, 60, "MB");
    opens_and_clicks(&b);
    measure_at_most(
            "a send on disk, half opened, a tenth clicked", (double)(bytes(&b) - before) / b.n, 300, "bytes");
    if (getenv("BENCH_TABLES"))
        tables(&b);
    signed_mails(&b, rate);
    data_close(b.reader);
    app_close(b.app);
    kill(b.sink, SIGTERM);
    waitpid(b.sink, NULL, 0);
    stores_remove(folder);
    arena_free(b.arena);
    return 0;
}
