#include "mail/html_tag.h"

#include <strings.h>

static const struct {
    const char *name;
    enum html_tag tag;
} TAGS[] = {
        {"a", TAG_A},
        {"b", TAG_INLINE},
        {"i", TAG_INLINE},
        {"u", TAG_INLINE},
        {"font", TAG_INLINE},
        {"span", TAG_INLINE},
        {"strong", TAG_INLINE},
        {"em", TAG_INLINE},
        {"div", TAG_DIV},
        {"p", TAG_PARAGRAPH},
        {"br", TAG_BR},
        {"hr", TAG_HR},
        {"td", TAG_CELL},
        {"th", TAG_CELL},
        {"tr", TAG_ROW},
        {"li", TAG_ITEM},
        {"table", TAG_TABLE},
        {"pre", TAG_PRE},
        {"textarea", TAG_PRE},
        {"blockquote", TAG_BLOCKQUOTE},
        {"h1", TAG_PARAGRAPH},
        {"h2", TAG_PARAGRAPH},
        {"h3", TAG_PARAGRAPH},
        {"h4", TAG_PARAGRAPH},
        {"h5", TAG_PARAGRAPH},
        {"h6", TAG_PARAGRAPH},
        {"ul", TAG_PARAGRAPH},
        {"ol", TAG_PARAGRAPH},
        {"dl", TAG_PARAGRAPH},
        {"dt", TAG_BLOCK},
        {"dd", TAG_BLOCK},
        {"center", TAG_BLOCK},
        {"section", TAG_BLOCK},
        {"article", TAG_BLOCK},
        {"header", TAG_BLOCK},
        {"footer", TAG_BLOCK},
        {"address", TAG_BLOCK},
        {"form", TAG_BLOCK},
        {"body", TAG_BLOCK},
        {"script", TAG_SKIPPED},
        {"style", TAG_SKIPPED},
        {"title", TAG_SKIPPED},
        {"select", TAG_SKIPPED},
        {"svg", TAG_SKIPPED},
        {"noscript", TAG_SKIPPED},
};

static bool letter(char c)
{
    return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

// Behind a comment or a declaration.
static size_t comment_end(struct str s, size_t at)
{
    if (at + 3 < s.n && s.p[at + 2] == '-' && s.p[at + 3] == '-') {
        const char *end = memmem(s.p + at + 2, s.n - at - 2, "-->", 3);
        return end ? (size_t)(end - s.p) + 3 : s.n;
    }
    const char *end = memchr(s.p + at, '>', s.n - at);
    return end ? (size_t)(end - s.p) + 1 : s.n;
}

// Behind the ">" that ends a tag; one within quotes does not, unless the quotes never end.
static size_t tag_end(struct str s, size_t at)
{
    for (size_t i = at; i < s.n; i++) {
        if (s.p[i] == '>')
            return i + 1;
        if ((s.p[i] == '"' || s.p[i] == '\'') && i > at && (s.p[i - 1] == '=' || blank(s.p[i - 1]))) {
            const char *end = memchr(s.p + i + 1, s.p[i], s.n - i - 1);
            if (end)
                i = (size_t)(end - s.p);
            else
                break;
        }
    }
    const char *end = memchr(s.p + at, '>', s.n - at);
    return end ? (size_t)(end - s.p) + 1 : s.n;
}

size_t html_token(struct str s, size_t at, struct html_token *ret)
{
    *ret = (struct html_token){.tag = TAG_OTHER};
    if (at + 1 >= s.n)
        return at;
    if (s.p[at + 1] == '!' || s.p[at + 1] == '?')
        return comment_end(s, at);
    ret->closing = s.p[at + 1] == '/';
    size_t from = at + 1 + ret->closing, to = from;
    if (from >= s.n || !letter(s.p[from]))
        return at;
    while (to < s.n && !blank(s.p[to]) && s.p[to] != '>' && s.p[to] != '/')
        to++;
    size_t end = tag_end(s, to);
    ret->name = str_sub(s, from, to);
    ret->attributes = str_sub(s, to, end > to && s.p[end - 1] == '>' ? end - 1 : end);
    for (size_t i = 0; i < sizeof TAGS / sizeof *TAGS; i++)
        if (str_eq_nocase(ret->name, str_of(TAGS[i].name)))
            ret->tag = TAGS[i].tag;
    return end;
}

struct str html_attribute(struct str s, const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < s.n;) {
        while (i < s.n && (blank(s.p[i]) || s.p[i] == '/'))
            i++;
        size_t from = i;
        while (i < s.n && !blank(s.p[i]) && s.p[i] != '=')
            i++;
        struct str key = str_sub(s, from, i), value = STR("");
        while (i < s.n && blank(s.p[i]))
            i++;
        if (i < s.n && s.p[i] == '=') {
            i++;
            while (i < s.n && blank(s.p[i]))
                i++;
            char quote = i < s.n && (s.p[i] == '"' || s.p[i] == '\'') ? s.p[i++] : 0;
            from = i;
            while (i < s.n && (quote ? s.p[i] != quote : !blank(s.p[i])))
                i++;
            value = str_sub(s, from, i);
            i += quote && i < s.n;
        } else if (i == from) {
            i++;
        }
        if (key.n == n && strncasecmp(key.p, name, n) == 0)
            return value;
    }
    return STR_NONE;
}
