// The tables of keys and of merge suggestions. Private to app/identity.
#ifndef SLUICE_APP_IDENTITY_KEYS_H
#define SLUICE_APP_IDENTITY_KEYS_H

#include "app/identity/identity.h"
#include "store/ask.h"

// Stored; in the order of their strength. A name (with the domain of its company) leads nobody anywhere, but
// gives a reason for a suggestion.
enum identity_kind {
    IDENTITY_EXTERNAL = 1,
    IDENTITY_EMAIL = 2,
    IDENTITY_PROFILE = 3,
    IDENTITY_PHONE = 4,
    IDENTITY_NAME = 5,
};
const char *identity_kind_word(enum identity_kind kind);

// The first holder of a normal key, 0 for none.
bool identity_holder(
        struct store *store, enum identity_kind kind, struct str value, int64_t *ret, struct err *err);
// Gives a contact (identifier's number) a normal key. If somebody else had it first, that makes a suggestion.
bool identity_enter(struct writing *w, int64_t contact, enum identity_kind kind, struct str value,
        int64_t seen, struct err *err);
// Takes a key from a contact; the one who had it next leads to it then.
bool identity_forget(
        struct writing *w, int64_t contact, enum identity_kind kind, struct str value, struct err *err);
// Suggests that two contacts are one person; a further reason is added to a suggestion that is there. Nothing
// happens if they are merged already.
bool identity_suggest(struct writing *w, int64_t one, int64_t other, enum identity_kind kind,
        struct str value, struct err *err);

#endif
