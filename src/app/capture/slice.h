#ifndef SLUICE_APP_CAPTURE_SLICE_H
#define SLUICE_APP_CAPTURE_SLICE_H

#include "app/slice.h"

extern const struct slice CAPTURE_SLICE;

#endif
