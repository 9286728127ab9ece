// The table of roles and key scopes.
#ifndef SLUICE_APP_USER_RIGHTS_H
#define SLUICE_APP_USER_RIGHTS_H

#include "app/user/principal.h"

#define ROLE_NAMES "owner|admin|marketer|seller|viewer"
#define SCOPE_NAMES "capture|read|write|admin"

// Every right there is; ends with NULL.
extern const char *const RIGHTS[];

bool role_known(struct str role);
bool scope_known(struct str scope);
bool role_may(struct str role, struct str right);
bool scope_may(struct str scope, struct str right);

#endif
