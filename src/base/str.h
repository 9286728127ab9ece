// Strings as (pointer, length): never owned, never NUL-terminated unless a function says so.
#ifndef SLUICE_BASE_STR_H
#define SLUICE_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
    const char *p;
    size_t n;
};

#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
#define STR_NONE ((struct str){NULL, 0})
// For printf: "%.*s", STR_ARG(s)
#define STR_ARG(s) (int)(s).n, ((s).p ? (s).p : "")

static inline struct str str_of(const char *nul_terminated)
{
    return (struct str){nul_terminated, nul_terminated ? strlen(nul_terminated) : 0};
}

static inline bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool str_starts(struct str s, struct str prefix)
{
    return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

// By bytes, a shorter string before its continuations; the order of every sorted output.
static inline int str_cmp(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c : (a.n > b.n) - (a.n < b.n);
}

// Bytes from … to-1; of STR_NONE only 0 … 0.
static inline struct str str_sub(struct str s, size_t from, size_t to)
{
    return (struct str){s.p ? s.p + from : NULL, to - from};
}

bool str_ends(struct str s, struct str suffix);
// ASCII case only.
bool str_eq_nocase(struct str a, struct str b);
// White space of ASCII at both ends.
struct str str_trim(struct str s);
// Position of the first c, or s.n.
size_t str_find(struct str s, char c);
// 0–15 of either case, 0–63 of the plain or the URL alphabet; -1: no such digit.
int hex_digit(char c);
int base64_digit(char c);
// A whole number in decimal digits, at most 18 of them.
bool str_natural(struct str s, int64_t *ret);
// Levenshtein distance on bytes, at most `max` (returns max + 1 beyond); for "did you mean". Both at most 64
// bytes.
unsigned str_distance(struct str a, struct str b, unsigned max);

#endif
