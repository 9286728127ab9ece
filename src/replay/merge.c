#include "replay/merge.h"

#include "base/arena.h"
#include "base/datetime.h"
#include "base/map.h"
#include "base/vec.h"

#include <assert.h>
#include <stdlib.h>

// Events of the base that stand side by side in the result, too.
struct stretch {
    uint32_t from, end, at; // of the base; at: in the result
};

// What a contact of the result gets besides its own events of the base.
struct extra {
    uint32_t contact; // of the result
    uint32_t from, end;
    bool tail; // events of the tail, else of an absorbed contact of the base
};

struct merge_place {
    uint64_t order[2]; // time, log
    uint32_t event;
    bool tail;
};

struct moved {
    uint32_t from, to; // event of the base, of the result
};

struct work {
    const struct merge *m;
    const struct columns *base, *tail;
    struct columns *c;
    struct arena *arena;
    uint64_t base_shift, tail_shift; // what is added to a time
    VEC(struct extra) extras;        // by contact
    VEC(struct stretch) stretches;   // ascending
    VEC(struct moved) moved;         // ascending by `from` after sorting
    VEC(struct merge_place) places;  // of one contact
    bool *gone;                      // [base contacts] absorbed
    uint32_t *tail_to;               // [tail events] event of the result
    uint32_t *type_to, *value_to;    // [tail types, tail values] of the result
    uint32_t *time, *log, *off;
    uint16_t *type;
    uint64_t *presence;
    uint32_t n; // events so far
};

static void release(struct columns *c)
{
    arena_free(c->owner_data); // c lies in it
}

// Where every contact goes; *ret_n: contacts of the result.
static void place_contacts(struct work *w, uint32_t *place, uint32_t *ret_n)
{
    const struct merge *m = w->m;
    uint32_t n_base = m->base->n_contacts, n = 0;
    w->gone = mem_zero(n_base, sizeof *w->gone);
    for (size_t i = 0; i < m->n_absorbed; i++)
        w->gone[m->absorbed[i].contact] = true;
    for (uint32_t b = 0; b < n_base; b++)
        place[b] = w->gone[b] ? NO_INDEX : n++;
    for (uint32_t t = 0; t < m->tail->n_contacts; t++)
        place[n_base + t] = m->to[t] == NO_INDEX ? n++ : place[m->to[t]];
    for (size_t i = 0; i < m->n_absorbed; i++)
        place[m->absorbed[i].contact] = place[n_base + m->absorbed[i].tail];
    *ret_n = n;
}

static int by_contact(const void *a, const void *b)
{
    const struct extra *x = a, *y = b;
    return (x->contact > y->contact) - (x->contact < y->contact);
}

static void gather_extras(struct work *w, const uint32_t *place)
{
    const struct merge *m = w->m;
    for (uint32_t t = 0; t < w->tail->n_contacts; t++)
        vec_push(&w->extras,
                (struct extra){place[w->base->n_contacts + t], w->tail->off[t], w->tail->off[t + 1], true});
    for (size_t i = 0; i < m->n_absorbed; i++) {
        uint32_t b = m->absorbed[i].contact;
        vec_push(&w->extras, (struct extra){place[b], w->base->off[b], w->base->off[b + 1], false});
    }
    if (w->extras.n)
        qsort(w->extras.v, w->extras.n, sizeof *w->extras.v, by_contact);
}

static bool settle_times(struct work *w, struct err *err)
{
    int64_t first = INT64_MAX, last = INT64_MIN;
    const struct columns *both[] = {w->base, w->tail};
    for (int i = 0; i < 2; i++)
        for (uint32_t k = 0; k < both[i]->n_contacts; k++) {
            const struct columns *c = both[i];
            int64_t from = c->epoch + c->time[c->off[k]], to = c->epoch + c->time[c->off[k + 1] - 1];
            first = from < first ? from : first;
            last = to > last ? to : last;
        }
    if (first > last)
        first = last = 0;
    if ((uint64_t)last - (uint64_t)first > UINT32_MAX) {
        char from[DATETIME_SIZE], to[DATETIME_SIZE];
        return err_set(err, ERR_LIMIT, "the history spans more than 136 years, from %.*s to %.*s",
                STR_ARG(datetime_format(first, from)), STR_ARG(datetime_format(last, to)));
    }
    w->c->epoch = first;
    w->base_shift = (uint64_t)w->base->epoch - (uint64_t)first;
    w->tail_shift = (uint64_t)w->tail->epoch - (uint64_t)first;
    return true;
}

static struct str type_key(const struct event_type *t, struct buf *buf)
{
    buf->n = 0;
    buf_char(buf, (char)t->kind);
    buf_char(buf, (char)t->direction);
    buf_char(buf, (char)t->machine);
    buf_put(buf, t->name);
    return buf_str(buf);
}

static bool merge_types(struct work *w, struct err *err)
{
    struct map *known = map_new();
    struct buf key = {0};
    uint32_t n_base = w->base->n_types;
    struct event_type *types =
            ARENA_ARRAY(w->arena, struct event_type, (size_t)n_base + w->tail->n_types + 1);
    w->type_to = mem_alloc(w->tail->n_types * sizeof *w->type_to);
    for (uint32_t i = 0; i < n_base; i++) {
        types[i] = w->base->types[i];
        map_intern(known, type_key(&types[i], &key));
    }
    for (uint32_t i = 0; i < w->tail->n_types; i++) {
        w->type_to[i] = map_intern(known, type_key(&w->tail->types[i], &key));
        types[w->type_to[i]] = w->tail->types[i];
    }
    w->c->n_types = map_count(known);
    w->c->types = types;
    map_free(known);
    buf_free(&key);
    for (uint32_t i = 0; i < w->c->n_types; i++)
        types[i].name = arena_str(w->arena, types[i].name);
    return w->c->n_types < UINT16_MAX ||
           err_set(err, ERR_LIMIT, "the history is too large: over 65535 types of event");
}

static struct str value_bytes(const struct columns *c, uint32_t i)
{
    return (struct str){c->value_heap + c->value_off[i], (size_t)(c->value_off[i + 1] - c->value_off[i])};
}

// The tail has few values, the base perhaps millions: those of the tail are looked for while passing over it.
static void merge_values(struct work *w)
{
    const struct columns *base = w->base, *tail = w->tail;
    struct map *wanted = map_new();
    w->value_to = mem_alloc(((size_t)tail->n_values + 1) * sizeof *w->value_to);
    for (uint32_t i = 0; i < tail->n_values; i++) {
        map_intern(wanted, value_bytes(tail, i));
        w->value_to[i] = NO_INDEX;
    }
    for (uint32_t i = 0; tail->n_values && i < base->n_values; i++) {
        uint32_t found = map_get(wanted, value_bytes(base, i));
        if (found != MAP_NONE)
            w->value_to[found] = i;
    }
    map_free(wanted);
    uint64_t n_base = base->n_values ? base->value_off[base->n_values] : 0, bytes = n_base;
    uint32_t n = base->n_values;
    for (uint32_t i = 0; i < tail->n_values; i++)
        if (w->value_to[i] == NO_INDEX)
            bytes += value_bytes(tail, i).n;
    uint64_t *off = ARENA_ARRAY(w->arena, uint64_t, (size_t)base->n_values + tail->n_values + 1);
    char *heap = arena_alloc(w->arena, bytes + 1);
    if (n) {
        memcpy(off, base->value_off, ((size_t)n + 1) * sizeof *off);
        memcpy(heap, base->value_heap, n_base);
    }
    for (uint32_t i = 0; i < tail->n_values; i++) {
        if (w->value_to[i] != NO_INDEX)
            continue;
        struct str value = value_bytes(tail, i);
        memcpy(heap + off[n], value.p, value.n);
        w->value_to[i] = n;
        off[n + 1] = off[n] + value.n;
        n++;
    }
    w->c->n_values = n;
    w->c->value_off = off;
    w->c->value_heap = heap;
}

static void allocate(struct work *w)
{
    size_t n = (size_t)w->base->n_events + w->tail->n_events, contacts = w->c->n_contacts;
    w->time = arena_alloc(w->arena, (n + 1) * sizeof *w->time);
    w->log = arena_alloc(w->arena, (n + 1) * sizeof *w->log);
    w->type = arena_alloc(w->arena, (n + 1) * sizeof *w->type);
    w->off = ARENA_ARRAY(w->arena, uint32_t, contacts + 1);
    w->presence = ARENA_ARRAY(w->arena, uint64_t, contacts + 1);
    w->tail_to = mem_alloc(((size_t)w->tail->n_events + 1) * sizeof *w->tail_to);
}

// A run of the base as it is.
static void copy_run(struct work *w, uint32_t from, uint32_t end)
{
    const struct columns *base = w->base;
    uint32_t n = end - from;
    if (!n)
        return;
    if (w->base_shift)
        for (uint32_t i = 0; i < n; i++)
            w->time[w->n + i] = (uint32_t)(base->time[from + i] + w->base_shift);
    else
        memcpy(w->time + w->n, base->time + from, n * sizeof *w->time);
    memcpy(w->log + w->n, base->log + from, n * sizeof *w->log);
    memcpy(w->type + w->n, base->type + from, n * sizeof *w->type);
    struct stretch *last = w->stretches.n ? &w->stretches.v[w->stretches.n - 1] : NULL;
    if (last && last->end == from && last->at + (last->end - last->from) == w->n)
        last->end = end;
    else
        vec_push(&w->stretches, (struct stretch){from, end, w->n});
    w->n += n;
}

static struct merge_place place_of(const struct work *w, uint32_t event, bool tail)
{
    const struct columns *c = tail ? w->tail : w->base;
    return (struct merge_place){
            {c->time[event] + (tail ? w->tail_shift : w->base_shift), c->log[event]}, event, tail};
}

static int by_order(const void *a, const void *b)
{
    const struct merge_place *x = a, *y = b;
    if (x->order[0] != y->order[0])
        return x->order[0] < y->order[0] ? -1 : 1;
    return (x->order[1] > y->order[1]) - (x->order[1] < y->order[1]);
}

static void put_place(struct work *w, const struct merge_place *p, uint64_t *presence)
{
    uint32_t type = p->tail ? w->type_to[w->tail->type[p->event]] : w->base->type[p->event];
    w->time[w->n] = (uint32_t)p->order[0];
    w->log[w->n] = (uint32_t)p->order[1];
    w->type[w->n] = (uint16_t)type;
    *presence |= 1ull << presence_bit(type);
    if (p->tail)
        w->tail_to[p->event] = w->n;
    else
        vec_push(&w->moved, (struct moved){p->event, w->n});
    w->n++;
}

// A contact that gets more: what comes behind all it has is put there, else everything is sorted.
static void put_contact(
        struct work *w, uint32_t from, uint32_t end, const struct extra *extras, size_t n, uint64_t *presence)
{
    bool behind = true;
    w->places.n = 0;
    for (size_t i = 0; i < n; i++)
        for (uint32_t e = extras[i].from; e < extras[i].end; e++)
            vec_push(&w->places, place_of(w, e, extras[i].tail));
    if (from < end) {
        struct merge_place last = place_of(w, end - 1, false);
        for (size_t i = 0; i < w->places.n; i++)
            behind = behind && by_order(&last, &w->places.v[i]) < 0;
    }
    if (behind)
        copy_run(w, from, end);
    else
        for (uint32_t e = from; e < end; e++)
            vec_push(&w->places, place_of(w, e, false));
    if (w->places.n)
        qsort(w->places.v, w->places.n, sizeof *w->places.v, by_order);
    for (size_t i = 0; i < w->places.n; i++)
        put_place(w, &w->places.v[i], presence);
}

static void put_events(struct work *w)
{
    const struct columns *base = w->base;
    size_t at = 0;
    uint32_t next = 0; // contact of the result
    for (uint32_t b = 0; b < base->n_contacts; b++) {
        if (w->gone[b]) // it comes with where it goes
            continue;
        size_t first = at;
        while (at < w->extras.n && w->extras.v[at].contact == next)
            at++;
        w->presence[next] = base->presence[b];
        if (first == at)
            copy_run(w, base->off[b], base->off[b + 1]);
        else
            put_contact(
                    w, base->off[b], base->off[b + 1], w->extras.v + first, at - first, &w->presence[next]);
        w->off[++next] = w->n;
    }
    while (at < w->extras.n) {
        size_t first = at;
        while (at < w->extras.n && w->extras.v[at].contact == next)
            at++;
        assert(at > first);
        put_contact(w, 0, 0, w->extras.v + first, at - first, &w->presence[next]);
        w->off[++next] = w->n;
    }
    assert(next == w->c->n_contacts);
    w->c->n_events = w->n;
    w->c->time = w->time;
    w->c->log = w->log;
    w->c->type = w->type;
    w->c->off = w->off;
    w->c->presence = w->presence;
}

static void put_names(struct work *w)
{
    const struct merge *m = w->m;
    const struct columns *base = w->base;
    size_t contacts = w->c->n_contacts;
    uint32_t *owner = ARENA_ARRAY(w->arena, uint32_t, contacts + 1);
    struct str *names = mem_zero(contacts + 1, sizeof *names);
    uint32_t next = 0;
    uint64_t bytes = 0;
    for (uint32_t b = 0; b < base->n_contacts; b++)
        if (!w->gone[b]) {
            owner[next] = base->owner[b];
            names[next++] = columns_name(base, b);
        }
    for (uint32_t t = 0; t < w->tail->n_contacts; t++)
        if (m->to[t] == NO_INDEX) {
            owner[next] = m->owners[t];
            names[next++] = m->names[t];
        }
    uint64_t *off = ARENA_ARRAY(w->arena, uint64_t, contacts + 1);
    for (size_t i = 0; i < contacts; i++)
        off[i + 1] = bytes += names[i].n;
    char *heap = arena_alloc(w->arena, bytes + 1);
    for (size_t i = 0; i < contacts; i++)
        if (names[i].n)
            memcpy(heap + off[i], names[i].p, names[i].n);
    free(names);
    w->c->owner = owner;
    w->c->name_off = off;
    w->c->name_heap = heap;
}

// One column of both, whatever kind it is.
struct column {
    struct str key;
    uint32_t n;
    const uint32_t *ev, *val;
    const uint8_t *answer; // NULL: none
};

struct cell {
    uint32_t ev, val;
    uint8_t answer;
};

static int by_event(const void *a, const void *b)
{
    const struct cell *x = a, *y = b;
    return (x->ev > y->ev) - (x->ev < y->ev);
}

static uint32_t moved_to(const struct work *w, uint32_t event)
{
    size_t from = 0, to = w->moved.n;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (w->moved.v[middle].from < event)
            from = middle + 1;
        else
            to = middle;
    }
    assert(from < w->moved.n && w->moved.v[from].from == event);
    return w->moved.v[from].to;
}

typedef VEC(struct cell) cell_list;

// The cells of the base in stretches stay in order; all others gather in `loose`.
static uint32_t split_cells(const struct work *w, const struct column *base, const struct column *tail,
        uint32_t *ev, uint32_t *val, uint8_t *answer, cell_list *loose)
{
    uint32_t n = 0;
    size_t s = 0;
    for (uint32_t i = 0; i < base->n; i++) {
        uint32_t e = base->ev[i];
        while (s < w->stretches.n && w->stretches.v[s].end <= e)
            s++;
        if (s < w->stretches.n && w->stretches.v[s].from <= e) {
            ev[n] = w->stretches.v[s].at + (e - w->stretches.v[s].from);
            val[n] = base->val[i];
            if (answer)
                answer[n] = base->answer[i];
            n++;
        } else {
            vec_push(loose, (struct cell){moved_to(w, e), base->val[i], answer ? base->answer[i] : 0});
        }
    }
    for (uint32_t i = 0; i < tail->n; i++)
        vec_push(loose, (struct cell){w->tail_to[tail->ev[i]],
                                tail->val[i] == VALUE_NONE ? VALUE_NONE : w->value_to[tail->val[i]],
                                answer ? tail->answer[i] : 0});
    return n;
}

static struct column merge_column(
        const struct work *w, const struct column *base, const struct column *tail, bool fact)
{
    size_t all = (size_t)base->n + tail->n;
    uint32_t *ev = arena_alloc(w->arena, (all + 1) * sizeof *ev);
    uint32_t *val = arena_alloc(w->arena, (all + 1) * sizeof *val);
    uint8_t *answer = fact ? arena_alloc(w->arena, all + 1) : NULL;
    cell_list loose = {0};
    uint32_t kept = split_cells(w, base, tail, ev, val, answer, &loose);
    if (loose.n)
        qsort(loose.v, loose.n, sizeof *loose.v, by_event);
    // From the back, so that nothing that is still needed is written over.
    size_t left = loose.n;
    for (size_t at = all; left; at--) {
        bool from_loose = !kept || loose.v[left - 1].ev > ev[kept - 1];
        ev[at - 1] = from_loose ? loose.v[left - 1].ev : ev[kept - 1];
        val[at - 1] = from_loose ? loose.v[left - 1].val : val[kept - 1];
        if (answer)
            answer[at - 1] = from_loose ? loose.v[left - 1].answer : answer[kept - 1];
        left -= from_loose;
        kept -= !from_loose;
    }
    vec_free(&loose);
    return (struct column){
            arena_str(w->arena, base->n ? base->key : tail->key), (uint32_t)all, ev, val, answer};
}

static struct column as_column(const struct sparse *s)
{
    return s ? (struct column){s->key, s->n, s->ev, s->val, NULL} : (struct column){0};
}

static const struct sparse *same_key(const struct sparse *columns, uint32_t n, struct str key)
{
    for (uint32_t i = 0; i < n; i++)
        if (str_eq(columns[i].key, key))
            return &columns[i];
    return NULL;
}

static const struct sparse *merge_sparse(const struct work *w, const struct sparse *base, uint32_t n_base,
        const struct sparse *tail, uint32_t n_tail, uint32_t *ret_n)
{
    struct sparse *out = ARENA_ARRAY(w->arena, struct sparse, (size_t)n_base + n_tail + 1);
    uint32_t n = 0;
    for (uint32_t i = 0; i < n_base; i++) {
        struct column a = as_column(&base[i]), b = as_column(same_key(tail, n_tail, base[i].key));
        struct column both = merge_column(w, &a, &b, false);
        out[n++] = (struct sparse){both.key, both.n, both.ev, both.val};
    }
    for (uint32_t i = 0; i < n_tail; i++) {
        if (same_key(base, n_base, tail[i].key))
            continue;
        struct column a = {0}, b = as_column(&tail[i]);
        struct column both = merge_column(w, &a, &b, false);
        out[n++] = (struct sparse){both.key, both.n, both.ev, both.val};
    }
    *ret_n = n;
    return out;
}

static struct column fact_as_column(const struct fact_column *f)
{
    return f ? (struct column){f->name, f->n, f->ev, f->amount, f->answer} : (struct column){0};
}

static void merge_facts(struct work *w)
{
    const struct columns *base = w->base, *tail = w->tail;
    struct fact_column *out =
            ARENA_ARRAY(w->arena, struct fact_column, (size_t)base->n_facts + tail->n_facts + 1);
    uint32_t n = 0;
    for (uint32_t i = 0; i < base->n_facts; i++) {
        struct column a = fact_as_column(&base->facts[i]),
                      b = fact_as_column(columns_fact(tail, base->facts[i].name));
        struct column both = merge_column(w, &a, &b, true);
        out[n++] = (struct fact_column){both.key, both.n, both.ev, both.answer, both.val};
    }
    for (uint32_t i = 0; i < tail->n_facts; i++) {
        if (columns_fact(base, tail->facts[i].name))
            continue;
        struct column a = {0}, b = fact_as_column(&tail->facts[i]);
        struct column both = merge_column(w, &a, &b, true);
        out[n++] = (struct fact_column){both.key, both.n, both.ev, both.answer, both.val};
    }
    w->c->facts = out;
    w->c->n_facts = n;
}

static int by_from(const void *a, const void *b)
{
    const struct moved *x = a, *y = b;
    return (x->from > y->from) - (x->from < y->from);
}

static void merge_all(struct work *w, const uint32_t *place)
{
    const struct columns *base = w->base, *tail = w->tail;
    gather_extras(w, place);
    allocate(w);
    merge_values(w);
    put_events(w);
    put_names(w);
    if (w->moved.n)
        qsort(w->moved.v, w->moved.n, sizeof *w->moved.v, by_from);
    w->c->props = merge_sparse(w, base->props, base->n_props, tail->props, tail->n_props, &w->c->n_props);
    w->c->traits =
            merge_sparse(w, base->traits, base->n_traits, tail->traits, tail->n_traits, &w->c->n_traits);
    merge_facts(w);
}

bool columns_merge(const struct merge *m, struct columns **ret, uint32_t *place, struct err *err)
{
    struct arena *arena = arena_new();
    struct work w = {.m = m, .base = m->base, .tail = m->tail, .arena = arena};
    w.c = ARENA_NEW(arena, struct columns);
    w.c->release = release;
    w.c->owner_data = arena;
    bool ok = (uint64_t)w.base->n_events + w.tail->n_events < UINT32_MAX - 1 ||
              err_set(err, ERR_LIMIT, "the history is too large: over 4 billion events");
    ok = ok && settle_times(&w, err) && merge_types(&w, err);
    if (ok) {
        place_contacts(&w, place, &w.c->n_contacts);
        merge_all(&w, place);
        *ret = w.c;
    } else {
        arena_free(arena);
    }
    vec_free(&w.extras);
    vec_free(&w.stretches);
    vec_free(&w.moved);
    vec_free(&w.places);
    free(w.gone);
    free(w.tail_to);
    free(w.type_to);
    free(w.value_to);
    return ok;
}
