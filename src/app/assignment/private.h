// Shared by the files of this slice.
#ifndef SLUICE_APP_ASSIGNMENT_PRIVATE_H
#define SLUICE_APP_ASSIGNMENT_PRIVATE_H

#include "app/assignment/owner.h"
#include "app/assignment/slice.h"

struct owners;
struct owners *owners_new(void);
void owners_free(struct owners *owners);
struct owners *assignment_owners(const struct app *app);
// Reads what changed since the last time, the first time everything.
bool owners_refresh(struct app *app, struct data *reader, struct err *err);
// Owners of visitors who became known since: the contacts that they are now.
void owners_follow_joins(struct app *app);

#endif
