// Where contacts came from: of the inbound events and the traits that say so, the first and the last.
#include "app/report/snapshot.h"

#include "base/map.h"
#include "replay/context_key.h"

#include <stdlib.h>

// What says it, in the order in which those of the same event are believed.
enum { SAYS_SOURCE = 4, SAYS_MEDIUM = 3, SAYS = SAYS_SOURCE + SAYS_MEDIUM };
static const struct {
    struct str key;
    bool trait, first, last; // counts for the first touch, for the last
} SAYING[SAYS] = {
        {{"source", 6}, false, true, true},
        {CONTEXT_SOURCE, false, true, true},
        {{"first_source", 12}, true, true, false},
        {{"last_source", 11}, true, false, true},
        {{"medium", 6}, false, true, true},
        {CONTEXT_MEDIUM, false, true, true},
        {{"first_medium", 12}, true, true, false},
};

// A contact's first and last entry in one column.
struct entry {
    uint32_t event[2], value[2];
};

struct finding {
    const struct columns *c;
    int64_t at;
    const struct sparse *says[SAYS];
    const struct sparse *trait; // source, what imports and forms call it
    uint32_t next[SAYS + 1];    // how far each column is read
    struct map *pairs;          // of two value numbers
    struct map *names;          // of two texts
    VEC(uint32_t) name_of;      // by number of the pair
};

static bool says_something(const struct columns *c, uint32_t value)
{
    struct value v = columns_value(c, value);
    return v.kind == JSON_STRING && v.text.n > 0;
}

static bool counts(const struct finding *f, uint32_t event, bool trait)
{
    const struct event_type *type = &f->c->types[f->c->type[event]];
    return f->c->epoch + f->c->time[event] <= f->at &&
           (trait || (type->direction == DIR_INBOUND && !type->machine));
}

static struct entry read_entry(
        struct finding *f, const struct sparse *s, uint32_t *next, bool trait, uint32_t end)
{
    struct entry e = {{NO_INDEX, NO_INDEX}, {VALUE_NONE, VALUE_NONE}};
    for (; s && *next < s->n && s->ev[*next] < end; ++*next) {
        if (!says_something(f->c, s->val[*next]) || !counts(f, s->ev[*next], trait))
            continue;
        unsigned from = e.event[TOUCH_FIRST] == NO_INDEX ? TOUCH_FIRST : TOUCH_LAST;
        for (unsigned i = from; i <= TOUCH_LAST; i++) {
            e.event[i] = s->ev[*next];
            e.value[i] = s->val[*next];
        }
    }
    return e;
}

static struct str text_of(const struct finding *f, uint32_t value)
{
    return value == VALUE_NONE ? STR("") : columns_value(f->c, value).text;
}

// The number of a pair of values; the same texts have the same number.
static uint32_t touch_number(struct finding *f, uint32_t source, uint32_t medium)
{
    uint32_t pair[2] = {source, medium}, known = map_count(f->pairs),
             number = map_intern(f->pairs, (struct str){(const char *)pair, sizeof pair});
    if (number == known) {
        struct buf name = {0};
        buf_put(&name, text_of(f, source));
        buf_char(&name, '\0');
        buf_put(&name, text_of(f, medium));
        vec_push(&f->name_of, map_intern(f->names, buf_str(&name)));
        buf_free(&name);
    }
    return f->name_of.v[number];
}

// which: TOUCH_FIRST or TOUCH_LAST
static uint32_t choose(struct finding *f, const struct entry *says, const struct entry *trait, unsigned which)
{
    uint32_t event = NO_INDEX, source = VALUE_NONE, medium = VALUE_NONE;
    for (unsigned k = 0; k < SAYS; k++) {
        uint32_t e = says[k].event[which];
        if (e == NO_INDEX || !(which == TOUCH_FIRST ? SAYING[k].first : SAYING[k].last))
            continue;
        if (event == NO_INDEX || (which == TOUCH_FIRST ? e < event : e > event))
            event = e;
    }
    uint32_t own = trait->event[which];
    if (own != NO_INDEX && (event == NO_INDEX || (which == TOUCH_FIRST && own < event)))
        return touch_number(f, trait->value[which], VALUE_NONE);
    for (unsigned k = 0; event != NO_INDEX && k < SAYS; k++) {
        uint32_t *to = k < SAYS_SOURCE ? &source : &medium;
        if (says[k].event[which] == event && *to == VALUE_NONE &&
                (which == TOUCH_FIRST ? SAYING[k].first : SAYING[k].last))
            *to = says[k].value[which];
    }
    return touch_number(f, source, medium);
}

static const struct touch *split(const struct finding *f, struct arena *arena)
{
    uint32_t n = map_count(f->names);
    struct touch *touches = ARENA_ARRAY(arena, struct touch, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        struct str name = arena_str(arena, map_key(f->names, i));
        size_t zero = str_find(name, '\0');
        if (zero > 0)
            touches[i].source = str_sub(name, 0, zero);
        if (zero + 1 < name.n)
            touches[i].medium = str_sub(name, zero + 1, name.n);
    }
    return touches;
}

void touches_find(const struct columns *columns, int64_t at, struct arena *arena, uint32_t *ret[2],
        const struct touch **ret_touches, uint32_t *ret_n)
{
    struct finding f = {.c = columns, .at = at, .pairs = map_new(), .names = map_new()};
    for (unsigned k = 0; k < SAYS; k++)
        f.says[k] = SAYING[k].trait ? columns_trait(columns, SAYING[k].key)
                                    : columns_prop(columns, SAYING[k].key);
    f.trait = columns_trait(columns, STR("source"));
    touch_number(&f, VALUE_NONE, VALUE_NONE); // so that 0 means: not known
    for (uint32_t i = 0; i < columns->n_contacts; i++) {
        struct entry says[SAYS], trait;
        for (unsigned k = 0; k < SAYS; k++)
            says[k] = read_entry(&f, f.says[k], &f.next[k], SAYING[k].trait, columns->off[i + 1]);
        trait = read_entry(&f, f.trait, &f.next[SAYS], true, columns->off[i + 1]);
        for (unsigned which = TOUCH_FIRST; which <= TOUCH_LAST; which++)
            ret[which][i] = choose(&f, says, &trait, which);
    }
    *ret_touches = split(&f, arena);
    *ret_n = map_count(f.names);
    map_free(f.pairs);
    map_free(f.names);
    vec_free(&f.name_of);
}
