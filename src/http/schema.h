// Types of members (route.h): looking them up, checking values.
#ifndef SLUICE_HTTP_SCHEMA_H
#define SLUICE_HTTP_SCHEMA_H

#include "http/server.h"

enum type_kind {
    KIND_TEXT,
    KIND_INTEGER,
    KIND_NUMBER,
    KIND_FLAG,
    KIND_TIME,
    KIND_DATE,
    KIND_EMAIL,
    KIND_URL,
    KIND_OBJECT,
    KIND_ANY,
    KIND_ENUM,   // inner: "a|b"
    KIND_LIST,   // inner: the items' type
    KIND_MAP,    // inner: the members' type
    KIND_SCHEMA, // inner: its name
};

struct type {
    enum type_kind kind;
    bool nullable;
    struct str inner;
};

struct type type_read(struct str text);
const struct schema *schema_find(const struct routes *const *routes, struct str name);
// Whether an enum's texts ("a|b") have this one.
bool enum_has(struct str inner, struct str text);
// A query parameter's text against a type; NULL if it fits, else what is expected.
const char *type_check_text(struct arena *arena, struct type type, unsigned max, struct str text);

enum { TEXT_MAX = 10000 }; // code points or items, where a member says nothing

#endif
