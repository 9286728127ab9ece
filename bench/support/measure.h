// What the benchmarks share: a clock, medians, a peak of memory, and lines that hold a figure against its
// bar.
#ifndef SLUICE_BENCH_MEASURE_H
#define SLUICE_BENCH_MEASURE_H

#include <stdbool.h>
#include <stddef.h>

double measure_ms(void); // a steady clock, milliseconds
// Median of the milliseconds that body(ctx) takes, over `times` runs after one to warm up; ret_least (may be
// NULL): the least.
double measure_median(unsigned times, void (*body)(void *ctx), void *ctx, double *ret_least);
// The same in milliseconds of processor time, of all threads: what is comparable on a busy machine too.
double measure_median_cpu(unsigned times, void (*body)(void *ctx), void *ctx);
// Bytes by which body(ctx) raises the peak of resident memory, in a process of its own.
double measure_peak(void (*body)(void *ctx), void *ctx);
// "name  value unit  (bar: at most/at least bar)  ok" or MISSED.
void measure_at_most(const char *name, double value, double bar, const char *unit);
void measure_at_least(const char *name, double value, double bar, const char *unit);
void measure_note(const char *name, double value, const char *unit); // a figure without a bar
// A check that must hold; ends the program with status 1 if not.
void measure_check(bool holds, const char *what);

#endif
