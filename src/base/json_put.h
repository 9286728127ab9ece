// Writing JSON objects member by member: each function puts a comma before its member where one is due, that
// is unless the buffer ends with "{" or "[".
//     buf_char(out, '{'); put_text(out, "name", name); put_time(out, "due", due); buf_char(out, '}');
#ifndef SLUICE_BASE_JSON_PUT_H
#define SLUICE_BASE_JSON_PUT_H

#include "base/json.h"

void put_comma(struct buf *out);                                    // before an item of a list
void put_key(struct buf *out, const char *name);                    // the value comes next
void put_text(struct buf *out, const char *name, struct str value); // STR_NONE: null
void put_int(struct buf *out, const char *name, int64_t value);
void put_flag(struct buf *out, const char *name, bool value);
void put_time(struct buf *out, const char *name, int64_t seconds); // RFC 3339; 0: null
void put_raw(struct buf *out, const char *name, struct str json);  // empty: null

#endif
