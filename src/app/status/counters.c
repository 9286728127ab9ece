#include "app/status/counters.h"

#include "base/mem.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { STATUSES = 600, BOUNDS = 12, KINDS = 3 };

// Upper bounds in microseconds; above the last there is one more bucket.
static const int64_t BOUND[BOUNDS] = {
        500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 5000000};
static const char *const BOUND_TEXT[BOUNDS] = {
        "0.0005", "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "5"};
static const char *const KIND_TEXT[KINDS] = {"capture", "api", "page"};

struct histogram {
    atomic_uint_fast64_t bucket[BOUNDS + 1], microseconds;
};

struct counted {
    const struct route *route;
    atomic_uint_fast32_t *by_status; // [STATUSES]
};

struct counters {
    size_t n; // routes, and one for none
    struct counted *counted;
    struct histogram histogram[KINDS];
};

static int by_route(const void *a, const void *b)
{
    uintptr_t x = (uintptr_t)((const struct counted *)a)->route,
              y = (uintptr_t)((const struct counted *)b)->route;
    return (x > y) - (x < y);
}

struct counters *counters_new(const struct routes *const *routes)
{
    struct counters *c = mem_zero(1, sizeof *c);
    c->n = 1;
    for (size_t i = 0; routes[i]; i++)
        for (const struct route *route = routes[i]->routes; route && route->path; route++)
            c->n++;
    c->counted = mem_zero(c->n, sizeof *c->counted);
    size_t n = 1;
    for (size_t i = 0; routes[i]; i++)
        for (const struct route *route = routes[i]->routes; route && route->path; route++)
            c->counted[n++].route = route;
    qsort(c->counted, n, sizeof *c->counted, by_route);
    for (size_t i = 0; i < n; i++)
        c->counted[i].by_status = mem_zero(STATUSES, sizeof *c->counted[i].by_status);
    return c;
}

void counters_free(struct counters *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->n; i++)
        free(c->counted[i].by_status);
    free(c->counted);
    free(c);
}

static bool begins(const char *path, const char *with)
{
    return strncmp(path, with, strlen(with)) == 0;
}

static unsigned kind_of(const struct route *route)
{
    if (route && (begins(route->path, "/v1/") || begins(route->path, "/api/public/")))
        return 0;
    return route && begins(route->path, "/api/") ? 1 : 2;
}

void counters_add(struct counters *c, const struct route *route, int status, int64_t microseconds)
{
    struct counted key = {.route = route};
    struct counted *counted = bsearch(&key, c->counted, c->n, sizeof key, by_route);
    if (counted && status > 0 && status < STATUSES)
        atomic_fetch_add_explicit(&counted->by_status[status], 1, memory_order_relaxed);
    struct histogram *h = &c->histogram[kind_of(route)];
    unsigned i = 0;
    while (i < BOUNDS && microseconds > BOUND[i])
        i++;
    atomic_fetch_add_explicit(&h->bucket[i], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(
            &h->microseconds, (uint64_t)(microseconds > 0 ? microseconds : 0), memory_order_relaxed);
}

static void write_histogram(const struct histogram *h, const char *kind, struct buf *out)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i <= BOUNDS; i++) {
        sum += atomic_load_explicit(&h->bucket[i], memory_order_relaxed);
        buf_printf(out, "sluice_request_seconds_bucket{kind=\"%s\",le=\"%s\"} %llu\n", kind,
                i < BOUNDS ? BOUND_TEXT[i] : "+Inf", (unsigned long long)sum);
    }
    uint64_t us = atomic_load_explicit(&h->microseconds, memory_order_relaxed);
    buf_printf(out, "sluice_request_seconds_sum{kind=\"%s\"} %llu.%06llu\n", kind,
            (unsigned long long)(us / 1000000), (unsigned long long)(us % 1000000));
    buf_printf(out, "sluice_request_seconds_count{kind=\"%s\"} %llu\n", kind, (unsigned long long)sum);
}

void counters_write(struct counters *c, struct buf *out)
{
    buf_put(out, STR("# HELP sluice_requests_total Answers by route and status.\n"
                     "# TYPE sluice_requests_total counter\n"));
    for (size_t i = 0; i < c->n; i++) {
        const struct route *route = c->counted[i].route;
        for (int status = 0; status < STATUSES; status++) {
            uint_fast32_t n = atomic_load_explicit(&c->counted[i].by_status[status], memory_order_relaxed);
            if (n)
                buf_printf(out, "sluice_requests_total{method=\"%s\",route=\"%s\",status=\"%d\"} %lu\n",
                        route ? route->method : "", route ? route->path : "", status, (unsigned long)n);
        }
    }
    buf_put(out, STR("# HELP sluice_request_seconds From a request's last byte to its answer.\n"
                     "# TYPE sluice_request_seconds histogram\n"));
    for (unsigned kind = 0; kind < KINDS; kind++)
        write_histogram(&c->histogram[kind], KIND_TEXT[kind], out);
}
