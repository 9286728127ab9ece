// Working in what the log says about who is who: keys of known contacts, aliases, companies. Private to
// app/identity.
#ifndef SLUICE_APP_IDENTITY_FOLLOW_H
#define SLUICE_APP_IDENTITY_FOLLOW_H

#include "app/identity/keys.h"
#include "app/slice.h"

extern const struct job IDENTITY_JOBS[];

// In the open transaction: works in the rows that nobody has yet, if they are not too many for that
// (max_rows; 0: all). *ret_whole, which may be NULL: whether there is nothing left.
bool identity_catch_up(struct writing *w, int64_t max_rows, bool *ret_whole, struct err *err);

#endif
