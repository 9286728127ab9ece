#ifndef SLUICE_APP_IDENTITY_SLICE_H
#define SLUICE_APP_IDENTITY_SLICE_H

#include "app/slice.h"

extern const struct slice IDENTITY_SLICE;

#endif
