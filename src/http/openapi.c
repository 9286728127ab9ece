// The OpenAPI 3.1 document: nothing in it is written by hand but the two security schemes and the problem.
#include "http/schema.h"

#include "base/json.h"

struct writer {
    const struct routes *const *routes;
    struct buf *out;
};

static void put(struct writer *w, const char *text)
{
    buf_put(w->out, str_of(text));
}

static void put_string(struct writer *w, const char *text)
{
    json_put_string(w->out, str_of(text));
}

static void put_type_name(struct writer *w, const char *name, bool nullable)
{
    put(w, "\"type\":");
    if (nullable)
        put(w, "[");
    put_string(w, name);
    if (nullable)
        put(w, ",\"null\"]");
}

static void put_enum(struct writer *w, struct type type)
{
    put(w, ",\"enum\":[");
    struct str rest = type.inner;
    for (bool first = true; rest.n; first = false) {
        size_t end = str_find(rest, '|');
        if (!first)
            put(w, ",");
        json_put_string(w->out, str_sub(rest, 0, end));
        rest = str_sub(rest, end < rest.n ? end + 1 : end, rest.n);
    }
    put(w, type.nullable ? ",null]" : "]");
}

static void put_ref(struct writer *w, struct type type)
{
    put(w, type.nullable ? "\"anyOf\":[{\"$ref\":\"#/components/schemas/"
                         : "\"$ref\":\"#/components/schemas/");
    buf_put(w->out, type.inner);
    put(w, type.nullable ? "\"},{\"type\":\"null\"}]" : "\"");
}

// The members of a JSON schema object, without its braces.
static void put_type(struct writer *w, struct str text, unsigned max)
{
    static const char *const NAMES[] = {[KIND_TEXT] = "string",
            [KIND_INTEGER] = "integer",
            [KIND_NUMBER] = "number",
            [KIND_FLAG] = "boolean",
            [KIND_TIME] = "string",
            [KIND_DATE] = "string",
            [KIND_EMAIL] = "string",
            [KIND_URL] = "string",
            [KIND_OBJECT] = "object",
            [KIND_ENUM] = "string",
            [KIND_LIST] = "array",
            [KIND_MAP] = "object"};
    static const char *const FORMATS[] = {[KIND_TIME] = "date-time",
            [KIND_DATE] = "date",
            [KIND_EMAIL] = "email",
            [KIND_URL] = "uri",
            [KIND_SCHEMA] = NULL};
    struct type type = type_read(text);
    if (type.kind == KIND_ANY)
        return;
    if (type.kind == KIND_SCHEMA) {
        put_ref(w, type);
        return;
    }
    put_type_name(w, NAMES[type.kind], type.nullable);
    if (FORMATS[type.kind]) {
        put(w, ",\"format\":");
        put_string(w, FORMATS[type.kind]);
    }
    if (type.kind == KIND_ENUM)
        put_enum(w, type);
    if (type.kind == KIND_LIST || type.kind == KIND_MAP) {
        put(w, type.kind == KIND_LIST ? ",\"items\":{" : ",\"additionalProperties\":{");
        put_type(w, type.inner, 0);
        put(w, "}");
    }
    if (max && (type.kind == KIND_TEXT || type.kind == KIND_LIST))
        buf_printf(w->out, ",\"%s\":%u", type.kind == KIND_TEXT ? "maxLength" : "maxItems", max);
}

static void put_member(struct writer *w, const struct member *member)
{
    put(w, "{");
    size_t before = w->out->n;
    put_type(w, str_of(member->type), member->max);
    if (member->about && *member->about) {
        put(w, w->out->n > before ? ",\"description\":" : "\"description\":");
        put_string(w, member->about);
    }
    put(w, "}");
}

static void put_schema(struct writer *w, const struct schema *schema)
{
    put_string(w, schema->name);
    put(w, ":{\"type\":\"object\",\"description\":");
    put_string(w, schema->about ? schema->about : "");
    put(w, ",\"properties\":{");
    unsigned required = 0;
    for (const struct member *member = schema->fields; member && member->name; member++) {
        if (member != schema->fields)
            put(w, ",");
        put_string(w, member->name);
        put(w, ":");
        put_member(w, member);
        required += member->required;
    }
    put(w, "}");
    if (required)
        put(w, ",\"required\":[");
    for (const struct member *member = schema->fields; required && member->name; member++)
        if (member->required) {
            put_string(w, member->name);
            put(w, --required ? "," : "]");
        }
    if (!schema->open)
        put(w, ",\"additionalProperties\":false");
    put(w, "}");
}

static void put_schemas(struct writer *w)
{
    put(w, "\"schemas\":{");
    for (const struct routes *const *at = w->routes; at && *at; at++)
        for (const struct schema *schema = (*at)->schemas; schema && schema->name; schema++)
            if (schema_find(w->routes, str_of(schema->name)) == schema) { // the first of that name
                put_schema(w, schema);
                put(w, ",");
            }
    put(w, "\"Problem\":{\"type\":\"object\",\"description\":\"What went wrong (RFC 9457)\",\"properties\":{"
           "\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},"
           "\"detail\":{\"type\":\"string\"},\"errors\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
           "\"properties\":{\"field\":{\"type\":\"string\",\"description\":\"The member or parameter\"},"
           "\"message\":{\"type\":\"string\"}},\"required\":[\"field\",\"message\"]}}},"
           "\"required\":[\"type\",\"title\",\"status\",\"detail\"]}}");
}

// The path without the dots of "{name...}".
static void put_path(struct writer *w, const char *path)
{
    put(w, "\"");
    for (struct str rest = str_of(path); rest.n; rest = str_sub(rest, 1, rest.n))
        if (str_starts(rest, STR("...}")))
            rest = str_sub(rest, 2, rest.n);
        else
            buf_char(w->out, rest.p[0]);
    put(w, "\"");
}

static void put_parameters(struct writer *w, const struct route *route)
{
    struct str path = str_of(route->path);
    bool any = false;
    while (str_find(path, '{') < path.n) {
        path = str_sub(path, str_find(path, '{') + 1, path.n);
        struct str name = str_sub(path, 0, str_find(path, '}'));
        if (str_ends(name, STR("...")))
            name.n -= 3;
        put(w, any ? "," : ",\"parameters\":[");
        put(w, "{\"name\":");
        json_put_string(w->out, name);
        put(w, ",\"in\":\"path\",\"required\":true,\"schema\":{\"type\":\"string\"}}");
        any = true;
    }
    for (const struct member *member = route->query; member && member->name; member++) {
        put(w, any ? "," : ",\"parameters\":[");
        put(w, "{\"name\":");
        put_string(w, member->name);
        buf_printf(w->out,
                ",\"in\":\"query\",\"required\":%s,\"description\":", member->required ? "true" : "false");
        put_string(w, member->about ? member->about : "");
        if (type_read(str_of(member->type)).kind == KIND_LIST)
            put(w, ",\"explode\":false");
        put(w, ",\"schema\":{");
        put_type(w, str_of(member->type), member->max);
        put(w, "}}");
        any = true;
    }
    if (any)
        put(w, "]");
}

static void put_body(struct writer *w, const struct route *route)
{
    if (route->raw_body) {
        put(w, ",\"requestBody\":{\"required\":true,\"content\":{\"*/*\":{}}}");
    } else if (route->body) {
        put(w, ",\"requestBody\":{\"required\":true,\"content\":{\"application/json\":{\"schema\":{");
        put_type(w, str_of(route->body), 0);
        put(w, "}}}}");
    }
}

// "GET /api/contacts/{id}" is called "get_api_contacts_id".
static void put_operation_id(struct writer *w, const struct route *route)
{
    put(w, "\"");
    for (const char *p = route->method; *p; p++)
        buf_char(w->out, (char)(*p | 32));
    bool gap = true;
    for (const char *p = route->path; *p; p++) {
        bool letter = (*p >= '0' && *p <= '9') || ((*p | 32) >= 'a' && (*p | 32) <= 'z') || *p == '_';
        if (letter && gap)
            put(w, "_");
        if (letter)
            buf_char(w->out, *p);
        gap = !letter;
    }
    put(w, "\"");
}

static void put_refusal(struct writer *w, const struct route *route)
{
    if (!route->refusal) {
        put(w, "\"default\":{\"$ref\":\"#/components/responses/Problem\"}");
        return;
    }
    put(w, "\"default\":{\"description\":\"What went wrong\",\"content\":{\"application/problem+json\":{"
           "\"schema\":{\"$ref\":\"#/components/schemas/Problem\"}},\"application/json\":{\"schema\":{");
    put_type(w, str_of(route->refusal), 0);
    put(w, "}}}}");
}

static void put_operation(struct writer *w, const char *tag, const struct route *route)
{
    put(w, "\"");
    for (const char *p = route->method; *p; p++)
        buf_char(w->out, (char)(*p | 32));
    put(w, "\":{\"operationId\":");
    put_operation_id(w, route);
    put(w, ",\"summary\":");
    put_string(w, route->summary ? route->summary : "");
    put(w, ",\"tags\":[");
    put_string(w, tag ? tag : "");
    put(w, "]");
    if (route->right) {
        put(w, ",\"x-right\":");
        put_string(w, route->right);
        put(w, ",\"security\":[{\"key\":[]},{\"session\":[]}]");
    } else {
        put(w, ",\"security\":[]");
    }
    put_parameters(w, route);
    put_body(w, route);
    buf_printf(
            w->out, ",\"responses\":{\"%d\":{\"description\":\"Done\"", route->status ? route->status : 200);
    if (route->answer) {
        put(w, ",\"content\":{\"application/json\":{\"schema\":{");
        put_type(w, str_of(route->answer), 0);
        put(w, "}}}");
    }
    put(w, "},");
    put_refusal(w, route);
    put(w, "}}");
}

// All methods of a path, where its first route stands.
static void put_methods(struct writer *w, const char *path)
{
    bool any = false;
    for (const struct routes *const *at = w->routes; at && *at; at++)
        for (const struct route *route = (*at)->routes; route && route->path; route++)
            if (!route->hidden && str_eq(str_of(route->path), str_of(path))) {
                if (any)
                    put(w, ",");
                put_operation(w, (*at)->tag, route);
                any = true;
            }
}

static bool is_first(const struct writer *w, const struct route *wanted)
{
    for (const struct routes *const *at = w->routes; at && *at; at++)
        for (const struct route *route = (*at)->routes; route && route->path; route++)
            if (!route->hidden && str_eq(str_of(route->path), str_of(wanted->path)))
                return route == wanted;
    return false;
}

void openapi_write(
        const struct routes *const *routes, const char *title, const char *version, struct buf *out)
{
    struct writer w = {routes, out};
    put(&w, "{\"openapi\":\"3.1.0\",\"info\":{\"title\":");
    put_string(&w, title);
    put(&w, ",\"version\":");
    put_string(&w, version);
    put(&w, "},\"paths\":{");
    bool any = false;
    for (const struct routes *const *at = routes; at && *at; at++)
        for (const struct route *route = (*at)->routes; route && route->path; route++) {
            if (route->hidden || !is_first(&w, route))
                continue;
            if (any)
                put(&w, ",");
            any = true;
            put_path(&w, route->path);
            put(&w, ":{");
            put_methods(&w, route->path);
            put(&w, "}");
        }
    put(&w, "},\"components\":{");
    put_schemas(&w);
    put(&w, ",\"responses\":{\"Problem\":{\"description\":\"What went wrong\",\"content\":{"
            "\"application/problem+json\":{\"schema\":{\"$ref\":\"#/components/schemas/Problem\"}}}}},"
            "\"securitySchemes\":{\"key\":{\"type\":\"http\",\"scheme\":\"bearer\",\"description\":\"An API "
            "key\"},\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"sluice_session\","
            "\"description\":"
            "\"The cookie of a logged-in user\"}}}}");
}
