#ifndef SLUICE_APP_USER_SLICE_H
#define SLUICE_APP_USER_SLICE_H

#include "app/slice.h"

extern const struct slice USER_SLICE;
extern const struct migration USER_MIGRATION;

#endif
