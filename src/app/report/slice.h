#ifndef SLUICE_APP_REPORT_SLICE_H
#define SLUICE_APP_REPORT_SLICE_H

#include "app/slice.h"

extern const struct slice REPORT_SLICE;

#endif
