#ifndef SLUICE_APP_PRIVACY_SLICE_H
#define SLUICE_APP_PRIVACY_SLICE_H

#include "app/slice.h"

extern const struct slice PRIVACY_SLICE;

#endif
