// A condition at one moment, for every contact: no lines, only the last truth of each atom. What stages,
// scores and personas say comes from the standings of a replay up to the same moment.
#include "replay/block.h"

struct filter {
    struct block *b;
    const struct replay_result *known;
    uint32_t c; // in the block
};

static bool holds(struct filter *f, const struct expr *e);

// The contact's matches in the window at `at`, oldest first, in b->hits; returns the first of them in
// *ret_from and behind the last.
static uint32_t window_hits(struct filter *f, const struct expr *e, uint32_t *ret_from)
{
    const struct block *b = f->b;
    uint32_t n = collect_hits(b, e->matcher, f->c, b->hits), from = 0;
    int64_t start = (int64_t)b->run->at - e->window.value + 1,
            date = e->window.value - b->run->columns->epoch;
    if (e->window.kind == WINDOW_WITHIN || e->window.kind == WINDOW_SINCE)
        while (from < n && b->time[b->hits[from]] < (e->window.kind == WINDOW_WITHIN ? start : date))
            from++;
    else if (e->window.kind == WINDOW_BEFORE)
        while (n > 0 && b->time[b->hits[n - 1]] >= date)
            n--;
    *ret_from = from;
    return n;
}

static bool any(struct filter *f, const struct expr *e)
{
    uint32_t from;
    if (e->window.kind == WINDOW_NONE)
        return any_hit(f->b, e->matcher, f->c);
    return window_hits(f, e, &from) > from;
}

static bool silence(struct filter *f, const struct expr *e)
{
    const struct block *b = f->b;
    uint32_t n = collect_hits(b, e->matcher, f->c, b->hits);
    return (int64_t)b->run->at - (int64_t)b->time[n ? b->hits[n - 1] : b->begin[f->c]] >= e->duration;
}

static bool measure(struct filter *f, const struct expr *e)
{
    uint32_t from, to = window_hits(f, e, &from);
    if (e->op == EXPR_COUNT)
        return relation_holds(e->rel, (double)(to > from ? to - from : 0), e->number, true);
    struct sum sum = {0};
    for (uint32_t i = from; i < to; i++)
        sum = sum_add(sum, bound_prop_number(f->b->run->bound, e->prop_index, f->b->e0 + f->b->hits[i]));
    return relation_holds(e->rel, sum.high, e->number, false);
}

// The last entry of a sparse column in the contact's history, or its length.
static uint32_t last_entry(const struct filter *f, const uint32_t *ev, uint32_t n)
{
    uint32_t behind = sparse_at(ev, n, f->b->e0 + f->b->end[f->c]);
    return behind > 0 && ev[behind - 1] >= f->b->e0 + f->b->begin[f->c] ? behind - 1 : n;
}

static bool trait(struct filter *f, const struct expr *e)
{
    const struct sparse *s = f->b->run->bound->traits[e->index];
    uint32_t i = s ? last_entry(f, s->ev, s->n) : 0;
    return bound_trait_holds(f->b->run->bound, e, s && i < s->n ? s->val[i] : VALUE_NONE);
}

static bool fact(struct filter *f, const struct expr *e)
{
    const struct fact_column *column = f->b->run->bound->facts[e->index];
    uint32_t i = column ? last_entry(f, column->ev, column->n) : 0;
    bool there = column && i < column->n;
    if (e->op == EXPR_AMOUNT) {
        double number;
        if (!there || column->amount[i] == VALUE_NONE)
            return false;
        struct value v = columns_value(f->b->run->columns, column->amount[i]);
        return value_number(&v, &number) && relation_holds(e->rel, number, e->number, true);
    }
    enum answer recorded = there ? (enum answer)column->answer[i] : ANSWER_UNKNOWN;
    const struct expr *rule = f->b->run->program->facts[e->index].rule;
    if (recorded == ANSWER_UNKNOWN && rule && holds(f, rule))
        recorded = ANSWER_YES;
    return e->answer == ANSWER_KNOWN ? recorded != ANSWER_UNKNOWN : recorded == e->answer;
}

static bool standing(struct filter *f, const struct expr *e)
{
    uint32_t contact = f->b->first + f->c;
    const struct standing *s = &f->known->standings[contact];
    if (e->op == EXPR_SCORE)
        return relation_holds(e->rel, s->score, e->number, false);
    if (e->op == EXPR_PERSONA)
        return s->persona != NO_INDEX && (e->index == NO_INDEX || s->persona == e->index);
    if (e->op == EXPR_IS)
        return s->stage != NO_INDEX && s->stage == e->index;
    const struct stage_state *state = &f->known->stages[e->index][contact];
    if (e->op == EXPR_REACHED)
        return state->first != STEP_NONE;
    return state->since != STEP_NONE &&
           (int64_t)f->b->run->at - (int64_t)step_time(state->since) >= e->duration;
}

static bool holds(struct filter *f, const struct expr *e)
{
    switch (e->op) {
    case EXPR_AND:
        for (uint32_t i = 0; i < e->n_children; i++)
            if (!holds(f, e->children[i]))
                return false;
        return true;
    case EXPR_OR:
        for (uint32_t i = 0; i < e->n_children; i++)
            if (holds(f, e->children[i]))
                return true;
        return false;
    case EXPR_NOT:
        return !holds(f, e->children[0]);
    case EXPR_CONST:
        return e->holds;
    case EXPR_ANY:
        return any(f, e);
    case EXPR_NO:
        return !any(f, e);
    case EXPR_THEN: // no window: what has held once holds
        return line_last(block_line(f->b, e, f->b->run->program->n_stages, NULL), f->c);
    case EXPR_SILENT:
        return silence(f, e);
    case EXPR_COUNT:
    case EXPR_SUM:
        return measure(f, e);
    case EXPR_FACT:
    case EXPR_AMOUNT:
        return fact(f, e);
    case EXPR_TRAIT:
        return trait(f, e);
    default:
        return standing(f, e);
    }
}

struct filter_job {
    const struct replay_result *known;
    uint8_t *holds;
};

static void do_unit(void *arg, struct block *block, uint32_t unit, uint32_t first, uint32_t end)
{
    const struct filter_job *job = arg;
    (void)unit;
    while (first < end) {
        first = block_load(block, first, end);
        struct filter f = {block, job->known, 0};
        for (; f.c < block->n; f.c++)
            job->holds[block->first + f.c] =
                    contact_events(block, f.c) > 0 && holds(&f, block->run->program->filter);
    }
}

void replay_filter(const struct program *program, const struct columns *columns,
        const struct replay_options *options, const struct replay_result *known, uint8_t *ret_holds)
{
    struct arena *arena = arena_new();
    struct bound *bound = bind_program(program, columns);
    struct run run = {.bound = bound, .program = program, .columns = columns, .options = options};
    run.wanted = ARENA_ARRAY(arena, bool, program->n_stages + 1);
    memset(ret_holds, 0, columns->n_contacts);
    run_init(&run, arena, NEED_FILTER_ONLY);
    struct filter_job job = {known, ret_holds};
    if (!run.nothing)
        run_threads(&run, do_unit, &job);
    bound_free(bound);
    arena_free(arena);
}
