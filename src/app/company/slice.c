#include "app/company/slice.h"

#include "app/company/routes.h"
#include "app/company/tables.h"

const struct slice COMPANY_SLICE = {
        .name = "company",
        .migration = &COMPANY_MIGRATION,
        .routes = &COMPANY_ROUTES,
        .erase = company_erase,
        .tell = company_tell,
};
