// What a compiled model answers by itself.
#include "rules/program.h"

#include <math.h>

bool pat_takes(const struct pat *pat, struct str name, enum direction direction, bool machine)
{
    if (!name.n || (machine && !pat->machines))
        return false;
    switch (pat->kind) {
    case PAT_NAME:
        return str_eq(name, pat->name);
    case PAT_PREFIX:
        return str_starts(name, pat->name);
    case PAT_DIRECTION:
        return direction == pat->direction;
    }
    return false;
}

bool relation_holds(enum relation rel, double x, double n, bool exact)
{
    bool equal = x == n;
    if (!exact)
        equal = fabs(x - n) <= 1e-9 * fmax(1, fabs(n));
    switch (rel) {
    case REL_LESS:
        return x < n && !equal;
    case REL_LESS_EQUAL:
        return x < n || equal;
    case REL_GREATER:
        return x > n && !equal;
    case REL_GREATER_EQUAL:
        return x > n || equal;
    case REL_EQUAL:
        return equal;
    case REL_NOT_EQUAL:
        return !equal;
    }
    return false;
}
