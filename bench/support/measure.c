#include "support/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double clock_ms(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

double measure_ms(void)
{
    return clock_ms(CLOCK_MONOTONIC);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(clockid_t clock, unsigned times, void (*body)(void *ctx), void *ctx, double *ret_least)
{
    double *took = calloc(times, sizeof *took);
    if (!took)
        abort();
    body(ctx);
    for (unsigned i = 0; i < times; i++) {
        double start = clock_ms(clock);
        body(ctx);
        took[i] = clock_ms(clock) - start;
    }
    qsort(took, times, sizeof *took, by_value);
    double middle = took[times / 2];
    if (ret_least)
        *ret_least = took[0];
    free(took);
    return middle;
}

double measure_median(unsigned times, void (*body)(void *ctx), void *ctx, double *ret_least)
{
    return median(CLOCK_MONOTONIC, times, body, ctx, ret_least);
}

double measure_median_cpu(unsigned times, void (*body)(void *ctx), void *ctx)
{
    return median(CLOCK_PROCESS_CPUTIME_ID, times, body, ctx, NULL);
}

// A line of /proc/self/status in bytes.
static double status_bytes(const char *key)
{
    char line[256];
    double kilobytes = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, key, strlen(key)) == 0)
            kilobytes = strtod(line + strlen(key), NULL);
    if (file)
        fclose(file);
    return kilobytes * 1024;
}

double measure_peak(void (*body)(void *ctx), void *ctx)
{
    int ends[2];
    double rose = 0;
    fflush(NULL);
    if (pipe(ends) != 0)
        abort();
    pid_t child = fork();
    if (child == 0) {
        FILE *reset = fopen("/proc/self/clear_refs", "w");
        if (reset) {
            fputs("5", reset); // forgets the peak so far
            fclose(reset);
        }
        double before = status_bytes("VmRSS:");
        body(ctx);
        rose = status_bytes("VmHWM:") - before;
        ssize_t written = write(ends[1], &rose, sizeof rose);
        _exit(written == sizeof rose ? 0 : 1);
    }
    close(ends[1]);
    if (child < 0 || read(ends[0], &rose, sizeof rose) != sizeof rose)
        rose = -1;
    close(ends[0]);
    waitpid(child, NULL, 0);
    return rose;
}

static void print(
        const char *name, double value, const char *unit, const char *relation, double bar, bool met)
{
    printf("%-46s %10.4g %-8s (%s %g)  %s\n", name, value, unit, relation, bar, met ? "ok" : "MISSED");
    fflush(stdout);
}

void measure_at_most(const char *name, double value, double bar, const char *unit)
{
    print(name, value, unit, "at most", bar, value <= bar);
}

void measure_at_least(const char *name, double value, double bar, const char *unit)
{
    print(name, value, unit, "at least", bar, value >= bar);
}

void measure_note(const char *name, double value, const char *unit)
{
    printf("%-46s %10.4g %s\n", name, value, unit);
    fflush(stdout);
}

void measure_check(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "does not hold: %s\n", what);
    exit(1);
}
