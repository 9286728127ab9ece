#ifndef SLUICE_APP_STANDING_SLICE_H
#define SLUICE_APP_STANDING_SLICE_H

#include "app/slice.h"

extern const struct slice STANDING_SLICE;

#endif
