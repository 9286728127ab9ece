// What our mails carry and we know again: a send's number, signed with a secret of the store (keyed BLAKE2b),
// so that nothing need be remembered and nothing expires.
#include "app/message/private.h"

#include "app/user/secret.h"
#include "base/mem.h"
#include "base/random.h"

#include <sodium.h>

enum { MAC = 10, TEXT_MAX = 4000, NUMBER_MAX = 9 };

static void mac_of(const struct message_state *state, enum token_use use, const uint8_t *bytes, size_t n,
        uint8_t out[MAC])
{
    crypto_generichash_state hash;
    unsigned char whole[16], kind = (unsigned char)use;
    crypto_generichash_init(&hash, state->secret, MESSAGE_SECRET, sizeof whole);
    crypto_generichash_update(&hash, &kind, 1);
    crypto_generichash_update(&hash, bytes, n);
    crypto_generichash_final(&hash, whole, sizeof whole);
    memcpy(out, whole, MAC);
}

// Seven bits a byte, the lowest first.
static size_t put_number(uint8_t *out, int64_t number)
{
    size_t n = 0;
    uint64_t rest = (uint64_t)number;
    do {
        out[n++] = (uint8_t)((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
        rest >>= 7;
    } while (rest && n < NUMBER_MAX);
    return n;
}

static size_t take_number(const uint8_t *bytes, size_t n, int64_t *ret)
{
    uint64_t number = 0;
    for (size_t i = 0; i < n && i < NUMBER_MAX; i++) {
        number |= (uint64_t)(bytes[i] & 0x7f) << (7 * i);
        if (!(bytes[i] & 0x80)) {
            *ret = (int64_t)number;
            return i + 1;
        }
    }
    return 0;
}

struct str token_short(
        const struct message_state *state, struct arena *arena, enum token_use use, int64_t send)
{
    uint8_t bytes[NUMBER_MAX + MAC];
    size_t n = put_number(bytes, send);
    mac_of(state, use, bytes, n, bytes + n);
    return base32(arena, bytes, n + MAC, false);
}

bool token_short_read(
        const struct message_state *state, enum token_use use, struct str token, int64_t *ret_send)
{
    uint8_t bytes[40], mac[MAC];
    size_t n = 0;
    uint32_t held = 0;
    unsigned bits = 0;
    int64_t send;
    if (token.n > 40)
        return false;
    for (size_t i = 0; i < token.n; i++) {
        char c = (char)(token.p[i] | 0x20);
        unsigned value = c >= 'a' && c <= 'z' ? (unsigned)(c - 'a') : (unsigned)(token.p[i] - '2') + 26;
        if (value > 31)
            return false;
        held = held << 5 | value;
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            bytes[n++] = (uint8_t)(held >> bits);
            held &= (1u << bits) - 1;
        }
    }
    if (n <= MAC || take_number(bytes, n - MAC, &send) != n - MAC)
        return false;
    mac_of(state, use, bytes, n - MAC, mac);
    if (sodium_memcmp(mac, bytes + n - MAC, MAC) != 0)
        return false;
    *ret_send = send;
    return true;
}

struct str token_long(const struct message_state *state, struct arena *arena, enum token_use use,
        int64_t send, struct str text)
{
    size_t size = NUMBER_MAX + text.n + MAC;
    uint8_t *bytes = arena_alloc(arena, size);
    size_t n = put_number(bytes, send);
    if (text.n)
        memcpy(bytes + n, text.p, text.n);
    n += text.n;
    mac_of(state, use, bytes, n, bytes + n);
    n += MAC;
    size_t room = sodium_base64_ENCODED_LEN(n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *out = arena_alloc(arena, room);
    sodium_bin2base64(out, room, bytes, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return str_of(out);
}

bool token_long_read(const struct message_state *state, struct arena *arena, enum token_use use,
        struct str token, int64_t *ret_send, struct str *ret_text)
{
    uint8_t mac[MAC];
    size_t n, used;
    int64_t send;
    if (token.n > 2 * TEXT_MAX)
        return false;
    uint8_t *bytes = arena_alloc(arena, token.n + 1);
    if (sodium_base642bin(bytes, token.n + 1, token.p, token.n, NULL, &n, NULL,
                sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
            n <= MAC)
        return false;
    n -= MAC;
    mac_of(state, use, bytes, n, mac);
    if (sodium_memcmp(mac, bytes + n, MAC) != 0 || !(used = take_number(bytes, n, &send)))
        return false;
    *ret_send = send;
    if (ret_text)
        *ret_text = (struct str){(const char *)bytes + used, n - used};
    return true;
}

bool secret_read(struct message_state *state, struct store *store, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_query(store, "SELECT secret FROM message_secret WHERE id = 1", &query, err))
        return false;
    bool ok = query_step(query, &row, err);
    if (ok && row) {
        struct str secret = query_blob(query, 0);
        if (secret.n == MESSAGE_SECRET)
            memcpy(state->secret, secret.p, MESSAGE_SECRET);
        else
            ok = err_set(err, ERR_CORRUPT, "the secret of the mails is damaged");
        state->has_secret = ok;
    }
    query_end(query);
    return ok;
}

bool secret_make(struct app *app, struct message_state *state, struct err *err)
{
    struct writing *w;
    uint8_t secret[MESSAGE_SECRET];
    random_bytes(secret, sizeof secret);
    return writing_begin_tables(app, &w, err) &&
           writing_end(w,
                   store_do(w->store,
                           "INSERT INTO message_secret (id, secret) VALUES (1, $1) ON CONFLICT (id) DO "
                           "NOTHING",
                           PARAMS(P_BYTES(((struct str){(const char *)secret, sizeof secret}))), err) &&
                           secret_read(state, w->store, err),
                   err);
}
