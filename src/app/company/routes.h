// Private to app/company: the handlers.
#ifndef SLUICE_APP_COMPANY_ROUTES_H
#define SLUICE_APP_COMPANY_ROUTES_H

#include "app/slice.h"

extern const struct routes COMPANY_ROUTES;

bool company_list(struct request *r, struct err *err);
bool company_add(struct request *r, struct err *err);
bool company_get(struct request *r, struct err *err);
bool company_change(struct request *r, struct err *err);
bool company_people(struct request *r, struct err *err);
bool company_of_contact(struct request *r, struct err *err);
bool company_set_contact(struct request *r, struct err *err);

// A company as the API shows it, from a row of COMPANY_COLUMNS.
#define COMPANY_COLUMNS \
    "id, domain, name, industry, employees, country, contacts, created, changed, version, name_key"
enum {
    COMPANY_AT_EMPLOYEES = 4,
    COMPANY_AT_CONTACTS = 6,
    COMPANY_AT_CREATED = 7,
    COMPANY_AT_CHANGED = 8,
    COMPANY_VERSION = 9,
    COMPANY_NAME_KEY = 10,
};
void company_put(struct query *query, struct buf *out);
// One company onto r->out, with its ETag. ERR_NOT_FOUND.
bool company_put_one(
        struct request *r, struct store *store, struct str id, int64_t *ret_version, struct err *err);

#endif
