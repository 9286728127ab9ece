#include "app/privacy/slice.h"

#include "app/privacy/erase.h"
#include "app/privacy/retention.h"
#include "app/privacy/routes.h"

const struct slice PRIVACY_SLICE = {
        .name = "privacy",
        .migration = &PRIVACY_MIGRATION,
        .routes = &PRIVACY_ROUTES,
        .jobs = RETENTION_JOBS,
};
