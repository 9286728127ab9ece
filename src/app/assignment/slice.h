#ifndef SLUICE_APP_ASSIGNMENT_SLICE_H
#define SLUICE_APP_ASSIGNMENT_SLICE_H

#include "app/slice.h"

extern const struct slice ASSIGNMENT_SLICE;

#endif
