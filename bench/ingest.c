// What a served Sluice takes in, acknowledged only when it is durable: single events and batches of 100 over
// 64 connections, beside the rate at which bare SQLite inserts the same rows on the same disk.
//   ingest [--small] [PROGRAM]     --small: a twentieth of the time. PROGRAM: build/release/sluice
// The load generator shares the processors with the server, as in the figures that are asked for.
#include "app/event/log.h"
#include "base/mem.h"
#include "support/measure.h"
#include "support/stores.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CONNECTIONS = 64, BATCH = 100, VISITORS = 20000, ANSWER_MAX = 4096, RAW_ROWS = 300000 };

struct bench {
    struct arena *arena;
    const char *program;
    struct str folder; // of the data folder
    double seconds;
    pid_t server;
    unsigned port;
    char authorization[200];
    uint64_t made;         // messages
    uint64_t acknowledged; // messages
};

struct connection {
    int fd;
    char in[ANSWER_MAX];
    size_t n_in, sent;
    struct buf out;
    unsigned messages; // in the request that is under way
};

// The body column of a row, and the properties of a message.
static void put_rest(struct buf *out, uint64_t n)
{
    buf_printf(out,
            "\"properties\":{\"url\":\"https://example.com/products/"
            "%u\",\"price\":%u,\"category\":\"shoes\"},"
            "\"context\":{\"locale\":\"de-DE\",\"page\":{\"path\":\"/products\",\"referrer\":"
            "\"https://www.google.com/\"}}}",
            (unsigned)(n % 100), (unsigned)(n % 50));
}

static void put_message(struct buf *out, uint64_t n)
{
    char id[37];
    stores_uuid(7, (uint32_t)n, id);
    buf_printf(out,
            "{\"type\":\"track\",\"event\":\"Product "
            "Viewed\",\"anonymousId\":\"visitor-%u\",\"messageId\":\"%s\","
            "\"timestamp\":\"2026-01-01T10:00:00.000Z\",",
            (unsigned)(n % VISITORS), id);
    put_rest(out, n);
}

static pid_t start(const struct bench *b, char *const *arguments, int out, int err)
{
    pid_t pid = fork();
    measure_check(pid >= 0, "a process can be started");
    if (pid)
        return pid;
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(out >= 0 ? out : null, STDOUT_FILENO);
    dup2(err >= 0 ? err : null, STDERR_FILENO);
    execv(b->program, arguments);
    _exit(127);
}

static void finish(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0)
        measure_check(errno == EINTR, "a process can be waited for");
    measure_check(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the program succeeds");
}

// What the program prints on one of its outputs, up to a word.
static void read_until(int fd, const char *word, char *out, size_t size)
{
    size_t n = 0;
    out[0] = '\0';
    while (n + 1 < size && !strstr(out, word)) {
        ssize_t got = read(fd, out + n, size - n - 1);
        if (got <= 0)
            break;
        n += (size_t)got;
        out[n] = '\0';
    }
    measure_check(strstr(out, word) != NULL, "the program says what is expected");
}

static void basic(const char *key, char *out)
{
    static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char text[100];
    size_t n = (size_t)snprintf(text, sizeof text, "%s:", key);
    for (size_t i = 0; i < n; i += 3) {
        unsigned v = (unsigned)(unsigned char)text[i] << 16;
        v |= i + 1 < n ? (unsigned)(unsigned char)text[i + 1] << 8 : 0;
        v |= i + 2 < n ? (unsigned)(unsigned char)text[i + 2] : 0;
        *out++ = DIGITS[v >> 18];
        *out++ = DIGITS[v >> 12 & 63];
        *out++ = i + 1 < n ? DIGITS[v >> 6 & 63] : '=';
        *out++ = i + 2 < n ? DIGITS[v & 63] : '=';
    }
    *out = '\0';
}

static void start_server(struct bench *b)
{
    char *data = (char *)(uintptr_t)arena_printf(b->arena, "%s/data", b->folder.p).p;
    int ends[2];
    char text[8192];
    finish(start(b, (char *[]){"sluice", "init", "--data", data, NULL}, -1, -1));
    measure_check(pipe2(ends, O_CLOEXEC) == 0, "a pipe can be made");
    finish(start(b, (char *[]){"sluice", "key", "create", "--scope", "capture", "--data", data, NULL},
            ends[1], -1));
    read_until(ends[0], "\n", text, sizeof text);
    text[strcspn(text, "\n")] = '\0';
    basic(text, b->authorization);
    b->server = start(
            b, (char *[]){"sluice", "serve", "--data", data, "--listen", "127.0.0.1:0", NULL}, -1, ends[1]);
    close(ends[1]);
    read_until(ends[0], "\"listening\"", text, sizeof text);
    const char *port = strstr(text, "127.0.0.1:");
    measure_check(port != NULL, "the server names its address");
    b->port = (unsigned)strtoul(port + strlen("127.0.0.1:"), NULL, 10);
    // The pipe stays open: the server may go on to log.
}

static void stop_server(struct bench *b)
{
    kill(b->server, SIGTERM);
    finish(b->server);
}

// The next request into c->out.
static void make_request(struct bench *b, struct connection *c, unsigned messages, struct buf *body)
{
    body->n = 0;
    c->out.n = c->sent = 0;
    c->messages = messages;
    if (messages == 1) {
        put_message(body, b->made++);
    } else {
        buf_put(body, STR("{\"batch\":["));
        for (unsigned i = 0; i < messages; i++) {
            if (i)
                buf_char(body, ',');
            put_message(body, b->made++);
        }
        buf_put(body, STR("]}"));
    }
    buf_printf(&c->out,
            "POST /v1/%s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic %s\r\nContent-Type: "
            "application/json\r\nContent-Length: %zu\r\n\r\n",
            messages == 1 ? "track" : "batch", b->authorization, body->n);
    buf_put(&c->out, buf_str(body));
}

static void send_more(int epoll, struct connection *c, unsigned slot)
{
    while (c->sent < c->out.n) {
        ssize_t n = send(c->fd, c->out.p + c->sent, c->out.n - c->sent, MSG_NOSIGNAL);
        if (n < 0) {
            measure_check(errno == EAGAIN, "the server takes requests");
            break;
        }
        c->sent += (size_t)n;
    }
    struct epoll_event event = {.events = EPOLLIN | (c->sent < c->out.n ? EPOLLOUT : 0), .data.u32 = slot};
    epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &event);
}

// Whether the answer is whole; it must be good.
static bool read_answer(struct connection *c)
{
    ssize_t n = recv(c->fd, c->in + c->n_in, sizeof c->in - 1 - c->n_in, 0);
    if (n < 0 && errno == EAGAIN)
        return false;
    measure_check(n > 0, "the server answers");
    c->n_in += (size_t)n;
    c->in[c->n_in] = '\0';
    const char *end = strstr(c->in, "\r\n\r\n"), *length = strstr(c->in, "Content-Length: ");
    if (!end || !length || (size_t)(end + 4 - c->in) + strtoul(length + 16, NULL, 10) > c->n_in)
        return false;
    measure_check(strncmp(c->in, "HTTP/1.1 200", 12) == 0 && strstr(end, "\"errors\":0") != NULL,
            "every event is taken");
    c->n_in = 0;
    return true;
}

static int connect_to(unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    measure_check(fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0,
            "the server accepts connections");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

static int by_size(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

struct load {
    double rate;     // events a second
    double p50, p99; // milliseconds from request to answer
    double cpu;      // the server's processor time, microseconds an event
};

// Processor time of the server so far, all threads, milliseconds.
static double server_cpu(const struct bench *b)
{
    char path[64], text[1024];
    unsigned long user = 0, system = 0;
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)b->server);
    FILE *file = fopen(path, "re");
    measure_check(file && fgets(text, sizeof text, file), "the server runs");
    fclose(file);
    const char *end = strrchr(text, ')'); // of its name
    measure_check(
            end && sscanf(end, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) == 2,
            "the server's times can be read");
    return (double)(user + system) * 1000 / (double)sysconf(_SC_CLK_TCK);
}

// Long because: one loop with its state.
static struct load run_load(struct bench *b, unsigned messages)
{
    struct connection *c = mem_zero(CONNECTIONS, sizeof *c);
    double *since = mem_zero(CONNECTIONS, sizeof *since);
    float *took = mem_zero(4 << 20, sizeof *took);
    size_t n_took = 0;
    struct buf body = {0};
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    unsigned open = CONNECTIONS;
    uint64_t before = b->acknowledged;
    double started = measure_ms(), end = started + b->seconds * 1000, cpu = server_cpu(b);
    for (unsigned i = 0; i < CONNECTIONS; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};
        c[i].fd = connect_to(b->port);
        epoll_ctl(epoll, EPOLL_CTL_ADD, c[i].fd, &event);
        make_request(b, &c[i], messages, &body);
        since[i] = measure_ms();
        send_more(epoll, &c[i], i);
    }
    while (open) {
        struct epoll_event events[CONNECTIONS];
        int n = epoll_wait(epoll, events, CONNECTIONS, 20000);
        measure_check(n > 0, "the server goes on answering");
        for (int i = 0; i < n; i++) {
            unsigned slot = events[i].data.u32;
            if (events[i].events & EPOLLOUT)
                send_more(epoll, &c[slot], slot);
            if (!(events[i].events & EPOLLIN) || !read_answer(&c[slot]))
                continue;
            double now = measure_ms();
            b->acknowledged += messages;
            if (n_took < 4 << 20)
                took[n_took++] = (float)(now - since[slot]);
            if (now < end) {
                make_request(b, &c[slot], messages, &body);
                since[slot] = now;
                send_more(epoll, &c[slot], slot);
            } else {
                close(c[slot].fd);
                open--;
            }
        }
    }
    double ms = measure_ms() - started;
    qsort(took, n_took, sizeof *took, by_size);
    struct load load = {(double)(b->acknowledged - before) * 1000 / ms, took[n_took / 2],
            took[n_took * 99 / 100], (server_cpu(b) - cpu) * 1000 / (double)(b->acknowledged - before)};
    for (unsigned i = 0; i < CONNECTIONS; i++)
        buf_free(&c[i].out);
    close(epoll);
    buf_free(&body);
    free(took);
    free(since);
    free(c);
    return load;
}

static void must(int code)
{
    measure_check(code == SQLITE_OK || code == SQLITE_DONE, "bare SQLite works");
}

// The rows of the log by hand: the same columns, the same bodies, a thousand a transaction, as durable.
static double raw_rate(struct bench *b, uint64_t rows)
{
    sqlite3 *db;
    sqlite3_stmt *stmt;
    struct buf body = {0};
    must(sqlite3_open(arena_printf(b->arena, "%s/raw.db", b->folder.p).p, &db));
    must(sqlite3_exec(db,
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE event(id INTEGER PRIMARY KEY "
            "AUTOINCREMENT, contact INTEGER NOT NULL, also INTEGER, time INTEGER NOT NULL, type INTEGER NOT "
            "NULL, "
            "message BLOB, body TEXT, import INTEGER) STRICT",
            NULL, NULL, NULL));
    must(sqlite3_prepare_v2(db, "INSERT INTO event VALUES (?, ?, 0, ?, 1, ?, ?, NULL)", -1, &stmt, NULL));
    double started = measure_ms();
    for (uint64_t n = 0; n < rows; n++) {
        uint64_t id[2] = {n * 0x9E3779B97F4A7C15, n};
        if (n % 1000 == 0)
            must(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL));
        body.n = 0;
        buf_char(&body, '{');
        put_rest(&body, n);
        sqlite3_bind_int64(stmt, 1, (sqlite3_int64)n + 1);
        sqlite3_bind_int64(stmt, 2, (sqlite3_int64)(n % VISITORS) + 1);
        sqlite3_bind_int64(stmt, 3, 1767261600);
        sqlite3_bind_blob(stmt, 4, id, sizeof id, SQLITE_STATIC);
        sqlite3_bind_text(stmt, 5, body.p, (int)body.n, SQLITE_STATIC);
        must(sqlite3_step(stmt));
        sqlite3_reset(stmt);
        if (n % 1000 == 999 || n + 1 == rows)
            must(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL));
    }
    double ms = measure_ms() - started;
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    buf_free(&body);
    return (double)rows * 1000 / ms;
}

static void check_log(struct bench *b)
{
    struct err err;
    struct log_position at;
    struct data *data = stores_open(arena_printf(b->arena, "%s/data", b->folder.p), DATA_READ);
    stores_must(log_position(data_log(data), &at, &err), &err);
    measure_check((uint64_t)at.last == b->acknowledged, "every acknowledged event is in the log, once");
    data_close(data);
}

int main(int argc, char **argv)
{
    struct bench b = {.arena = arena_new(), .program = "build/release/sluice", .seconds = 10};
    bool small = false;
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--small") == 0)
            small = true;
        else
            b.program = argv[i];
    if (small)
        b.seconds /= 20;
    signal(SIGPIPE, SIG_IGN);
    b.folder = stores_folder(b.arena, small ? 200 : 2000);
    double raw = raw_rate(&b, small ? RAW_ROWS / 20 : RAW_ROWS);
    start_server(&b);
    struct load single = run_load(&b, 1), batch = run_load(&b, BATCH);
    stop_server(&b);
    check_log(&b);
    measure_note("bare SQLite, the same rows, 1000 a transaction", raw, "rows/s");
    measure_at_least("single events, durable, 64 connections", single.rate, 12000, "events/s");
    measure_note("  of the bare rate", single.rate / raw * 100, "%");
    measure_note("  server's processor time (standings included)", single.cpu, "us/event");
    measure_note("  p50 from request to answer", single.p50, "ms");
    measure_note("  p99", single.p99, "ms");
    measure_at_least("batches of 100, durable, 64 connections", batch.rate, 60000, "events/s");
    measure_note("  of the bare rate", batch.rate / raw * 100, "%");
    measure_note("  server's processor time (standings included)", batch.cpu, "us/event");
    measure_note("  p50 from request to answer", batch.p50, "ms");
    measure_note("  p99", batch.p99, "ms");
    stores_note_waiting();
    stores_remove(b.folder);
    arena_free(b.arena);
    return 0;
}
