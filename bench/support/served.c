#include "support/served.h"

#include "base/mem.h"
#include "support/measure.h"

#include <arpa/inet.h>
#include <math.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

// --- HTTP

void connection_open(struct connection *c, const struct served *s, const char *key)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)s->port)};
    int one = 1;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    *c = (struct connection){.key = key, .fd = socket(AF_INET, SOCK_STREAM, 0)};
    measure_check(connect(c->fd, (struct sockaddr *)&to, sizeof to) == 0, "the server takes connections");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

void connection_close(struct connection *c)
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

int request(struct connection *c, const char *method, const char *path, struct str body, struct str *ret_body)
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

static void start_server(struct served *s)
{
    int err[2];
    char line[2000];
    measure_check(pipe(err) == 0, "a pipe");
    s->pid = fork();
    if (s->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM); // also when a check ends this program
        dup2(err[1], 2);
        close(err[0]);
        execl(s->program, s->program, "serve", "--data", s->folder, "--listen", "127.0.0.1:0", (char *)NULL);
        _exit(127);
    }
    close(err[1]);
    FILE *f = fdopen(err[0], "r");
    while (!s->port && fgets(line, sizeof line, f)) {
        const char *at = strstr(line, "\"address\":\"127.0.0.1:");
        if (strstr(line, "\"listening\"") && at)
            s->port = (unsigned)atoi(at + 21);
    }
    measure_check(s->port > 0, "the server listens");
    pthread_t drain;
    pthread_create(&drain, NULL, drain_lines, f);
    pthread_detach(drain);
}

double served_cpu(const struct served *s)
{
    char path[64];
    unsigned long user = 0, system_time = 0;
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)s->pid);
    FILE *f = fopen(path, "r");
    if (f) {
        if (fscanf(f, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
                    &system_time) != 2)
            user = system_time = 0;
        fclose(f);
    }
    return (double)(user + system_time) / (double)sysconf(_SC_CLK_TCK);
}

double served_mb(const struct served *s, const char *field)
{
    char path[64], line[200];
    double kb = 0;
    snprintf(path, sizeof path, "/proc/%ld/status", (long)s->pid);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, field, strlen(field)) == 0)
            kb = strtod(line + strlen(field) + 1, NULL);
    if (f)
        fclose(f);
    return kb / 1024;
}

// Those of the demo that only stand in a merge are no contacts.
static void read_people(struct served *s)
{
    char command[1200], line[300];
    unsigned number;
    snprintf(command, sizeof command, "%s contacts --data %s", s->program, s->folder);
    FILE *f = popen(command, "r");
    measure_check(f != NULL, command);
    while (fgets(line, sizeof line, f))
        if (sscanf(line, "u%u ", &number) == 1)
            vec_push(&s->people, number);
    measure_check(pclose(f) == 0 && s->people.n > 0, command);
}

// Until addresses and companies of the whole log are known, too: two seconds with next to nothing to do.
static void wait_for_rest(const struct served *s)
{
    double before = served_cpu(s), cpu = 2;
    for (unsigned i = 0; i < 600 && cpu > 0.2; i++) {
        sleep(2);
        cpu = served_cpu(s) - before;
        before += cpu;
    }
    measure_note("  and until it rests", before * 1000, "ms of a processor");
}

void served_key(const struct served *s, const char *scope, char *out, size_t size)
{
    char command[1200];
    snprintf(command, sizeof command, "%s key create --scope %s --data %s", s->program, scope, s->folder);
    output_of(command, out, size);
}

static void make_store(struct served *s, const char *name)
{
    char command[2000];
    const char *store = getenv("SLUICE_BENCH_STORE"), *tmp = getenv("TMPDIR");
    snprintf(s->folder, sizeof s->folder, "%s/sluice-%s-%ld", tmp ? tmp : "/tmp", name, (long)getpid());
    if (store) {
        snprintf(s->folder, sizeof s->folder, "%s", store);
        return;
    }
    snprintf(command, sizeof command,
            "%s demo --data %s --contacts %u >/dev/null 2>&1 && %s rebuild --data %s >/dev/null", s->program,
            s->folder, s->contacts, s->program, s->folder);
    measure_check(system(command) == 0, "the store is made");
}

void served_begin(struct served *s, const char *name, bool small)
{
    char key[200];
    struct connection c;
    struct str answer;
    *s = (struct served){.contacts = small ? 20000 : 1000000};
    s->program = getenv("SLUICE_PROGRAM") ? getenv("SLUICE_PROGRAM") : "build/release/sluice";
    make_store(s, name);
    start_server(s);
    served_key(s, "read", key, sizeof key);
    // The first standings, which are announced to nobody yet, are not what is measured.
    connection_open(&c, s, key);
    double start = measure_ms();
    while (request(&c, "GET", "/api/contacts?limit=1", STR(""), &answer) != 200)
        usleep(100000);
    measure_note("contacts are listed after the start", measure_ms() - start, "ms");
    measure_note("  for which the server took", served_cpu(s) * 1000, "ms of a processor");
    connection_close(&c);
    wait_for_rest(s);
    read_people(s);
}

void served_end(struct served *s)
{
    char command[600];
    kill(s->pid, SIGTERM);
    waitpid(s->pid, NULL, 0);
    vec_free(&s->people);
    if (getenv("SLUICE_BENCH_STORE"))
        return;
    snprintf(command, sizeof command, "rm -rf %s", s->folder);
    measure_check(system(command) == 0, "the store is removed");
}

// --- times

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void times_sort(times *t)
{
    qsort(t->v, t->n, sizeof *t->v, by_value);
}

double times_part(const times *t, double part)
{
    return t->v[(size_t)ceil((double)t->n * part) - 1];
}
