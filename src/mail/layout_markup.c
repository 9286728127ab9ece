// HTML as pieces, and the marks of values.
#include "mail/layout_private.h"

#include "base/utf8.h"

#include <inttypes.h>

// --- values' marks: letters and digits only, so that Markdown leaves them as they are

static const struct str MARK = {"q7Zv", 4};

void layout_hold(void *ctx, struct str value, struct buf *out)
{
    struct layout_values *values = ctx;
    if (!value.n)
        return;
    if (values->n == values->cap) {
        size_t cap = values->cap ? values->cap * 2 : 32;
        struct str *v = ARENA_ARRAY(values->arena, struct str, cap);
        if (values->n)
            memcpy(v, values->v, values->n * sizeof *v);
        values->v = v;
        values->cap = cap;
    }
    values->v[values->n] = arena_str(values->arena, value);
    buf_put(out, MARK);
    buf_printf(out, "%zux", values->n++);
}

// Whether a mark stands at `at`; *ret_end: behind it.
static bool mark_at(
        struct str text, size_t at, const struct layout_values *values, size_t *ret_end, struct str *ret)
{
    size_t number = 0, i = at + MARK.n, from = i;
    if (!values || at + MARK.n >= text.n || memcmp(text.p + at, MARK.p, MARK.n) != 0)
        return false;
    while (i < text.n && text.p[i] >= '0' && text.p[i] <= '9' && number < SIZE_MAX / 20)
        number = number * 10 + (size_t)(text.p[i++] - '0');
    if (i == from || i == text.n || text.p[i] != 'x' || number >= values->n)
        return false;
    *ret_end = i + 1;
    *ret = values->v[number];
    return true;
}

struct str layout_told(struct arena *arena, struct str text, const struct layout_values *values)
{
    struct buf out = {0};
    struct str value;
    for (size_t i = 0; i < text.n;) {
        size_t end;
        if (text.p[i] == MARK.p[0] && mark_at(text, i, values, &end, &value)) {
            buf_put(&out, value);
            i = end;
        } else
            buf_char(&out, text.p[i++]);
    }
    struct str told = arena_str(arena, (struct str){out.p ? out.p : "", out.n});
    buf_free(&out);
    return told;
}

// --- entities

static const struct {
    const char *name;
    uint32_t c;
} ENTITIES[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}, {"nbsp", 0xa0},
        {"copy", 0xa9}, {"reg", 0xae}, {"euro", 0x20ac}, {"hellip", 0x2026}, {"mdash", 0x2014},
        {"ndash", 0x2013}, {"rsquo", 0x2019}, {"lsquo", 0x2018}, {"ldquo", 0x201c}, {"rdquo", 0x201d},
        {"laquo", 0xab}, {"raquo", 0xbb}, {"bull", 0x2022}, {"middot", 0xb7}, {"zwnj", 0x200c},
        {"auml", 0xe4}, {"ouml", 0xf6}, {"uuml", 0xfc}, {"Auml", 0xc4}, {"Ouml", 0xd6}, {"Uuml", 0xdc},
        {"szlig", 0xdf}, {"eacute", 0xe9}, {"egrave", 0xe8}, {"agrave", 0xe0}, {"ccedil", 0xe7}};

static uint32_t numeric(struct str name)
{
    uint32_t c = 0;
    bool hex = name.n > 1 && (name.p[1] | 32) == 'x';
    for (size_t i = hex ? 2 : 1; i < name.n; i++) {
        char d = name.p[i];
        unsigned digit = d >= '0' && d <= '9' ? (unsigned)(d - '0') : (unsigned)((d | 32) - 'a' + 10);
        if (digit >= (hex ? 16u : 10u) || c > 0x10ffff)
            return 0;
        c = c * (hex ? 16 : 10) + digit;
    }
    return c < 32 || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) ? 0 : c;
}

// The letter that "&…;" at the beginning means, 0: none; *ret_n: its length.
static uint32_t entity(struct str rest, size_t *ret_n)
{
    size_t end = 1;
    while (end < rest.n && end < 12 && rest.p[end] != ';')
        end++;
    if (end < 2 || end == rest.n || rest.p[end] != ';')
        return 0;
    struct str name = str_sub(rest, 1, end);
    *ret_n = end + 1;
    if (name.p[0] == '#')
        return numeric(name);
    for (size_t i = 0; i < sizeof ENTITIES / sizeof *ENTITIES; i++)
        if (str_eq(name, str_of(ENTITIES[i].name)))
            return ENTITIES[i].c;
    return 0;
}

struct str markup_text(struct arena *arena, struct str escaped, const struct layout_values *values)
{
    struct buf out = {0};
    char letter[4];
    for (size_t i = 0; i < escaped.n;) {
        size_t n, n_letter;
        uint32_t c = escaped.p[i] == '&' ? entity(str_sub(escaped, i, escaped.n), &n) : 0;
        if (c) {
            n_letter = utf8_put(c, letter);
            buf_put(&out, (struct str){letter, n_letter});
            i += n;
        } else
            buf_char(&out, escaped.p[i++]);
    }
    struct str text = layout_told(arena, buf_str(&out), values);
    buf_free(&out);
    return text;
}

// --- pieces

static bool is_letter(char c)
{
    return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct str lower(struct arena *arena, struct str name)
{
    char *out = arena_alloc(arena, name.n + 1);
    for (size_t i = 0; i < name.n; i++)
        out[i] = name.p[i] >= 'A' && name.p[i] <= 'Z' ? (char)(name.p[i] + 32) : name.p[i];
    return (struct str){out, name.n};
}

// Between the tag's name and its end; quotes may hold ">". Gives the position behind the tag.
static size_t attributes(struct arena *arena, struct str html, size_t i, struct markup_piece *ret)
{
    while (i < html.n && html.p[i] != '>') {
        size_t from = i;
        struct markup_attribute a = {.value = STR("")};
        if (is_space(html.p[i]) || html.p[i] == '/') {
            i++;
            continue;
        }
        while (i < html.n && !is_space(html.p[i]) && html.p[i] != '=' && html.p[i] != '>' && html.p[i] != '/')
            i++;
        a.name = lower(arena, str_sub(html, from, i));
        while (i < html.n && is_space(html.p[i]))
            i++;
        if (i < html.n && html.p[i] == '=') {
            for (i++; i < html.n && is_space(html.p[i]); i++)
                ;
            char quote = i < html.n && (html.p[i] == '"' || html.p[i] == '\'') ? html.p[i++] : 0;
            from = i;
            while (i < html.n && (quote ? html.p[i] != quote : !is_space(html.p[i]) && html.p[i] != '>'))
                i++;
            a.value = str_sub(html, from, i);
            i += quote && i < html.n;
        } else if (i == from)
            i++;
        if (a.name.n && ret->n < sizeof ret->attributes / sizeof *ret->attributes)
            ret->attributes[ret->n++] = a;
    }
    return i < html.n ? i + 1 : i;
}

void markup_piece(struct arena *arena, struct str html, size_t *at, struct markup_piece *ret)
{
    size_t i = *at, from = i;
    ret->n = 0;
    ret->name = STR("");
    ret->kind = MARKUP_END;
    if (i >= html.n)
        return;
    bool close = i + 1 < html.n && html.p[i] == '<' && html.p[i + 1] == '/';
    if (html.p[i] == '<' && i + 1 < html.n && (html.p[i + 1] == '!' || html.p[i + 1] == '?')) {
        bool comment = str_starts(str_sub(html, i, html.n), STR("<!--"));
        const char *end =
                comment ? memmem(html.p + i, html.n - i, "-->", 3) : memchr(html.p + i, '>', html.n - i);
        i = end ? (size_t)(end - html.p) + (comment ? 3 : 1) : html.n;
        ret->kind = MARKUP_COMMENT;
    } else if (html.p[i] == '<' && i + 1 + close < html.n && is_letter(html.p[i + 1 + close])) {
        size_t name = i += 1 + close;
        while (i < html.n && !is_space(html.p[i]) && html.p[i] != '>' && html.p[i] != '/')
            i++;
        ret->name = lower(arena, str_sub(html, name, i));
        ret->kind = close ? MARKUP_CLOSE : MARKUP_OPEN;
        i = attributes(arena, html, i, ret);
    } else {
        for (i++; i < html.n && html.p[i] != '<'; i++)
            ;
        ret->kind = MARKUP_TEXT;
    }
    ret->whole = str_sub(html, from, i);
    *at = i;
}

struct str markup_attribute(const struct markup_piece *piece, const char *name)
{
    for (unsigned i = 0; i < piece->n; i++)
        if (str_eq(piece->attributes[i].name, str_of(name)))
            return piece->attributes[i].value;
    return STR_NONE;
}
