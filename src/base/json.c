#include "base/json.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct reader {
    struct arena *arena;
    struct str all;
    const char *p, *end;
    struct err *err;
};

static bool fail(struct reader *r, const char *what)
{
    return err_set(r->err, ERR_INPUT, "not JSON: %s at byte %zu", what, (size_t)(r->p - r->all.p) + 1);
}

static void skip_blank(struct reader *r)
{
    while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\r' || *r->p == '\t'))
        r->p++;
}

static bool read_hex(struct reader *r, uint32_t *ret)
{
    uint32_t value = 0;
    if (r->end - r->p < 4)
        return fail(r, "a cut \\u escape");
    for (int i = 0; i < 4; i++) {
        char c = *r->p++;
        uint32_t digit;
        if (c >= '0' && c <= '9')
            digit = (uint32_t)(c - '0');
        else if ((c | 32) >= 'a' && (c | 32) <= 'f')
            digit = (uint32_t)((c | 32) - 'a' + 10);
        else
            return fail(r, "a bad \\u escape");
        value = value * 16 + digit;
    }
    *ret = value;
    return true;
}

static bool read_unicode(struct reader *r, char **out)
{
    uint32_t c;
    if (!read_hex(r, &c))
        return false;
    if (c >= 0xD800 && c < 0xDC00 && r->end - r->p >= 6 && r->p[0] == '\\' && r->p[1] == 'u') {
        const char *back = r->p;
        uint32_t low;
        r->p += 2;
        if (!read_hex(r, &low))
            return false;
        if (low >= 0xDC00 && low < 0xE000)
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        else
            r->p = back;
    }
    if (c >= 0xD800 && c < 0xE000)
        c = 0xFFFD;
    *out += utf8_put(c, *out);
    return true;
}

static bool read_escape(struct reader *r, char **out)
{
    static const char FROM[] = "\"\\/bfnrt", TO[] = "\"\\/\b\f\n\r\t";
    if (r->p == r->end)
        return fail(r, "an open string");
    char c = *r->p++;
    if (c == 'u')
        return read_unicode(r, out);
    const char *at = c ? strchr(FROM, c) : NULL;
    if (!at)
        return fail(r, "an unknown escape");
    *(*out)++ = TO[at - FROM];
    return true;
}

// Behind the opening quote; from the first escape on, the text is copied.
static bool read_escaped(struct reader *r, const char *start, struct str *ret)
{
    const char *close = r->p;
    while (close < r->end && *close != '"')
        close += *close == '\\' ? 2 : 1;
    if (close >= r->end) {
        r->p = r->end;
        return fail(r, "an open string");
    }
    char *copy = arena_alloc(r->arena, (size_t)(close - start) + 1), *out = copy;
    memcpy(out, start, (size_t)(r->p - start));
    out += r->p - start;
    while (*r->p != '"') {
        unsigned char c = (unsigned char)*r->p++;
        if (c < 0x20)
            return fail(r, "a control character in a string");
        if (c != '\\')
            *out++ = (char)c;
        else if (!read_escape(r, &out))
            return false;
    }
    r->p++;
    *ret = (struct str){copy, (size_t)(out - copy)};
    return true;
}

static bool read_string(struct reader *r, struct str *ret)
{
    const char *start = ++r->p;
    bool ascii = true;
    while (r->p < r->end && *r->p != '"' && *r->p != '\\') {
        if ((unsigned char)*r->p < 0x20)
            return fail(r, "a control character in a string");
        ascii &= (unsigned char)*r->p < 0x80;
        r->p++;
    }
    if (r->p == r->end)
        return fail(r, "an open string");
    if (*r->p == '\\') {
        if (!read_escaped(r, start, ret))
            return false;
        ascii = false;
    } else {
        *ret = (struct str){start, (size_t)(r->p - start)};
        r->p++;
    }
    return ascii || utf8_valid(*ret) || fail(r, "a string that is not UTF-8");
}

static const char *skip_digits(const char *p, const char *end)
{
    while (p < end && *p >= '0' && *p <= '9')
        p++;
    return p;
}

// The end of a number in JSON's form that begins at p, or NULL.
static const char *number_end(const char *p, const char *end)
{
    if (p < end && *p == '-')
        p++;
    const char *digits = p;
    p = skip_digits(p, end);
    if (p == digits || (*digits == '0' && p - digits > 1))
        return NULL;
    if (p < end && *p == '.') {
        const char *fraction = ++p;
        p = skip_digits(p, end);
        if (p == fraction)
            return NULL;
    }
    if (p < end && (*p == 'e' || *p == 'E')) {
        p++;
        if (p < end && (*p == '+' || *p == '-'))
            p++;
        const char *exponent = p;
        p = skip_digits(p, end);
        if (p == exponent)
            return NULL;
    }
    return p;
}

bool json_number(struct str text, double *ret)
{
    if (!text.n || number_end(text.p, text.p + text.n) != text.p + text.n)
        return false;
    bool minus = text.p[0] == '-';
    if (text.n - minus <= 15) { // an integer that a double holds exactly
        uint64_t value = 0;
        size_t i = minus;
        while (i < text.n && text.p[i] >= '0' && text.p[i] <= '9')
            value = value * 10 + (uint64_t)(text.p[i++] - '0');
        if (i == text.n) {
            *ret = minus ? -(double)value : (double)value;
            return true;
        }
    }
    char small[64], *copy = text.n < sizeof small ? small : mem_alloc(text.n + 1);
    memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    double value = strtod(copy, NULL); // no locale is ever set, so the point is a point
    if (copy != small)
        free(copy);
    *ret = fmax(-DBL_MAX, fmin(DBL_MAX, value));
    return true;
}

static bool read_literal(struct reader *r, struct str word, enum json_kind kind, struct json *j)
{
    if (!str_starts((struct str){r->p, (size_t)(r->end - r->p)}, word))
        return fail(r, "an unknown word");
    j->kind = kind;
    j->text = (struct str){r->p, word.n};
    r->p += word.n;
    return true;
}

static bool read_value(struct reader *r, unsigned depth, struct json *j);

static bool read_members(struct reader *r, unsigned depth, struct json *j, char close)
{
    const char *start = r->p++;
    struct json **tail = &j->child;
    if (depth == JSON_DEPTH)
        return fail(r, "nested too deep");
    skip_blank(r);
    if (r->p < r->end && *r->p == close) {
        r->p++;
        j->text = (struct str){start, (size_t)(r->p - start)};
        return true;
    }
    for (;;) {
        struct json *item = ARENA_NEW(r->arena, struct json);
        if (close == '}') {
            skip_blank(r);
            if (r->p == r->end || *r->p != '"')
                return fail(r, "a member without a name");
            if (!read_string(r, &item->key))
                return false;
            skip_blank(r);
            if (r->p == r->end || *r->p != ':')
                return fail(r, "a missing colon");
            r->p++;
        }
        if (!read_value(r, depth + 1, item))
            return false;
        *tail = item;
        tail = &item->next;
        skip_blank(r);
        if (r->p == r->end)
            return fail(r, "an end too early");
        char c = *r->p++;
        if (c == close)
            break;
        if (c != ',') {
            r->p--;
            return fail(r, "a missing comma");
        }
    }
    j->text = (struct str){start, (size_t)(r->p - start)};
    return true;
}

static bool read_value(struct reader *r, unsigned depth, struct json *j)
{
    skip_blank(r);
    if (r->p == r->end)
        return fail(r, "an end too early");
    switch (*r->p) {
    case '{':
        j->kind = JSON_OBJECT;
        return read_members(r, depth, j, '}');
    case '[':
        j->kind = JSON_ARRAY;
        return read_members(r, depth, j, ']');
    case '"':
        j->kind = JSON_STRING;
        return read_string(r, &j->text);
    case 't':
        return read_literal(r, STR("true"), JSON_TRUE, j);
    case 'f':
        return read_literal(r, STR("false"), JSON_FALSE, j);
    case 'n':
        return read_literal(r, STR("null"), JSON_NULL, j);
    default: {
        const char *end = number_end(r->p, r->end);
        if (!end)
            return fail(r, "no value");
        j->kind = JSON_NUMBER;
        j->text = (struct str){r->p, (size_t)(end - r->p)};
        r->p = end;
        return true;
    }
    }
}

bool json_parse(struct arena *arena, struct str text, struct json **ret, struct err *err)
{
    struct reader r = {arena, text, text.p, text.n ? text.p + text.n : text.p, err};
    struct json *j = ARENA_NEW(arena, struct json);
    if (!read_value(&r, 0, j))
        return false;
    skip_blank(&r);
    if (r.p != r.end)
        return fail(&r, "more text after the value");
    *ret = j;
    return true;
}

const struct json *json_get(const struct json *j, struct str key)
{
    const struct json *found = NULL;
    if (j && j->kind == JSON_OBJECT)
        for (const struct json *m = j->child; m; m = m->next)
            if (str_eq(m->key, key))
                found = m;
    return found;
}

struct str json_get_str(const struct json *j, struct str key)
{
    const struct json *m = json_get(j, key);
    return m && m->kind == JSON_STRING ? m->text : STR_NONE;
}

static void put_escaped(struct buf *buf, unsigned char c)
{
    static const char FROM[] = "\"\\\b\f\n\r\t", TO[] = "\"\\bfnrt";
    const char *at = c ? strchr(FROM, c) : NULL;
    if (at) {
        buf_char(buf, '\\');
        buf_char(buf, TO[at - FROM]);
    } else {
        buf_printf(buf, "\\u%04x", c);
    }
}

void json_put_string(struct buf *buf, struct str s)
{
    buf_char(buf, '"');
    size_t from = 0, i = 0;
    while (i < s.n) {
        unsigned char c = (unsigned char)s.p[i];
        size_t next = i + 1;
        bool bad = false;
        if (c >= 0x80) {
            next = i;
            bad = utf8_next(s, &next) == 0xFFFD && next - i == 1;
        }
        if (c < 0x20 || c == '"' || c == '\\' || bad) {
            buf_put(buf, str_sub(s, from, i));
            if (bad)
                buf_put(buf, STR("\xEF\xBF\xBD"));
            else
                put_escaped(buf, c);
            from = next;
        }
        i = next;
    }
    if (from < s.n)
        buf_put(buf, str_sub(s, from, s.n));
    buf_char(buf, '"');
}

void json_put_score(struct buf *buf, double value)
{
    char text[352];
    if (!isfinite(value)) {
        buf_put(buf, STR("null"));
        return;
    }
    int n = snprintf(text, sizeof text, "%.6f", value);
    if (strcmp(text, "-0.000000") == 0)
        buf_put(buf, STR("0.000000"));
    else
        buf_put(buf, (struct str){text, (size_t)n});
}

void json_put_number(struct buf *buf, double value)
{
    char text[352];
    if (!isfinite(value)) {
        buf_put(buf, STR("null"));
        return;
    }
    int n = snprintf(text, sizeof text, "%.6f", value);
    while (text[n - 1] == '0')
        n--;
    if (text[n - 1] == '.')
        n--;
    buf_put(buf, n == 2 && text[0] == '-' && text[1] == '0' ? STR("0") : (struct str){text, (size_t)n});
}

void json_put(struct buf *buf, const struct json *json)
{
    bool object = json->kind == JSON_OBJECT;
    if (json->kind == JSON_STRING) {
        json_put_string(buf, json->text);
    } else if (object || json->kind == JSON_ARRAY) {
        buf_char(buf, object ? '{' : '[');
        for (const struct json *j = json->child; j; j = j->next) {
            if (j != json->child)
                buf_char(buf, ',');
            if (object) {
                json_put_string(buf, j->key);
                buf_char(buf, ':');
            }
            json_put(buf, j);
        }
        buf_char(buf, object ? '}' : ']');
    } else {
        buf_put(buf, json->text);
    }
}
