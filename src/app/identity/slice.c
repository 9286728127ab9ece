#include "app/identity/slice.h"

#include "app/identity/erase.h"
#include "app/identity/follow.h"
#include "app/identity/routes.h"

const struct slice IDENTITY_SLICE = {
        .name = "identity",
        .migration = &IDENTITY_MIGRATION,
        .routes = &IDENTITY_ROUTES,
        .jobs = IDENTITY_JOBS,
        .erase = identity_erase,
        .tell = identity_tell,
};
