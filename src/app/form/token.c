#include "app/form/token.h"

#include "base/random.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAC = 16, MAC_TEXT = 22 };

// Keyed BLAKE2b of the kind and everything before the last dot.
static void mac_of(const uint8_t *secret, enum token_kind kind, struct str text, char out[MAC_TEXT + 2])
{
    crypto_generichash_state state;
    unsigned char mac[MAC], k = (unsigned char)kind;
    crypto_generichash_init(&state, secret, TOKEN_SECRET, MAC);
    crypto_generichash_update(&state, &k, 1);
    crypto_generichash_update(&state, (const unsigned char *)text.p, text.n);
    crypto_generichash_final(&state, mac, MAC);
    sodium_bin2base64(out, MAC_TEXT + 2, mac, MAC, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static struct str make(struct arena *arena, const uint8_t *secret, enum token_kind kind, struct str subject,
        int64_t time, const char *nonce)
{
    char mac[MAC_TEXT + 2];
    struct str text = arena_printf(arena, "%.*s.%llx.%s", STR_ARG(subject), (unsigned long long)time, nonce);
    mac_of(secret, kind, text, mac);
    return arena_printf(arena, "%.*s.%s", STR_ARG(text), mac);
}

struct str token_make(struct arena *arena, const uint8_t secret[TOKEN_SECRET], enum token_kind kind,
        struct str subject, int64_t time)
{
    char nonce[16];
    random_token(9, nonce);
    return make(arena, secret, kind, subject, time, nonce);
}

struct str token_link(struct arena *arena, const uint8_t secret[TOKEN_SECRET], enum token_kind kind,
        struct str subject, int64_t time)
{
    return make(arena, secret, kind, subject, time, "");
}

static size_t last_dot(struct str text)
{
    size_t i = text.n;
    while (i && text.p[i - 1] != '.')
        i--;
    return i ? i - 1 : SIZE_MAX;
}

bool token_read(const uint8_t secret[TOKEN_SECRET], enum token_kind kind, struct str token,
        struct str *ret_subject, int64_t *ret_time)
{
    char mac[MAC_TEXT + 2], hex[20];
    size_t end = last_dot(token);
    if (token.n > TOKEN_MAX || end == SIZE_MAX || token.n - end - 1 != MAC_TEXT)
        return false;
    struct str text = str_sub(token, 0, end);
    mac_of(secret, kind, text, mac);
    if (sodium_memcmp(mac, token.p + end + 1, MAC_TEXT) != 0)
        return false;
    size_t nonce = last_dot(text), time = nonce == SIZE_MAX ? nonce : last_dot(str_sub(text, 0, nonce));
    if (time == SIZE_MAX || nonce - time - 1 >= sizeof hex)
        return false;
    snprintf(hex, sizeof hex, "%.*s", (int)(nonce - time - 1), text.p + time + 1);
    *ret_time = (int64_t)strtoull(hex, NULL, 16);
    *ret_subject = str_sub(text, 0, time);
    return true;
}

void token_address(const uint8_t secret[TOKEN_SECRET], struct str address, uint8_t out[16])
{
    crypto_generichash_state state;
    unsigned char k = TOKEN_ADDRESS;
    crypto_generichash_init(&state, secret, TOKEN_SECRET, 16);
    crypto_generichash_update(&state, &k, 1);
    crypto_generichash_update(&state, (const unsigned char *)address.p, address.n);
    crypto_generichash_final(&state, out, 16);
}

unsigned proof_bits(struct str token, struct str number)
{
    crypto_hash_sha256_state state;
    unsigned char hash[crypto_hash_sha256_BYTES];
    unsigned bits = 0;
    if (!token.n || !number.n || number.n > 20)
        return 0;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const unsigned char *)token.p, token.n);
    crypto_hash_sha256_update(&state, (const unsigned char *)":", 1);
    crypto_hash_sha256_update(&state, (const unsigned char *)number.p, number.n);
    crypto_hash_sha256_final(&state, hash);
    for (unsigned i = 0; i < sizeof hash; i++) {
        if (hash[i] == 0) {
            bits += 8;
            continue;
        }
        for (unsigned bit = 0x80; !(hash[i] & bit); bit >>= 1)
            bits++;
        break;
    }
    return bits;
}
