#include "app/webhook/sign.h"

#include "base/random.h"

#include <sodium.h>
#include <stdio.h>

#define PREFIX STR("whsec_")

void secret_new(struct webhook_secret *ret)
{
    random_bytes(ret->bytes, SECRET_BYTES_NEW);
    ret->n = SECRET_BYTES_NEW;
}

bool secret_parse(struct str text, struct webhook_secret *ret, struct err *err)
{
    struct webhook_secret secret;
    const char *end;
    if (!str_starts(text, PREFIX))
        return err_set(err, ERR_INPUT, "a secret begins with whsec_");
    struct str digits = str_sub(text, PREFIX.n, text.n);
    if (sodium_base642bin(secret.bytes, sizeof secret.bytes, digits.p, digits.n, NULL, &secret.n, &end,
                sodium_base64_VARIANT_ORIGINAL) != 0 ||
            end != digits.p + digits.n)
        return err_set(err, ERR_INPUT, "behind whsec_ there must be base64 of %d to %d bytes",
                SECRET_BYTES_LEAST, SECRET_BYTES_MOST);
    if (secret.n < SECRET_BYTES_LEAST)
        return err_set(err, ERR_INPUT, "the secret has %zu bytes, it needs %d to %d", secret.n,
                SECRET_BYTES_LEAST, SECRET_BYTES_MOST);
    *ret = secret;
    return true;
}

struct str secret_text(const struct webhook_secret *secret, char out[SECRET_TEXT_SIZE])
{
    memcpy(out, PREFIX.p, PREFIX.n);
    sodium_bin2base64(out + PREFIX.n, SECRET_TEXT_SIZE - PREFIX.n, secret->bytes, secret->n,
            sodium_base64_VARIANT_ORIGINAL);
    return str_of(out);
}

static void add(crypto_auth_hmacsha256_state *state, struct str text)
{
    crypto_auth_hmacsha256_update(state, (const unsigned char *)text.p, text.n);
}

void webhook_sign(const struct webhook_secret *secret, struct str id, int64_t timestamp, struct str body,
        struct buf *out)
{
    crypto_auth_hmacsha256_state state;
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    char text[sodium_base64_ENCODED_LEN(sizeof mac, sodium_base64_VARIANT_ORIGINAL)], middle[32];
    snprintf(middle, sizeof middle, ".%lld.", (long long)timestamp);
    crypto_auth_hmacsha256_init(&state, secret->bytes, secret->n);
    add(&state, id);
    add(&state, str_of(middle));
    add(&state, body);
    crypto_auth_hmacsha256_final(&state, mac);
    sodium_bin2base64(text, sizeof text, mac, sizeof mac, sodium_base64_VARIANT_ORIGINAL);
    if (out->n)
        buf_char(out, ' ');
    buf_put(out, STR("v1,"));
    buf_put(out, str_of(text));
}
