// Histories of some contacts, from the base's columns and the rows behind it: fed to a builder, as a rebuild
// would.
#include "app/standing/gather.h"
#include "app/event/log.h"
#include "replay/bind.h"
#include "replay/build.h"

#include <stdlib.h>

void plan_begin(struct plan *plan, struct live *live)
{
    *plan = (struct plan){.base = base_borrow(live->base)};
}

static int ascending(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

void plan_add(struct plan *plan, const struct live *live, uint32_t slot)
{
    const struct state *s = &live->states.v[slot];
    struct planned p = {.number = s->number,
            .slot = slot,
            .first_part = (uint32_t)plan->parts.n,
            .first_row = (uint32_t)plan->rows.n};
    if (s->flags & STATE_ABSORBED) { // somebody else's now
        vec_push(&plan->contacts, p);
        return;
    }
    if (slot < plan->base->columns->n_contacts)
        vec_push(&plan->parts, slot);
    for (uint32_t link = s->parts; link; link = live->links.v[link - 1].next)
        vec_push(&plan->parts, live->links.v[link - 1].value);
    for (uint32_t link = s->rows; link; link = live->links.v[link - 1].next)
        vec_push(&plan->rows, live->links.v[link - 1].value);
    p.n_parts = (uint32_t)plan->parts.n - p.first_part;
    p.n_rows = (uint32_t)plan->rows.n - p.first_row;
    if (p.n_rows > 1)
        qsort(plan->rows.v + p.first_row, p.n_rows, sizeof *plan->rows.v, ascending);
    vec_push(&plan->contacts, p);
}

void plan_free(struct plan *plan)
{
    base_return(plan->base);
    vec_free(&plan->contacts);
    vec_free(&plan->parts);
    vec_free(&plan->rows);
    vec_free(&plan->skip);
    *plan = (struct plan){0};
}

void used_by(
        const struct program *program, const struct columns *columns, struct arena *arena, struct used *used)
{
    bool *props = ARENA_ARRAY(arena, bool, columns->n_props + 1);
    bool *traits = ARENA_ARRAY(arena, bool, columns->n_traits + 1);
    bool *facts = ARENA_ARRAY(arena, bool, columns->n_facts + 1);
    struct bound *bound = bind_program(program, columns);
    const struct sparse *assigned = columns_prop(columns, STR("stage")); // what stage.assigned says
    if (assigned)
        props[assigned - columns->props] = true;
    for (uint32_t i = 0; i < program->n_props; i++)
        for (unsigned k = 0; k < 2; k++)
            if (bound->props[i].columns[k])
                props[bound->props[i].columns[k] - columns->props] = true;
    for (uint32_t i = 0; i < program->n_traits; i++)
        if (bound->traits[i])
            traits[bound->traits[i] - columns->traits] = true;
    for (uint32_t i = 0; i < program->n_facts; i++)
        if (bound->facts[i])
            facts[bound->facts[i] - columns->facts] = true;
    bound_free(bound);
    *used = (struct used){props, traits, facts};
}

// An event of the base on its way to the builder.
struct item {
    uint32_t log, contact, event; // contact: of the plan; event: of the base
    uint32_t cells;               // entry + 1 in cells
};

enum cell_kind { CELL_PROP, CELL_TRAIT, CELL_FACT };

struct cell {
    enum cell_kind kind;
    uint32_t column, index; // into the column
    uint32_t next;
};

struct gathering {
    const struct plan *plan;
    const struct columns *base;
    const struct used *used;
    struct builder *builder;
    struct arena *arena; // of one row
    VEC(struct item) items;
    VEC(struct cell) cells;
    VEC(struct field) props;
    VEC(struct field) traits;
    uint32_t *id;          // [plan's contact] the builder's
    uint32_t *type;        // [base's type] the builder's, NO_INDEX: not met yet
    uint32_t *row_contact; // [plan's rows, sorted] contact
    uint32_t *sorted;
    size_t n_undone; // of sorted: the base has them still
    size_t at_row;
};

// Entries of one column among the events first … end, whose items begin at `item`.
static void take_cells(struct gathering *g, enum cell_kind kind, uint32_t column, const uint32_t *ev,
        uint32_t n, uint32_t first, uint32_t end, size_t item)
{
    for (uint32_t i = sparse_at(ev, n, first); i < n && ev[i] < end; i++) {
        struct item *to = &g->items.v[item + (ev[i] - first)];
        vec_push(&g->cells, (struct cell){kind, column, i, to->cells});
        to->cells = (uint32_t)g->cells.n;
    }
}

static void take_part(struct gathering *g, uint32_t contact, uint32_t part)
{
    const struct columns *c = g->base;
    uint32_t first = c->off[part], end = c->off[part + 1];
    size_t item = g->items.n;
    for (uint32_t e = first; e < end; e++)
        vec_push(&g->items, (struct item){c->log[e], contact, e, 0});
    for (uint32_t i = 0; i < c->n_props; i++)
        if (!g->used || g->used->props[i])
            take_cells(g, CELL_PROP, i, c->props[i].ev, c->props[i].n, first, end, item);
    for (uint32_t i = 0; i < c->n_traits; i++)
        if (!g->used || g->used->traits[i])
            take_cells(g, CELL_TRAIT, i, c->traits[i].ev, c->traits[i].n, first, end, item);
    for (uint32_t i = 0; i < c->n_facts; i++)
        if (!g->used || g->used->facts[i])
            take_cells(g, CELL_FACT, i, c->facts[i].ev, c->facts[i].n, first, end, item);
}

static int by_log(const void *a, const void *b)
{
    uint32_t x = ((const struct item *)a)->log, y = ((const struct item *)b)->log;
    return (x > y) - (x < y);
}

static bool skipped(const struct plan *plan, uint32_t log)
{
    return plan->skip.n && bsearch(&log, plan->skip.v, plan->skip.n, sizeof log, ascending);
}

static bool undone(const struct gathering *g, uint32_t log)
{
    return g->n_undone && bsearch(&log, g->sorted, g->n_undone, sizeof log, ascending);
}

static uint32_t type_of(struct gathering *g, uint32_t type)
{
    if (g->type[type] == NO_INDEX)
        g->type[type] = builder_type(g->builder, &g->base->types[type]);
    return g->type[type];
}

static void feed_item(struct gathering *g, const struct item *item)
{
    const struct columns *c = g->base;
    struct payload payload = {0};
    g->props.n = g->traits.n = 0;
    for (uint32_t cell = item->cells; cell; cell = g->cells.v[cell - 1].next) {
        const struct cell *from = &g->cells.v[cell - 1];
        if (from->kind == CELL_FACT) {
            const struct fact_column *f = &c->facts[from->column];
            payload.fact = f->name;
            payload.answer = (enum answer)f->answer[from->index];
            if (f->amount[from->index] != VALUE_NONE)
                payload.amount = columns_value(c, f->amount[from->index]);
            continue;
        }
        const struct sparse *s = from->kind == CELL_PROP ? &c->props[from->column] : &c->traits[from->column];
        struct field field = {s->key, columns_value(c, s->val[from->index])};
        if (from->kind == CELL_PROP)
            vec_push(&g->props, field);
        else
            vec_push(&g->traits, field);
    }
    payload.props = g->props.v;
    payload.n_props = (unsigned)g->props.n;
    payload.traits = g->traits.v;
    payload.n_traits = (unsigned)g->traits.n;
    builder_event(g->builder, item->log, g->id[item->contact], NO_INDEX, c->epoch + c->time[item->event],
            type_of(g, c->type[item->event]), item->cells ? &payload : NULL);
}

static bool feed_row(void *ctx, const struct log_row *row, struct err *err)
{
    struct gathering *g = ctx;
    while (g->sorted[g->at_row] != (uint32_t)row->id) // one that is hidden by now
        g->at_row++;
    uint32_t contact = g->row_contact[g->at_row++];
    struct message m = {0};
    struct err reason;
    arena_reset(g->arena);
    if (row->kind != MESSAGE_EVENT || row->undo || skipped(g->plan, (uint32_t)row->id))
        return true;
    if (row->body.n && !message_of_row(g->arena, row, &m, &reason))
        return err_set(err, ERR_CORRUPT, "the database is damaged: event %lld: %s", (long long)row->id,
                reason.message);
    builder_event(g->builder, (uint32_t)row->id, g->id[contact], NO_INDEX, row->time,
            builder_type(g->builder, row->type),
            row->body.n
                    ? &(struct payload){m.props, m.traits, m.n_props, m.n_traits, m.fact, m.answer, m.amount}
                    : NULL);
    return true;
}

struct row_of {
    uint32_t row, contact;
};

static int by_row(const void *a, const void *b)
{
    uint32_t x = ((const struct row_of *)a)->row, y = ((const struct row_of *)b)->row;
    return (x > y) - (x < y);
}

static void sort_rows(struct gathering *g, struct arena *arena)
{
    const struct plan *plan = g->plan;
    struct row_of *rows = ARENA_ARRAY(arena, struct row_of, plan->rows.n + 1);
    size_t n = 0;
    for (uint32_t i = 0; i < plan->contacts.n; i++)
        for (uint32_t k = 0; k < plan->contacts.v[i].n_rows; k++)
            rows[n++] = (struct row_of){plan->rows.v[plan->contacts.v[i].first_row + k], i};
    qsort(rows, n, sizeof *rows, by_row);
    g->row_contact = ARENA_ARRAY(arena, uint32_t, n + 1);
    g->sorted = ARENA_ARRAY(arena, uint32_t, n + 1);
    for (size_t i = 0; i < n; i++) {
        g->sorted[i] = rows[i].row;
        g->row_contact[i] = rows[i].contact;
        g->n_undone += rows[i].row <= plan->base->ids.last;
    }
}

// The builder's ids are the contacts' names.
static bool name_contacts(struct gathering *g, struct log *log, struct arena *arena, struct err *err)
{
    const struct plan *plan = g->plan;
    g->id = ARENA_ARRAY(arena, uint32_t, plan->contacts.n + 1);
    for (uint32_t i = 0; i < plan->contacts.n; i++) {
        const struct planned *p = &plan->contacts.v[i];
        struct str name;
        if (p->slot < g->base->n_contacts && g->base->owner[p->slot] == p->number)
            name = columns_name(g->base, p->slot);
        else if (!log_name(log, arena, p->number, &name, err))
            return false;
        g->id[i] = builder_id(g->builder, name);
    }
    return true;
}

static bool feed(struct gathering *g, struct log *log, struct arena *arena, struct err *err)
{
    const struct plan *plan = g->plan;
    if (!name_contacts(g, log, arena, err))
        return false;
    g->type = ARENA_ARRAY(arena, uint32_t, g->base->n_types + 1);
    memset(g->type, 0xFF, ((size_t)g->base->n_types + 1) * sizeof *g->type);
    for (uint32_t i = 0; i < plan->contacts.n; i++)
        for (uint32_t k = 0; k < plan->contacts.v[i].n_parts; k++)
            take_part(g, i, plan->parts.v[plan->contacts.v[i].first_part + k]);
    sort_rows(g, arena);
    if (g->items.n > 1)
        qsort(g->items.v, g->items.n, sizeof *g->items.v, by_log);
    for (size_t i = 0; i < g->items.n; i++)
        if (!skipped(plan, g->items.v[i].log) && !undone(g, g->items.v[i].log))
            feed_item(g, &g->items.v[i]);
    return log_visit(log, g->sorted, plan->rows.n, feed_row, g, err);
}

bool gather(const struct plan *plan, struct log *log, const struct used *used, int64_t at,
        struct columns **ret, struct err *err)
{
    struct arena *arena = arena_new();
    struct gathering g = {.plan = plan,
            .base = plan->base->columns,
            .used = used,
            .builder = builder_new(),
            .arena = arena_new()};
    struct columns *columns;
    bool ok = feed(&g, log, arena, err) && builder_finish(g.builder, at, &columns, err);
    if (ok) {
        // The builder made this array for these columns, which nobody else has seen yet.
        uint32_t *owner = (uint32_t *)(uintptr_t)columns->owner;
        for (uint32_t i = 0, k = 0; i < columns->n_contacts; i++, k++) {
            while (g.id[k] != owner[i]) // without an event
                k++;
            owner[i] = plan->contacts.v[k].number;
        }
        *ret = columns;
    }
    builder_free(g.builder);
    vec_free(&g.items);
    vec_free(&g.cells);
    vec_free(&g.props);
    vec_free(&g.traits);
    arena_free(g.arena);
    arena_free(arena);
    return ok;
}

uint32_t *gathered_index(const struct plan *plan, const struct columns *columns, struct arena *arena)
{
    uint32_t *index = ARENA_ARRAY(arena, uint32_t, plan->contacts.n + 1);
    for (uint32_t i = 0, k = 0; i < plan->contacts.n; i++) {
        bool there = k < columns->n_contacts && columns->owner[k] == plan->contacts.v[i].number;
        index[i] = there ? k++ : NO_INDEX;
    }
    return index;
}
