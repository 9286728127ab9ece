#include "replay/one.h"

#include "replay/block.h"

// A column that the program reads: the base's, and the copy that holds one contact's entries.
struct copied {
    enum entry_kind kind;
    uint32_t column;
    uint32_t n, cap;
    uint32_t *ev, *val;
    uint8_t *answer;
};

struct one {
    const struct columns *base;
    struct columns own; // the base's dictionaries, one contact's events
    struct arena *arena;
    struct bound *bound;
    struct run run;
    struct block block;
    struct replay_result result;
    struct sparse *props, *traits;
    struct fact_column *facts;
    VEC(struct copied) copied;
    uint32_t cap;
    uint32_t *time, *log;
    uint16_t *type;
    uint32_t off[2];
    uint64_t presence;
    uint32_t kept;   // old events that stand before all new ones
    uint32_t *moved; // [base event - first] its place among old and new ones, of the others
};

static void copy_dictionaries(struct one *one)
{
    const struct columns *base = one->base;
    one->own = *base;
    one->props = ARENA_ARRAY(one->arena, struct sparse, base->n_props + 1);
    one->traits = ARENA_ARRAY(one->arena, struct sparse, base->n_traits + 1);
    one->facts = ARENA_ARRAY(one->arena, struct fact_column, base->n_facts + 1);
    for (uint32_t i = 0; i < base->n_props; i++)
        one->props[i].key = base->props[i].key;
    for (uint32_t i = 0; i < base->n_traits; i++)
        one->traits[i].key = base->traits[i].key;
    for (uint32_t i = 0; i < base->n_facts; i++)
        one->facts[i].name = base->facts[i].name;
    one->own.props = one->props;
    one->own.traits = one->traits;
    one->own.facts = one->facts;
    one->own.n_contacts = 1;
    one->own.off = one->off;
    one->own.presence = &one->presence;
}

static void copy_used(struct one *one, enum entry_kind kind, uint32_t column)
{
    for (size_t i = 0; i < one->copied.n; i++)
        if (one->copied.v[i].kind == kind && one->copied.v[i].column == column)
            return;
    vec_push(&one->copied, (struct copied){.kind = kind, .column = column});
}

// Which columns the program reads: those it was bound to, and what a person's stage.assigned says.
static void find_used(struct one *one)
{
    const struct program *p = one->run.program;
    const struct sparse *assigned = columns_prop(&one->own, STR("stage"));
    if (assigned && one->run.assigned)
        copy_used(one, ENTRY_PROP, (uint32_t)(assigned - one->props));
    for (uint32_t i = 0; i < p->n_props; i++)
        for (unsigned k = 0; k < 2; k++)
            if (one->bound->props[i].columns[k])
                copy_used(one, ENTRY_PROP, (uint32_t)(one->bound->props[i].columns[k] - one->props));
    for (uint32_t i = 0; i < p->n_traits; i++)
        if (one->bound->traits[i])
            copy_used(one, ENTRY_TRAIT, (uint32_t)(one->bound->traits[i] - one->traits));
    for (uint32_t i = 0; i < p->n_facts; i++)
        if (one->bound->facts[i])
            copy_used(one, ENTRY_FACT, (uint32_t)(one->bound->facts[i] - one->facts));
}

struct one *one_new(
        const struct program *program, const struct columns *columns, const struct replay_options *options)
{
    struct one *one = mem_zero(1, sizeof *one);
    one->base = columns;
    one->arena = arena_new();
    copy_dictionaries(one);
    one->bound = bind_program(program, &one->own);
    one->run =
            (struct run){.bound = one->bound, .program = program, .columns = &one->own, .options = options};
    evaluate_prepare(&one->run, one->arena, &one->result);
    find_used(one);
    block_init(&one->block, &one->run);
    return one;
}

void one_free(struct one *one)
{
    if (!one)
        return;
    block_free(&one->block);
    replay_result_free(&one->result);
    for (size_t i = 0; i < one->copied.n; i++) {
        free(one->copied.v[i].ev);
        free(one->copied.v[i].val);
        free(one->copied.v[i].answer);
    }
    vec_free(&one->copied);
    bound_free(one->bound);
    arena_free(one->arena);
    free(one->time);
    free(one->log);
    free(one->type);
    free(one->moved);
    free(one);
}

static void fit(struct one *one, uint32_t n)
{
    if (n <= one->cap)
        return;
    one->cap = n + n / 2 + 64;
    one->time = mem_resize(one->time, one->cap, sizeof *one->time);
    one->log = mem_resize(one->log, one->cap, sizeof *one->log);
    one->type = mem_resize(one->type, one->cap, sizeof *one->type);
    one->moved = mem_resize(one->moved, one->cap, sizeof *one->moved);
    one->own.time = one->time;
    one->own.log = one->log;
    one->own.type = one->type;
}

// Old and new events by time; of one second the old ones first, as they stand earlier in the log. Most new
// events come after all old ones, which then are copied as they are.
static void lay_over(
        struct one *one, uint32_t first, uint32_t end, const struct new_event *events, uint32_t n)
{
    const struct columns *base = one->base;
    uint32_t kept = end - first, out, k = 0;
    while (kept > 0 && n > 0 && base->time[first + kept - 1] > events[0].time)
        kept--;
    if (kept) {
        memcpy(one->time, base->time + first, kept * sizeof *one->time);
        memcpy(one->log, base->log + first, kept * sizeof *one->log);
        memcpy(one->type, base->type + first, kept * sizeof *one->type);
    }
    one->kept = out = kept;
    for (uint32_t e = first + kept; e < end || k < n; out++) {
        if (e < end && (k == n || base->time[e] <= events[k].time)) {
            one->time[out] = base->time[e];
            one->log[out] = base->log[e];
            one->type[out] = base->type[e];
            one->moved[e++ - first] = out;
        } else {
            one->time[out] = events[k].time;
            one->log[out] = events[k].log;
            one->type[out] = events[k++].type;
        }
    }
    for (k = 0; k < n; k++)
        one->presence |= 1ull << presence_bit(events[k].type);
    one->off[1] = out;
    one->own.n_events = out;
}

static void add_entry(struct copied *c, uint32_t ev, uint32_t val, uint8_t answer)
{
    if (c->n == c->cap) {
        c->cap = c->cap * 2 + 16;
        c->ev = mem_resize(c->ev, c->cap, sizeof *c->ev);
        c->val = mem_resize(c->val, c->cap, sizeof *c->val);
        c->answer = mem_resize(c->answer, c->cap, 1);
    }
    uint32_t at = c->n++;
    for (; at > 0 && c->ev[at - 1] > ev; at--) {
        c->ev[at] = c->ev[at - 1];
        c->val[at] = c->val[at - 1];
        c->answer[at] = c->answer[at - 1];
    }
    c->ev[at] = ev;
    c->val[at] = val;
    c->answer[at] = answer;
}

static void copy_entries(struct one *one, struct copied *c, uint32_t first, uint32_t end)
{
    const struct columns *base = one->base;
    const struct fact_column *fact = c->kind == ENTRY_FACT ? &base->facts[c->column] : NULL;
    const struct sparse *sparse = c->kind == ENTRY_PROP ? &base->props[c->column] : &base->traits[c->column];
    const uint32_t *ev = fact ? fact->ev : sparse->ev, *val = fact ? fact->amount : sparse->val;
    uint32_t n = fact ? fact->n : sparse->n;
    c->n = 0;
    for (uint32_t i = first < end ? sparse_at(ev, n, first) : n; i < n && ev[i] < end; i++) {
        uint32_t place = ev[i] - first;
        add_entry(c, place < one->kept ? place : one->moved[place], val[i], fact ? fact->answer[i] : 0);
    }
}

static void new_entries(const struct one *one, struct copied *c, const struct new_event *events, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++)
        for (uint32_t i = 0; i < events[k].n_entries; i++) {
            const struct new_entry *entry = &events[k].entries[i];
            uint32_t place = one->off[1];
            if (entry->kind != c->kind || entry->column != c->column)
                continue;
            while (place > 0 && one->log[place - 1] != events[k].log)
                place--;
            add_entry(c, place - 1, entry->value, entry->answer);
        }
}

static void publish(struct one *one, const struct copied *c)
{
    if (c->kind == ENTRY_FACT) {
        struct fact_column *f = &one->facts[c->column];
        *f = (struct fact_column){f->name, c->n, c->ev, c->answer, c->val};
        return;
    }
    struct sparse *s = c->kind == ENTRY_PROP ? &one->props[c->column] : &one->traits[c->column];
    *s = (struct sparse){s->key, c->n, c->ev, c->val};
}

const struct replay_result *one_replay(
        struct one *one, uint32_t contact, const struct new_event *events, uint32_t n)
{
    uint32_t first = contact == NO_INDEX ? 0 : one->base->off[contact];
    uint32_t end = contact == NO_INDEX ? 0 : one->base->off[contact + 1];
    fit(one, end - first + n);
    one->presence = contact == NO_INDEX ? 0 : one->base->presence[contact];
    lay_over(one, first, end, events, n);
    for (size_t i = 0; i < one->copied.n; i++) {
        copy_entries(one, &one->copied.v[i], first, end);
        new_entries(one, &one->copied.v[i], events, n);
        publish(one, &one->copied.v[i]);
    }
    one->result.transitions.n = one->result.evidence.n = 0;
    if (one->run.nothing) {
        evaluate_nobody(&one->result);
    } else {
        block_load(&one->block, 0, 1);
        evaluate_block(&one->block, &one->result);
    }
    return &one->result;
}
