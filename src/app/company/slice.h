#ifndef SLUICE_APP_COMPANY_SLICE_H
#define SLUICE_APP_COMPANY_SLICE_H

#include "app/slice.h"

extern const struct slice COMPANY_SLICE;

#endif
