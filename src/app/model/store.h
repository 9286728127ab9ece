// The models of a data folder: every version is kept, one is active; the others are candidates, or archived.
#ifndef SLUICE_APP_MODEL_STORE_H
#define SLUICE_APP_MODEL_STORE_H

#include "base/arena.h"
#include "store/store.h"

extern const struct migration MODEL_MIGRATION;

struct stored_model {
    struct str text, name;  // name: the file it came from, or what somebody called it
    struct str id;          // a UUID; empty only in rows that an older Sluice wrote, until model_name_all()
    struct str note;        // why it was made, free text
    int64_t version, added; // added: seconds since 1970
    bool active, archived;
};

// All of these: texts live in arena. ERR_NOT_FOUND if there is none.
bool model_active(struct store *store, struct arena *arena, struct stored_model *ret, struct err *err);
// id: a UUID, or the version's number.
bool model_find(
        struct store *store, struct arena *arena, struct str id, struct stored_model *ret, struct err *err);
// Newest first.
bool model_list(struct store *store, void (*visit)(void *ctx, const struct stored_model *model), void *ctx,
        struct err *err);

// In the open write transaction. now: seconds since 1970.
// Adds a model as the next version. active: it becomes the active one.
bool model_insert(struct store *store, struct str text, struct str name, struct str note, bool active,
        int64_t now, int64_t *ret_version, struct err *err);
// As model_insert with active, and without a note.
bool model_add(struct store *store, struct str text, struct str name, int64_t now, int64_t *ret_version,
        struct err *err);
bool model_activate(struct store *store, int64_t version, struct err *err);
bool model_describe(struct store *store, int64_t version, struct str name, struct str note, bool archived,
        struct err *err);
// Gives ids to the rows that have none.
bool model_name_all(struct store *store, int64_t now, struct err *err);

#endif
