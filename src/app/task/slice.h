#ifndef SLUICE_APP_TASK_SLICE_H
#define SLUICE_APP_TASK_SLICE_H

#include "app/slice.h"

extern const struct slice TASK_SLICE;

#endif
