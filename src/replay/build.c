// Takes messages in log order and keeps them compactly; finish.c makes columns of them.
#include "replay/builder.h"

#include <assert.h>

struct builder *builder_new(void)
{
    struct builder *b = mem_zero(1, sizeof *b);
    b->ids = map_new();
    b->types = map_new();
    b->props = map_new();
    b->traits = map_new();
    b->facts = map_new();
    b->values = map_new();
    return b;
}

void builder_free(struct builder *b)
{
    if (!b)
        return;
    map_free(b->ids);
    map_free(b->types);
    map_free(b->props);
    map_free(b->traits);
    map_free(b->facts);
    map_free(b->values);
    vec_free(&b->type_list);
    vec_free(&b->rows);
    vec_free(&b->cells);
    vec_free(&b->aliases);
    vec_free(&b->unaliases);
    buf_free(&b->scratch);
    identity_free(&b->who);
    free(b->contacts);
    free(b);
}

uint32_t builder_id(struct builder *b, struct str id)
{
    return map_intern(b->ids, id);
}

uint32_t builder_type(struct builder *b, const struct event_type *type)
{
    struct buf *key = &b->scratch;
    key->n = 0;
    buf_char(key, (char)type->kind);
    buf_char(key, (char)type->direction);
    buf_char(key, (char)type->machine);
    buf_put(key, type->name);
    uint32_t number = map_intern(b->types, buf_str(key));
    if (number == b->type_list.n) {
        struct str kept = map_key(b->types, number);
        vec_push(&b->type_list, *type);
        b->type_list.v[number].name = str_sub(kept, 3, kept.n);
    }
    return number;
}

static uint32_t put_value(struct builder *b, const struct value *value)
{
    struct buf *key = &b->scratch;
    key->n = 0;
    buf_char(key, (char)value->kind);
    if (value->kind != JSON_ARRAY && value->kind != JSON_OBJECT)
        buf_put(key, value->text);
    return map_intern(b->values, buf_str(key));
}

static void put_cell(
        struct builder *b, enum cell_kind kind, enum answer answer, uint32_t column, uint32_t value)
{
    if (column > CELL_COLUMN)
        b->limit = "over 268 million different properties";
    vec_push(&b->cells, (uint32_t)kind << 30 | (uint32_t)answer << 28 | (column & CELL_COLUMN));
    vec_push(&b->cells, value);
}

// Whether there is anything in it. Null says no more of a property than its absence, but unsets a trait.
static bool put_payload(struct builder *b, const struct payload *p)
{
    size_t start = b->cells.n;
    vec_push(&b->cells, 0);
    for (unsigned i = 0; i < p->n_props; i++)
        if (p->props[i].value.kind != JSON_NULL)
            put_cell(
                    b, CELL_PROP, 0, map_intern(b->props, p->props[i].key), put_value(b, &p->props[i].value));
    for (unsigned i = 0; i < p->n_traits; i++)
        put_cell(
                b, CELL_TRAIT, 0, map_intern(b->traits, p->traits[i].key), put_value(b, &p->traits[i].value));
    if (p->fact.n)
        put_cell(b, CELL_FACT, p->answer, map_intern(b->facts, p->fact),
                p->amount.kind == JSON_NULL ? VALUE_NONE : put_value(b, &p->amount));
    size_t cells = (b->cells.n - start) / 2;
    if (!cells) {
        b->cells.n = start;
        return false;
    }
    b->cells.v[start] = (uint32_t)cells;
    return true;
}

// Positions only ever ascend: a mistake here would put events out of order without a word.
static void advance(struct builder *b, uint32_t log)
{
    assert(log >= b->last_log && log != NO_INDEX);
    b->last_log = log;
}

void builder_event(struct builder *b, uint32_t log, uint32_t user, uint32_t anonymous, int64_t time,
        uint32_t type, const struct payload *payload)
{
    assert(user != NO_INDEX || anonymous != NO_INDEX);
    advance(b, log);
    if (type > UINT16_MAX - 1)
        b->limit = "over 65535 types of event";
    if (b->rows.n >= UINT32_MAX - 1)
        b->limit = "over 4 billion events";
    if (b->cells.n >= UINT32_MAX - (1u << 28))
        b->limit = "over 2 billion properties";
    if (b->limit)
        return;
    bool cells = payload && put_payload(b, payload);
    vec_push(&b->rows, (struct row){time, log, user, anonymous, (uint16_t)type, cells});
}

void builder_alias(
        struct builder *b, uint32_t log, uint32_t previous, uint32_t user, int64_t time, uint64_t message)
{
    advance(b, log);
    vec_push(&b->aliases, (struct alias){time, message, log, previous, user});
}

void builder_unalias(struct builder *b, uint64_t message)
{
    vec_push(&b->unaliases, message);
}

static uint32_t id_number(struct builder *b, struct str id)
{
    return id.n ? map_intern(b->ids, id) : NO_INDEX;
}

void builder_message(struct builder *b, uint32_t log, const struct message *m)
{
    uint64_t message = m->message_id.n ? hash64(m->message_id) : 0;
    switch (m->kind) {
    case MESSAGE_ALIAS:
        builder_alias(b, log, id_number(b, m->previous_id), id_number(b, m->user_id), m->time, message);
        return;
    case MESSAGE_UNALIAS:
        builder_unalias(b, message);
        return;
    case MESSAGE_EVENT:
        builder_event(b, log, id_number(b, m->user_id), id_number(b, m->anonymous_id), m->time,
                builder_type(b, &m->type),
                &(struct payload){
                        m->props, m->traits, m->n_props, m->n_traits, m->fact, m->answer, m->amount});
        return;
    }
}

uint32_t builder_contact(const struct builder *b, struct str id)
{
    uint32_t number = map_get(b->ids, id);
    if (number >= b->who.n) // MAP_NONE, or younger than the columns
        return NO_INDEX;
    bool user = b->who.first[number] != NO_INDEX;
    return b->contacts[identity_of(&b->who, user ? number : NO_INDEX, number)];
}
