// Filters that write texts in other codings, and times; and the list of all filters.
#include "mail/liquid_run.h"

#include "base/utf8.h"

#include <sodium.h>

#define FILTER(name)           \
    static bool filter_##name( \
            struct run *r, struct liquid_value in, const struct filter_args *args, struct liquid_value *ret)

static struct str entity(char c)
{
    switch (c) {
    case '&':
        return STR("&amp;");
    case '<':
        return STR("&lt;");
    case '>':
        return STR("&gt;");
    case '"':
        return STR("&quot;");
    case '\'':
        return STR("&#39;");
    default:
        return STR("");
    }
}

// Whether an entity's name and a semicolon stand behind "&".
static bool is_entity(struct str rest)
{
    size_t i = 1;
    bool number = i < rest.n && rest.p[i] == '#';
    size_t from = i += number;
    while (i < rest.n && (number ? rest.p[i] >= '0' && rest.p[i] <= '9'
                                 : (rest.p[i] | 32) >= 'a' && (rest.p[i] | 32) <= 'z'))
        i++;
    return i > from && i < rest.n && rest.p[i] == ';';
}

static bool escape(struct run *r, struct liquid_value in, bool once, struct liquid_value *ret)
{
    struct buf out = {0};
    if (in.kind == LIQUID_NIL)
        return true;
    struct str text = value_text(r, in);
    for (size_t i = 0; i < text.n && !r->failed; i++) {
        struct str e = entity(text.p[i]);
        bool keep = !e.n || (once && text.p[i] == '&' && is_entity(str_sub(text, i, text.n)));
        run_put(r, &out, keep ? str_sub(text, i, i + 1) : e);
    }
    *ret = run_made(r, &out);
    return !r->failed;
}

FILTER(escape)
{
    (void)args;
    return escape(r, in, false, ret);
}

FILTER(escape_once)
{
    (void)args;
    return escape(r, in, true, ret);
}

// Our own: a text that stays as it is where values are escaped.
FILTER(raw)
{
    (void)args;
    *ret = liquid_text(value_text(r, in));
    ret->raw = true;
    return true;
}

// The end of a block to be left out that begins here: script, style, a comment; 0: none does.
static size_t block_end(struct str rest)
{
    static const struct {
        struct str begin, end;
    } BLOCKS[] = {
            {STR("<script"), STR("</script>")}, {STR("<!--"), STR("-->")}, {STR("<style"), STR("</style>")}};
    for (size_t i = 0; i < sizeof BLOCKS / sizeof *BLOCKS; i++) {
        struct str begin = BLOCKS[i].begin, end = BLOCKS[i].end;
        const char *p =
                str_starts(rest, begin) ? memmem(rest.p + begin.n, rest.n - begin.n, end.p, end.n) : NULL;
        if (p)
            return (size_t)(p - rest.p) + end.n;
    }
    return 0;
}

static struct str without(struct run *r, struct str text, bool blocks)
{
    struct buf out = {0};
    for (size_t i = 0; i < text.n && run_spend(r, 0);) {
        struct str rest = str_sub(text, i, text.n);
        size_t next = str_find(rest, '<'), end = 0;
        run_put(r, &out, str_sub(rest, 0, next));
        if (next == rest.n)
            break;
        rest = str_sub(rest, next, rest.n);
        if (!run_spend(r, blocks ? rest.n / 4096 : 0))
            break;
        if (blocks)
            end = block_end(rest);
        else if (str_find(rest, '>') < rest.n)
            end = str_find(rest, '>') + 1;
        else
            end = rest.n; // none follows: the rest is text
        if (!end || (!blocks && end == rest.n && rest.p[rest.n - 1] != '>')) {
            end = end ? end : 1;
            run_put(r, &out, str_sub(rest, 0, end));
        }
        i += next + end;
    }
    return run_made(r, &out).text;
}

FILTER(strip_html)
{
    (void)args;
    *ret = liquid_text(without(r, without(r, value_text(r, in), true), false));
    return !r->failed;
}

// --- addresses

FILTER(url_encode)
{
    static const char HEX[] = "0123456789ABCDEF";
    struct buf out = {0};
    (void)args;
    if (in.kind == LIQUID_NIL)
        return true;
    struct str text = value_text(r, in);
    for (size_t i = 0; i < text.n && !r->failed; i++) {
        unsigned char c = (unsigned char)text.p[i];
        char coded[3] = {'%', HEX[c >> 4], HEX[c & 15]};
        bool bare = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    memchr("*-._~", c, 5);
        run_put(r, &out, bare ? str_sub(text, i, i + 1) : c == ' ' ? STR("+") : (struct str){coded, 3});
    }
    *ret = run_made(r, &out);
    return !r->failed;
}

FILTER(url_decode)
{
    struct buf out = {0};
    (void)args;
    if (in.kind == LIQUID_NIL)
        return true;
    struct str text = value_text(r, in);
    for (size_t i = 0; i < text.n && !r->failed; i++) {
        char c = text.p[i] == '+' ? ' ' : text.p[i];
        if (c == '%' && i + 2 < text.n && hex_digit(text.p[i + 1]) >= 0 && hex_digit(text.p[i + 2]) >= 0) {
            c = (char)(hex_digit(text.p[i + 1]) << 4 | hex_digit(text.p[i + 2]));
            i += 2;
        }
        run_put(r, &out, (struct str){&c, 1});
    }
    *ret = run_made(r, &out);
    return !r->failed && (utf8_valid(ret->text) || run_fail(r, "this gives no UTF-8"));
}

// --- base64

static bool encode(struct run *r, struct liquid_value in, int variant, struct liquid_value *ret)
{
    struct str text = value_text(r, in);
    struct buf out = {0};
    size_t size = sodium_base64_encoded_len(text.n, variant);
    if (text.n > LIQUID_OUTPUT_MAX / 2)
        return run_fail(r, "the text becomes too large");
    sodium_bin2base64(buf_room(&out, size), size, (const uint8_t *)text.p, text.n, variant);
    out.n = size - 1;
    *ret = run_made(r, &out);
    return true;
}

static bool decode(struct run *r, struct liquid_value in, int variant, int other, struct liquid_value *ret)
{
    struct str text = value_text(r, in);
    uint8_t *out = arena_alloc(r->arena, text.n + 1);
    size_t n = 0;
    if (sodium_base642bin(out, text.n + 1, text.p, text.n, NULL, &n, NULL, variant) != 0 &&
            (!other || sodium_base642bin(out, text.n + 1, text.p, text.n, NULL, &n, NULL, other) != 0))
        return run_fail(r, "this is no base64");
    *ret = liquid_text((struct str){(char *)out, n});
    return utf8_valid(ret->text) || run_fail(r, "this gives no UTF-8");
}

FILTER(base64_encode)
{
    (void)args;
    return encode(r, in, sodium_base64_VARIANT_ORIGINAL, ret);
}

FILTER(base64_decode)
{
    (void)args;
    return decode(r, in, sodium_base64_VARIANT_ORIGINAL, 0, ret);
}

FILTER(base64_url_safe_encode)
{
    (void)args;
    return encode(r, in, sodium_base64_VARIANT_URLSAFE, ret);
}

FILTER(base64_url_safe_decode)
{
    (void)args;
    return decode(r, in, sodium_base64_VARIANT_URLSAFE, sodium_base64_VARIANT_URLSAFE_NO_PADDING, ret);
}

// --- times

FILTER(date)
{
    struct str format = argument_text(r, args, 0);
    struct buf out = {0};
    int64_t seconds;
    if (!format.n || !liquid_date_parse(in, r->options->now, &seconds)) {
        *ret = in;
        return true;
    }
    liquid_date_format(seconds, format, &out);
    if (out.n > LIQUID_OUTPUT_MAX) {
        buf_free(&out);
        return run_fail(r, "the text becomes too large");
    }
    *ret = run_made(r, &out);
    return true;
}

const struct liquid_filter LIQUID_CODE_FILTERS[] = {
        {"base64_decode", 0, 0, filter_base64_decode},
        {"base64_encode", 0, 0, filter_base64_encode},
        {"base64_url_safe_decode", 0, 0, filter_base64_url_safe_decode},
        {"base64_url_safe_encode", 0, 0, filter_base64_url_safe_encode},
        {"date", 1, 1, filter_date},
        {"escape", 0, 0, filter_escape},
        {"escape_once", 0, 0, filter_escape_once},
        {"raw", 0, 0, filter_raw},
        {"strip_html", 0, 0, filter_strip_html},
        {"url_decode", 0, 0, filter_url_decode},
        {"url_encode", 0, 0, filter_url_encode},
        {0},
};

const struct liquid_filter *liquid_filter_find(struct str name)
{
    static const struct liquid_filter *const LISTS[] = {
            LIQUID_TEXT_FILTERS, LIQUID_CODE_FILTERS, LIQUID_NUMBER_FILTERS, LIQUID_LIST_FILTERS};
    for (size_t i = 0; i < sizeof LISTS / sizeof *LISTS; i++)
        for (const struct liquid_filter *f = LISTS[i]; f->name; f++)
            if (str_eq(name, str_of(f->name)))
                return f;
    return NULL;
}
