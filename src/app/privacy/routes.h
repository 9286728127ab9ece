// Private to app/privacy: the handlers.
#ifndef SLUICE_APP_PRIVACY_ROUTES_H
#define SLUICE_APP_PRIVACY_ROUTES_H

#include "app/slice.h"

extern const struct routes PRIVACY_ROUTES;

bool consent_list(struct request *r, struct err *err);
bool consent_add(struct request *r, struct err *err);
bool privacy_export(struct request *r, struct err *err);
bool privacy_erase_contact(struct request *r, struct err *err);
bool privacy_erasures(struct request *r, struct err *err);
bool privacy_retention_now(struct request *r, struct err *err);
bool privacy_retention(struct request *r, struct err *err);

#endif
