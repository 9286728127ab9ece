#ifndef SLUICE_APP_WEB_SLICE_H
#define SLUICE_APP_WEB_SLICE_H

#include "app/slice.h"

extern const struct slice WEB_SLICE;

#endif
