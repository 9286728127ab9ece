// How far a business has come, for who greets newcomers.
#ifndef SLUICE_APP_USER_COUNT_H
#define SLUICE_APP_USER_COUNT_H

#include "store/store.h"

// Users who may log in: owners, and all.
bool users_count(struct store *store, int64_t *ret_owners, int64_t *ret_all, struct err *err);
// Whether the audit trail knows of such an action.
bool audit_knows(struct store *store, const char *action, bool *ret, struct err *err);

#endif
