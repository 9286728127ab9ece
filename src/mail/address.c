#include "mail/address.h"

#include "base/buf.h"
#include "base/vec.h"
#include "mail/charset.h"

// The field is read token by token; `name` gathers what could be a display name, `address` what stood in < >.
struct reading {
    struct arena *arena;
    struct str s;
    size_t at;
    struct buf name, address, comment, plain; // plain: the words so far without blanks: a bare address
    bool angle, quoted;
    VEC(struct mime_address) found;
};

static void quoted_string(struct reading *r, struct buf *out, struct buf *raw)
{
    size_t from = r->at++;
    for (; r->at < r->s.n && r->s.p[r->at] != '"'; r->at++) {
        if (r->s.p[r->at] == '\\' && r->at + 1 < r->s.n)
            r->at++;
        char c = r->s.p[r->at];
        if (c != '\r' && c != '\n')
            buf_char(out, c);
    }
    r->at += r->at < r->s.n;
    buf_put(raw, str_sub(r->s, from, r->at));
}

static void comment(struct reading *r)
{
    unsigned depth = 0;
    for (; r->at < r->s.n; r->at++) {
        char c = r->s.p[r->at];
        if (c == '\\' && r->at + 1 < r->s.n) {
            c = r->s.p[++r->at];
        } else if (c == '(') {
            if (depth++ == 0)
                continue;
        } else if (c == ')' && --depth == 0) {
            r->at++;
            return;
        }
        buf_char(&r->comment, c);
    }
}

// <…>, without a source route (@a,@b:) and blanks.
static void angle(struct reading *r)
{
    r->at++;
    r->address.n = 0;
    r->angle = true;
    while (r->at < r->s.n && r->s.p[r->at] != '>') {
        char c = r->s.p[r->at];
        if (c == '"') {
            struct buf skip = {0};
            quoted_string(r, &skip, &r->address);
            buf_free(&skip);
            continue;
        }
        if (c == '<')
            r->address.n = 0;
        else if (c == ':' && r->address.n && r->address.p[0] == '@')
            r->address.n = 0;
        else if (!strchr(" \t\r\n", c))
            buf_char(&r->address, c);
        else if (c == '\0')
            break;
        r->at++;
    }
    r->at += r->at < r->s.n;
}

static struct str text_of(struct reading *r, struct buf *b)
{
    struct str s = str_trim(charset_header(r->arena, buf_str(b)));
    while (s.n > 1 && ((s.p[0] == '\'' && s.p[s.n - 1] == '\'') || (s.p[0] == '"' && s.p[s.n - 1] == '"')))
        s = str_trim(str_sub(s, 1, s.n - 1));
    return s;
}

static void finish(struct reading *r)
{
    struct mime_address a = {.name = STR(""), .address = STR("")};
    if (r->angle) {
        a.address = str_trim(charset_header(r->arena, buf_str(&r->address)));
        a.name = text_of(r, &r->name);
        if (!a.name.n)
            a.name = text_of(r, &r->comment);
    } else if (r->plain.n && memchr(r->plain.p, '@', r->plain.n)) {
        a.address = str_trim(charset_header(r->arena, buf_str(&r->plain)));
        a.name = text_of(r, &r->comment);
    } else if (r->name.n) {
        a.name = text_of(r, &r->name);
        if (a.name.n && memchr(a.name.p, '@', a.name.n) && !memchr(a.name.p, ' ', a.name.n)) {
            a.address = a.name;
            a.name = STR("");
        }
    }
    if ((a.address.n || a.name.n) && r->found.n < MIME_ADDRESSES_MAX) {
        a.name = arena_str(r->arena, a.name);
        a.address = arena_str(r->arena, a.address);
        vec_push(&r->found, a);
    }
    r->name.n = r->address.n = r->comment.n = r->plain.n = 0;
    r->angle = r->quoted = false;
}

// A bare address may hold blanks around its dots and @ only; else its words are a name.
static void word(struct reading *r)
{
    size_t from = r->at;
    while (r->at < r->s.n && !strchr("\"(<,;:", r->s.p[r->at])) {
        size_t end = charset_word_end(r->s, r->at); // (it may hold a comma)
        r->at = end ? end : r->at + 1;
    }
    if (r->at == from && r->at < r->s.n) // (strchr finds the NUL, too)
        r->at++;
    struct str w = str_sub(r->s, from, r->at);
    buf_put(&r->name, w);
    for (size_t i = 0; i < w.n; i++)
        if (!strchr(" \t\r\n", w.p[i]))
            buf_char(&r->plain, w.p[i]);
        else if (r->plain.n && r->plain.p[r->plain.n - 1] != ' ' && memchr(r->plain.p, '@', r->plain.n) &&
                 str_trim(str_sub(w, i, w.n)).n && w.p[i + 1] != '@')
            buf_char(&r->plain, ' ');
}

static void token(struct reading *r)
{
    switch (r->s.p[r->at]) {
    case '"':
        quoted_string(r, &r->name, &r->plain);
        break;
    case '(':
        comment(r);
        break;
    case '<':
        if (r->angle && r->address.n)
            finish(r); // a comma is missing
        angle(r);
        break;
    case ',':
    case ';':
        finish(r);
        r->at++;
        break;
    case ':': // the name of a group
        r->at++;
        r->name.n = r->plain.n = r->comment.n = 0;
        break;
    default:
        word(r);
    }
}

struct mime_addresses mail_addresses(struct arena *arena, struct str raw)
{
    struct reading r = {.arena = arena, .s = raw};
    if (r.s.n > MIME_VALUE_MAX)
        r.s.n = MIME_VALUE_MAX;
    while (r.at < r.s.n)
        token(&r);
    finish(&r);
    struct mime_address *copy = ARENA_ARRAY(arena, struct mime_address, r.found.n + 1);
    if (r.found.n)
        memcpy(copy, r.found.v, r.found.n * sizeof *copy);
    struct mime_addresses all = {copy, r.found.n};
    vec_free(&r.found);
    buf_free(&r.name);
    buf_free(&r.address);
    buf_free(&r.comment);
    buf_free(&r.plain);
    return all;
}

struct str mail_address_bare(struct arena *arena, struct str raw)
{
    struct mime_addresses all = mail_addresses(arena, raw);
    for (size_t i = 0; i < all.n; i++)
        if (all.v[i].address.n)
            return all.v[i].address;
    return STR("");
}
