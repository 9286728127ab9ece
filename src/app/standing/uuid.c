// Contacts' ids for the outside: the number in the first six bytes, a keyed hash of it in the rest, so that
// nobody makes up one that fits.
#include "app/standing/live_private.h"
#include "base/random.h"

#include <sodium.h>

static void make(const uint8_t *key, uint32_t number, uint8_t *out)
{
    uint8_t hash[16], message[4];
    for (unsigned i = 0; i < 4; i++)
        message[i] = (uint8_t)(number >> (24 - 8 * i));
    crypto_generichash(hash, sizeof hash, message, sizeof message, key, 16);
    // The time of a UUID version 7 has 48 bits of milliseconds: a moment of 2024, and as many behind it as
    // the number says.
    uint64_t time = UINT64_C(1717200000000) + number;
    for (unsigned i = 0; i < 6; i++)
        out[i] = (uint8_t)(time >> (40 - 8 * i));
    memcpy(out + 6, hash, 10);
    out[6] = (uint8_t)((out[6] & 0x0F) | 0x70);
    out[8] = (uint8_t)((out[8] & 0x3F) | 0x80);
}

static struct str print(const uint8_t *bytes, char *out)
{
    static const char HEX[] = "0123456789abcdef";
    size_t n = 0;
    for (unsigned i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            out[n++] = '-';
        out[n++] = HEX[bytes[i] >> 4];
        out[n++] = HEX[bytes[i] & 15];
    }
    out[n] = '\0';
    return (struct str){out, n};
}

struct str contact_uuid(const struct app *app, uint32_t number, char *out)
{
    uint8_t bytes[16];
    make(app_uuid(app), number, bytes);
    return print(bytes, out);
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool contact_of_uuid(const struct app *app, struct str uuid, uint32_t *ret_number)
{
    uint64_t time = 0;
    char text[UUID_SIZE];
    unsigned digits = 0;
    if (uuid.n != UUID_SIZE - 1)
        return false;
    for (size_t i = 0; digits < 12; i++) {
        if (i == 8)
            continue;
        int d = digit(uuid.p[i]);
        if (d < 0)
            return false;
        time = time << 4 | (unsigned)d;
        digits++;
    }
    uint64_t number = time - UINT64_C(1717200000000);
    if (number > UINT32_MAX || !str_eq_nocase(contact_uuid(app, (uint32_t)number, text), uuid))
        return false;
    *ret_number = (uint32_t)number;
    return true;
}
