// JSON (RFC 8259): a strict reader into an arena, and helpers to write. Why not json-c here:
// docs/decisions/0001.
#ifndef SLUICE_BASE_JSON_H
#define SLUICE_BASE_JSON_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum json_kind { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

enum { JSON_DEPTH = 64 }; // deeper nesting is an error

struct json {
    enum json_kind kind;
    struct str key;     // of a member, unescaped
    struct str text;    // string: unescaped; all others: as written in the source
    struct json *child; // first item or member
    struct json *next;
};

// Parses one value that fills all of text (but for white space). Strings without escapes point into text,
// which must outlive the result. Text must be valid UTF-8; lone surrogates in escapes become U+FFFD.
bool json_parse(struct arena *arena, struct str text, struct json **ret, struct err *err);

// The member, the last one of that key; NULL if there is none or j is NULL or no object.
const struct json *json_get(const struct json *j, struct str key);
// The member's text if it is a string, else STR_NONE.
struct str json_get_str(const struct json *j, struct str key);
// Number in JSON's form (whole text) to a double, the largest one there is if it is beyond it; false if text
// is no such number.
bool json_number(struct str text, double *ret);

// Writing: a string with quotes, escaped as JSON; ill-formed UTF-8 becomes U+FFFD.
void json_put_string(struct buf *buf, struct str s);
// At most 6 decimals, trailing zeros cut, never -0; null for NaN and infinities.
void json_put_number(struct buf *buf, double value);
// Exactly 6 decimals, never -0; null for NaN and infinities.
void json_put_score(struct buf *buf, double value);
// A value as read, without white space; numbers as they were written.
void json_put(struct buf *buf, const struct json *json);

#endif
