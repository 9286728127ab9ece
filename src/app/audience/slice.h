#ifndef SLUICE_APP_AUDIENCE_SLICE_H
#define SLUICE_APP_AUDIENCE_SLICE_H

#include "app/slice.h"

extern const struct slice AUDIENCE_SLICE;

#endif
