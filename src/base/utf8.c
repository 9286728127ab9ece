#include "base/utf8.h"

#include <stdlib.h>
#include <utf8proc.h>

static bool is_ascii(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return false;
    return true;
}

bool utf8_valid(struct str s)
{
    size_t i = 0;
    while (i < s.n) {
        if ((unsigned char)s.p[i] < 0x80) {
            i++;
            continue;
        }
        utf8proc_int32_t c;
        utf8proc_ssize_t n =
                utf8proc_iterate((const utf8proc_uint8_t *)s.p + i, (utf8proc_ssize_t)(s.n - i), &c);
        if (n <= 0)
            return false;
        i += (size_t)n;
    }
    return true;
}

uint32_t utf8_next(struct str s, size_t *at)
{
    utf8proc_int32_t c;
    utf8proc_ssize_t n =
            utf8proc_iterate((const utf8proc_uint8_t *)s.p + *at, (utf8proc_ssize_t)(s.n - *at), &c);
    *at += n > 0 ? (size_t)n : 1;
    return n > 0 && c >= 0 ? (uint32_t)c : 0xFFFD;
}

size_t utf8_put(uint32_t code_point, char *out)
{
    return (size_t)utf8proc_encode_char((utf8proc_int32_t)code_point, (utf8proc_uint8_t *)out);
}

static struct str mapped(struct arena *arena, struct str s, utf8proc_option_t options)
{
    utf8proc_uint8_t *out = NULL;
    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)s.p, (utf8proc_ssize_t)s.n, &out, options);
    if (n < 0)
        return s;
    struct str copy = arena_str(arena, (struct str){(const char *)out, (size_t)n});
    free(out);
    return copy;
}

struct str utf8_nfc(struct arena *arena, struct str s)
{
    return is_ascii(s) ? s : mapped(arena, s, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

struct str utf8_fold(struct arena *arena, struct str s)
{
    if (!is_ascii(s)) {
        struct str nfc = mapped(arena, s, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
        return mapped(arena, nfc, UTF8PROC_STABLE | UTF8PROC_CASEFOLD);
    }
    char *copy = arena_alloc(arena, s.n + 1);
    for (size_t i = 0; i < s.n; i++)
        copy[i] = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] + 32 : s.p[i]);
    copy[s.n] = '\0';
    return (struct str){copy, s.n};
}

struct str utf8_plain(struct arena *arena, struct str s)
{
    if (is_ascii(s))
        return utf8_fold(arena, s);
    return mapped(arena, s,
            UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK);
}

unsigned utf8_width(struct str s)
{
    unsigned width = 0;
    for (size_t i = 0; i < s.n;)
        width += (unsigned)utf8proc_charwidth((utf8proc_int32_t)utf8_next(s, &i));
    return width;
}

uint32_t utf8_lower(uint32_t code_point)
{
    if (code_point < 0x80)
        return code_point >= 'A' && code_point <= 'Z' ? code_point + 32 : code_point;
    return (uint32_t)utf8proc_tolower((utf8proc_int32_t)code_point);
}

uint32_t utf8_caseless(uint32_t code_point)
{
    enum { DOTLESS_I = 0x131 }; // a letter of its own, though its capital is I
    if (code_point < 0x80 || code_point == DOTLESS_I)
        return utf8_lower(code_point);
    return utf8_lower((uint32_t)utf8proc_toupper((utf8proc_int32_t)code_point));
}

struct str utf8_of_1252(struct arena *arena, struct str s)
{
    static const uint16_t HIGH[32] = {0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6,
            0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D,
            0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};
    char *out = arena_alloc(arena, 3 * s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        n += utf8_put(c >= 0x80 && c < 0xA0 ? HIGH[c - 0x80] : c, out + n);
    }
    out[n] = '\0';
    return (struct str){out, n};
}
