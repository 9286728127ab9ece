#ifndef SLUICE_APP_IMPORT_ERASE_H
#define SLUICE_APP_IMPORT_ERASE_H

#include "app/slice.h"

// slice.erase: takes the person's lines out of the files that were handed in, and of what was rejected.
bool import_erase(struct writing *w, const char *folder, const struct person *who, struct err *err);

#endif
