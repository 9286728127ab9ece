#include "replay/columns.h"

#include "replay/context_key.h"
#include "replay/message.h"

static const struct sparse *find(const struct sparse *columns, uint32_t n, struct str key)
{
    for (uint32_t i = 0; i < n; i++)
        if (str_eq(columns[i].key, key))
            return &columns[i];
    return NULL;
}

const struct sparse *columns_prop(const struct columns *c, struct str key)
{
    return find(c->props, c->n_props, key);
}

const struct sparse *columns_trait(const struct columns *c, struct str key)
{
    const struct sparse *column = find(c->traits, c->n_traits, key);
    if (column)
        return column;
    struct arena *arena = arena_new();
    column = find(c->traits, c->n_traits, trait_key(arena, key));
    arena_free(arena);
    return column;
}

const struct fact_column *columns_fact(const struct columns *c, struct str name)
{
    for (uint32_t i = 0; i < c->n_facts; i++)
        if (str_eq(c->facts[i].name, name))
            return &c->facts[i];
    return NULL;
}

uint32_t sparse_at(const uint32_t *ev, uint32_t n, uint32_t event)
{
    uint32_t from = 0, to = n;
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (ev[middle] < event)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

// The event's value in a column; null counts as none.
static uint32_t value_in(const struct columns *c, const struct sparse *column, uint32_t event)
{
    if (!column)
        return VALUE_NONE;
    uint32_t at = sparse_at(column->ev, column->n, event);
    if (at == column->n || column->ev[at] != event || columns_value(c, column->val[at]).kind == JSON_NULL)
        return VALUE_NONE;
    return column->val[at];
}

uint32_t columns_event_prop(const struct columns *c, uint32_t event, struct str key)
{
    static const struct {
        struct str key, other;
    } FALLBACK[] = {{{"value", 5}, {"revenue", 7}}, {{"source", 6}, CONTEXT_SOURCE},
            {{"campaign", 8}, CONTEXT_CAMPAIGN}};
    uint32_t value = value_in(c, columns_prop(c, key), event);
    for (size_t i = 0; value == VALUE_NONE && i < sizeof FALLBACK / sizeof *FALLBACK; i++)
        if (str_eq(key, FALLBACK[i].key))
            value = value_in(c, columns_prop(c, FALLBACK[i].other), event);
    return value;
}

void columns_free(struct columns *c)
{
    if (c && c->release)
        c->release(c);
}
