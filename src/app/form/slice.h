#ifndef SLUICE_APP_FORM_SLICE_H
#define SLUICE_APP_FORM_SLICE_H

#include "app/slice.h"

extern const struct slice FORM_SLICE;

#endif
