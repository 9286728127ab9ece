#ifndef SLUICE_APP_USER_ERASE_H
#define SLUICE_APP_USER_ERASE_H

#include "app/slice.h"

// slice.erase
bool audit_erase(struct writing *w, const char *folder, const struct person *who, struct err *err);

#endif
