#ifndef SLUICE_APP_TRACKER_SLICE_H
#define SLUICE_APP_TRACKER_SLICE_H

#include "app/slice.h"

extern const struct slice TRACKER_SLICE;

#endif
