#ifndef SLUICE_APP_LETTER_SLICE_H
#define SLUICE_APP_LETTER_SLICE_H

#include "app/slice.h"

extern const struct slice LETTER_SLICE;

#endif
