#ifndef SLUICE_APP_MESSAGE_SLICE_H
#define SLUICE_APP_MESSAGE_SLICE_H

#include "app/slice.h"

extern const struct slice MESSAGE_SLICE;

#endif
