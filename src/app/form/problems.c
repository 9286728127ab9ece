#include "app/form/problems.h"

#include <stdarg.h>
#include <stdio.h>

struct problems *problems_new(struct arena *arena)
{
    struct problems *problems = ARENA_NEW(arena, struct problems);
    problems->arena = arena;
    return problems;
}

bool problems_add(struct problems *problems, struct str field, const char *format, ...)
{
    char text[400];
    va_list args;
    if (problems->n == PROBLEMS_MAX)
        return false;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    problems->list[problems->n++] =
            (struct problem){arena_str(problems->arena, field), arena_str(problems->arena, str_of(text))};
    return false;
}

struct str problems_of(const struct problems *problems, struct str field)
{
    for (unsigned i = 0; i < problems->n; i++)
        if (str_eq(problems->list[i].field, field))
            return problems->list[i].message;
    return STR_NONE;
}
