#include "rules/event.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

// Both tables begin with their key, so that one bisection serves them.
struct catalogued {
    struct str name;
    enum direction direction;
};

struct segment_name {
    struct str name, catalogue;
};

static const struct catalogued CATALOGUE[] = {
#define EVENT(name, direction) {{(name), sizeof(name) - 1}, (direction)},
#include "rules/event.def"
};

static const struct segment_name SEGMENT_NAMES[] = {
#define SEGMENT(name, catalogue) {{(name), sizeof(name) - 1}, {(catalogue), sizeof(catalogue) - 1}},
#include "rules/event.def"
};

static const struct str INTERNAL_FAMILIES[] = {
#define INTERNAL_FAMILY(prefix) {(prefix), sizeof(prefix) - 1},
#include "rules/event.def"
};

static const struct str CONVERSATIONS[] = {
#define CONVERSATION(name) {(name), sizeof(name) - 1},
#include "rules/event.def"
};

static const struct str ANSWERABLES[] = {
#define ANSWERABLE(name) {(name), sizeof(name) - 1},
#include "rules/event.def"
};

static const struct str DIRECTION_WORDS[] = {
        [DIR_INBOUND] = {"inbound", 7},
        [DIR_OUTBOUND] = {"outbound", 8},
        [DIR_INTERNAL] = {"internal", 8},
};

static const void *bisect(const void *table, size_t count, size_t row_size, struct str name)
{
    size_t lo = 0, hi = count;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        const void *row = (const char *)table + mid * row_size;
        int c = str_cmp(name, *(const struct str *)row);
        if (c == 0)
            return row;
        if (c < 0)
            hi = mid;
        else
            lo = mid + 1;
    }
    return NULL;
}

static const struct catalogued *find(struct str name)
{
    return bisect(CATALOGUE, COUNT(CATALOGUE), sizeof CATALOGUE[0], name);
}

struct str event_canonical(struct str name)
{
    const struct segment_name *row =
            bisect(SEGMENT_NAMES, COUNT(SEGMENT_NAMES), sizeof SEGMENT_NAMES[0], name);
    return row ? row->catalogue : name;
}

bool event_known(struct str name)
{
    return find(name) != NULL;
}

enum direction event_direction(struct str name)
{
    const struct catalogued *row = find(name);
    if (row)
        return row->direction;
    for (size_t i = 0; i < COUNT(INTERNAL_FAMILIES); i++)
        if (str_starts(name, INTERNAL_FAMILIES[i]))
            return DIR_INTERNAL;
    return DIR_INBOUND;
}

static bool is_one_of(const struct str *names, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(names[i], name))
            return true;
    return false;
}

bool event_two_way(struct str name)
{
    return is_one_of(CONVERSATIONS, COUNT(CONVERSATIONS), name);
}

bool event_answerable(struct str name)
{
    return is_one_of(ANSWERABLES, COUNT(ANSWERABLES), name);
}

bool direction_parse(struct str word, enum direction *ret)
{
    for (size_t i = 0; i < COUNT(DIRECTION_WORDS); i++) {
        if (str_eq(word, DIRECTION_WORDS[i])) {
            *ret = (enum direction)i;
            return true;
        }
    }
    return false;
}

struct str direction_word(enum direction direction)
{
    return DIRECTION_WORDS[direction];
}

struct str event_catalogue(unsigned i)
{
    return i < COUNT(CATALOGUE) ? CATALOGUE[i].name : STR_NONE;
}
