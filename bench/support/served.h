// A server over a large store, as a process of its own, and connections to it. Whatever fails ends the
// program.
#ifndef SLUICE_BENCH_SERVED_H
#define SLUICE_BENCH_SERVED_H

#include "base/buf.h"
#include "base/vec.h"

#include <stdint.h>
#include <sys/types.h>

struct served {
    const char *program;
    char folder[500];
    unsigned contacts, port;
    VEC(unsigned) people; // numbers of the users that contacts are named by
    pid_t pid;
};

// 1 M contacts with 20 M events by `sluice demo` (small: 20,000), or what SLUICE_BENCH_STORE names;
// SLUICE_PROGRAM: the program. Waits until contacts are listed, and then until the server rests if it should,
// and notes how long that took. name: of the bench.
void served_begin(struct served *s, const char *name, bool small);
void served_end(struct served *s);
// An API key of the scope.
void served_key(const struct served *s, const char *scope, char *out, size_t size);
// Processor seconds of the server so far, of all its threads: what can be compared on a busy machine, too.
double served_cpu(const struct served *s);
// A field of its /proc/…/status, in MB.
double served_mb(const struct served *s, const char *field);

// One connection, one request at a time; one thread.
struct connection {
    const char *key;
    int fd;
    struct buf in;
};
void connection_open(struct connection *c, const struct served *s, const char *key);
void connection_close(struct connection *c);
// Status; the body lies behind *ret_body in c->in.
int request(
        struct connection *c, const char *method, const char *path, struct str body, struct str *ret_body);

// Milliseconds.
typedef VEC(double) times;
void times_sort(times *t);
double times_part(const times *t, double part); // of sorted ones, 0.99: p99

#endif
