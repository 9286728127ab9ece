// The block evaluator: runs blocks on several threads and turns their lines into transitions and standings.
#include "replay/block.h"
#include "replay/evidence.h"
#include "replay/reference.h"

#include <pthread.h>
#include <stdatomic.h>

enum { UNIT_EVENTS = 1 << 16 }; // of work that a thread takes at once

// Transitions of one unit, kept apart until all are there, so that their order does not depend on threads.
struct unit {
    struct replay_result out; // only transitions and evidence are its own; the arrays are shared
};

struct job {
    const struct run *run;
    struct replay_result *result;
    struct unit *units;
    uint32_t n_units;
    _Atomic uint32_t next;
};

// --- what the run needs
// -------------------------------------------------------------------------------------------

struct needs {
    const struct program *program;
    bool *seen;     // [n_exprs]
    bool *matchers; // [n_matchers]
    bool personas, points;
    bool *stages;
};

static void need(struct needs *n, const struct expr *e);

static void need_stage(struct needs *n, uint32_t stage)
{
    if (n->stages[stage])
        return;
    n->stages[stage] = true;
    need(n, n->program->stages[stage].when);
    if (n->program->stages[stage].until)
        need(n, n->program->stages[stage].until);
}

static void need_personas(struct needs *n)
{
    if (n->personas)
        return;
    n->personas = true;
    for (uint32_t i = 0; i < n->program->n_personas; i++)
        need(n, n->program->personas[i].when);
}

static void need_points(struct needs *n)
{
    if (n->points)
        return;
    n->points = true;
    for (uint32_t i = 0; i < n->program->n_points; i++) {
        if (n->program->points[i].kind == POINTS_WHEN)
            need(n, n->program->points[i].when);
        else
            n->matchers[n->program->points[i].matcher] = true;
    }
}

static void need(struct needs *n, const struct expr *e)
{
    if (n->seen[e->id])
        return;
    n->seen[e->id] = true;
    for (uint32_t i = 0; i < e->n_children; i++)
        need(n, e->children[i]);
    switch (e->op) {
    case EXPR_ANY:
    case EXPR_NO:
    case EXPR_SILENT:
    case EXPR_COUNT:
    case EXPR_SUM:
        n->matchers[e->matcher] = true;
        break;
    case EXPR_THEN:
        for (uint32_t i = 0; i < e->n_chain; i++)
            n->matchers[e->chain[i]] = true;
        break;
    case EXPR_FACT:
        if (n->program->facts[e->index].rule)
            need(n, n->program->facts[e->index].rule);
        break;
    case EXPR_PERSONA:
        need_personas(n);
        break;
    case EXPR_SCORE:
        need_points(n);
        break;
    case EXPR_REACHED:
    case EXPR_IN_FOR:
    case EXPR_IS: // of all declared before; those behind are needed anyway or not asked
        for (uint32_t i = 0; i < n->program->n_stages; i++)
            if (e->op == EXPR_IS || i == e->index)
                need_stage(n, i);
        break;
    default:
        break;
    }
}

static void make_classes(struct run *run, struct arena *arena, const bool *matchers)
{
    const struct program *p = run->program;
    uint32_t n_types = run->columns->n_types;
    run->used = ARENA_ARRAY(arena, uint32_t, p->n_matchers + 1);
    for (uint32_t i = 0; i < p->n_matchers; i++)
        if (matchers[i])
            run->used[run->n_used++] = i;
    run->classes = ARENA_ARRAY(arena, const uint8_t *, run->n_used / 8 + 1);
    for (uint32_t group = 0; group * 8 < run->n_used; group++) {
        uint8_t *classes = ARENA_ARRAY(arena, uint8_t, n_types + 1);
        for (uint32_t i = group * 8; i < run->n_used && i < group * 8 + 8; i++)
            for (uint32_t t = 0; t < n_types; t++)
                if (run->bound->matchers[run->used[i]].take[t] != TAKE_NEVER)
                    classes[t] |= (uint8_t)(1u << (i - group * 8));
        run->classes[group] = classes;
    }
}

static void mark_context(bool *context, const struct program *p)
{
    for (uint32_t i = 0; i < p->n_exprs; i++) { // children come before their parents
        const struct expr *e = p->exprs[i];
        context[i] = e->op == EXPR_IS;
        for (uint32_t k = 0; k < e->n_children; k++)
            context[i] |= context[e->children[k]->id];
    }
}

static void run_init(struct run *run, struct arena *arena)
{
    const struct program *p = run->program;
    const struct columns *c = run->columns;
    const struct replay_options *o = run->options;
    struct needs n = {.program = p};
    n.seen = ARENA_ARRAY(arena, bool, p->n_exprs + 1);
    n.matchers = ARENA_ARRAY(arena, bool, p->n_matchers + 1);
    n.stages = ARENA_ARRAY(arena, bool, p->n_stages + 1);
    for (uint32_t i = 0; i < p->n_stages; i++)
        need_stage(&n, i);
    if (o->transitions || o->standings) {
        need_personas(&n);
        for (uint32_t i = 0; i < p->n_grades; i++)
            need(&n, p->grades[i].when);
    }
    if (o->standings)
        need_points(&n);
    if (p->filter)
        need(&n, p->filter);
    make_classes(run, arena, n.matchers);
    bool *context = ARENA_ARRAY(arena, bool, p->n_exprs + 1);
    mark_context(context, p);
    run->context = context;
    uint8_t *assigns = ARENA_ARRAY(arena, uint8_t, c->n_types + 1);
    for (uint32_t t = 0; t < c->n_types; t++)
        if (c->types[t].kind == EVENT_TRACK && str_eq(c->types[t].name, STR("stage.assigned"))) {
            assigns[t] = 1;
            run->assigned |= 1ull << presence_bit(t);
        }
    run->assigns = assigns;
    int64_t at = o->at - c->epoch;
    run->at = at > UINT32_MAX - 1 ? UINT32_MAX - 1 : (uint32_t)at;
}

// --- from lines to results
// ----------------------------------------------------------------------------------------

struct moment {
    struct block *b;
    uint32_t c, stage;
    step_t step;
};

static bool holds_at(void *ctx, const struct expr *e)
{
    const struct moment *m = ctx;
    return line_holds(block_line(m->b, e, m->stage), m->c, m->step);
}

static uint32_t persona_rule_at(void *ctx)
{
    const struct moment *m = ctx;
    const struct values *v = block_personas(m->b);
    uint32_t rule = NO_INDEX;
    for (uint32_t i = v->at[m->c]; i < v->at[m->c + 1] && v->v[i].step <= m->step; i++)
        rule = v->v[i].value;
    return rule;
}

static void add_evidence(struct block *b, uint32_t c, step_t step, const struct expr *e, uint32_t stage,
        struct replay_result *out, struct transition *t)
{
    t->evidence = (uint32_t)out->evidence.n;
    if (!e)
        return;
    struct moment moment = {b, c, stage, step};
    uint32_t end = (uint32_t)step;
    if (!end) // by the clock: all events before that second
        while (end < contact_events(b, c) && b->time[b->begin[c] + end] < step_time(step))
            end++;
    struct evidence_view view = {.bound = b->run->bound,
            .first = b->e0 + b->begin[c],
            .end = b->e0 + b->begin[c] + end,
            .time = step_time(step),
            .holds = holds_at,
            .persona_rule = persona_rule_at,
            .ctx = &moment};
    evidence_of(&view, e, &out->evidence, out->evidence.n);
    t->n_evidence = (uint32_t)out->evidence.n - t->evidence;
}

static const struct expr *reason(
        const struct program *p, enum transition_kind kind, uint32_t from, uint32_t rule)
{
    if (kind == CHANGE_STAGE) {
        bool up = rule != NO_INDEX && (from == NO_INDEX || rule > from);
        return up ? p->stages[rule].when : p->stages[from].until;
    }
    if (rule == NO_INDEX)
        return NULL;
    return kind == CHANGE_PERSONA ? p->personas[rule].when : p->grades[rule].when;
}

static uint32_t named(const struct program *p, enum transition_kind kind, uint32_t rule)
{
    if (rule == NO_INDEX || kind == CHANGE_STAGE)
        return rule;
    return kind == CHANGE_PERSONA ? p->personas[rule].name : p->grades[rule].name;
}

static void emit_contact(struct block *b, uint32_t c, struct replay_result *out)
{
    const struct program *p = b->run->program;
    const struct values *values[] = {&b->personas, &b->current, &b->grades}; // by enum transition_kind
    uint32_t at[3], from[3] = {NO_INDEX, NO_INDEX, NO_INDEX};
    for (unsigned k = 0; k < 3; k++)
        at[k] = values[k]->at[c];
    for (;;) {
        step_t step = STEP_NONE;
        unsigned kind = 0;
        for (unsigned k = 0; k < 3; k++)
            if (at[k] < values[k]->at[c + 1] && values[k]->v[at[k]].step < step) {
                step = values[k]->v[at[k]].step;
                kind = k;
            }
        if (step == STEP_NONE)
            return;
        uint32_t rule = values[kind]->v[at[kind]++].value, to = named(p, kind, rule);
        if (to == from[kind])
            continue; // another rule of the same name
        struct transition t = {
                .contact = b->first + c, .from = from[kind], .to = to, .kind = (uint8_t)kind, .step = step};
        if (b->run->options->evidence)
            add_evidence(b, c, step, reason(p, kind, from[kind], rule),
                    kind == CHANGE_STAGE && to != NO_INDEX ? to : p->n_stages, out, &t);
        vec_push(&out->transitions, t);
        from[kind] = to;
    }
}

static void put_stages(struct block *b, struct replay_result *out)
{
    for (uint32_t s = 0; s < b->run->program->n_stages; s++) {
        const struct line *on = block_stage(b, s);
        struct stage_state *state = out->stages + (size_t)s * out->n_contacts + b->first;
        for (uint32_t c = 0; c < b->n; c++) {
            uint32_t n = line_count(on, c), end = on->at[c + 1];
            state[c] = (struct stage_state){STEP_NONE, STEP_NONE, n & 1};
            if (n) {
                state[c].first = on->v[on->at[c]];
                state[c].last = on->v[n & 1 ? end - 1 : end - 2];
            }
        }
    }
}

static uint32_t last_value(const struct values *v, uint32_t c)
{
    return v->at[c] < v->at[c + 1] ? v->v[v->at[c + 1] - 1].value : NO_INDEX;
}

static void put_standings(struct block *b, struct replay_result *out)
{
    const struct program *p = b->run->program;
    const struct line *filter = p->filter ? block_line(b, p->filter, p->n_stages) : NULL;
    for (uint32_t c = 0; c < b->n; c++) {
        const struct values *v = &b->current;
        struct standing *s = &out->standings[b->first + c];
        *s = (struct standing){NO_INDEX, NO_INDEX, NO_INDEX, STEP_NONE, 0, false};
        if (!contact_events(b, c) || b->by_hand[c])
            continue;
        s->stage = last_value(v, c);
        s->persona = named(p, CHANGE_PERSONA, last_value(&b->personas, c));
        s->grade = named(p, CHANGE_GRADE, last_value(&b->grades, c));
        s->since = v->at[c] < v->at[c + 1] ? v->v[v->at[c + 1] - 1].step : event_step(b, c, b->begin[c]);
        s->score = block_score_at(b, c);
        s->filter = filter && line_last(filter, c);
    }
}

static void put_values(struct block *b)
{
    const struct program *p = b->run->program;
    uint32_t n = p->n_stages > p->n_grades ? p->n_stages : p->n_grades;
    const struct line **lines = mem_alloc(((size_t)n + 1) * sizeof *lines);
    block_personas(b);
    for (uint32_t i = 0; i < p->n_stages; i++)
        lines[i] = block_stage(b, i);
    block_first(b, lines, p->n_stages, true, &b->current);
    for (uint32_t i = 0; i < p->n_grades; i++)
        lines[i] = block_line(b, p->grades[i].when, p->n_stages);
    block_first(b, lines, p->n_grades, false, &b->grades);
    free(lines);
}

static void put_block(struct block *b, struct replay_result *out)
{
    const struct replay_options *o = b->run->options;
    put_stages(b, out);
    if (o->transitions || o->standings)
        put_values(b);
    if (o->standings)
        put_standings(b, out);
    for (uint32_t c = 0; c < b->n; c++) {
        out->exists[b->first + c] = contact_events(b, c) > 0;
        if (b->by_hand[c])
            reference_contact(b->run->bound, b->first + c, o, out);
        else if (o->transitions)
            emit_contact(b, c, out);
    }
}

// --- threads
// ------------------------------------------------------------------------------------------------------

// The first contact whose events begin at `event` or behind it.
static uint32_t contact_from(const struct columns *c, uint64_t event)
{
    uint32_t low = 0, high = c->n_contacts;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (c->off[mid] < event)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static void *work(void *arg)
{
    struct job *job = arg;
    struct block block;
    block_init(&block, job->run);
    for (;;) {
        uint32_t u = atomic_fetch_add(&job->next, 1);
        if (u >= job->n_units)
            break;
        struct replay_result *out = &job->units[u].out;
        *out = *job->result;
        uint32_t first = contact_from(job->run->columns, (uint64_t)u * UNIT_EVENTS);
        uint32_t end = contact_from(job->run->columns, ((uint64_t)u + 1) * UNIT_EVENTS);
        while (first < end) {
            first = block_load(&block, first, end);
            put_block(&block, out);
        }
    }
    block_free(&block);
    return NULL;
}

static void gather(struct job *job, struct replay_result *ret)
{
    size_t transitions = 0, evidence = 0;
    for (uint32_t u = 0; u < job->n_units; u++) {
        transitions += job->units[u].out.transitions.n;
        evidence += job->units[u].out.evidence.n;
    }
    vec_reserve(&ret->transitions, transitions);
    vec_reserve(&ret->evidence, evidence);
    for (uint32_t u = 0; u < job->n_units; u++) {
        struct replay_result *from = &job->units[u].out;
        for (size_t i = 0; i < from->transitions.n; i++) {
            struct transition *t = &ret->transitions.v[ret->transitions.n++];
            *t = from->transitions.v[i];
            t->evidence += (uint32_t)ret->evidence.n;
        }
        if (from->evidence.n)
            memcpy(ret->evidence.v + ret->evidence.n, from->evidence.v,
                    from->evidence.n * sizeof *from->evidence.v);
        ret->evidence.n += from->evidence.n;
        vec_free(&from->transitions);
        vec_free(&from->evidence);
    }
}

void replay_run(const struct program *program, const struct columns *columns,
        const struct replay_options *options, struct replay_result *ret)
{
    struct arena *arena = arena_new();
    struct bound *bound = bind_program(program, columns);
    struct run run = {.bound = bound, .program = program, .columns = columns, .options = options};
    uint32_t n = columns->n_contacts;
    *ret = (struct replay_result){.n_contacts = n, .n_stages = program->n_stages};
    ret->stages = mem_alloc((size_t)n * program->n_stages * sizeof *ret->stages);
    ret->exists = mem_zero(n, 1);
    if (options->standings)
        ret->standings = mem_alloc((size_t)n * sizeof *ret->standings);
    run_init(&run, arena);
    struct job job = {.run = &run, .result = ret};
    job.n_units = (uint32_t)(((uint64_t)columns->n_events + UNIT_EVENTS - 1) / UNIT_EVENTS);
    job.units = mem_zero(job.n_units, sizeof *job.units);
    unsigned threads = options->threads < 1 ? 1 : options->threads > 64 ? 64 : options->threads;
    pthread_t ids[64];
    unsigned started = 0;
    while (started + 1 < threads && pthread_create(&ids[started], NULL, work, &job) == 0)
        started++;
    work(&job);
    for (unsigned i = 0; i < started; i++)
        pthread_join(ids[i], NULL);
    gather(&job, ret);
    free(job.units);
    bound_free(bound);
    arena_free(arena);
}
