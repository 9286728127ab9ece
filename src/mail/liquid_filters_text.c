// Filters on texts.
#include "mail/liquid_run.h"

#include "base/utf8.h"

#include <utf8proc.h>

#define FILTER(name)           \
    static bool filter_##name( \
            struct run *r, struct liquid_value in, const struct filter_args *args, struct liquid_value *ret)

static bool made(struct run *r, struct buf *out, struct liquid_value *ret)
{
    *ret = run_made(r, out);
    return !r->failed;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

FILTER(append)
{
    struct buf out = {0};
    value_put(r, in, &out);
    value_put(r, args->v[0], &out);
    return made(r, &out, ret);
}

FILTER(prepend)
{
    struct buf out = {0};
    value_put(r, args->v[0], &out);
    value_put(r, in, &out);
    return made(r, &out, ret);
}

// --- case

static uint32_t upper(uint32_t c)
{
    return (uint32_t)utf8proc_toupper((utf8proc_int32_t)c);
}

// first: only the first letter becomes large, the others small.
static bool change_case(struct run *r, struct str text, bool large, bool first, struct liquid_value *ret)
{
    struct buf out = {0};
    char letter[4];
    for (size_t at = 0; at < text.n && !r->failed;) {
        size_t from = at;
        uint32_t c = utf8_next(text, &at);
        bool up = first ? from == 0 : large;
        if (c == 0xdf && up) // ß
            run_put(r, &out, first ? STR("Ss") : STR("SS"));
        else if (c == 0xfffd)
            run_put(r, &out, str_sub(text, from, at));
        else {
            size_t n = utf8_put(up ? upper(c) : utf8_lower(c), letter);
            run_put(r, &out, (struct str){letter, n});
        }
    }
    return made(r, &out, ret);
}

FILTER(upcase)
{
    (void)args;
    return change_case(r, value_text(r, in), true, false, ret);
}

FILTER(downcase)
{
    (void)args;
    return change_case(r, value_text(r, in), false, false, ret);
}

FILTER(capitalize)
{
    (void)args;
    return change_case(r, value_text(r, in), false, true, ret);
}

// --- white space

static struct str stripped(struct str text, bool left, bool right)
{
    while (left && text.n && is_space(text.p[0]))
        text = str_sub(text, 1, text.n);
    while (right && text.n && (is_space(text.p[text.n - 1]) || !text.p[text.n - 1]))
        text.n--;
    return text;
}

FILTER(strip)
{
    (void)args;
    *ret = liquid_text(stripped(value_text(r, in), true, true));
    return true;
}

FILTER(lstrip)
{
    (void)args;
    *ret = liquid_text(stripped(value_text(r, in), true, false));
    return true;
}

FILTER(rstrip)
{
    (void)args;
    *ret = liquid_text(stripped(value_text(r, in), false, true));
    return true;
}

// Each line end becomes `instead`.
static bool line_ends(struct run *r, struct str text, struct str instead, struct liquid_value *ret)
{
    struct buf out = {0};
    while (text.n && !r->failed) {
        size_t end = str_find(text, '\n');
        bool crlf = end < text.n && end && text.p[end - 1] == '\r';
        run_put(r, &out, str_sub(text, 0, crlf ? end - 1 : end));
        if (end < text.n)
            run_put(r, &out, instead);
        text = str_sub(text, end < text.n ? end + 1 : end, text.n);
    }
    return made(r, &out, ret);
}

FILTER(strip_newlines)
{
    (void)args;
    return line_ends(r, value_text(r, in), STR(""), ret);
}

FILTER(newline_to_br)
{
    (void)args;
    return line_ends(r, value_text(r, in), STR("<br />\n"), ret);
}

// --- replacing

static size_t find(struct str text, size_t from, struct str what)
{
    const char *p = from <= text.n ? memmem(text.p + from, text.n - from, what.p, what.n) : NULL;
    return p ? (size_t)(p - text.p) : SIZE_MAX;
}

static size_t find_last(struct str text, struct str what)
{
    for (size_t at = text.n - what.n + 1; what.n <= text.n && at-- > 0;)
        if (!what.n || memcmp(text.p + at, what.p, what.n) == 0)
            return at;
    return SIZE_MAX;
}

static bool replace_at(
        struct run *r, struct str text, size_t at, struct str what, struct str with, struct liquid_value *ret)
{
    struct buf out = {0};
    if (at == SIZE_MAX) {
        *ret = liquid_text(text);
        return true;
    }
    run_put(r, &out, str_sub(text, 0, at));
    run_put(r, &out, with);
    run_put(r, &out, str_sub(text, at + what.n, text.n));
    return made(r, &out, ret);
}

// An empty `what` stands before each letter, and at the end.
static bool replace_empty(struct run *r, struct str text, struct str with, struct liquid_value *ret)
{
    struct buf out = {0};
    run_put(r, &out, with);
    for (size_t at = 0; at < text.n && !r->failed;) {
        size_t from = at;
        utf8_next(text, &at);
        run_put(r, &out, str_sub(text, from, at));
        run_put(r, &out, with);
    }
    return made(r, &out, ret);
}

static bool replace_all(
        struct run *r, struct str text, struct str what, struct str with, struct liquid_value *ret)
{
    struct buf out = {0};
    size_t from = 0, at;
    if (!what.n)
        return replace_empty(r, text, with, ret);
    while ((at = find(text, from, what)) != SIZE_MAX && !r->failed) {
        run_put(r, &out, str_sub(text, from, at));
        run_put(r, &out, with);
        from = at + what.n;
    }
    run_put(r, &out, str_sub(text, from, text.n));
    return made(r, &out, ret);
}

FILTER(replace)
{
    return replace_all(r, value_text(r, in), argument_text(r, args, 0), argument_text(r, args, 1), ret);
}

FILTER(replace_first)
{
    struct str text = value_text(r, in), what = argument_text(r, args, 0);
    return replace_at(r, text, find(text, 0, what), what, argument_text(r, args, 1), ret);
}

// Searching from the end is not linear: it is paid for.
static bool pay_last(struct run *r, struct str text, struct str what)
{
    return run_spend(r, text.n / 64 * (what.n / 64 + 1));
}

FILTER(replace_last)
{
    struct str text = value_text(r, in), what = argument_text(r, args, 0);
    return pay_last(r, text, what) &&
           replace_at(r, text, find_last(text, what), what, argument_text(r, args, 1), ret);
}

// --- parts

FILTER(slice)
{
    int64_t from, length = 1;
    bool array = in.kind == LIQUID_ARRAY;
    if (!number_whole(r, args->v[0], &from) ||
            (args->n > 1 && args->v[1].kind != LIQUID_NIL && !number_whole(r, args->v[1], &length)))
        return false;
    struct str text = array ? STR("") : value_text(r, in);
    int64_t n = array ? in.n : (int64_t)value_letters(text);
    from = from < 0 ? from + n : from;
    bool none = from < 0 || from > n || length < 0;
    length = none ? 0 : length > n - from ? n - from : length;
    if (array) {
        *ret = in;
        ret->items = in.items + (none ? 0 : from);
        ret->n = (uint32_t)length;
        return true;
    }
    size_t begin = 0;
    for (int64_t i = 0; i < from && !none; i++)
        utf8_next(text, &begin);
    size_t end = begin;
    for (int64_t i = 0; i < length; i++)
        utf8_next(text, &end);
    *ret = liquid_text(str_sub(text, begin, end));
    return true;
}

FILTER(truncate)
{
    int64_t length = 50;
    struct buf out = {0};
    if (in.kind == LIQUID_NIL)
        return true;
    if (args->n && !number_whole(r, args->v[0], &length))
        return false;
    struct str text = value_text(r, in), end = args->n > 1 ? argument_text(r, args, 1) : STR("...");
    if ((int64_t)value_letters(text) <= length) {
        *ret = liquid_text(text);
        return true;
    }
    int64_t kept = length - (int64_t)value_letters(end);
    size_t at = 0;
    while (kept-- > 0 && at < text.n)
        utf8_next(text, &at);
    run_put(r, &out, str_sub(text, 0, at));
    run_put(r, &out, end);
    return made(r, &out, ret);
}

// The next word; false behind the last.
static bool next_word(struct str *rest, struct str *ret)
{
    size_t n = 0;
    *rest = stripped(*rest, true, false);
    while (n < rest->n && !is_space(rest->p[n]))
        n++;
    *ret = str_sub(*rest, 0, n);
    *rest = str_sub(*rest, n, rest->n);
    return n > 0;
}

FILTER(truncatewords)
{
    int64_t words = 15;
    struct buf out = {0};
    if (args->n && !number_whole(r, args->v[0], &words))
        return false;
    struct str text = value_text(r, in), rest = text, word;
    struct str end = args->n > 1 ? argument_text(r, args, 1) : STR("...");
    words = words < 1 ? 1 : words;
    int64_t n = 0;
    while (n < words && next_word(&rest, &word)) {
        run_put(r, &out, n++ ? STR(" ") : STR(""));
        run_put(r, &out, word);
    }
    if (next_word(&rest, &word)) {
        run_put(r, &out, end);
        return made(r, &out, ret);
    }
    buf_free(&out);
    *ret = liquid_text(text);
    return true;
}

static bool add_item(struct run *r, struct liquid_value *items, size_t *n, struct str text, size_t *ret_last)
{
    items[(*n)++] = liquid_text(text);
    if (text.n)
        *ret_last = *n; // empty ones at the end do not count
    return run_spend(r, 1);
}

FILTER(split)
{
    struct str text = value_text(r, in), by = argument_text(r, args, 0), word, rest = text;
    size_t n = 0, last = 0, max = 2, from = 0, at;
    if (!by.n || str_eq(by, STR(" ")))
        max = text.n + 2;
    else
        for (at = 0; (at = find(text, at, by)) != SIZE_MAX; at += by.n)
            max++;
    if (!run_spend(r, max))
        return false;
    struct liquid_value *items = ARENA_ARRAY(r->arena, struct liquid_value, max);
    if (str_eq(by, STR(" ")))
        while (next_word(&rest, &word))
            add_item(r, items, &n, word, &last);
    else if (!by.n)
        for (at = 0; at < text.n; from = at) {
            utf8_next(text, &at);
            add_item(r, items, &n, str_sub(text, from, at), &last);
        }
    else {
        for (; (at = find(text, from, by)) != SIZE_MAX; from = at + by.n)
            add_item(r, items, &n, str_sub(text, from, at), &last);
        add_item(r, items, &n, str_sub(text, from, text.n), &last);
    }
    *ret = value_array(items, last);
    return !r->failed;
}

FILTER(remove)
{
    return replace_all(r, value_text(r, in), argument_text(r, args, 0), STR(""), ret);
}

FILTER(remove_first)
{
    struct str text = value_text(r, in), what = argument_text(r, args, 0);
    return replace_at(r, text, find(text, 0, what), what, STR(""), ret);
}

FILTER(remove_last)
{
    struct str text = value_text(r, in), what = argument_text(r, args, 0);
    return pay_last(r, text, what) && replace_at(r, text, find_last(text, what), what, STR(""), ret);
}

// A default stands in for nil, false and what is empty.
FILTER(default)
{
    (void)r;
    bool absent = args->allow_false ? in.kind == LIQUID_NIL : !value_true(in);
    bool empty = (in.kind == LIQUID_TEXT && !in.text.n) || (in.kind == LIQUID_ARRAY && !in.n) ||
                 (in.kind == LIQUID_OBJECT && !in.object->n && !in.object->find);
    *ret = absent || empty ? (args->n ? args->v[0] : liquid_text(STR(""))) : in;
    return true;
}

const struct liquid_filter LIQUID_TEXT_FILTERS[] = {
        {"append", 1, 1, filter_append},
        {"capitalize", 0, 0, filter_capitalize},
        {"default", 0, 2, filter_default},
        {"downcase", 0, 0, filter_downcase},
        {"lstrip", 0, 0, filter_lstrip},
        {"newline_to_br", 0, 0, filter_newline_to_br},
        {"prepend", 1, 1, filter_prepend},
        {"remove", 1, 1, filter_remove},
        {"remove_first", 1, 1, filter_remove_first},
        {"remove_last", 1, 1, filter_remove_last},
        {"replace", 1, 2, filter_replace},
        {"replace_first", 1, 2, filter_replace_first},
        {"replace_last", 2, 2, filter_replace_last},
        {"rstrip", 0, 0, filter_rstrip},
        {"slice", 1, 2, filter_slice},
        {"split", 1, 1, filter_split},
        {"strip", 0, 0, filter_strip},
        {"strip_newlines", 0, 0, filter_strip_newlines},
        {"truncate", 0, 2, filter_truncate},
        {"truncatewords", 0, 2, filter_truncatewords},
        {"upcase", 0, 0, filter_upcase},
        {0},
};
