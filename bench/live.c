// The running server over a large store: how soon after an event was acknowledged its contact's standing
// shows over the API, and how long lists and single contacts take meanwhile. 1 M contacts with 20 M events,
// 5,000 more a second, from this same machine.
//   live [--small]        SLUICE_BENCH_STORE names a data folder made by `sluice demo` to be used (and added
//   to) instead
//                         of a new one; SLUICE_PROGRAM the program
#include "support/measure.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/rng.h"
#include "base/vec.h"

#include <arpa/inet.h>
#include <math.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BATCH = 100, EVENTS_A_SECOND = 5000, MARK_EVERY = 5 };

struct bench {
    const char *program;
    char folder[500], key[200], capture[200];
    unsigned contacts, seconds, port;
    VEC(unsigned) people; // numbers of the users that contacts are named by
    pid_t server;
    atomic_bool stop;
    // The marked contact that was acknowledged last, and when.
    _Atomic uint32_t mark;
    _Atomic int64_t acknowledged_us;
    atomic_uint sent, late;
};

typedef VEC(double) times;

static int64_t now_us(void)
{
    return (int64_t)(measure_ms() * 1000);
}

// --- HTTP, one connection, one request at a time

struct connection {
    const struct bench *bench;
    const char *key;
    int fd;
    struct buf in;
};

static void connection_open(struct connection *c, const struct bench *bench, const char *key)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)bench->port)};
    int one = 1;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    *c = (struct connection){.bench = bench, .key = key, .fd = socket(AF_INET, SOCK_STREAM, 0)};
    measure_check(connect(c->fd, (struct sockaddr *)&to, sizeof to) == 0, "the server takes connections");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static void connection_close(struct connection *c)
{
    close(c->fd);
    buf_free(&c->in);
}

static void send_all(int fd, struct str bytes)
{
    while (bytes.n) {
        ssize_t n = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);
        measure_check(n > 0, "a request is taken");
        bytes = str_sub(bytes, (size_t)n, bytes.n);
    }
}

// Status; the body lies behind *ret_body in c->in.
static int request(
        struct connection *c, const char *method, const char *path, struct str body, struct str *ret_body)
{
    struct buf head = {0};
    buf_printf(&head,
            "%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: "
            "application/json\r\n"
            "Content-Length: %zu\r\n\r\n",
            method, path, c->key, body.n);
    buf_put(&head, body);
    send_all(c->fd, buf_str(&head));
    buf_free(&head);
    c->in.n = 0;
    char *end = NULL;
    size_t length = 0, start = 0;
    for (;;) {
        ssize_t n = recv(c->fd, buf_room(&c->in, 65537), 65536, 0);
        measure_check(n > 0, "a request is answered");
        c->in.n += (size_t)n;
        c->in.p[c->in.n] = '\0';
        if (!end && (end = strstr(c->in.p, "\r\n\r\n")) != NULL) {
            const char *field = strcasestr(c->in.p, "\r\nContent-Length:");
            measure_check(field && field < end, "an answer says its length");
            length = strtoul(field + 17, NULL, 10);
            start = (size_t)(end - c->in.p) + 4;
        }
        if (end && c->in.n >= start + length)
            break;
    }
    *ret_body = (struct str){c->in.p + start, length};
    return atoi(c->in.p + 9);
}

// --- the three that work at once

static void put_batch(struct bench *b, struct rng *rng, uint32_t number, uint32_t mark, struct buf *out)
{
    static const char *const NAMES[] = {
            "page.viewed", "page.viewed", "page.viewed", "email.opened", "email.clicked"};
    out->n = 0;
    buf_put(out, STR("{\"batch\":["));
    for (unsigned i = 0; i < BATCH; i++) {
        buf_printf(out, "%s{\"type\":\"track\",\"messageId\":\"%ld-%u-%u\",", i ? "," : "", (long)getpid(),
                number, i);
        if (mark && i == 0)
            buf_printf(
                    out, "\"userId\":\"bench-%ld-%u\",\"event\":\"form.submitted\"}", (long)getpid(), mark);
        else
            buf_printf(out, "\"userId\":\"u%u\",\"event\":\"%s\",\"properties\":{\"path\":\"/p\"}}",
                    b->people.v[rng_below(rng, b->people.n)], NAMES[rng_below(rng, 5)]);
    }
    buf_put(out, STR("]}"));
}

static void *send_events(void *arg)
{
    struct bench *b = arg;
    struct connection c;
    struct buf body = {0};
    struct str answer;
    struct rng rng = rng_seed(7);
    connection_open(&c, b, b->capture);
    int64_t start = now_us(), step = (int64_t)BATCH * 1000000 / EVENTS_A_SECOND;
    for (uint32_t i = 0; !atomic_load(&b->stop); i++) {
        int64_t due = start + i * step, now = now_us();
        if (now < due)
            usleep((useconds_t)(due - now));
        else if (now > due + 1000000)
            atomic_fetch_add(&b->late, 1);
        uint32_t mark = i % MARK_EVERY ? 0 : i / MARK_EVERY + 1;
        put_batch(b, &rng, i, mark, &body);
        measure_check(
                request(&c, "POST", "/v1/batch", buf_str(&body), &answer) == 200, "events are acknowledged");
        atomic_fetch_add(&b->sent, BATCH);
        if (mark) {
            atomic_store(&b->acknowledged_us, now_us());
            atomic_store(&b->mark, mark);
        }
    }
    buf_free(&body);
    connection_close(&c);
    return NULL;
}

struct watch {
    struct bench *b;
    times shown;
};

static void *watch_marks(void *arg)
{
    struct watch *w = arg;
    struct connection c;
    struct str answer;
    char path[200];
    uint32_t seen = 0;
    connection_open(&c, w->b, w->b->key);
    while (!atomic_load(&w->b->stop)) {
        uint32_t mark = atomic_load(&w->b->mark);
        if (mark == seen) {
            usleep(1000);
            continue;
        }
        int64_t since = atomic_load(&w->b->acknowledged_us);
        if (mark != atomic_load(&w->b->mark))
            continue;
        seen = mark;
        snprintf(path, sizeof path, "/api/contacts/bench-%ld-%u/transitions", (long)getpid(), mark);
        char standing[200];
        snprintf(standing, sizeof standing, "/api/journal?kind=stage&contact=bench-%ld-%u", (long)getpid(),
                mark);
        while (request(&c, "GET", path, STR(""), &answer) != 200 ||
                request(&c, "GET", standing, STR(""), &answer) != 200 || !strstr(answer.p, "\"to\":\"lead\""))
            usleep(3000);
        vec_push(&w->shown, (double)(now_us() - since) / 1000);
    }
    connection_close(&c);
    return NULL;
}

struct reading {
    struct bench *b;
    times lists, contacts;
};

static const char *const FILTERS[] = {"is%20prospect",
        "is%20customer%20and%20silent%20inbound%20for%2030%20days",
        "employees%20%3E%3D%2050%20and%20industry%20is%20%22beauty%22", "budget%20%3E%3D%2010000",
        "any%20meeting.held%20within%2090%20days", "persona%20known%20and%20not%20is%20customer"};

static void read_contact(struct reading *r, struct connection *c, struct rng *rng)
{
    static const char *const PARTS[] = {"", "/timeline", "/explain"};
    struct str answer;
    char path[200];
    unsigned contact = r->b->people.v[rng_below(rng, r->b->people.n)];
    int64_t start = now_us();
    for (unsigned i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "/api/contacts/u%u%s", contact, PARTS[i]);
        measure_check(request(c, "GET", path, STR(""), &answer) == 200, "a contact is answered");
    }
    vec_push(&r->contacts, (double)(now_us() - start) / 1000);
}

static void *read_contacts(void *arg)
{
    struct reading *r = arg;
    struct connection c;
    struct str answer;
    struct rng rng = rng_seed(9);
    char path[300];
    connection_open(&c, r->b, r->b->key);
    for (unsigned i = 0; !atomic_load(&r->b->stop); i++) {
        snprintf(path, sizeof path, "/api/contacts?filter=%s",
                FILTERS[i % (sizeof FILTERS / sizeof *FILTERS)]);
        int64_t start = now_us();
        measure_check(request(&c, "GET", path, STR(""), &answer) == 200, "a list is answered");
        vec_push(&r->lists, (double)(now_us() - start) / 1000);
        read_contact(r, &c, &rng);
        usleep(10000);
    }
    connection_close(&c);
    return NULL;
}

// --- the server

static void output_of(const char *command, char *out, size_t size)
{
    FILE *f = popen(command, "r");
    measure_check(f && fgets(out, (int)size, f), command);
    out[strcspn(out, "\n")] = '\0';
    measure_check(pclose(f) == 0, command);
}

// What it says later goes nowhere, but must not stop it.
static void *drain_lines(void *file)
{
    char line[4096];
    while (fgets(line, sizeof line, file))
        continue;
    fclose(file);
    return NULL;
}

static void start_server(struct bench *b)
{
    int err[2];
    char line[2000];
    measure_check(pipe(err) == 0, "a pipe");
    b->server = fork();
    if (b->server == 0) {
        dup2(err[1], 2);
        close(err[0]);
        execl(b->program, b->program, "serve", "--data", b->folder, "--listen", "127.0.0.1:0", (char *)NULL);
        _exit(127);
    }
    close(err[1]);
    FILE *f = fdopen(err[0], "r");
    while (!b->port && fgets(line, sizeof line, f)) {
        const char *at = strstr(line, "\"address\":\"127.0.0.1:");
        if (strstr(line, "\"listening\"") && at)
            b->port = (unsigned)atoi(at + 21);
    }
    measure_check(b->port > 0, "the server listens");
    pthread_t drain;
    pthread_create(&drain, NULL, drain_lines, f);
    pthread_detach(drain);
}

static double resident_mb(pid_t pid, const char *field)
{
    char path[64], line[200];
    double kb = 0;
    snprintf(path, sizeof path, "/proc/%ld/status", (long)pid);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, field, strlen(field)) == 0)
            kb = strtod(line + strlen(field) + 1, NULL);
    if (f)
        fclose(f);
    return kb / 1024;
}

// Processor seconds of the server so far, of all its threads: what can be compared on a busy machine, too.
static double server_cpu(const struct bench *b)
{
    char path[64];
    unsigned long user = 0, system_time = 0;
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)b->server);
    FILE *f = fopen(path, "r");
    if (f) {
        if (fscanf(f, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
                    &system_time) != 2)
            user = system_time = 0;
        fclose(f);
    }
    return (double)(user + system_time) / (double)sysconf(_SC_CLK_TCK);
}

// Those of the demo that only stand in a merge are no contacts: the first event of such a one makes the
// server build its histories anew, which is another figure (bench/store).
static void read_people(struct bench *b)
{
    char command[1200], line[300];
    unsigned number;
    snprintf(command, sizeof command, "%s contacts --data %s", b->program, b->folder);
    FILE *f = popen(command, "r");
    measure_check(f != NULL, command);
    while (fgets(line, sizeof line, f))
        if (sscanf(line, "u%u ", &number) == 1)
            vec_push(&b->people, number);
    measure_check(pclose(f) == 0 && b->people.n > 0, command);
}

// Until addresses and companies of the whole log are known, too: two seconds with next to nothing to do.
static void wait_for_rest(const struct bench *b)
{
    double before = server_cpu(b), cpu = 2;
    for (unsigned i = 0; i < 600 && cpu > 0.2; i++) {
        sleep(2);
        cpu = server_cpu(b) - before;
        before += cpu;
    }
    measure_note("  and until it rests", before * 1000, "ms of a processor");
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void report(const char *what, times *t, double bar, bool small)
{
    char name[200];
    measure_check(t->n > 0, what);
    qsort(t->v, t->n, sizeof *t->v, by_value);
    snprintf(name, sizeof name, "%s, median of %zu", what, t->n);
    measure_note(name, t->v[t->n / 2], "ms");
    snprintf(name, sizeof name, "%s, p99", what);
    size_t at = (size_t)ceil((double)t->n * 0.99) - 1;
    if (small)
        measure_note(name, t->v[at], "ms");
    else
        measure_at_most(name, t->v[at], bar, "ms");
    vec_free(t);
}

static void prepare(struct bench *b, bool small)
{
    char command[2000];
    const char *store = getenv("SLUICE_BENCH_STORE"), *tmp = getenv("TMPDIR");
    b->program = getenv("SLUICE_PROGRAM") ? getenv("SLUICE_PROGRAM") : "build/release/sluice";
    b->contacts = small ? 20000 : 1000000;
    b->seconds = small ? 6 : 45;
    snprintf(b->folder, sizeof b->folder, "%s/sluice-live-%ld", tmp ? tmp : "/tmp", (long)getpid());
    if (store) {
        snprintf(b->folder, sizeof b->folder, "%s", store);
    } else {
        snprintf(command, sizeof command,
                "%s demo --data %s --contacts %u >/dev/null 2>&1 && %s rebuild --data %s >/dev/null",
                b->program, b->folder, b->contacts, b->program, b->folder);
        measure_check(system(command) == 0, "the store is made");
    }
    start_server(b);
    snprintf(command, sizeof command, "%s key create --scope read --data %s", b->program, b->folder);
    output_of(command, b->key, sizeof b->key);
    snprintf(command, sizeof command, "%s key create --scope capture --data %s", b->program, b->folder);
    output_of(command, b->capture, sizeof b->capture);
    // The first standings, which are announced to nobody yet, are not what is measured.
    struct connection c;
    struct str answer;
    connection_open(&c, b, b->key);
    int64_t start = now_us();
    while (request(&c, "GET", "/api/contacts?limit=1", STR(""), &answer) != 200)
        usleep(100000);
    measure_note("contacts are listed after the start", (double)(now_us() - start) / 1000, "ms");
    measure_note("  for which the server took", server_cpu(b) * 1000, "ms of a processor");
    connection_close(&c);
    wait_for_rest(b);
    read_people(b);
}

int main(int argc, char **argv)
{
    struct bench b = {0};
    bool small = argc > 1 && strcmp(argv[1], "--small") == 0;
    prepare(&b, small);
    pthread_t sender, watcher, reader;
    struct watch watch = {.b = &b};
    struct reading reading = {.b = &b};
    pthread_create(&sender, NULL, send_events, &b);
    pthread_create(&watcher, NULL, watch_marks, &watch);
    pthread_create(&reader, NULL, read_contacts, &reading);
    double cpu = server_cpu(&b);
    sleep(b.seconds);
    cpu = server_cpu(&b) - cpu;
    double rss = resident_mb(b.server, "VmRSS"), own = resident_mb(b.server, "RssAnon");
    atomic_store(&b.stop, true);
    pthread_join(sender, NULL);
    pthread_join(watcher, NULL);
    pthread_join(reader, NULL);
    measure_note("events sent", (double)atomic_load(&b.sent) / b.seconds, "a second");
    measure_note("  of a processor that the server took", 100 * cpu / b.seconds, "%");
    measure_check(atomic_load(&b.sent) > 0, "events were sent");
    report("acknowledged until announced over the API", &watch.shown, 1000, small);
    report("a filtered list of 50", &reading.lists, 50, small);
    report("one contact with timeline and explanation", &reading.contacts, 20, small);
    measure_note("resident, mapped files included", rss, "MB");
    measure_note("resident, its own", own, "MB");
    kill(b.server, SIGTERM);
    waitpid(b.server, NULL, 0);
    if (!getenv("SLUICE_BENCH_STORE")) {
        char command[600];
        snprintf(command, sizeof command, "rm -rf %s", b.folder);
        measure_check(system(command) == 0, "the store is removed");
    }
    return 0;
}
