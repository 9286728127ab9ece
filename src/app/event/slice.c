#include "app/event/slice.h"

#include "app/event/log.h"

const struct slice EVENT_SLICE = {
        .name = "event",
        .migration = &LOG_MIGRATION,
};
