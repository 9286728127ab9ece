#ifndef SLUICE_APP_STATUS_SLICE_H
#define SLUICE_APP_STATUS_SLICE_H

#include "app/slice.h"

extern const struct slice STATUS_SLICE;

#endif
