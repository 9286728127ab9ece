#ifndef SLUICE_APP_SETTING_SLICE_H
#define SLUICE_APP_SETTING_SLICE_H

#include "app/slice.h"

extern const struct slice SETTING_SLICE;

#endif
