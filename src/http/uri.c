#include "http/uri.h"

#include "base/utf8.h"
#include "base/vec.h"

bool uri_decode(struct arena *arena, struct str text, bool plus, struct str *ret)
{
    if (str_find(text, '%') == text.n && (!plus || str_find(text, '+') == text.n)) {
        if (str_find(text, '\0') != text.n || !utf8_valid(text))
            return false;
        *ret = text;
        return true;
    }
    char *out = arena_alloc(arena, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '%') {
            if (text.n - i < 3)
                return false;
            int high = hex_digit(text.p[i + 1]), low = hex_digit(text.p[i + 2]);
            if (high < 0 || low < 0)
                return false;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        if (c == '\0')
            return false;
        out[n++] = c;
    }
    out[n] = '\0';
    struct str decoded = {out, n};
    if (!utf8_valid(decoded))
        return false;
    *ret = decoded;
    return true;
}

struct str uri_text(struct arena *arena, struct str text, bool plus)
{
    char *out = arena_alloc(arena, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '%' && i + 2 < text.n && hex_digit(text.p[i + 1]) >= 0 && hex_digit(text.p[i + 2]) >= 0) {
            c = (char)(hex_digit(text.p[i + 1]) << 4 | hex_digit(text.p[i + 2]));
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        out[n++] = (char)(c ? c : ' ');
    }
    out[n] = '\0';
    struct str decoded = {out, n};
    return utf8_valid(decoded) ? decoded : utf8_of_1252(arena, decoded);
}

bool uri_pairs(struct arena *arena, struct str text, struct pair **ret, size_t *ret_n, struct err *err)
{
    size_t most = 0;
    for (size_t i = 0; i <= text.n; i++)
        most += i == text.n || text.p[i] == '&';
    if (most > PAIRS_MAX)
        return err_set(err, ERR_LIMIT, "more than %d parameters", PAIRS_MAX);
    struct pair *pairs = ARENA_ARRAY(arena, struct pair, most);
    size_t n = 0;
    while (text.n) {
        size_t end = str_find(text, '&');
        struct str one = str_sub(text, 0, end);
        text = str_sub(text, end < text.n ? end + 1 : end, text.n);
        if (!one.n)
            continue;
        size_t equals = str_find(one, '=');
        struct str value = equals < one.n ? str_sub(one, equals + 1, one.n) : STR("");
        if (!uri_decode(arena, str_sub(one, 0, equals), true, &pairs[n].name) ||
                !uri_decode(arena, value, true, &pairs[n].value))
            return err_set(err, ERR_INPUT,
                    "the parameter %zu is not percent-encoded UTF-8, or has a zero byte", n + 1);
        n++;
    }
    *ret = pairs;
    *ret_n = n;
    return true;
}

static bool segment_climbs(struct str segment)
{
    return str_eq(segment, STR(".")) || str_eq(segment, STR(".."));
}

bool uri_path_valid(struct arena *arena, struct str path, struct err *err)
{
    if (!path.n || path.p[0] != '/')
        return err_set(err, ERR_INPUT, "the path does not begin with /");
    bool plain = true; // no escapes and no dots, the usual case
    for (size_t i = 0; i < path.n; i++) {
        unsigned char c = (unsigned char)path.p[i];
        if (c <= ' ' || c >= 0x7f || c == '\\' || c == '#')
            return err_set(err, ERR_INPUT, "the path has a byte that must be percent-encoded");
        plain &= c != '%' && c != '.';
    }
    if (plain)
        return true;
    struct str decoded;
    if (!uri_decode(arena, path, false, &decoded))
        return err_set(err, ERR_INPUT, "the path is not percent-encoded UTF-8, or has a zero byte");
    size_t from = 0;
    for (size_t i = 0; i <= decoded.n; i++)
        if (i == decoded.n || decoded.p[i] == '/' || decoded.p[i] == '\\') {
            if (segment_climbs(str_sub(decoded, from, i)))
                return err_set(err, ERR_INPUT, "the path has a segment of dots");
            from = i + 1;
        }
    return true;
}

struct str cookie_get(struct str header, struct str name)
{
    while (header.n) {
        size_t end = str_find(header, ';');
        struct str one = str_trim(str_sub(header, 0, end));
        header = str_sub(header, end < header.n ? end + 1 : end, header.n);
        size_t equals = str_find(one, '=');
        if (equals == one.n || !str_eq(str_sub(one, 0, equals), name))
            continue;
        struct str value = str_sub(one, equals + 1, one.n);
        if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
            value = str_sub(value, 1, value.n - 1);
        return value;
    }
    return STR_NONE;
}

void uri_encode(struct str text, struct buf *out)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                     c == '.' || c == '_' || c == '~';
        if (plain)
            buf_char(out, (char)c);
        else
            buf_printf(out, "%%%02X", c);
    }
}
