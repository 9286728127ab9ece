#ifndef SLUICE_APP_BOARD_SLICE_H
#define SLUICE_APP_BOARD_SLICE_H

#include "app/slice.h"

extern const struct slice BOARD_SLICE;

#endif
