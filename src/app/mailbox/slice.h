#ifndef SLUICE_APP_MAILBOX_SLICE_H
#define SLUICE_APP_MAILBOX_SLICE_H

#include "app/slice.h"

extern const struct slice MAILBOX_SLICE;

#endif
