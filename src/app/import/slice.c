#include "app/import/slice.h"

#include "app/import/import.h"

const struct slice IMPORT_SLICE = {
        .name = "import",
        .migration = &IMPORT_MIGRATION,
};
