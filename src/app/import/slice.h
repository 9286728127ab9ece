#ifndef SLUICE_APP_IMPORT_SLICE_H
#define SLUICE_APP_IMPORT_SLICE_H

#include "app/slice.h"

extern const struct slice IMPORT_SLICE;

#endif
