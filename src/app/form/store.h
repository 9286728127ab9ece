// Tables of forms: the forms, every version of their definitions (consents refer to them), submissions,
// counts.
#ifndef SLUICE_APP_FORM_STORE_H
#define SLUICE_APP_FORM_STORE_H

#include "app/form/definition.h"
#include "app/form/token.h"
#include "app/slice.h"

extern const struct migration FORM_MIGRATION;

struct form {
    struct str id, slug, name;
    int64_t version; // of the form; ETag
    bool published;
    int64_t created, updated;
    struct str definition; // JSON
};

// By id, or else by slug; texts live in arena. ERR_NOT_FOUND.
bool form_find(
        struct store *store, struct arena *arena, struct str id_or_slug, struct form *ret, struct err *err);
// The definition as it was at a version; ERR_NOT_FOUND.
bool form_at_version(struct store *store, struct arena *arena, struct str id, int64_t version,
        struct str *ret_definition, struct err *err);
bool form_each(struct store *store, struct arena *arena, void (*visit)(void *ctx, const struct form *form),
        void *ctx, struct err *err);
// Inserts (created == updated) or replaces; the version is a row of its own. ERR_CONFLICT: the slug is taken.
bool form_put(struct store *store, const struct form *form, struct err *err);
// Submissions stay: consents refer to them.
bool form_remove(struct store *store, struct str id, struct err *err);
// Parses the definition of a stored form.
bool form_def_of(struct arena *arena, struct str definition, struct form_def *ret, struct err *err);

// The secret that tokens are signed with; made once a store.
bool form_secret(struct store *store, uint8_t ret[TOKEN_SECRET], bool *ret_there, struct err *err);
bool form_secret_put(struct store *store, const uint8_t secret[TOKEN_SECRET], struct err *err);

#endif
