#include "base/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

struct progress progress_start(const char *what, const char *unit, uint64_t total)
{
    return (struct progress){what, unit, total, isatty(STDERR_FILENO) == 1, now_ns(), 0};
}

void progress_update(struct progress *progress, uint64_t count, uint64_t position)
{
    enum { WIDTH = 24 };
    if (!progress->shown)
        return;
    int64_t now = now_ns();
    if (now - progress->drawn_ns < 100000000)
        return;
    progress->drawn_ns = now;
    double seconds = (double)(now - progress->started_ns) / 1e9;
    double rate = seconds > 0 ? (double)count / seconds : 0;
    fprintf(stderr, "\r\033[K%s ", progress->what);
    if (progress->total) {
        double part = (double)position / (double)progress->total;
        part = part > 1 ? 1 : part;
        int full = (int)(part * WIDTH);
        for (int i = 0; i < WIDTH; i++)
            fputs(i < full ? "█" : "░", stderr);
        fprintf(stderr, " %3.0f %%", part * 100);
        if (part > 0.001)
            fprintf(stderr, ", %.0f s left", seconds / part - seconds);
        fputs("  ", stderr);
    }
    fprintf(stderr, "%llu %s, %.0f/s", (unsigned long long)count, progress->unit, rate);
    fflush(stderr);
}

void progress_end(struct progress *progress)
{
    if (progress->shown && progress->drawn_ns)
        fputs("\r\033[K", stderr);
}
