#ifndef SLUICE_APP_SEARCH_SLICE_H
#define SLUICE_APP_SEARCH_SLICE_H

#include "app/slice.h"

extern const struct slice SEARCH_SLICE;

#endif
