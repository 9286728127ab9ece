#include "app/company/slice.h"

#include "app/company/company.h"

const struct slice COMPANY_SLICE = {
        .name = "company",
        .migration = &COMPANY_MIGRATION,
};
