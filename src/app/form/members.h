// Reading members of a JSON object, with everything that is wrong noted under the member's path.
#ifndef SLUICE_APP_FORM_MEMBERS_H
#define SLUICE_APP_FORM_MEMBERS_H

#include "app/form/problems.h"
#include "base/json.h"

struct members {
    struct arena *arena;
    struct problems *problems;
    const struct json *object; // NULL or no object: as if empty
    struct str path;           // "" or "fields[2]."
};

struct members members_of(struct arena *arena, struct problems *problems, const struct json *object);
// The members of a member that is an object; noted if it is something else.
struct members members_inside(const struct members *m, const char *key);
// The i-th item of the list `key`.
struct members members_item(const struct members *m, const char *key, unsigned i, const struct json *item);
// Notes every member that is not among `known` (ends with NULL).
void members_known(const struct members *m, const char *const *known);

struct str members_path(const struct members *m, const char *key);
// Notes a problem of the member; returns false.
bool members_problem(const struct members *m, const char *key, const char *message);
// Text of at most max code points; STR_NONE if it is missing or null. Noted: something else, too long,
// missing though required (also empty or blank).
struct str members_text(const struct members *m, const char *key, unsigned max, bool required);
bool members_flag(const struct members *m, const char *key);
// The list's first item and their number; 0 if it is missing. Noted: no list, more than max.
const struct json *members_list(const struct members *m, const char *key, unsigned max, unsigned *ret_n);
// A number as written; STR_NONE if missing.
struct str members_number(const struct members *m, const char *key);
// Index into words (ends with NULL); 0 if it is missing. Noted: another word.
unsigned members_word(const struct members *m, const char *key, const char *const *words);
// Code points of valid UTF-8.
size_t text_length(struct str text);

#endif
