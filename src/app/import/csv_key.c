// Names of columns as names of traits.
#include "app/import/csv_recognise.h"
#include "base/utf8.h"

enum { KEY_MAX = 100 };

// U+00C0 to U+017F in ASCII; German and Scandinavian letters as these write them without their letters.
static const char *const LATIN[] = {"a", "a", "a", "a", "ae", "a", "ae", "c", "e", "e", "e", "e", "i", "i",
        "i", "i", "d", "n", "o", "o", "o", "o", "oe", "", "oe", "u", "u", "u", "ue", "y", "th", "ss", "a",
        "a", "a", "a", "ae", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i", "d", "n", "o", "o", "o",
        "o", "oe", "", "oe", "u", "u", "u", "ue", "y", "th", "y", "a", "a", "a", "a", "a", "a", "c", "c", "c",
        "c", "c", "c", "c", "c", "d", "d", "d", "d", "e", "e", "e", "e", "e", "e", "e", "e", "e", "e", "g",
        "g", "g", "g", "g", "g", "g", "g", "h", "h", "h", "h", "i", "i", "i", "i", "i", "i", "i", "i", "i",
        "i", "ij", "ij", "j", "j", "k", "k", "k", "l", "l", "l", "l", "l", "l", "l", "l", "l", "l", "n", "n",
        "n", "n", "n", "n", "n", "n", "n", "o", "o", "o", "o", "o", "o", "oe", "oe", "r", "r", "r", "r", "r",
        "r", "s", "s", "s", "s", "s", "s", "s", "s", "t", "t", "t", "t", "t", "t", "u", "u", "u", "u", "u",
        "u", "u", "u", "u", "u", "u", "u", "w", "w", "y", "y", "y", "z", "z", "z", "z", "z", "z", "s"};

static bool upper(uint32_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0xDE && c != 0xD7);
}
static bool lower(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 0xDF && c <= 0xFF && c != 0xF7);
}
static bool ascii_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

// Letters and digits; all signs of ASCII and the usual ones beyond separate words.
static bool word_char(uint32_t c)
{
    if (c < 0x80)
        return ((c | 32) >= 'a' && (c | 32) <= 'z') || ascii_digit(c);
    return c >= 0xC0 && c != 0xD7 && c != 0xF7 && !(c >= 0x2000 && c <= 0x2BFF) &&
           !(c >= 0x3000 && c <= 0x3003) && c != 0xFEFF && c != 0xFFFD && !(c >= 0xFF00 && c <= 0xFF0F);
}

static bool one_word(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x80 && !word_char((unsigned char)s.p[i]))
            return false;
    return true;
}

static size_t put_letter(uint32_t c, char *out)
{
    if (c >= 0xC0 && c <= 0x17F) {
        size_t n = strlen(LATIN[c - 0xC0]);
        memcpy(out, LATIN[c - 0xC0], n);
        return n;
    }
    return utf8_put(utf8_lower(c), out);
}

// "e_mail" and "linked_in" are one word to us.
static size_t join(char *key, size_t n, struct str apart)
{
    for (size_t i = 0; i + apart.n <= n; i++) {
        bool whole = (i == 0 || key[i - 1] == '_') && (i + apart.n == n || key[i + apart.n] == '_');
        if (whole && memcmp(key + i, apart.p, apart.n) == 0) {
            size_t gap = i + str_find(apart, '_');
            memmove(key + gap, key + gap + 1, n - gap - 1);
            n--;
        }
    }
    return n;
}

struct str csv_key(struct arena *arena, struct str header, size_t position)
{
    struct str s = utf8_nfc(arena, header);
    bool camel = one_word(str_trim(s));
    char *key = arena_alloc(arena, KEY_MAX + 8);
    size_t n = 1, i = 0; // room for a leading underscore
    uint32_t before = ' ';
    while (i < s.n && n < KEY_MAX) {
        size_t next;
        uint32_t c = utf8_next(s, &i);
        next = i;
        uint32_t after = next < s.n ? utf8_next(s, &next) : ' ';
        if (c == '\'' || c == 0x2019) // "assistant's" is one word
            continue;
        bool begins = !word_char(before) ||
                      (camel && upper(c) && (lower(before) || ascii_digit(before) || lower(after)));
        if (word_char(c)) {
            if (begins && n > 1 && key[n - 1] != '_')
                key[n++] = '_';
            n += put_letter(c, key + n);
        }
        before = c;
    }
    n = 1 + join(key + 1, n - 1, STR("e_mail"));
    n = 1 + join(key + 1, n - 1, STR("linked_in"));
    if (n == 1)
        return arena_printf(arena, "column%zu", position);
    if (ascii_digit((unsigned char)key[1])) {
        key[0] = '_';
        return (struct str){key, n};
    }
    return (struct str){key + 1, n - 1};
}

struct str csv_squash(struct arena *arena, struct str header)
{
    struct str key = csv_key(arena, header, 0);
    char *out = arena_alloc(arena, key.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < key.n; i++)
        if (key.p[i] != '_')
            out[n++] = key.p[i];
    return (struct str){out, n};
}
