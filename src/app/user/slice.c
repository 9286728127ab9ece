#include "app/user/slice.h"

const struct slice USER_SLICE = {
        .name = "user",
        .migration = &USER_MIGRATION,
};
