#ifndef SLUICE_APP_SUPPRESSION_SLICE_H
#define SLUICE_APP_SUPPRESSION_SLICE_H

#include "app/slice.h"

extern const struct slice SUPPRESSION_SLICE;

#endif
