#include "app/import/slice.h"

#include "app/import/erase.h"

#include "app/import/upload.h"

static const struct job JOBS[] = {
        {"import", 60, upload_job},
        {0},
};

const struct slice IMPORT_SLICE = {
        .name = "import",
        .migration = &IMPORT_MIGRATION,
        .routes = &IMPORT_ROUTES,
        .jobs = JOBS,
        .erase = import_erase,
};
