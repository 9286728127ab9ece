// API keys: what programs log in with. Only a key's hash is stored; it is shown once, when it is made.
#ifndef SLUICE_APP_USER_KEY_H
#define SLUICE_APP_USER_KEY_H

#include "app/app.h"
#include "app/user/principal.h"
#include "app/user/secret.h"

#define KEY_PREFIX "slc_"
enum { KEYS_MAX = 1000 /* not revoked */, KEY_SHOWN = 8 /* letters of it that lists show */ };

struct key {
    struct str id, name, scope, prefix, created_by;
    struct str hash;
    int64_t created, used, revoked; // 0: not yet
    int64_t revision;
};

// Fills all but name and scope; ret_key: the key itself. With its line in the audit trail.
bool key_add(struct writing *w, const struct principal *who, struct key *key, struct str *ret_key,
        struct err *err);
// Not revoked. ERR_NOT_FOUND.
bool key_find(struct store *store, struct arena *arena, const struct secret_hash *hash, struct key *ret,
        struct err *err);
bool key_by_id(struct store *store, struct arena *arena, struct str id, struct key *ret, struct err *err);
// Newest first, revoked ones too. The array is on the heap (free), its texts in arena.
bool key_all(struct store *store, struct arena *arena, struct key **ret, size_t *ret_n, struct err *err);
bool key_rename(struct writing *w, const struct principal *who, struct str id, struct str name,
        struct key *ret, struct err *err);
// ERR_NOT_FOUND, ERR_CONFLICT: it is revoked already.
bool key_revoke(struct writing *w, const struct principal *who, struct str id, struct err *err);
bool key_used(struct writing *w, struct str id, int64_t when, struct err *err);
// The last change of the table.
bool key_revision(struct store *store, int64_t *ret, struct err *err);
void key_json(const struct key *key, struct buf *out);

#endif
