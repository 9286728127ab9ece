// Tokens, their hashes, base32, and constant-time comparison. Nothing here is ever logged.
#ifndef SLUICE_APP_USER_SECRET_H
#define SLUICE_APP_USER_SECRET_H

#include "base/arena.h"

enum { SECRET_HASH = 32, TOKEN_BYTES = 32, TOKEN_TEXT = 44 };

struct secret_hash {
    uint8_t bytes[SECRET_HASH];
};

// BLAKE2b-256. What is hashed is random, so neither salt nor slowness is needed.
struct secret_hash secret_hash(struct str secret);
static inline struct str hash_str(const struct secret_hash *hash)
{
    return (struct str){(const char *)hash->bytes, SECRET_HASH};
}
// A new token: TOKEN_BYTES random bytes as base64url, behind the prefix; in arena.
struct str secret_token(struct arena *arena, const char *prefix);
// Base32 (RFC 4648) in lower or upper case, without padding; in arena.
struct str base32(struct arena *arena, const uint8_t *bytes, size_t n, bool upper);
bool secret_equal(struct str a, struct str b);

#endif
