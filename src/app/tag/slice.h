#ifndef SLUICE_APP_TAG_SLICE_H
#define SLUICE_APP_TAG_SLICE_H

#include "app/slice.h"

extern const struct slice TAG_SLICE;

#endif
