#include "base/random.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

void random_bytes(void *out, size_t n)
{
    char *at = out;
    while (n) {
        ssize_t got = getrandom(at, n, 0);
        if (got < 0) {
            if (errno == EINTR)
                continue;
            fputs("sluice: the system has no random numbers\n", stderr);
            abort();
        }
        at += got;
        n -= (size_t)got;
    }
}

struct str uuid_v7(int64_t ms, char *out)
{
    static const char HEX[] = "0123456789abcdef";
    uint8_t bytes[16];
    random_bytes(bytes + 6, 10);
    for (unsigned i = 0; i < 6; i++)
        bytes[i] = (uint8_t)((uint64_t)ms >> (40 - 8 * i));
    bytes[6] = (uint8_t)(0x70 | (bytes[6] & 0x0f)); // version 7
    bytes[8] = (uint8_t)(0x80 | (bytes[8] & 0x3f)); // variant of RFC 9562
    char *at = out;
    for (unsigned i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *at++ = '-';
        *at++ = HEX[bytes[i] >> 4];
        *at++ = HEX[bytes[i] & 15];
    }
    *at = '\0';
    return (struct str){out, UUID_SIZE - 1};
}

bool uuid_valid(struct str text)
{
    if (text.n != UUID_SIZE - 1)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool hex = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'f');
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? c != '-' : !hex)
            return false;
    }
    return true;
}

struct str random_token(size_t n, char *out)
{
    static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char *at = out;
    uint32_t bits = 0;
    unsigned have = 0;
    uint8_t bytes[64];
    for (size_t i = 0; i < n; i++) {
        if (i % sizeof bytes == 0)
            random_bytes(bytes, n - i < sizeof bytes ? n - i : sizeof bytes);
        bits = bits << 8 | bytes[i % sizeof bytes];
        for (have += 8; have >= 6; have -= 6)
            *at++ = DIGITS[bits >> (have - 6) & 63];
    }
    if (have)
        *at++ = DIGITS[bits << (6 - have) & 63];
    *at = '\0';
    return (struct str){out, (size_t)(at - out)};
}
