// How much memory idle connections cost: a server in a process of its own, 10,000 clients that asked once and
// stay connected, and one that goes on asking. `idle --small`: 500.
#include "base/arena.h"
#include "http/server.h"
#include "support/measure.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CONNECTIONS = 10000, SMALL = 500, OTHERS = 64, MEGABYTES = 200 };

static bool hello(struct request *r, struct err *err)
{
    (void)err;
    buf_put(r->out, STR("{\"hello\":true}"));
    return true;
}

static const struct route ROUTES[] = {
        {.method = "GET", .path = "/hello", .run = RUN_LOOP, .handle = hello}, {0}};
static const struct routes TABLE = {"Bench", ROUTES, NULL};
static const struct routes *const ALL[] = {&TABLE, NULL};

// The server's process: writes its port, and ends with its standard input.
static void serve(int out)
{
    struct server_options options = {.host = "127.0.0.1", .routes = ALL, .idle_seconds = 600};
    struct server *server;
    struct err err = {0};
    if (!server_start(&options, &server, &err)) {
        fprintf(stderr, "%s\n", err.message);
        _exit(1);
    }
    unsigned port = server_port(server);
    measure_check(write(out, &port, sizeof port) == (ssize_t)sizeof port, "the port is told");
    for (;;)
        pause();
}

static double resident_mb(pid_t pid)
{
    char path[64], line[200];
    double kb = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *f = fopen(path, "r");
    measure_check(f != NULL, "/proc is there");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, "VmRSS:", 6) == 0)
            kb = strtod(line + 6, NULL);
    if (f)
        fclose(f);
    return kb / 1024;
}

static int connect_to(unsigned port, unsigned number)
{
    // (several addresses of loopback: one alone has too few ports on some machines)
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((in_port_t)port)},
                       from = {.sin_family = AF_INET};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + number / 5000);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    measure_check(fd >= 0 && bind(fd, (struct sockaddr *)&from, sizeof from) == 0 &&
                          connect(fd, (struct sockaddr *)&to, sizeof to) == 0,
            "a connection more");
    return fd;
}

static void ask(int fd)
{
    static const char REQUEST[] =
            "GET /hello HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench/1.0\r\nAccept: */*\r\n\r\n";
    char answer[2000];
    size_t n = 0;
    measure_check(send(fd, REQUEST, sizeof REQUEST - 1, 0) == (ssize_t)sizeof REQUEST - 1, "it is sent");
    while (n < 14 || memcmp(answer + n - 14, "{\"hello\":true}", 14) != 0) {
        ssize_t got = recv(fd, answer + n, sizeof answer - n, 0);
        measure_check(got > 0, "it is answered");
        n += (size_t)got;
    }
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    unsigned n = argc > 1 && strcmp(argv[1], "--small") == 0 ? SMALL : CONNECTIONS;
    struct rlimit limit;
    int fds[2];
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < n + OTHERS) {
        printf("skipped: %u connections need more open files than this system allows\n", n);
        return 0;
    }
    measure_check(pipe(fds) == 0, "a pipe");
    pid_t pid = fork();
    if (pid == 0)
        serve(fds[1]);
    unsigned port = 0;
    measure_check(pid > 0 && read(fds[0], &port, sizeof port) == (ssize_t)sizeof port, "the server starts");
    double before = resident_mb(pid), times[1000];
    for (unsigned i = 0; i < n; i++)
        ask(connect_to(port, i));
    double after = resident_mb(pid);
    int fd = connect_to(port, n);
    for (unsigned i = 0; i < 1000; i++) {
        double began = measure_ms();
        ask(fd);
        times[i] = measure_ms() - began;
    }
    qsort(times, 1000, sizeof *times, compare);
    printf("%u idle connections\n", n);
    measure_at_most("resident memory", after, MEGABYTES, "MB");
    measure_note("a connection", (after - before) * 1024 / n, "KB");
    measure_note("one that asks beside them, median", times[500], "ms");
    measure_note("one that asks beside them, p99", times[990], "ms");
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    return 0;
}
