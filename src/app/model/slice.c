#include "app/model/slice.h"

#include "app/model/store.h"

const struct slice MODEL_SLICE = {
        .name = "model",
        .migration = &MODEL_MIGRATION,
};
