// What a stranger writes into request targets and cookies, taken apart. Pure; results live in the arena.
#ifndef SLUICE_HTTP_URI_H
#define SLUICE_HTTP_URI_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

struct pair {
    struct str name, value;
};

enum { PAIRS_MAX = 1000 }; // of a query or a form

// Percent-decodes; false where an escape is cut or no hexadecimal, or a zero byte or ill-formed UTF-8 comes
// out. plus: "+" means a blank. Text without escapes is returned as it is.
bool uri_decode(struct arena *arena, struct str text, bool plus, struct str *ret);
// The same of what strangers wrote, whatever it is: what is no escape stays, a zero byte becomes a blank, and
// what is no UTF-8 is taken for Windows-1252.
struct str uri_text(struct arena *arena, struct str text, bool plus);
// Percent-encodes everything but unreserved characters, for a value in a query.
void uri_encode(struct str text, struct buf *out);
// "a=1&b=2" (also of a form's body). ERR_INPUT: as uri_decode; ERR_LIMIT: more than PAIRS_MAX.
bool uri_pairs(struct arena *arena, struct str text, struct pair **ret, size_t *ret_n, struct err *err);
// Whether a path may be served: begins with "/", printable ASCII only, decodes (uri_decode), and no segment
// is
// "." or "..", however it is written.
bool uri_path_valid(struct arena *arena, struct str path, struct err *err);
// The value of a cookie in a Cookie header; quotes around it are taken off. STR_NONE: not there.
struct str cookie_get(struct str header, struct str name);

#endif
