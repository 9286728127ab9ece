#include "app/user/totp.h"

#include "app/user/secret.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

uint32_t totp_code(struct str secret, int64_t step)
{
    uint8_t counter[8], mac[20] = {0};
    for (int i = 0; i < 8; i++)
        counter[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
    gnutls_hmac_fast(GNUTLS_MAC_SHA1, secret.p, secret.n, counter, sizeof counter, mac);
    unsigned at = mac[19] & 15;
    uint32_t value = (uint32_t)(mac[at] & 0x7F) << 24 | (uint32_t)mac[at + 1] << 16 |
                     (uint32_t)mac[at + 2] << 8 | mac[at + 3];
    return value % 1000000;
}

bool totp_fits(struct str secret, struct str code, int64_t now, int64_t used, int64_t *ret_step)
{
    uint32_t value = 0;
    unsigned digits = 0;
    for (size_t i = 0; i < code.n; i++) {
        if (code.p[i] == ' ')
            continue;
        if (code.p[i] < '0' || code.p[i] > '9' || digits == TOTP_DIGITS)
            return false;
        value = value * 10 + (uint32_t)(code.p[i] - '0');
        digits++;
    }
    if (digits != TOTP_DIGITS)
        return false;
    int64_t step = now / TOTP_STEP, found = 0;
    for (int64_t s = step - 1; s <= step + 1; s++)
        if (totp_code(secret, s) == value && s > used)
            found = s;
    if (!found)
        return false;
    *ret_step = found;
    return true;
}

static void put_escaped(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                c == '.' || c == '_' || c == '~' || c == '@')
            buf_char(out, (char)c);
        else
            buf_printf(out, "%%%02X", c);
    }
}

struct str totp_uri(struct arena *arena, struct str secret, struct str issuer, struct str account)
{
    struct buf uri = {0};
    struct str key = base32(arena, (const uint8_t *)secret.p, secret.n, true);
    buf_put(&uri, STR("otpauth://totp/"));
    put_escaped(&uri, issuer);
    buf_char(&uri, ':');
    put_escaped(&uri, account);
    buf_printf(&uri, "?secret=%.*s&issuer=", STR_ARG(key));
    put_escaped(&uri, issuer);
    buf_put(&uri, STR("&algorithm=SHA1&digits=6&period=30"));
    struct str text = arena_str(arena, buf_str(&uri));
    buf_free(&uri);
    return text;
}
