#include "app/privacy/slice.h"

#include "app/privacy/erase.h"

const struct slice PRIVACY_SLICE = {
        .name = "privacy",
        .migration = &PRIVACY_MIGRATION,
};
