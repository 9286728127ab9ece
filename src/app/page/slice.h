#ifndef SLUICE_APP_PAGE_SLICE_H
#define SLUICE_APP_PAGE_SLICE_H

#include "app/slice.h"

extern const struct slice PAGE_SLICE;

#endif
