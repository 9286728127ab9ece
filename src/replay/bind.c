#include "replay/bind.h"

#include "base/mem.h"
#include "replay/context_key.h"

#include <stdatomic.h>
#include <stdlib.h>

static void bind_matcher(struct bound *b, uint32_t number)
{
    const struct columns *c = b->columns;
    const struct matcher *matcher = &b->program->matchers[number];
    uint8_t *take = ARENA_ARRAY(b->arena, uint8_t, c->n_types + 1);
    struct bound_matcher *bound = &b->matchers[number];
    for (uint32_t t = 0; t < c->n_types; t++) {
        const struct event_type *type = &c->types[t];
        for (unsigned p = 0; p < matcher->n_pats && take[t] != TAKE_ALWAYS; p++)
            if (pat_takes(&matcher->pats[p], type->name, type->direction, type->machine))
                take[t] = matcher->pats[p].cond ? TAKE_IF : TAKE_ALWAYS;
        if (take[t])
            bound->presence |= 1ull << presence_bit(t);
        bound->conditional |= take[t] == TAKE_IF;
    }
    bound->take = take;
}

// "Always valid" properties of the language and their fallbacks.
static struct bound_prop bind_prop(const struct columns *c, struct str key)
{
    static const struct {
        struct str key, fallback;
    } FALLBACKS[] = {{STR("value"), STR("revenue")}, {STR("source"), CONTEXT_SOURCE},
            {STR("campaign"), CONTEXT_CAMPAIGN}};
    struct bound_prop prop = {{columns_prop(c, key), NULL}, str_eq(key, STR("channel"))};
    for (size_t i = 0; i < sizeof FALLBACKS / sizeof *FALLBACKS; i++)
        if (str_eq(key, FALLBACKS[i].key))
            prop.columns[1] = columns_prop(c, FALLBACKS[i].fallback);
    return prop;
}

struct bound *bind_program(const struct program *program, const struct columns *columns)
{
    struct arena *arena = arena_new();
    struct bound *b = ARENA_NEW(arena, struct bound);
    b->arena = arena;
    b->program = program;
    b->columns = columns;
    b->matchers = ARENA_ARRAY(arena, struct bound_matcher, program->n_matchers);
    for (uint32_t i = 0; i < program->n_matchers; i++)
        bind_matcher(b, i);
    b->props = ARENA_ARRAY(arena, struct bound_prop, program->n_props);
    for (uint32_t i = 0; i < program->n_props; i++)
        b->props[i] = bind_prop(columns, program->props[i]);
    b->traits = ARENA_ARRAY(arena, const struct sparse *, program->n_traits);
    for (uint32_t i = 0; i < program->n_traits; i++)
        b->traits[i] = columns_trait(columns, program->traits[i].name);
    b->facts = ARENA_ARRAY(arena, const struct fact_column *, program->n_facts);
    for (uint32_t i = 0; i < program->n_facts; i++)
        b->facts[i] = columns_fact(columns, program->facts[i].name);
    // Memos hold a byte for every value, and for channels one for every type.
    b->prop_memo = ARENA_ARRAY(arena, _Atomic uint8_t *, program->n_prop_cmps);
    for (uint32_t i = 0; i < program->n_prop_cmps; i++)
        b->prop_memo[i] = mem_zero((size_t)columns->n_values + columns->n_types + 1, 1);
    b->trait_memo = ARENA_ARRAY(arena, _Atomic uint8_t *, program->n_trait_cmps);
    for (uint32_t i = 0; i < program->n_trait_cmps; i++)
        b->trait_memo[i] = mem_zero((size_t)columns->n_values + 1, 1);
    return b;
}

void bound_free(struct bound *b)
{
    if (!b)
        return;
    for (uint32_t i = 0; i < b->program->n_prop_cmps; i++)
        free((void *)b->prop_memo[i]);
    for (uint32_t i = 0; i < b->program->n_trait_cmps; i++)
        free((void *)b->trait_memo[i]);
    arena_free(b->arena);
}

static uint32_t value_at(const struct sparse *column, uint32_t event)
{
    if (!column)
        return VALUE_NONE;
    uint32_t i = sparse_at(column->ev, column->n, event);
    return i < column->n && column->ev[i] == event ? column->val[i] : VALUE_NONE;
}

static bool is_set(const struct columns *c, uint32_t value)
{
    return value != VALUE_NONE && columns_value(c, value).kind != JSON_NULL;
}

static uint32_t prop_value(const struct bound *b, uint32_t prop, uint32_t event)
{
    const struct bound_prop *p = &b->props[prop];
    uint32_t value = value_at(p->columns[0], event);
    return p->columns[1] && !is_set(b->columns, value) ? value_at(p->columns[1], event) : value;
}

// The part of an event's name before its first dot, as a value; false without a dot.
static bool type_channel(const struct columns *c, uint32_t type, struct value *ret)
{
    struct str name = c->types[type].name;
    size_t dot = str_find(name, '.');
    *ret = (struct value){JSON_STRING, {name.p, dot}};
    return dot < name.n;
}

static bool cmp_memo(const struct bound *b, const struct cond *cond, uint32_t event)
{
    const struct columns *c = b->columns;
    uint32_t number = prop_value(b, cond->prop_index, event);
    bool from_name = b->props[cond->prop_index].channel && !is_set(c, number);
    if (!from_name && number == VALUE_NONE)
        return cmp_holds(&cond->cmp, NULL);
    size_t slot = from_name ? (size_t)c->n_values + c->type[event] : number;
    _Atomic uint8_t *memo = &b->prop_memo[cond->cmp_index][slot];
    uint8_t known = atomic_load_explicit(memo, memory_order_relaxed);
    if (!known) {
        struct value value;
        bool set = true;
        if (from_name)
            set = type_channel(c, c->type[event], &value);
        else
            value = columns_value(c, number);
        known = cmp_holds(&cond->cmp, set ? &value : NULL) ? 2 : 1;
        atomic_store_explicit(memo, known, memory_order_relaxed);
    }
    return known == 2;
}

static bool cond_memo(const struct bound *b, const struct cond *cond, uint32_t event)
{
    switch (cond->op) {
    case COND_CMP:
        return cmp_memo(b, cond, event);
    case COND_NOT:
        return !cond_memo(b, cond->children[0], event);
    case COND_AND:
        for (unsigned i = 0; i < cond->n_children; i++)
            if (!cond_memo(b, cond->children[i], event))
                return false;
        return true;
    case COND_OR:
        for (unsigned i = 0; i < cond->n_children; i++)
            if (cond_memo(b, cond->children[i], event))
                return true;
        return false;
    }
    return false;
}

bool bound_matches(const struct bound *b, uint32_t matcher, uint32_t event)
{
    uint32_t t = b->columns->type[event];
    enum take take = b->matchers[matcher].take[t];
    if (take != TAKE_IF)
        return take == TAKE_ALWAYS;
    const struct matcher *m = &b->program->matchers[matcher];
    const struct event_type *type = &b->columns->types[t];
    for (unsigned p = 0; p < m->n_pats; p++)
        if (pat_takes(&m->pats[p], type->name, type->direction, type->machine) &&
                cond_memo(b, m->pats[p].cond, event))
            return true;
    return false;
}

bool bound_trait_holds(const struct bound *b, const struct expr *atom, uint32_t value)
{
    enum value_type type = b->program->traits[atom->index].type;
    if (value == VALUE_NONE)
        return cmp_holds_trait(atom->cmp, type, NULL);
    _Atomic uint8_t *memo = &b->trait_memo[atom->cmp_index][value];
    uint8_t known = atomic_load_explicit(memo, memory_order_relaxed);
    if (!known) {
        struct value v = columns_value(b->columns, value);
        known = cmp_holds_trait(atom->cmp, type, &v) ? 2 : 1;
        atomic_store_explicit(memo, known, memory_order_relaxed);
    }
    return known == 2;
}

double bound_prop_number(const struct bound *b, uint32_t prop_index, uint32_t event)
{
    uint32_t number = prop_value(b, prop_index, event);
    double value = 0;
    if (number == VALUE_NONE)
        return 0;
    struct value v = columns_value(b->columns, number);
    return value_number(&v, &value) ? value : 0;
}
