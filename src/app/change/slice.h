#ifndef SLUICE_APP_CHANGE_SLICE_H
#define SLUICE_APP_CHANGE_SLICE_H

#include "app/slice.h"

extern const struct slice CHANGE_SLICE;

#endif
