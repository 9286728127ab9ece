// The models of a data folder: every version is kept, one is active.
#ifndef SLUICE_APP_MODEL_STORE_H
#define SLUICE_APP_MODEL_STORE_H

#include "base/arena.h"
#include "store/store.h"

extern const struct migration MODEL_MIGRATION;

struct stored_model {
    struct str text, name;  // name: the file it came from
    int64_t version, added; // added: seconds since 1970
};

// Lives in arena. ERR_NOT_FOUND if there is none.
bool model_active(struct store *store, struct arena *arena, struct stored_model *ret, struct err *err);
// Adds a model as the next version and makes it the active one, in the open write transaction.
bool model_add(struct store *store, struct str text, struct str name, int64_t now, int64_t *ret_version,
        struct err *err);

#endif
