#ifndef SLUICE_APP_MODEL_SLICE_H
#define SLUICE_APP_MODEL_SLICE_H

#include "app/slice.h"

extern const struct slice MODEL_SLICE;

#endif
