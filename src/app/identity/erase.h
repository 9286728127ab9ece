// The part of an erasure that belongs to app/identity: keys, suggestions, what aliases were called. Private.
#ifndef SLUICE_APP_IDENTITY_ERASE_H
#define SLUICE_APP_IDENTITY_ERASE_H

#include "app/slice.h"

// slice.tell: `,"keys":[{"kind","value"}]`.
bool identity_tell(struct data *reader, const struct person *who, struct buf *out, struct err *err);
bool identity_erase(struct writing *w, const char *folder, const struct person *who, struct err *err);

#endif
