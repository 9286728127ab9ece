#include "http/schema.h"

#include "base/datetime.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "http/private.h"

#include <stdio.h>

enum { PATH_MAX_BYTES = 200 };

struct type type_read(struct str text)
{
    static const struct {
        const char *word;
        enum type_kind kind;
    } WORDS[] = {{"text", KIND_TEXT}, {"integer", KIND_INTEGER}, {"number", KIND_NUMBER}, {"flag", KIND_FLAG},
            {"time", KIND_TIME}, {"date", KIND_DATE}, {"email", KIND_EMAIL}, {"url", KIND_URL},
            {"object", KIND_OBJECT}, {"any", KIND_ANY}};
    struct type type = {.kind = KIND_SCHEMA};
    if (text.n && text.p[text.n - 1] == '?') {
        type.nullable = true;
        text.n--;
    }
    type.inner = text;
    if (str_starts(text, STR("enum:"))) {
        type.kind = KIND_ENUM;
        type.inner = str_sub(text, 5, text.n);
    } else if (text.n > 2 && (text.p[0] == '[' || text.p[0] == '{')) {
        type.kind = text.p[0] == '[' ? KIND_LIST : KIND_MAP;
        type.inner = str_sub(text, 1, text.n - 1);
    }
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (str_eq(text, str_of(WORDS[i].word)))
            type.kind = WORDS[i].kind;
    return type;
}

const struct schema *schema_find(const struct routes *const *routes, struct str name)
{
    for (; routes && *routes; routes++)
        for (const struct schema *schema = (*routes)->schemas; schema && schema->name; schema++)
            if (str_eq(str_of(schema->name), name))
                return schema;
    return NULL;
}

bool enum_has(struct str inner, struct str text)
{
    while (inner.n) {
        size_t end = str_find(inner, '|');
        if (str_eq(str_sub(inner, 0, end), text))
            return true;
        inner = str_sub(inner, end < inner.n ? end + 1 : end, inner.n);
    }
    return false;
}

static bool is_integer(struct str text)
{
    size_t digits = text.n - (text.n && text.p[0] == '-');
    for (size_t i = text.n - digits; i < text.n; i++)
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
    return digits > 0 && digits <= 18;
}

static bool is_date(struct str text)
{
    int64_t seconds;
    return text.n == 10 && text.p[4] == '-' && text.p[7] == '-' && datetime_parse(text, &seconds);
}

static bool is_email(struct str text)
{
    size_t at = str_find(text, '@');
    if (at == 0 || at + 1 >= text.n || text.n > 254)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c <= ' ' || c == 0x7f || strchr("<>(),;:\\\"[]", c) || (c == '@' && i != at))
            return false;
    }
    return true;
}

static bool is_url(struct str text)
{
    size_t scheme = str_starts(text, STR("https://")) ? 8 : str_starts(text, STR("http://")) ? 7 : 0;
    if (!scheme || text.n == scheme || text.n > 4000)
        return false;
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] <= ' ' || text.p[i] == 0x7f || strchr("<>\"\\^`{|}", text.p[i]))
            return false;
    return text.p[scheme] != '/';
}

static size_t code_points(struct str text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++)
        n += ((unsigned char)text.p[i] & 0xc0) != 0x80;
    return n;
}

// What a text must be, if it is none of it.
static const char *check_text(enum type_kind kind, struct str inner, unsigned max, struct str text)
{
    int64_t seconds;
    switch (kind) {
    case KIND_TIME:
        return datetime_parse(text, &seconds) ? NULL : "a time like 2026-03-01T10:00:00Z";
    case KIND_DATE:
        return is_date(text) ? NULL : "a date like 2026-03-01";
    case KIND_EMAIL:
        return is_email(text) ? NULL : "an e-mail address";
    case KIND_URL:
        return is_url(text) ? NULL : "a URL that begins with https:// or http://";
    case KIND_ENUM:
        return enum_has(inner, text) ? NULL : "one of its values";
    default:
        return code_points(text) <= (max ? max : TEXT_MAX) ? NULL : "a shorter text";
    }
}

const char *type_check_text(struct arena *arena, struct type type, unsigned max, struct str text)
{
    double number;
    const char *wanted = NULL;
    switch (type.kind) {
    case KIND_INTEGER:
        wanted = is_integer(text) ? NULL : "a whole number";
        break;
    case KIND_NUMBER:
        wanted = json_number(text, &number) ? NULL : "a number";
        break;
    case KIND_FLAG:
        wanted = str_eq(text, STR("true")) || str_eq(text, STR("false")) ? NULL : "true or false";
        break;
    case KIND_LIST: {
        struct type item = type_read(type.inner);
        while (text.n && !wanted) {
            size_t end = str_find(text, ',');
            wanted = type_check_text(arena, item, 0, str_sub(text, 0, end));
            text = str_sub(text, end < text.n ? end + 1 : end, text.n);
        }
        return wanted;
    }
    default:
        wanted = check_text(type.kind, type.inner, max, text);
    }
    if (wanted && type.kind == KIND_ENUM)
        return arena_printf(arena, "one of %.*s", STR_ARG(type.inner)).p;
    return wanted;
}

struct check {
    const struct routes *const *routes;
    struct request *r;
    struct err *err;
    unsigned wrong;
    char path[PATH_MAX_BYTES]; // "deals[3].amount"
    size_t n;
};

__attribute__((format(printf, 2, 3))) static bool complain(struct check *check, const char *format, ...)
{
    char text[300];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    const char *where = check->n ? check->path : "body";
    if (!check->wrong++)
        err_set(check->err, ERR_INPUT, "%s %s", where, text);
    if (check->r) {
        struct exchange *x = exchange_of(check->r);
        if (!x->problem_status)
            request_problem(check->r, 400, NULL, "%s %s", where, text);
        request_problem(check->r, 400, where, "%s", text);
    }
    return false;
}

// Appends to the path; returns its length before, for going back.
static size_t enter(struct check *check, const char *before, struct str name, const char *behind)
{
    size_t n = check->n;
    int more = snprintf(check->path + n, sizeof check->path - n, "%s%.*s%s",
            n           ? before
            : behind[0] ? before
                        : "",
            (int)(name.n < 60 ? name.n : 60), name.p, behind);
    check->n = more > 0 && n + (size_t)more < sizeof check->path ? n + (size_t)more : n;
    check->path[check->n] = '\0';
    return n;
}

static void leave(struct check *check, size_t n)
{
    check->n = n;
    check->path[n] = '\0';
}

static bool check_value(struct check *check, struct str type_text, unsigned max, const struct json *json);

static const struct member *member_find(const struct schema *schema, struct str name)
{
    for (const struct member *member = schema->fields; member && member->name; member++)
        if (str_eq(str_of(member->name), name))
            return member;
    return NULL;
}

static void unknown_member(struct check *check, const struct schema *schema, struct str name)
{
    const char *near = NULL;
    unsigned best = 3;
    for (const struct member *member = schema->fields; member && member->name; member++) {
        unsigned distance = str_distance(name, str_of(member->name), best - 1);
        if (distance < best) {
            best = distance;
            near = member->name;
        }
    }
    size_t n = enter(check, ".", name, "");
    if (near)
        complain(check, "is no member of %s; did you mean %s?", schema->name, near);
    else
        complain(check, "is no member of %s", schema->name);
    leave(check, n);
}

static unsigned times(const struct json *object, struct str key)
{
    unsigned n = 0;
    for (const struct json *member = object->child; member; member = member->next)
        n += str_eq(member->key, key);
    return n;
}

static bool check_schema(struct check *check, const struct schema *schema, const struct json *json)
{
    unsigned before = check->wrong;
    if (json->kind != JSON_OBJECT)
        return complain(check, "must be an object (%s)", schema->name);
    for (const struct member *member = schema->fields; member && member->name; member++) {
        const struct json *value = json_get(json, str_of(member->name));
        if (!value && !member->required)
            continue;
        size_t n = enter(check, ".", str_of(member->name), "");
        if (value && times(json, str_of(member->name)) > 1)
            complain(check, "is there more than once");
        else if (value)
            check_value(check, str_of(member->type), member->max, value);
        else
            complain(check, "is missing");
        leave(check, n);
    }
    for (const struct json *value = json->child; value && !schema->open && check->wrong < ERRORS_MAX;
            value = value->next)
        if (!member_find(schema, value->key))
            unknown_member(check, schema, value->key);
    return check->wrong == before;
}

static bool check_list(struct check *check, struct type type, unsigned max, const struct json *json)
{
    unsigned before = check->wrong;
    size_t i = 0;
    if (json->kind != JSON_ARRAY)
        return complain(check, "must be a list");
    for (const struct json *item = json->child; item; item = item->next, i++) {
        char number[24];
        int digits = snprintf(number, sizeof number, "%zu", i);
        size_t n = enter(check, "[", (struct str){number, (size_t)digits}, "]");
        check_value(check, type.inner, 0, item);
        leave(check, n);
    }
    if (i > (max ? max : TEXT_MAX) && check->r) // (answers may be as long as they are)
        complain(check, "has %zu items; %u are the most", i, max ? max : TEXT_MAX);
    return check->wrong == before;
}

static bool check_map(struct check *check, struct type type, const struct json *json)
{
    unsigned before = check->wrong;
    if (json->kind != JSON_OBJECT)
        return complain(check, "must be an object");
    for (const struct json *member = json->child; member; member = member->next) {
        size_t n = enter(check, ".", member->key, "");
        check_value(check, type.inner, 0, member);
        leave(check, n);
    }
    return check->wrong == before;
}

static bool check_string(struct check *check, struct type type, unsigned max, const struct json *json)
{
    if (json->kind != JSON_STRING)
        return complain(check, "must be a text");
    if (type.kind == KIND_ENUM && !enum_has(type.inner, json->text))
        return complain(check, "must be one of %.*s", STR_ARG(type.inner));
    const char *wanted = check_text(type.kind, type.inner, max, json->text);
    if (!wanted)
        return true;
    if (type.kind == KIND_TEXT)
        return complain(check, "has more than %u characters", max ? max : TEXT_MAX);
    return complain(check, "must be %s", wanted);
}

static bool check_value(struct check *check, struct str type_text, unsigned max, const struct json *json)
{
    struct type type = type_read(type_text);
    const struct schema *schema;
    double number;
    if (check->wrong >= ERRORS_MAX)
        return false; // enough is said
    if (json->kind == JSON_NULL && (type.nullable || type.kind == KIND_ANY))
        return true;
    switch (type.kind) {
    case KIND_ANY:
        return true;
    case KIND_INTEGER:
        return (json->kind == JSON_NUMBER && is_integer(json->text)) ||
               complain(check, "must be a whole number");
    case KIND_NUMBER:
        return (json->kind == JSON_NUMBER && json_number(json->text, &number)) ||
               complain(check, "must be a number");
    case KIND_FLAG:
        return json->kind == JSON_TRUE || json->kind == JSON_FALSE ||
               complain(check, "must be true or false");
    case KIND_OBJECT:
        return json->kind == JSON_OBJECT || complain(check, "must be an object");
    case KIND_LIST:
        return check_list(check, type, max, json);
    case KIND_MAP:
        return check_map(check, type, json);
    case KIND_SCHEMA:
        schema = schema_find(check->routes, type.inner);
        if (!schema)
            return complain(check, "has the type %.*s, which is not declared", STR_ARG(type.inner));
        return check_schema(check, schema, json);
    default:
        return check_string(check, type, max, json);
    }
}

bool schema_check(const struct routes *const *routes, const char *type, const struct json *json,
        struct request *r, struct err *err)
{
    struct check check = {.routes = routes, .r = r, .err = err};
    check_value(&check, str_of(type), 0, json);
    return !check.wrong;
}
