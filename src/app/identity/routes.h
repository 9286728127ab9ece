// Private to app/identity: the handlers.
#ifndef SLUICE_APP_IDENTITY_ROUTES_H
#define SLUICE_APP_IDENTITY_ROUTES_H

#include "app/slice.h"

extern const struct routes IDENTITY_ROUTES;

bool suggestion_list(struct request *r, struct err *err);
bool suggestion_get(struct request *r, struct err *err);
bool suggestion_dismiss(struct request *r, struct err *err);
bool suggestion_reopen(struct request *r, struct err *err);
bool merge_add(struct request *r, struct err *err);
bool merge_list(struct request *r, struct err *err);
bool merge_undo(struct request *r, struct err *err);

#endif
