#include "replay/block.h"

enum { BLOCK_EVENTS = 4096 };

static uint32_t line_slots(const struct run *run)
{
    return (run->program->n_stages + 2) * run->program->n_exprs;
}

static uint32_t max_u32(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

void block_init(struct block *b, const struct run *run)
{
    const struct program *p = run->program;
    *b = (struct block){.run = run};
    b->bits = mem_zero(p->n_matchers, sizeof *b->bits);
    b->lines = mem_zero(line_slots(run), sizeof *b->lines);
    b->stages = mem_zero(p->n_stages, sizeof *b->stages);
    b->on = mem_zero(p->n_stages, sizeof *b->on);
    b->on_made = mem_zero(p->n_stages, sizeof *b->on_made);
    b->cap_merged = max_u32(max_u32(p->n_personas, p->n_stages), max_u32(p->n_grades, p->n_points)) + 1;
    for (uint32_t i = 0; i < p->n_exprs; i++)
        b->cap_merged = max_u32(b->cap_merged, p->exprs[i]->n_children);
    b->cursors = mem_zero(b->cap_merged, sizeof *b->cursors);
    b->truths = mem_zero(b->cap_merged, 1);
    b->merged = mem_zero(b->cap_merged, sizeof *b->merged);
}

void block_free(struct block *b)
{
    const struct program *p = b->run->program;
    for (uint32_t i = 0; i < p->n_matchers; i++)
        free(b->bits[i]);
    for (uint32_t i = 0; i < line_slots(b->run); i++)
        line_free(&b->lines[i]);
    for (uint32_t i = 0; i < p->n_stages; i++)
        line_free(&b->stages[i]);
    struct values *values[] = {&b->personas, &b->current, &b->grades};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        free(values[i]->at);
        free(values[i]->v);
    }
    free(b->bits);
    free(b->lines);
    free(b->stages);
    free(b->on);
    free(b->on_made);
    free(b->begin);
    free(b->end);
    free(b->by_hand);
    free(b->gate_room);
    free(b->class_bytes);
    free(b->hits);
    free(b->sums);
    free(b->totals);
    free(b->cursors);
    free(b->truths);
    free(b->merged);
}

static void fit_contacts(struct block *b, uint32_t n)
{
    if (n <= b->cap_contacts)
        return;
    b->cap_contacts = max_u32(n, BLOCK_EVENTS);
    n = b->cap_contacts;
    b->begin = mem_resize(b->begin, n, sizeof *b->begin);
    b->end = mem_resize(b->end, n, sizeof *b->end);
    b->by_hand = mem_resize(b->by_hand, n, sizeof *b->by_hand);
    b->gate_room = mem_resize(b->gate_room, n, sizeof *b->gate_room);
    for (uint32_t i = 0; i < b->run->program->n_stages; i++)
        line_fit(&b->stages[i], n);
    for (uint32_t i = 0; i < line_slots(b->run); i++)
        if (b->lines[i].at)
            line_fit(&b->lines[i], n);
    values_fit(&b->personas, n);
    values_fit(&b->current, n);
    values_fit(&b->grades, n);
}

static void fit_events(struct block *b, uint32_t n)
{
    if (n <= b->cap_events)
        return;
    b->cap_events = max_u32(n + n / 2, 2 * BLOCK_EVENTS);
    n = b->cap_events;
    for (uint32_t i = 0; i < b->run->n_used; i++) {
        uint64_t **bits = &b->bits[b->run->used[i]];
        *bits = mem_resize(*bits, (size_t)n / 64 + 3, sizeof **bits);
    }
    b->class_bytes = mem_resize(b->class_bytes, (size_t)n + 64, 1);
    b->hits = mem_resize(b->hits, n, sizeof *b->hits);
    b->sums = mem_resize(b->sums, (size_t)n + 1, sizeof *b->sums);
    b->totals = mem_resize(b->totals, (size_t)n + 1, sizeof *b->totals);
}

static bool has_assignment(const struct run *run, uint32_t first, uint32_t end)
{
    for (uint32_t e = first; e < end; e++)
        if (run->assigns[run->columns->type[e]])
            return true;
    return false;
}

uint32_t block_load(struct block *b, uint32_t first, uint32_t end)
{
    const struct run *run = b->run;
    const struct columns *c = run->columns;
    const uint64_t *only = run->options->only;
    uint32_t next = first + 1;
    while (next < end && c->off[next + 1] - c->off[first] <= BLOCK_EVENTS)
        next++;
    b->number++;
    b->first = first;
    b->n = next - first;
    b->e0 = c->off[first];
    b->n_events = c->off[next] - b->e0;
    b->time = c->time + b->e0;
    fit_contacts(b, b->n);
    fit_events(b, b->n_events);
    for (uint32_t i = 0; i < b->n; i++) {
        uint32_t begin = c->off[first + i] - b->e0, stop = c->off[first + i + 1] - b->e0;
        if (only && !(only[(first + i) / 64] >> (first + i) % 64 & 1))
            stop = begin;
        while (stop > begin && b->time[stop - 1] > run->at)
            stop--;
        b->begin[i] = begin;
        b->end[i] = stop;
        b->by_hand[i] =
                (c->presence[first + i] & run->assigned) && has_assignment(run, b->e0 + begin, b->e0 + stop);
    }
    // The next block's, while this one is computed: its columns are read in jumps, which no hardware
    // foresees.
    for (uint32_t i = 0; i < b->n_events; i += 64 / sizeof *b->time)
        __builtin_prefetch(b->time + b->n_events + i);
    block_bits(b);
    return next;
}
