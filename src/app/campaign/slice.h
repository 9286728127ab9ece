#ifndef SLUICE_APP_CAMPAIGN_SLICE_H
#define SLUICE_APP_CAMPAIGN_SLICE_H

#include "app/slice.h"

extern const struct slice CAMPAIGN_SLICE;

#endif
