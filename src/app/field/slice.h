#ifndef SLUICE_APP_FIELD_SLICE_H
#define SLUICE_APP_FIELD_SLICE_H

#include "app/slice.h"

extern const struct slice FIELD_SLICE;

#endif
