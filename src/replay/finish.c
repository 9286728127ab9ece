// Columns from what a builder gathered: identities, a counting sort by contact, a stable one by time within
// it.
#include "base/datetime.h"
#include "replay/builder.h"

#include <sys/mman.h>

// An event on its way: scattered to its contact's place, then sorted there.
struct record {
    uint32_t log, time;
    uint32_t cells; // where its run begins, NO_INDEX: none
    uint32_t type;
};

// A column while it is filled.
struct filling {
    uint32_t n, cap; // cap: entries that may come
    uint32_t *ev, *val;
    uint8_t *answer; // facts only
};

struct finish {
    struct builder *b;
    int64_t at;
    struct arena *arena; // of the columns
    struct columns *c;
    struct record *records;
    uint32_t *owner;            // [rows] id that names a row's contact, NO_INDEX: not seen
    struct filling *filling[3]; // by enum cell_kind
    uint32_t *time, *log, *off;
    uint16_t *type;
    uint64_t *presence;
};

// Asks for large pages under a large array: first touching small ones took a third of the time.
static void *large(void *p, size_t bytes)
{
    enum { PAGE = 2 << 20 };
    uintptr_t from = ((uintptr_t)p + PAGE - 1) & ~(uintptr_t)(PAGE - 1),
              to = ((uintptr_t)p + bytes) & ~(uintptr_t)(PAGE - 1);
    if (to > from)
        madvise((void *)from, to - from, MADV_HUGEPAGE); // only advice: it may be refused
    return p;
}

static int compare_u64(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

// The aliases that hold: made by then, and not ended by anybody at any time. Free the result.
static struct alias *aliases_seen(struct finish *f, size_t *ret_n)
{
    struct builder *b = f->b;
    struct alias *seen = mem_alloc((b->aliases.n + 1) * sizeof *seen);
    size_t n = 0;
    if (b->unaliases.n)
        qsort(b->unaliases.v, b->unaliases.n, sizeof *b->unaliases.v, compare_u64);
    for (size_t i = 0; i < b->aliases.n; i++) {
        const struct alias *alias = &b->aliases.v[i];
        bool ended =
                alias->message && b->unaliases.n &&
                bsearch(&alias->message, b->unaliases.v, b->unaliases.n, sizeof *b->unaliases.v, compare_u64);
        if (alias->time <= f->at && !ended)
            seen[n++] = *alias;
    }
    *ret_n = n;
    return seen;
}

// Whose each id is, and the span of time.
static bool settle(struct finish *f, struct err *err)
{
    struct builder *b = f->b;
    struct identity who = identity_new(map_count(b->ids));
    int64_t first = INT64_MAX, last = INT64_MIN;
    uint32_t n = 0;
    for (size_t i = 0; i < b->rows.n; i++) {
        const struct row *row = &b->rows.v[i];
        if (row->time > f->at)
            continue;
        identity_see(&who, row->log, row->user, row->anonymous);
        first = row->time < first ? row->time : first;
        last = row->time > last ? row->time : last;
        n++;
    }
    if (n && (uint64_t)last - (uint64_t)first > UINT32_MAX) {
        char from[DATETIME_SIZE], to[DATETIME_SIZE];
        identity_free(&who);
        return err_set(err, ERR_LIMIT, "the history spans more than 136 years, from %.*s to %.*s",
                STR_ARG(datetime_format(first, from)), STR_ARG(datetime_format(last, to)));
    }
    size_t n_aliases;
    struct alias *aliases = aliases_seen(f, &n_aliases);
    identity_settle(&who, aliases, n_aliases);
    free(aliases);
    identity_free(&b->who);
    b->who = who;
    f->c->n_events = n;
    f->c->epoch = n ? first : 0;
    return true;
}

// Counts the events of each contact and numbers the contacts that have any by the id that names them.
static void number_contacts(struct finish *f)
{
    struct builder *b = f->b;
    uint32_t *counts = mem_zero((size_t)b->who.n + 1, sizeof *counts), n = 0;
    f->owner = large(mem_alloc((b->rows.n + 1) * sizeof *f->owner), (b->rows.n + 1) * sizeof *f->owner);
    for (size_t i = 0; i < b->rows.n; i++) {
        const struct row *row = &b->rows.v[i];
        f->owner[i] = NO_INDEX;
        if (row->time > f->at)
            continue;
        f->owner[i] = identity_of(&b->who, row->user, row->anonymous);
        n += counts[f->owner[i]]++ == 0;
    }
    uint32_t *owner = ARENA_ARRAY(f->arena, uint32_t, (size_t)n + 1);
    f->off = ARENA_ARRAY(f->arena, uint32_t, (size_t)n + 1);
    free(b->contacts);
    b->contacts = mem_alloc(((size_t)b->who.n + 1) * sizeof *b->contacts);
    n = 0;
    for (uint32_t id = 0; id < b->who.n; id++) {
        b->contacts[id] = counts[id] ? n : NO_INDEX;
        if (counts[id]) {
            owner[n] = id;
            f->off[n + 1] = f->off[n] + counts[id];
            n++;
        }
    }
    free(counts);
    f->c->n_contacts = n;
    f->c->owner = owner;
    f->c->off = f->off;
}

// Puts every event among those of its contact, in log order, and counts what each column may get.
static void scatter(struct finish *f)
{
    struct builder *b = f->b;
    size_t bytes = ((size_t)f->c->n_events + 1) * sizeof *f->records;
    f->records = large(mem_alloc(bytes), bytes);
    uint32_t *cursor = mem_alloc(((size_t)b->who.n + 1) * sizeof *cursor); // by owner
    for (uint32_t i = 0; i < f->c->n_contacts; i++)
        cursor[f->c->owner[i]] = f->off[i];
    uint32_t cells = 0;
    for (size_t i = 0; i < b->rows.n; i++) {
        const struct row *row = &b->rows.v[i];
        uint32_t run = NO_INDEX, n_cells = 0;
        if (row->cells) {
            run = cells;
            n_cells = b->cells.v[cells];
            cells += 1 + 2 * n_cells;
        }
        if (f->owner[i] == NO_INDEX)
            continue;
        f->records[cursor[f->owner[i]]++] =
                (struct record){row->log, (uint32_t)(row->time - f->c->epoch), run, row->type};
        for (uint32_t j = 0; j < n_cells; j++) {
            uint32_t head = b->cells.v[run + 1 + 2 * j];
            f->filling[head >> 30][head & CELL_COLUMN].cap++;
        }
    }
    free(cursor);
}

static uint64_t order_of(const struct record *r)
{
    return (uint64_t)r->time << 32 | r->log;
}

static int compare_records(const void *a, const void *b)
{
    uint64_t x = order_of(a), y = order_of(b);
    return (x > y) - (x < y);
}

// Histories are mostly short and nearly in order.
static void sort_records(struct record *r, uint32_t n)
{
    uint32_t sorted = 1;
    while (sorted < n && order_of(&r[sorted - 1]) <= order_of(&r[sorted]))
        sorted++;
    if (sorted >= n)
        return;
    if (n > 64) {
        qsort(r, n, sizeof *r, compare_records);
        return;
    }
    for (uint32_t i = sorted; i < n; i++) {
        struct record moved = r[i];
        uint32_t j = i;
        for (; j && order_of(&moved) < order_of(&r[j - 1]); j--)
            r[j] = r[j - 1];
        r[j] = moved;
    }
}

// Of two values for one column the later one stays: at most one entry an event.
static void fill_cells(struct finish *f, uint32_t event, uint32_t run)
{
    const uint32_t *cell = f->b->cells.v + run;
    for (uint32_t left = *cell++; left; left--, cell += 2) {
        struct filling *to = &f->filling[cell[0] >> 30][cell[0] & CELL_COLUMN];
        if (!to->n || to->ev[to->n - 1] != event)
            to->ev[to->n++] = event;
        to->val[to->n - 1] = cell[1];
        if (to->answer)
            to->answer[to->n - 1] = cell[0] >> 28 & 3;
    }
}

static void allocate_columns(struct finish *f)
{
    struct arena *arena = f->arena;
    size_t n = (size_t)f->c->n_events + 1;
    f->time = large(arena_alloc(arena, n * sizeof *f->time), n * sizeof *f->time);
    f->log = large(arena_alloc(arena, n * sizeof *f->log), n * sizeof *f->log);
    f->type = large(arena_alloc(arena, n * sizeof *f->type), n * sizeof *f->type);
    f->presence = ARENA_ARRAY(arena, uint64_t, (size_t)f->c->n_contacts + 1);
    const uint32_t counts[] = {map_count(f->b->props), map_count(f->b->traits), map_count(f->b->facts)};
    for (int kind = 0; kind < 3; kind++)
        for (uint32_t i = 0; i < counts[kind]; i++) {
            struct filling *to = &f->filling[kind][i];
            to->ev = arena_alloc(arena, to->cap * sizeof *to->ev);
            to->val = arena_alloc(arena, to->cap * sizeof *to->val);
            to->answer = kind == CELL_FACT ? arena_alloc(arena, to->cap) : NULL;
        }
}

static void fill_columns(struct finish *f)
{
    for (uint32_t contact = 0; contact < f->c->n_contacts; contact++) {
        uint32_t first = f->off[contact], end = f->off[contact + 1];
        uint64_t presence = 0;
        sort_records(f->records + first, end - first);
        for (uint32_t e = first; e < end; e++) {
            const struct record *r = &f->records[e];
            f->time[e] = r->time;
            f->log[e] = r->log;
            f->type[e] = (uint16_t)r->type;
            presence |= 1ull << presence_bit(r->type);
            if (r->cells != NO_INDEX)
                fill_cells(f, e, r->cells);
        }
        f->presence[contact] = presence;
    }
    f->c->time = f->time;
    f->c->log = f->log;
    f->c->type = f->type;
    f->c->presence = f->presence;
}

static const struct sparse *hand_over(
        struct finish *f, enum cell_kind kind, const struct map *keys, uint32_t *ret_n)
{
    struct sparse *columns = ARENA_ARRAY(f->arena, struct sparse, (size_t)map_count(keys) + 1);
    uint32_t n = 0;
    for (uint32_t i = 0; i < map_count(keys); i++) {
        const struct filling *from = &f->filling[kind][i];
        if (from->n)
            columns[n++] =
                    (struct sparse){arena_str(f->arena, map_key(keys, i)), from->n, from->ev, from->val};
    }
    *ret_n = n;
    return columns;
}

static void hand_over_facts(struct finish *f)
{
    const struct map *names = f->b->facts;
    struct fact_column *facts = ARENA_ARRAY(f->arena, struct fact_column, (size_t)map_count(names) + 1);
    for (uint32_t i = 0; i < map_count(names); i++) {
        const struct filling *from = &f->filling[CELL_FACT][i];
        if (from->n)
            facts[f->c->n_facts++] = (struct fact_column){
                    arena_str(f->arena, map_key(names, i)), from->n, from->ev, from->answer, from->val};
    }
    f->c->facts = facts;
}

static void copy_types(struct finish *f)
{
    size_t n = f->b->type_list.n;
    struct event_type *types = ARENA_ARRAY(f->arena, struct event_type, n + 1);
    for (size_t i = 0; i < n; i++) {
        types[i] = f->b->type_list.v[i];
        types[i].name = arena_str(f->arena, types[i].name);
    }
    f->c->types = types;
    f->c->n_types = (uint32_t)n;
}

// Texts of a map, by an array of their numbers (NULL: all, in order), in one heap.
static void copy_texts(struct arena *arena, const struct map *map, const uint32_t *numbers, uint32_t n,
        const uint64_t **ret_off, const char **ret_heap)
{
    uint64_t *off = ARENA_ARRAY(arena, uint64_t, (size_t)n + 1);
    for (uint32_t i = 0; i < n; i++)
        off[i + 1] = off[i] + map_key(map, numbers ? numbers[i] : i).n;
    char *heap = arena_alloc(arena, off[n] + 1);
    for (uint32_t i = 0; i < n; i++) {
        struct str text = map_key(map, numbers ? numbers[i] : i);
        if (text.n)
            memcpy(heap + off[i], text.p, text.n);
    }
    *ret_off = off;
    *ret_heap = heap;
}

static void release(struct columns *c)
{
    arena_free(c->owner_data); // c lies in it
}

bool builder_finish(struct builder *b, int64_t at, struct columns **ret, struct err *err)
{
    if (b->limit)
        return err_set(err, ERR_LIMIT, "the history is too large: %s", b->limit);
    struct arena *arena = arena_new(), *scratch = arena_new();
    struct finish f = {.b = b, .at = at, .arena = arena, .c = ARENA_NEW(arena, struct columns)};
    f.c->release = release;
    f.c->owner_data = arena;
    if (!settle(&f, err)) {
        arena_free(arena);
        arena_free(scratch);
        return false;
    }
    f.filling[CELL_PROP] = ARENA_ARRAY(scratch, struct filling, (size_t)map_count(b->props) + 1);
    f.filling[CELL_TRAIT] = ARENA_ARRAY(scratch, struct filling, (size_t)map_count(b->traits) + 1);
    f.filling[CELL_FACT] = ARENA_ARRAY(scratch, struct filling, (size_t)map_count(b->facts) + 1);
    number_contacts(&f);
    scatter(&f);
    free(f.owner);
    allocate_columns(&f);
    fill_columns(&f);
    free(f.records);
    f.c->props = hand_over(&f, CELL_PROP, b->props, &f.c->n_props);
    f.c->traits = hand_over(&f, CELL_TRAIT, b->traits, &f.c->n_traits);
    hand_over_facts(&f);
    copy_types(&f);
    f.c->n_values = map_count(b->values);
    copy_texts(arena, b->values, NULL, f.c->n_values, &f.c->value_off, &f.c->value_heap);
    copy_texts(arena, b->ids, f.c->owner, f.c->n_contacts, &f.c->name_off, &f.c->name_heap);
    arena_free(scratch);
    *ret = f.c;
    return true;
}
