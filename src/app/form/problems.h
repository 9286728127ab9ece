// What is wrong with something that has many members: all of it at once, each with its place.
#ifndef SLUICE_APP_FORM_PROBLEMS_H
#define SLUICE_APP_FORM_PROBLEMS_H

#include "base/arena.h"
#include "base/vec.h"

enum { PROBLEMS_MAX = 50 };

struct problem {
    struct str field, message;
};

struct problems {
    struct arena *arena;
    struct problem list[PROBLEMS_MAX];
    unsigned n; // further ones are left out
};

struct problems *problems_new(struct arena *arena);
// Returns false.
bool problems_add(struct problems *problems, struct str field, const char *format, ...)
        __attribute__((format(printf, 3, 4)));
// The message for a field, or STR_NONE.
struct str problems_of(const struct problems *problems, struct str field);

#endif
