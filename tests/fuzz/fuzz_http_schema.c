// Any bytes as a JSON body of a type: whatever is accepted is accepted again, and nothing else happens.
#include "http/server.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const struct member INNER[] = {{"amount", "number", "", true, 0}, {"at", "time?", "", false, 0}, {0}};
static const struct member OUTER[] = {{"name", "text", "", true, 20}, {"n", "integer?", "", false, 0},
        {"kind", "enum:a|b", "", false, 0}, {"inner", "[Inner]", "", false, 3},
        {"map", "{Inner?}", "", false, 0}, {"mail", "email", "", false, 0}, {"url", "url", "", false, 0},
        {"day", "date", "", false, 0}, {"self", "Outer?", "", false, 0}, {"any", "any", "", false, 0}, {0}};
static const struct schema SCHEMAS[] = {{"Outer", "", OUTER, false}, {"Inner", "", INNER, true}, {0}};
static const struct routes TABLE = {"T", NULL, SCHEMAS};
static const struct routes *const ALL[] = {&TABLE, NULL};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *arena = arena_new();
    struct json *json;
    struct err err = {0};
    if (json_parse(arena, (struct str){(const char *)data, n}, &json, &err)) {
        bool fine = schema_check(ALL, "Outer", json, NULL, &err);
        if (fine != schema_check(ALL, "Outer", json, NULL, NULL) || (!fine && err.code != ERR_INPUT))
            abort();
    }
    arena_free(arena);
    return 0;
}
