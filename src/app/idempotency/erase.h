#ifndef SLUICE_APP_IDEMPOTENCY_ERASE_H
#define SLUICE_APP_IDEMPOTENCY_ERASE_H

#include "app/slice.h"

// slice.erase
bool idempotency_erase(struct writing *w, const char *folder, const struct person *who, struct err *err);

#endif
