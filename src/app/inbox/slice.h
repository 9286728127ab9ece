#ifndef SLUICE_APP_INBOX_SLICE_H
#define SLUICE_APP_INBOX_SLICE_H

#include "app/slice.h"

extern const struct slice INBOX_SLICE;

#endif
