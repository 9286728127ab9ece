#ifndef SLUICE_APP_RECORD_SLICE_H
#define SLUICE_APP_RECORD_SLICE_H

#include "app/slice.h"

extern const struct slice RECORD_SLICE;

#endif
