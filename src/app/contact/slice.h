#ifndef SLUICE_APP_CONTACT_SLICE_H
#define SLUICE_APP_CONTACT_SLICE_H

#include "app/slice.h"

extern const struct slice CONTACT_SLICE;

#endif
