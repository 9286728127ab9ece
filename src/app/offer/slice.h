#ifndef SLUICE_APP_OFFER_SLICE_H
#define SLUICE_APP_OFFER_SLICE_H

#include "app/slice.h"

extern const struct slice OFFER_SLICE;

#endif
