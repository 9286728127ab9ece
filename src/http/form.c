#include "http/form.h"

#include "base/utf8.h"
#include "base/vec.h"
#include "http/uri.h"

enum { BOUNDARY_MAX = 70, PART_HEADERS_MAX = 20, PART_LINE_MAX = 8192 }; // RFC 2046, 5.1.1

// Position of needle in s at or behind `from`, or s.n.
static size_t find(struct str s, size_t from, struct str needle)
{
    const char *at = from < s.n ? memmem(s.p + from, s.n - from, needle.p, needle.n) : NULL;
    return at ? (size_t)(at - s.p) : s.n;
}

// The parameter of a header like `form-data; name="a"`; escapes of a quoted text are taken off as browsers
// write them (%22, and \" of older ones). STR_NONE: not there.
static struct str header_parameter(struct arena *arena, struct str header, struct str name)
{
    size_t at = str_find(header, ';');
    while (at < header.n) {
        struct str rest = str_trim(str_sub(header, at + 1, header.n));
        size_t equals = str_find(rest, '=');
        if (equals == rest.n)
            return STR_NONE;
        struct str key = str_trim(str_sub(rest, 0, equals));
        struct str value = str_sub(rest, equals + 1, rest.n);
        size_t end = 0;
        if (value.n && value.p[0] == '"') {
            for (end = 1; end < value.n && value.p[end] != '"'; end++)
                end += value.p[end] == '\\' && end + 1 < value.n && value.p[end + 1] == '"';
            char *out = arena_alloc(arena, end);
            size_t n = 0;
            for (size_t i = 1; i < end; i++) {
                i += value.p[i] == '\\' && i + 1 < end && value.p[i + 1] == '"';
                out[n++] = value.p[i];
            }
            header = str_sub(value, end, value.n);
            value = (struct str){out, n};
        } else {
            end = str_find(value, ';');
            header = str_sub(value, end, value.n);
            value = str_trim(str_sub(value, 0, end));
        }
        if (str_eq_nocase(key, name))
            return value;
        at = str_find(header, ';');
    }
    return STR_NONE;
}

// Reads a part's headers; ret_end: where its content begins. false: they are no headers.
static bool read_part_head(
        struct arena *arena, struct str body, size_t from, struct form_field *field, size_t *ret_end)
{
    for (unsigned i = 0; i < PART_HEADERS_MAX; i++) {
        size_t end = find(body, from, STR("\r\n"));
        if (end == body.n || end - from > PART_LINE_MAX)
            return false;
        struct str line = str_sub(body, from, end);
        from = end + 2;
        if (!line.n) {
            *ret_end = from;
            return field->name.p != NULL;
        }
        size_t colon = str_find(line, ':');
        if (colon == line.n)
            return false;
        struct str name = str_sub(line, 0, colon), value = str_trim(str_sub(line, colon + 1, line.n));
        if (str_eq_nocase(name, STR("content-disposition"))) {
            field->name = header_parameter(arena, value, STR("name"));
            field->file_name = header_parameter(arena, value, STR("filename"));
        } else if (str_eq_nocase(name, STR("content-type"))) {
            field->type = value;
        }
    }
    return false;
}

// Pages that are not UTF-8 send forms in their own encoding, nearly always Windows-1252. false: a zero byte.
static bool to_utf8(struct arena *arena, struct str *text)
{
    if (text->p && !utf8_valid(*text))
        *text = utf8_of_1252(arena, *text);
    return str_find(*text, '\0') == text->n;
}

typedef VEC(struct form_field) field_list;

static bool read_parts(
        struct arena *arena, struct str body, struct str delimiter, field_list *list, struct err *err)
{
    // The first delimiter has no line end before it.
    struct str first = str_sub(delimiter, 2, delimiter.n);
    size_t at = str_starts(body, first) ? first.n : find(body, 0, delimiter) + delimiter.n;
    for (;;) {
        if (at > body.n || body.n - at < 2)
            return err_set(err, ERR_INPUT, "the multipart body is cut");
        if (body.p[at] == '-' && body.p[at + 1] == '-')
            return true;
        struct form_field field = {0};
        size_t from;
        if (body.p[at] != '\r' || body.p[at + 1] != '\n' ||
                !read_part_head(arena, body, at + 2, &field, &from))
            return err_set(err, ERR_INPUT, "a part of the multipart body has no proper head");
        size_t end = from >= 2 && find(body, from - 2, delimiter) == from - 2 ? from - 2
                                                                              : find(body, from, delimiter);
        if (end == body.n)
            return err_set(err, ERR_INPUT, "the multipart body is cut");
        field.value = end < from ? STR("") : str_sub(body, from, end);
        if (!to_utf8(arena, &field.name) || !to_utf8(arena, &field.file_name) ||
                (!field.file_name.p && !to_utf8(arena, &field.value)))
            return err_set(err, ERR_INPUT, "a field of the form has a zero byte");
        if (list->n == FORM_FIELDS)
            return err_set(err, ERR_LIMIT, "the form has more than %d fields", FORM_FIELDS);
        vec_push(list, field);
        at = end + delimiter.n;
    }
}

static bool parse_multipart(struct arena *arena, struct str type, struct str body, struct form_field **ret,
        size_t *ret_n, struct err *err)
{
    struct str boundary = header_parameter(arena, type, STR("boundary"));
    if (!boundary.n || boundary.n > BOUNDARY_MAX)
        return err_set(err, ERR_INPUT, "the Content-Type names no boundary");
    struct str delimiter = arena_printf(arena, "\r\n--%.*s", STR_ARG(boundary));
    field_list list = {0};
    bool fine = read_parts(arena, body, delimiter, &list, err);
    if (fine) {
        *ret = ARENA_ARRAY(arena, struct form_field, list.n);
        if (list.n)
            memcpy(*ret, list.v, list.n * sizeof *list.v);
        *ret_n = list.n;
    }
    vec_free(&list);
    return fine;
}

static bool parse_urlencoded(
        struct arena *arena, struct str body, struct form_field **ret, size_t *ret_n, struct err *err)
{
    struct pair *pairs;
    size_t n;
    if (!uri_pairs(arena, body, &pairs, &n, err))
        return false;
    *ret = ARENA_ARRAY(arena, struct form_field, n);
    for (size_t i = 0; i < n; i++) {
        (*ret)[i].name = pairs[i].name;
        (*ret)[i].value = pairs[i].value;
    }
    *ret_n = n;
    return true;
}

bool form_parse(struct arena *arena, struct str type, struct str body, struct form_field **ret, size_t *ret_n,
        struct err *err)
{
    struct str medium = str_trim(str_sub(type, 0, str_find(type, ';')));
    if (str_eq_nocase(medium, STR("application/x-www-form-urlencoded")))
        return parse_urlencoded(arena, body, ret, ret_n, err);
    if (str_eq_nocase(medium, STR("multipart/form-data")))
        return parse_multipart(arena, type, body, ret, ret_n, err);
    return err_set(err, ERR_INPUT, "the body is no form: its Content-Type is '%.*s'",
            (int)(medium.n < 100 ? medium.n : 100), medium.p ? medium.p : "");
}
