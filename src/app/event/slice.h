#ifndef SLUICE_APP_EVENT_SLICE_H
#define SLUICE_APP_EVENT_SLICE_H

#include "app/slice.h"

extern const struct slice EVENT_SLICE;

#endif
