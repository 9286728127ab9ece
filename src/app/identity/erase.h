// The part of an erasure that belongs to app/identity: keys, suggestions, what aliases were called. Private.
#ifndef SLUICE_APP_IDENTITY_ERASE_H
#define SLUICE_APP_IDENTITY_ERASE_H

#include "app/slice.h"

bool identity_erase(struct writing *w, const char *folder, const struct person *who, struct err *err);

#endif
