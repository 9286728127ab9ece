#ifndef SLUICE_BASE_MEDIAN_H
#define SLUICE_BASE_MEDIAN_H

#include <stddef.h>
#include <stdint.h>

// The median of n numbers, whose order it changes; NaN of none. Of an even count the mean of the middle two.
// Quickselect: linear on average.
double median_u32(uint32_t *v, size_t n);

#endif
