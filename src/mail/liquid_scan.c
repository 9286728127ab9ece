// A template's pieces: texts, {{ outputs }}, {% tags %}.
#include "mail/liquid_private.h"

#include <stdarg.h>
#include <stdio.h>

bool liquid_fail(
        struct str text, const char *at, enum err_code code, struct err *err, const char *format, ...)
{
    char message[300];
    unsigned line = 1, column = 1;
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    for (const char *p = text.p; p < at; p++) {
        column = *p == '\n' ? 1 : column + ((*p & 0xc0) != 0x80);
        line += *p == '\n';
    }
    return err_set(err, code, "line %u, column %u: %s", line, column, message);
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct str trim_left(struct str s)
{
    while (s.n && is_space(s.p[0]))
        s = str_sub(s, 1, s.n);
    return s;
}

static struct str trim_right(struct str s)
{
    while (s.n && (is_space(s.p[s.n - 1]) || !s.p[s.n - 1]))
        s.n--;
    return s;
}

// Position of the two letters from `at` on, or n.
static size_t find_two(struct str s, size_t at, const char *two)
{
    const char *p = at < s.n ? memmem(s.p + at, s.n - at, two, 2) : NULL;
    return p ? (size_t)(p - s.p) : s.n;
}

// "name markup"; false: it begins with no name.
static bool split_tag(struct str text, struct piece *ret)
{
    size_t n = 0;
    text = trim_left(text);
    if (text.n && text.p[0] == '#')
        n = 1;
    else
        while (n < text.n && is_word(text.p[n]))
            n++;
    ret->tag = str_sub(text, 0, n);
    ret->markup = str_trim(str_sub(text, n, text.n));
    return n > 0;
}

static bool next_line(struct parser *p, struct piece *ret)
{
    struct scanner *s = p->scanner;
    while (s->at < s->text.n) {
        struct str rest = str_sub(s->text, s->at, s->text.n);
        size_t end = str_find(rest, '\n');
        struct str line = str_sub(rest, 0, end);
        s->at += end < rest.n ? end + 1 : end;
        if (!trim_left(line).n)
            continue;
        *ret = (struct piece){.kind = PIECE_TAG, .at = trim_left(line).p, .text = line};
        return split_tag(line, ret) ||
               liquid_fail(p->program->text, ret->at, ERR_INPUT, p->err, "a tag's name is expected here");
    }
    *ret = (struct piece){.kind = PIECE_END, .at = s->text.p + s->text.n};
    return true;
}

// What stands between braces, from which "-" is taken away.
static struct str inside(struct scanner *s, size_t from, size_t to)
{
    if (from < to && s->text.p[from] == '-')
        from++;
    s->trim = to > from && s->text.p[to - 1] == '-';
    return str_sub(s->text, from, s->trim ? to - 1 : to);
}

static bool next_braces(struct parser *p, bool tag, struct piece *ret)
{
    struct scanner *s = p->scanner;
    size_t end = find_two(s->text, s->at + 2, tag ? "%}" : "}}");
    *ret = (struct piece){.kind = tag ? PIECE_TAG : PIECE_OUTPUT, .at = s->text.p + s->at};
    if (end == s->text.n)
        return liquid_fail(p->program->text, ret->at, ERR_INPUT, p->err, "%s is never closed by %s",
                tag ? "{%" : "{{", tag ? "%}" : "}}");
    ret->text = inside(s, s->at + 2, end);
    s->at = end + 2;
    return !tag || split_tag(ret->text, ret) ||
           liquid_fail(p->program->text, ret->at, ERR_INPUT, p->err, "a tag's name is expected here");
}

static size_t next_brace(struct str text, size_t at)
{
    for (;; at++) {
        const char *p = at < text.n ? memchr(text.p + at, '{', text.n - at) : NULL;
        if (!p)
            return text.n;
        at = (size_t)(p - text.p);
        if (at + 1 < text.n && (text.p[at + 1] == '{' || text.p[at + 1] == '%'))
            return at;
    }
}

bool piece_next(struct parser *p, struct piece *ret)
{
    struct scanner *s = p->scanner;
    if (s->lines)
        return next_line(p, ret);
    for (;;) {
        size_t end = next_brace(s->text, s->at);
        if (end == s->at && s->at < s->text.n)
            return next_braces(p, s->text.p[s->at + 1] == '%', ret);
        struct str text = str_sub(s->text, s->at, end);
        bool more = s->at < s->text.n;
        *ret = (struct piece){.kind = more ? PIECE_TEXT : PIECE_END, .at = s->text.p + s->at};
        if (s->trim)
            text = trim_left(text);
        if (end + 2 < s->text.n && s->text.p[end + 2] == '-')
            text = trim_right(text);
        s->trim = false;
        s->at = end;
        ret->text = text;
        if (!more || text.n)
            return true;
    }
}

// Whether at `at` there is {% tag %}; *ret_end: behind it.
static bool tag_at(const struct scanner *s, size_t at, struct str tag, size_t *ret_end, bool *ret_trim)
{
    struct str rest = str_sub(s->text, at + 2, s->text.n);
    if (rest.n && rest.p[0] == '-')
        rest = str_sub(rest, 1, rest.n);
    rest = trim_left(rest);
    if (!str_starts(rest, tag))
        return false;
    rest = trim_left(str_sub(rest, tag.n, rest.n));
    *ret_trim = rest.n && rest.p[0] == '-';
    if (*ret_trim)
        rest = str_sub(rest, 1, rest.n);
    if (!str_starts(rest, STR("%}")))
        return false;
    *ret_end = (size_t)(rest.p - s->text.p) + 2;
    return true;
}

bool piece_raw(struct parser *p, const char *tag, const char *at, struct str *ret)
{
    struct scanner *s = p->scanner;
    for (size_t i = find_two(s->text, s->at, "{%"); i < s->text.n; i = find_two(s->text, i + 1, "{%")) {
        size_t end;
        if (tag_at(s, i, str_of(tag), &end, &s->trim)) {
            *ret = str_sub(s->text, s->at, i);
            s->at = end;
            return true;
        }
    }
    return liquid_fail(p->program->text, at, ERR_INPUT, p->err, "this tag is never closed by %s", tag);
}

// One token inside of a comment; *ret: its tag's name, or empty.
static bool comment_piece(struct parser *p, struct piece *ret)
{
    struct scanner *s = p->scanner;
    *ret = (struct piece){.kind = PIECE_TEXT};
    if (s->lines) {
        struct err ignored;
        struct parser quiet = *p;
        quiet.err = &ignored;
        if (!next_line(&quiet, ret))
            ret->tag = STR("");
        return ret->kind != PIECE_END;
    }
    size_t at = next_brace(s->text, s->at);
    if (at == s->text.n)
        return false;
    bool tag = s->text.p[at + 1] == '%';
    size_t end = find_two(s->text, at + 2, tag ? "%}" : "}}");
    if (tag && end == s->text.n)
        return false;
    if (tag)
        split_tag(inside(s, at + 2, end), ret);
    s->at = end < s->text.n ? end + 2 : at + 2;
    return true;
}

bool piece_skip_comment(struct parser *p, const char *at)
{
    struct piece piece;
    struct str ignored;
    unsigned depth = 1;
    while (comment_piece(p, &piece)) {
        if (str_eq(piece.tag, STR("raw")) && !p->scanner->lines && !piece_raw(p, "endraw", at, &ignored))
            return false;
        depth += str_eq(piece.tag, STR("comment"));
        depth -= str_eq(piece.tag, STR("endcomment"));
        if (!depth)
            return true;
    }
    return liquid_fail(p->program->text, at, ERR_INPUT, p->err, "this comment is never closed by endcomment");
}
