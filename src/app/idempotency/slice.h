#ifndef SLUICE_APP_IDEMPOTENCY_SLICE_H
#define SLUICE_APP_IDEMPOTENCY_SLICE_H

#include "app/slice.h"

extern const struct slice IDEMPOTENCY_SLICE;

#endif
