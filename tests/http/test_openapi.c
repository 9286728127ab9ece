// The OpenAPI document of a table, and values against types.
#include "base/vec.h"
#include "http/server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static bool nothing(struct request *r, struct err *err)
{
    (void)r;
    (void)err;
    return true;
}

static const struct member DEAL[] = {
        {"amount", "number", "In euros", true, 0}, {"won", "flag?", "", false, 0}, {0}};
static const struct member CONTACT[] = {{"id", "text", "Its id", true, 36}, {"email", "email?", "", false, 0},
        {"site", "url", "", false, 0}, {"born", "date", "", false, 0}, {"seen", "time?", "", true, 0},
        {"role", "enum:buyer|user?", "Its role", false, 0}, {"tags", "[text]", "", false, 9},
        {"deals", "[Deal]", "", false, 0}, {"best", "Deal?", "", false, 0},
        {"counts", "{integer}", "", false, 0}, {"traits", "object", "", false, 0},
        {"any", "any", "", false, 0}, {0}};
static const struct schema SCHEMAS[] = {
        {"Contact", "A \"person\"", CONTACT, false}, {"Deal", "A deal", DEAL, true}, {0}};
static const struct member QUERY[] = {
        {"kind", "enum:a|b", "What kind", true, 0}, {"ids", "[integer]", "", false, 0}, {0}};
static const struct route ROUTES[] = {
        {.method = "GET",
                .path = "/api/contacts/{id}",
                .summary = "One contact",
                .right = "contact.read",
                .query = QUERY,
                .answer = "Contact",
                .handle = nothing},
        {.method = "POST",
                .path = "/api/contacts",
                .body = "Contact",
                .answer = "Contact",
                .status = 201,
                .handle = nothing},
        {.method = "PATCH", .path = "/api/contacts/{id}", .body = "{any}", .status = 204, .handle = nothing},
        {.method = "GET", .path = "/hidden", .hidden = true, .handle = nothing},
        {.method = "PUT", .path = "/api/files/{path...}", .raw_body = true, .handle = nothing},
        {0},
};
static const struct routes TABLE = {"Contacts", ROUTES, SCHEMAS};
static const struct member OTHER[] = {{"count", "integer", "", true, 0}, {0}};
static const struct schema MORE[] = {{"Count", "A count", OTHER, false}, {0}};
static const struct route LAST[] = {
        {.method = "DELETE", .path = "/api/contacts", .answer = "Count", .handle = nothing}, {0}};
static const struct routes SECOND = {"More", LAST, MORE};
static const struct routes *const ALL[] = {&TABLE, &SECOND, NULL};

static const struct json *at(const struct json *json, const char *const *path)
{
    for (; *path; path++) {
        json = json_get(json, str_of(*path));
        if (!json)
            fail_msg("the document has no %s", *path);
    }
    return json;
}
#define AT(json, ...) at(json, (const char *const[]){__VA_ARGS__, NULL})

static void check_refs(const struct json *document, const struct json *json)
{
    struct str ref = json_get_str(json, STR("$ref"));
    if (ref.p) {
        const struct json *found = document;
        assert_true(str_starts(ref, STR("#/")));
        for (ref = str_sub(ref, 2, ref.n); ref.n;) {
            size_t slash = str_find(ref, '/');
            found = json_get(found, str_sub(ref, 0, slash));
            assert_non_null(found);
            ref = str_sub(ref, slash < ref.n ? slash + 1 : slash, ref.n);
        }
    }
    for (const struct json *child = json->child; child; child = child->next)
        check_refs(document, child);
}

static void document(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct buf text = {0}, again = {0};
    struct err err = {0};
    struct json *d;
    openapi_write(ALL, "Sluice", "1", &text);
    openapi_write(ALL, "Sluice", "1", &again);
    assert_true(str_eq(buf_str(&text), buf_str(&again)));
    if (!json_parse(arena, buf_str(&text), &d, &err))
        fail_msg("%s\n%.*s", err.message, (int)text.n, text.p);
    check_refs(d, d);
    assert_true(str_eq(json_get_str(d, STR("openapi")), STR("3.1.0")));
    const struct json *get = AT(d, "paths", "/api/contacts/{id}", "get");
    assert_true(str_eq(json_get_str(get, STR("operationId")), STR("get_api_contacts_id")));
    assert_true(str_eq(json_get_str(get, STR("x-right")), STR("contact.read")));
    const struct json *parameter = json_get(get, STR("parameters"))->child;
    assert_true(str_eq(json_get_str(parameter, STR("in")), STR("path")));
    assert_true(str_eq(json_get_str(parameter->next, STR("name")), STR("kind")));
    assert_int_equal(json_get(parameter->next, STR("required"))->kind, JSON_TRUE);
    AT(get, "responses", "200", "content", "application/json", "schema", "$ref");
    AT(get, "responses", "default", "$ref");
    AT(d, "paths", "/api/contacts/{id}", "patch", "responses", "204");
    AT(d, "paths", "/api/contacts", "delete", "responses", "200", "content");
    AT(d, "paths", "/api/contacts", "post", "requestBody", "content", "application/json", "schema");
    AT(d, "paths", "/api/files/{path}", "put", "requestBody", "content", "*/*");
    assert_null(json_get(json_get(d, STR("paths")), STR("/hidden")));
    const struct json *contact = AT(d, "components", "schemas", "Contact", "properties");
    assert_true(str_eq(json_get_str(AT(contact, "seen"), STR("format")), STR("date-time")));
    assert_int_equal(AT(contact, "seen", "type")->kind, JSON_ARRAY);
    assert_int_equal(AT(contact, "role", "enum")->child->next->next->kind, JSON_NULL);
    assert_true(str_eq(AT(contact, "id", "maxLength")->text, STR("36")));
    assert_true(str_eq(AT(contact, "tags", "maxItems")->text, STR("9")));
    AT(contact, "best", "anyOf");
    AT(contact, "deals", "items", "$ref");
    assert_true(str_eq(AT(contact, "counts", "additionalProperties", "type")->text, STR("integer")));
    AT(d, "components", "schemas", "Contact", "additionalProperties");
    assert_null(json_get(AT(d, "components", "schemas", "Deal"), STR("additionalProperties")));
    AT(d, "components", "securitySchemes", "key");
    buf_free(&text);
    buf_free(&again);
    arena_free(arena);
}

static void values(void **state)
{
    (void)state;
    static const struct {
        const char *type, *json, *wrong; // NULL: fine
    } CASES[] = {
            {"Contact", "{\"id\":\"1\",\"seen\":null}", NULL},
            {"Contact",
                    "{\"id\":\"1\",\"seen\":\"2026-03-01T10:00:00Z\",\"email\":\"a@b.de\",\"site\":"
                    "\"https://a.de/b\",\"born\":\"2000-02-29\",\"role\":\"user\",\"tags\":[],\"deals\":[{"
                    "\"amount\":1.5,\"won\":null,\"more\":1}],\"best\":null,\"counts\":{\"a\":1},\"traits\":{"
                    "},"
                    "\"any\":[1]}",
                    NULL},
            {"Contact", "{\"id\":\"1\"}", "seen is missing"},
            {"Contact", "{\"id\":1,\"seen\":null}", "id must be a text"},
            {"Contact", "{\"id\":null,\"seen\":null}", "id must be a text"},
            {"Contact", "{\"id\":\"1\",\"seen\":\"yesterday\"}", "seen must be a time"},
            {"Contact", "{\"id\":\"1\",\"seen\":null,\"email\":\"a\"}", "email must be an e-mail"},
            {"Contact", "{\"id\":\"1\",\"seen\":null,\"site\":\"javascript:x\"}", "site must be a URL"},
            {"Contact", "{\"id\":\"1\",\"seen\":null,\"born\":\"2001-02-29\"}", "born must be a date"},
            {"Contact", "{\"id\":\"1\",\"seen\":null,\"role\":\"boss\"}", "role must be one of buyer|user"},
            {"Contact", "{\"id\":\"1\",\"seen\":null,\"deals\":[{\"amount\":1},{\"amount\":\"1\"}]}",
                    "deals[1].amount must be a number"},
            {"Contact", "{\"id\":\"1\",\"seen\":null,\"best\":{}}", "best.amount is missing"},
            {"Contact", "{\"id\":\"1\",\"seen\":null,\"counts\":{\"x\":1.5}}", "counts.x must be a whole"},
            {"Contact", "{\"id\":\"1\",\"seen\":null,\"traits\":[]}", "traits must be an object"},
            {"Contact", "{\"id\":\"1\",\"seen\":null,\"sen\":null}", "did you mean seen?"},
            {"[integer]", "[1,2,3]", NULL},
            {"[integer]", "[1,\"2\"]", "[1] must be"},
            {"integer", "12345678901234567890", "must be a whole"},
            {"integer", "-5", NULL},
            {"flag", "\"true\"", "must be true or false"},
            {"Nobody", "{}", "not declared"},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct json *json;
        struct err err = {0};
        assert_true(json_parse(arena, str_of(CASES[i].json), &json, NULL));
        bool fine = schema_check(ALL, CASES[i].type, json, NULL, &err);
        if (fine != !CASES[i].wrong || (CASES[i].wrong && !strstr(err.message, CASES[i].wrong)))
            fail_msg("%s: %s", CASES[i].json, err.message);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(document), cmocka_unit_test(values)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
