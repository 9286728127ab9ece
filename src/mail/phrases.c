#include "mail/phrases.h"

#include "base/utf8.h"

enum { GAP_MAX = 120 };

static bool is_blank(uint32_t c)
{
    return c <= ' ' || c == 0x7f || c == 0xa0 || c == 0xad || (c >= 0x2000 && c <= 0x200f) || c == 0x2028 ||
           c == 0x2029 || c == 0x202f || c == 0x3000 || c == 0xfeff;
}

static uint32_t plain_quote(uint32_t c)
{
    if (c == 0x2018 || c == 0x2019 || c == 0x201b || c == 0x00b4 || c == '`')
        return '\'';
    return c >= 0x201c && c <= 0x201f ? '"' : c;
}

// ASCII signs, and those of other scripts that stand between words.
static bool is_sign(uint32_t c)
{
    if (c < 0x80)
        return !((c | 32) >= 'a' && (c | 32) <= 'z') && !(c >= '0' && c <= '9') && c != '\'';
    return (c > 0x80 && c < 0xc0 && c != 0xaa && c != 0xba) || (c >= 0x2010 && c <= 0x206f) ||
           (c >= 0x3001 && c <= 0x3011) || (c >= 0xff00 && c <= 0xff0f);
}

static struct str flat(struct arena *arena, struct str text, size_t most, bool words, uint32_t *at)
{
    if (text.n > most)
        text.n = most;
    // A lower-case form is at most half as long again (U+023A: 2 bytes, 3).
    char *out = arena_alloc(arena, text.n * 2 + 8);
    size_t n = 0;
    if (words) {
        if (at)
            at[n] = 0;
        out[n++] = ' ';
    }
    for (size_t i = 0; i < text.n;) {
        size_t from = i, begin = n;
        uint32_t c = (unsigned char)text.p[i];
        if (c < 0x80)
            i++, c |= c >= 'A' && c <= 'Z' ? 32 : 0;
        else
            c = plain_quote(utf8_lower(utf8_next(text, &i)));
        if (c == '`')
            c = '\'';
        if (is_blank(c) || (words && is_sign(c))) {
            if (n == 0 || out[n - 1] == ' ' || c == 0xad)
                continue;
            out[n++] = ' ';
        } else {
            n += utf8_put(c, out + n);
        }
        for (size_t k = begin; at && k < n; k++)
            at[k] = (uint32_t)from;
    }
    if (words && out[n - 1] != ' ') {
        if (at)
            at[n] = (uint32_t)text.n;
        out[n++] = ' ';
    }
    return (struct str){out, n};
}

struct str phrases_flat(struct arena *arena, struct str text, size_t most)
{
    return flat(arena, text, most, false, NULL);
}

struct str phrases_words(struct arena *arena, struct str text, size_t most, const uint32_t **ret_at)
{
    size_t n = text.n < most ? text.n : most;
    uint32_t *at = ret_at ? ARENA_ARRAY(arena, uint32_t, n * 2 + 8) : NULL;
    struct str s = flat(arena, text, most, true, at);
    if (ret_at)
        *ret_at = at;
    return s;
}

// The pieces behind the first one, each close behind the one before.
static bool rest_follows(struct str s, size_t at, const char *rest)
{
    while (*rest) {
        size_t n = strcspn(rest, "*");
        size_t window = s.n - at < GAP_MAX + n ? s.n - at : GAP_MAX + n;
        const char *found = n ? memmem(s.p + at, window, rest, n) : s.p + at;
        if (!found)
            return false;
        at = (size_t)(found - s.p) + n;
        rest += n + (rest[n] == '*');
    }
    return true;
}

size_t phrase_find(struct str s, const char *pattern)
{
    bool first = *pattern == '^';
    pattern += first;
    size_t n = strcspn(pattern, "*"), limit = s.n;
    const char *rest = pattern + n + (pattern[n] == '*');
    if (first && s.n > n + (s.p[0] == ' '))
        limit = n + (s.p[0] == ' ');
    // (a place where only the first piece fits is as good a reason to look on as none; 50 are enough)
    for (size_t at = 0, tries = 0; at + n <= limit && tries < 50; tries++) {
        const char *found = memmem(s.p + at, limit - at, pattern, n);
        if (!found)
            return s.n;
        size_t begin = (size_t)(found - s.p);
        if (rest_follows(s, begin + n, rest))
            return begin;
        at = begin + 1;
    }
    return s.n;
}

bool phrase_any(struct str s, const char *const *patterns)
{
    for (; *patterns; patterns++)
        if (phrase_in(s, *patterns))
            return true;
    return false;
}
