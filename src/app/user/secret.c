#include "app/user/secret.h"

#include "base/random.h"

#include <sodium.h>
#include <stdio.h>

struct secret_hash secret_hash(struct str secret)
{
    struct secret_hash hash;
    crypto_generichash(hash.bytes, sizeof hash.bytes, (const unsigned char *)secret.p, secret.n, NULL, 0);
    return hash;
}

struct str secret_token(struct arena *arena, const char *prefix)
{
    char text[TOKEN_TEXT];
    struct str token = random_token(TOKEN_BYTES, text);
    token = arena_printf(arena, "%s%.*s", prefix, STR_ARG(token));
    sodium_memzero(text, sizeof text);
    return token;
}

struct str base32(struct arena *arena, const uint8_t *bytes, size_t n, bool upper)
{
    const char *letters = upper ? "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" : "abcdefghijklmnopqrstuvwxyz234567";
    char *out = arena_alloc(arena, (n * 8 + 4) / 5 + 1);
    size_t at = 0;
    unsigned bits = 0, have = 0;
    for (size_t i = 0; i < n; i++) {
        bits = (bits << 8 | bytes[i]) & 0xFFFF;
        have += 8;
        while (have >= 5) {
            have -= 5;
            out[at++] = letters[bits >> have & 31];
        }
    }
    if (have)
        out[at++] = letters[bits << (5 - have) & 31];
    out[at] = '\0';
    return (struct str){out, at};
}

bool secret_equal(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || sodium_memcmp(a.p, b.p, a.n) == 0);
}
