#ifndef SLUICE_APP_TODAY_SLICE_H
#define SLUICE_APP_TODAY_SLICE_H

#include "app/slice.h"

extern const struct slice TODAY_SLICE;

#endif
