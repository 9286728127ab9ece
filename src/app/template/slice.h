#ifndef SLUICE_APP_TEMPLATE_SLICE_H
#define SLUICE_APP_TEMPLATE_SLICE_H

#include "app/slice.h"

extern const struct slice TEMPLATE_SLICE;

#endif
