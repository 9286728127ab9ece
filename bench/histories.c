// histories CONTACTS [EVENTS.csv TYPES.json]: makes the benchmarks' histories, prints how long that took and
// how skewed they are, and writes them for the peers of a benchmark.
#include "support/histories.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int main(int argc, char **argv)
{
    uint32_t contacts = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 0;
    if (!contacts || contacts > 150000000 || argc == 3 || argc > 4) {
        fprintf(stderr, "usage: histories CONTACTS [EVENTS.csv TYPES.json]\n");
        return 2;
    }
    double start = seconds();
    struct columns *c = histories_make(1, contacts);
    double took = seconds() - start;
    uint32_t counts[6], most;
    histories_skew(c, counts, &most);
    printf("%u contacts, %u events, %.2f each, made in %.2f s\n", c->n_contacts, c->n_events,
            (double)c->n_events / c->n_contacts, took);
    printf("contacts by events: 1: %u, 2-5: %u, 6-20: %u, 21-100: %u, 101-1000: %u, more: %u (at most %u)\n",
            counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], most);
    struct err err = {0};
    bool ok = argc < 4 || histories_write_csv(c, argv[2], argv[3], &err);
    if (!ok)
        fprintf(stderr, "histories: %s\n", err.message);
    columns_free(c);
    return ok ? 0 : err_exit_status(&err);
}
