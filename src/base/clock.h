// The clock, passed in so that tests can turn it. Any thread.
#ifndef SLUICE_BASE_CLOCK_H
#define SLUICE_BASE_CLOCK_H

#include <stdint.h>

struct clock {
    int64_t (*now_ms)(void *ctx); // milliseconds since 1970
    void *ctx;
};

struct clock clock_system(void);

static inline int64_t clock_ms(const struct clock *clock)
{
    return clock->now_ms(clock->ctx);
}

static inline int64_t clock_seconds(const struct clock *clock)
{
    int64_t ms = clock_ms(clock);
    return ms >= 0 ? ms / 1000 : -((-ms + 999) / 1000);
}

// Nanoseconds that only go forward, for durations.
int64_t clock_monotonic_ns(void);

#endif
