#include "app/event/tail.h"

#include "app/event/log_private.h"
#include "app/event/roles.h"
#include "base/map.h"
#include "base/vec.h"
#include "replay/build.h"
#include "replay/merge.h"

#include <stdlib.h>

// What a builder id of the tail stands for.
struct meaning {
    bool contact;    // a contact of the base, else an identifier
    uint32_t number; // index in the base's columns, or number of the identifier
};

struct join {
    uint32_t anonymous, user; // identifiers
};

struct tailing {
    struct log *log;
    const struct cache_contents *base;
    struct builder *builder;
    struct arena *arena; // of one row
    bool keys_wanted;
    bool impossible;
    uint32_t n_ids;
    uint8_t *role;                // [n_ids] the base's, then the tail's added
    VEC(struct meaning) meanings; // by builder id
    VEC(struct join) joins;
    VEC(struct key) keys;
    int64_t serves_from, latest;
};

static uint32_t number_of(struct tailing *t, bool contact, uint32_t number)
{
    char key[1 + sizeof number] = {contact ? 'c' : 'i'};
    memcpy(key + 1, &number, sizeof number);
    uint32_t id = builder_id(t->builder, (struct str){key, sizeof key});
    if (id == t->meanings.n)
        vec_push(&t->meanings, (struct meaning){contact, number});
    return id;
}

// The tail's contact of an identifier, or NO_INDEX.
static uint32_t tail_contact(const struct tailing *t, uint32_t id)
{
    char key[1 + sizeof id] = {'i'};
    memcpy(key + 1, &id, sizeof id);
    return builder_contact(t->builder, (struct str){key, sizeof key});
}

static uint32_t base_contact(const struct tailing *t, uint32_t id)
{
    return id < t->base->n_ids ? t->base->member[id] : NO_INDEX;
}

static uint8_t base_role(const struct tailing *t, uint32_t id)
{
    return id < t->base->n_ids ? t->base->role[id] : 0;
}

static void later(int64_t *at, int64_t time)
{
    *at = time > *at ? time : *at;
}

// Whether an alias of the base made the identifier a part of another one's contact.
static bool aliased_away(const struct tailing *t, uint32_t id)
{
    uint32_t contact = base_contact(t, id);
    return (base_role(t, id) & ROLE_ALIASED) && contact != NO_INDEX && t->base->columns.owner[contact] != id;
}

// Whether the anonymousId is the base's business: there it was seen together with a userId, and so it belongs
// to that one's contact for ever.
// before: its roles until now.
static bool note_anonymous(struct tailing *t, const struct log_row *row, uint32_t id, uint8_t before)
{
    if ((base_role(t, id) & ROLE_PAIRED) || aliased_away(t, id)) {
        // A late message of its own, perhaps from before they were seen together, makes that moment matter.
        if (!row->user && row->time < t->base->latest)
            later(&t->serves_from, t->base->latest);
        return true;
    }
    if (row->user && !(before & ROLE_PAIRED)) {
        later(&t->serves_from, row->time);
        if (row->user != id)
            vec_push(&t->joins, (struct join){id, (uint32_t)row->user});
    }
    return false;
}

static void note_roles(struct tailing *t, const struct log_row *row)
{
    struct roles_event e = {.user = (uint32_t)row->user,
            .anonymous = (uint32_t)row->anonymous,
            .user_placed = base_contact(t, (uint32_t)row->user) != NO_INDEX,
            .anonymous_placed = base_contact(t, (uint32_t)row->anonymous) != NO_INDEX};
    t->impossible |= !roles_note(t->role, &e);
}

static bool ids_known(struct tailing *t, const struct log_row *row, struct err *err)
{
    return (row->user < t->n_ids && row->anonymous < t->n_ids) ||
           err_set(err, ERR_CORRUPT, "the database is damaged: event %lld has no contact",
                   (long long)row->id);
}

static bool take_payload(struct tailing *t, const struct log_row *row, struct payload *ret, struct err *err)
{
    struct message m;
    struct err reason;
    arena_reset(t->arena);
    if (!message_of_row(t->arena, row, &m, &reason))
        return err_set(err, ERR_CORRUPT, "the database is damaged: event %lld: %s", (long long)row->id,
                reason.message);
    *ret = (struct payload){m.props, m.traits, m.n_props, m.n_traits, m.fact, m.answer, m.amount};
    return true;
}

static bool take_row(void *ctx, const struct log_row *row, struct err *err)
{
    struct tailing *t = ctx;
    uint32_t user = NO_INDEX, anonymous = NO_INDEX;
    struct payload payload;
    uint8_t before = 0;
    // Of a row that the base does not have it hides nothing else.
    if (row->undo && row->import < 0 && -row->import > (int64_t)t->base->last)
        return true;
    if (row->undo || row->kind != MESSAGE_EVENT)
        t->impossible = true;
    if (!t->impossible && !ids_known(t, row, err))
        return false;
    if (!t->impossible) {
        before = t->role[row->anonymous];
        note_roles(t, row);
    }
    if (t->impossible)
        return err_set(err, ERR_NONE, "a merge is not enough");
    if (row->user)
        user = number_of(t, false, (uint32_t)row->user);
    if (row->anonymous) {
        uint32_t id = (uint32_t)row->anonymous;
        if (!note_anonymous(t, row, id, before))
            anonymous = number_of(t, false, id);
        else if (!row->user)
            user = number_of(t, true, base_contact(t, id));
    }
    later(&t->latest, row->time);
    if (t->keys_wanted && row->message.n)
        vec_push(&t->keys, (struct key){hash64(row->message), (uint32_t)row->id});
    if (row->body.n && !take_payload(t, row, &payload, err))
        return false;
    builder_event(t->builder, (uint32_t)row->id, user, anonymous, row->time,
            builder_type(t->builder, row->type), row->body.n ? &payload : NULL);
    return true;
}

static bool name_of(struct tailing *t, struct arena *arena, uint32_t id, struct str *ret, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_query(t->log->store, "SELECT name FROM contact WHERE id = $1", &query, err))
        return false;
    query_bind_int(query, 1, id);
    bool ok = query_step(query, &row, err);
    if (ok)
        *ret = row ? arena_str(arena, query_text(query, 0)) : STR_NONE;
    query_end(query);
    return ok;
}

static void fill_member(const struct tailing *t, const uint32_t *place, uint32_t *member)
{
    const struct cache_contents *base = t->base;
    for (uint32_t id = 0; id < t->n_ids; id++) {
        uint32_t contact = base_contact(t, id);
        member[id] = contact == NO_INDEX ? NO_INDEX : place[contact];
    }
    for (size_t i = 0; i < t->meanings.n; i++) {
        uint32_t contact = t->meanings.v[i].contact ? NO_INDEX : tail_contact(t, t->meanings.v[i].number);
        if (contact != NO_INDEX)
            member[t->meanings.v[i].number] = place[base->columns.n_contacts + contact];
    }
}

// Where the tail's contacts go, and which of the base's are absorbed.
static bool assign(
        struct tailing *t, struct arena *arena, const struct columns *tail, struct merge *m, struct err *err)
{
    uint32_t *to = ARENA_ARRAY(arena, uint32_t, (size_t)tail->n_contacts + 1);
    uint32_t *owners = ARENA_ARRAY(arena, uint32_t, (size_t)tail->n_contacts + 1);
    struct str *names = ARENA_ARRAY(arena, struct str, (size_t)tail->n_contacts + 1);
    struct absorbed *absorbed = ARENA_ARRAY(arena, struct absorbed, t->joins.n + 1);
    *m = (struct merge){&t->base->columns, tail, to, owners, names, absorbed, 0};
    for (uint32_t i = 0; i < tail->n_contacts; i++) {
        struct meaning who = t->meanings.v[tail->owner[i]];
        to[i] = who.contact ? who.number : base_contact(t, who.number);
        owners[i] = who.number;
        if (to[i] == NO_INDEX && !name_of(t, arena, who.number, &names[i], err))
            return false;
    }
    for (size_t i = 0; i < t->joins.n; i++) {
        uint32_t contact = base_contact(t, t->joins.v[i].anonymous);
        if (contact != NO_INDEX)
            absorbed[m->n_absorbed++] = (struct absorbed){contact, tail_contact(t, t->joins.v[i].user)};
    }
    return true;
}

static void finish_keys(struct tailing *t, struct tail *tail)
{
    struct message_keys base = {t->base->n_messages, t->base->message_hash, t->base->message_row};
    keys_merge(&base, t->keys.v, t->keys.n, &tail->hashes, &tail->rows);
    tail->contents.n_messages = base.n + t->keys.n;
    tail->contents.message_hash = tail->hashes;
    tail->contents.message_row = tail->rows;
}

static bool finish(struct tailing *t, struct tail *ret, struct err *err)
{
    struct columns *tail, *merged;
    struct arena *arena = arena_new();
    struct merge m;
    if (!builder_finish(t->builder, INT64_MAX, &tail, err)) {
        arena_free(arena);
        return false;
    }
    uint32_t *place =
            arena_alloc(arena, ((size_t)t->base->columns.n_contacts + tail->n_contacts) * sizeof *place);
    bool ok = assign(t, arena, tail, &m, err) && columns_merge(&m, &merged, place, err);
    if (ok) {
        ret->columns = merged;
        ret->member = mem_alloc(t->n_ids * sizeof *ret->member);
        fill_member(t, place, ret->member);
        ret->role = t->role;
        t->role = NULL;
        ret->contents = (struct cache_contents){
                .serves_from = t->base->aliases ? t->latest : t->serves_from, // as feed.c has it
                .latest = t->latest,
                .aliases = t->base->aliases,
                .columns = *merged,
                .n_ids = t->n_ids,
                .member = ret->member,
                .role = ret->role,
        };
        if (t->keys_wanted)
            finish_keys(t, ret);
    }
    columns_free(tail);
    arena_free(arena);
    return ok;
}

static bool run(struct tailing *t, int64_t last, struct tail *ret, bool *ret_done, struct err *err)
{
    int64_t highest;
    struct err why = {0};
    if (!store_number(t->log->store, "SELECT max(id) FROM contact", 0, &highest, err))
        return false;
    t->n_ids = (uint32_t)highest + 1;
    t->n_ids = t->n_ids < t->base->n_ids ? t->base->n_ids : t->n_ids;
    t->role = mem_zero(t->n_ids, 1);
    if (t->base->n_ids)
        memcpy(t->role, t->base->role, t->base->n_ids);
    if (!log_scan(t->log, (int64_t)t->base->last, last, false, take_row, t, &why)) {
        if (!t->impossible && err)
            *err = why;
        *ret_done = false;
        return t->impossible;
    }
    *ret_done = true;
    return finish(t, ret, err);
}

bool tail_merge(struct log *log, const struct cache_contents *base, int64_t last, bool keys, struct tail *ret,
        bool *ret_done, struct err *err)
{
    *ret_done = false;
    struct tailing t = {.log = log,
            .base = base,
            .builder = builder_new(),
            .arena = arena_new(),
            .keys_wanted = keys,
            .serves_from = base->serves_from,
            .latest = base->latest};
    struct tail tail = {0};
    bool ok = run(&t, last, &tail, ret_done, err);
    if (ok && *ret_done)
        *ret = tail;
    builder_free(t.builder);
    arena_free(t.arena);
    free(t.role);
    vec_free(&t.meanings);
    vec_free(&t.joins);
    vec_free(&t.keys);
    return ok;
}

void tail_free(struct tail *tail)
{
    columns_free(tail->columns);
    free(tail->member);
    free(tail->role);
    free(tail->hashes);
    free(tail->rows);
    *tail = (struct tail){0};
}
