// A progress line on standard error, only when it is a terminal: done, rate, time left. At most ten redraws a
// second.
#ifndef SLUICE_BASE_PROGRESS_H
#define SLUICE_BASE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    const char *what; // "importing"
    const char *unit; // "events"
    uint64_t total;   // in the measure of `position`; 0 where unknown
    bool shown;
    int64_t started_ns, drawn_ns;
};

struct progress progress_start(const char *what, const char *unit, uint64_t total);
// count: units done, for the rate; position: of total, for the bar and the time left.
void progress_update(struct progress *progress, uint64_t count, uint64_t position);
void progress_end(struct progress *progress); // wipes the line

#endif
