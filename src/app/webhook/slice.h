#ifndef SLUICE_APP_WEBHOOK_SLICE_H
#define SLUICE_APP_WEBHOOK_SLICE_H

#include "app/slice.h"

extern const struct slice WEBHOOK_SLICE;

#endif
