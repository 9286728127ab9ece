// Histories in columns: events grouped by contact, within a contact by (time, position in the log). Immutable
// once built; either on the heap (build.h) or mapped from the cache file (cache.h). Any number of threads may
// read.
#ifndef SLUICE_REPLAY_COLUMNS_H
#define SLUICE_REPLAY_COLUMNS_H

#include "rules/program.h"

enum event_kind { EVENT_TRACK, EVENT_IDENTIFY, EVENT_GROUP }; // page and screen are TRACK

// Everything about an event that is the same for very many: name, direction, machine flag.
struct event_type {
    enum event_kind kind;
    enum direction direction;
    bool machine;
    struct str name; // canonical; empty for IDENTIFY and GROUP
};

// A sparse column: entry i belongs to event ev[i] (index into time[]), ascending; at most one entry an event.
struct sparse {
    struct str key; // property: exact; trait: folded to snake_case
    uint32_t n;
    const uint32_t *ev;
    const uint32_t *val; // number of the value: columns_value()
};

// What fact.recorded events say of one fact; only those that record or withdraw something.
struct fact_column {
    struct str name;
    uint32_t n;
    const uint32_t *ev;
    const uint8_t *answer;  // enum answer: YES, NO, or UNKNOWN for a withdrawal
    const uint32_t *amount; // number of the value, VALUE_NONE for none
};

#define VALUE_NONE UINT32_MAX

struct columns {
    uint32_t n_events, n_contacts;
    int64_t epoch;            // time[e] counts seconds from here (1970-based seconds)
    const uint32_t *time;     // [n_events]
    const uint16_t *type;     // [n_events] into types
    const uint32_t *log;      // [n_events] position in the log: line number (files) or event id (store)
    const uint32_t *off;      // [n_contacts + 1] first event of a contact
    const uint64_t *presence; // [n_contacts] bit presence_bit(type) is set if the contact has such an event
    const uint32_t *owner;    // [n_contacts] whose history it is: id number (files) or contact id (store)
    uint32_t n_types, n_props, n_traits, n_facts;
    const struct event_type *types;
    const struct sparse *props;  // properties, and those of context_key.h
    const struct sparse *traits; // what identify and group set
    const struct fact_column *facts;
    // Values: distinct (kind, text) pairs. Arrays and objects have no text: no comparison can read it.
    uint32_t n_values;
    const uint64_t *value_off; // [n_values + 1] into value_heap; the first byte there is enum json_kind, the
                               // rest the text
    const char *value_heap;
    // Contact names: what output calls them.
    const uint64_t *name_off; // [n_contacts + 1] into name_heap
    const char *name_heap;
    // Whoever made the columns: columns_free() calls release, which frees everything, c itself included.
    // NULL: nothing to free.
    void (*release)(struct columns *c);
    void *owner_data;
};

static inline unsigned presence_bit(uint32_t type)
{
    return type < 63 ? type : 63;
}

static inline struct str columns_name(const struct columns *c, uint32_t contact)
{
    return (struct str){
            c->name_heap + c->name_off[contact], (size_t)(c->name_off[contact + 1] - c->name_off[contact])};
}

static inline struct value columns_value(const struct columns *c, uint32_t number)
{
    const char *p = c->value_heap + c->value_off[number];
    return (struct value){
            (enum json_kind)p[0], {p + 1, (size_t)(c->value_off[number + 1] - c->value_off[number] - 1)}};
}

// Column by key, or NULL. A trait whose name is not in snake_case is found by its folded key, as messages
// are.
const struct sparse *columns_prop(const struct columns *c, struct str key);
const struct sparse *columns_trait(const struct columns *c, struct str key);
const struct fact_column *columns_fact(const struct columns *c, struct str name);
// First entry with ev >= event, by binary search: index into the sparse arrays, n if none.
uint32_t sparse_at(const uint32_t *ev, uint32_t n, uint32_t event);
// The value number of a property of one event by the language's rules (`value` else `revenue`; `channel` is
// NOT handled here: it falls back to the name), VALUE_NONE if not set.
uint32_t columns_event_prop(const struct columns *c, uint32_t event, struct str key);

// The base's contacts from … to as columns of their own; they borrow everything.
static inline struct columns columns_view(const struct columns *c, uint32_t from, uint32_t to)
{
    struct columns view = *c;
    view.n_contacts = to - from;
    view.off += from;
    view.presence += from;
    view.owner += from;
    view.name_off += from;
    view.release = NULL;
    return view;
}

void columns_free(struct columns *c); // of build.h or cache.h; NULL is fine

#endif
