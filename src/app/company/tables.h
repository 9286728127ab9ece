// The tables of companies. Private to app/company.
#ifndef SLUICE_APP_COMPANY_TABLES_H
#define SLUICE_APP_COMPANY_TABLES_H

#include "app/company/company.h"
#include "app/slice.h"
#include "store/ask.h"

// NULL for a text that is missing or empty.
#define P_FILLED(value) ((value).n ? P_TEXT(value) : P_NULL)

// company.by_hand
enum company_field {
    COMPANY_NAME = 1,
    COMPANY_INDUSTRY = 2,
    COMPANY_EMPLOYEES = 4,
    COMPANY_COUNTRY = 8,
    COMPANY_MADE = 16, // the whole
};

struct company_membership {
    struct str company, role; // empty: none; in w->arena
    bool by_hand;
};
bool company_membership(struct writing *w, int64_t contact, struct company_membership *ret, struct err *err);

struct company_place {
    struct str company; // empty: nowhere
    struct str role, evidence, by;
    bool by_hand;
};
// Changes where a contact works and keeps the counts right.
bool company_move(struct writing *w, int64_t contact, const struct company_place *place, struct err *err);

// slice.tell: `,"company":{…}` or null; and slice.erase.
bool company_tell(struct data *reader, const struct person *who, struct buf *out, struct err *err);
bool company_erase(struct writing *w, const char *folder, const struct person *who, struct err *err);

// The id of the company, in w->arena; empty: none.
bool company_by_domain(struct writing *w, struct str domain, struct str *ret, struct err *err);
bool company_new(struct writing *w, const struct company_hint *hint, struct str *ret, struct err *err);

#endif
