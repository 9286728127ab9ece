#ifndef SLUICE_APP_STUDY_SLICE_H
#define SLUICE_APP_STUDY_SLICE_H

#include "app/slice.h"

extern const struct slice STUDY_SLICE;

#endif
