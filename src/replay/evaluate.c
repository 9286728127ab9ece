// The block evaluator: runs blocks on several threads and turns their lines into transitions and standings.
#include "replay/block.h"
#include "replay/evidence.h"
#include "replay/reference.h"
#include "rules/model.h"

// Each thread appends transitions of its own; a unit's stand together, so that all can be put in the order of
// the contacts whichever thread had them.
struct unit {
    uint32_t worker;
    size_t transitions, n_transitions, evidence, n_evidence; // in the worker's
    size_t to_transitions, to_evidence;                      // in the result
};

struct job {
    struct replay_result *result;
    struct replay_result *workers; // only transitions and evidence are their own; the arrays are shared
    struct unit *units;
};

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
    return line_holds(block_line(m->b, e, m->stage, NULL), m->c, m->step);
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

static void add_evidence(struct block *b, uint32_t c, const struct expr *e, uint32_t stage,
        struct replay_result *out, struct transition *t)
{
    step_t step = t->step;
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

static bool moves_up(uint32_t from, uint32_t to)
{
    return to != NO_INDEX && (from == NO_INDEX || to > from);
}

static const struct expr *reason(
        const struct program *p, enum transition_kind kind, uint32_t from, uint32_t rule)
{
    if (kind == CHANGE_STAGE) {
        return moves_up(from, rule) ? p->stages[rule].when : p->stages[from].until;
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

// Room for `more` transitions behind the last.
static struct transition *transitions_room(struct replay_result *out, size_t more)
{
    if (out->transitions.n + more > out->transitions.cap) {
        out->transitions.cap = (out->transitions.n + more) * 2;
        out->transitions.v =
                mem_big_resize(out->transitions.v, out->transitions.cap * sizeof *out->transitions.v);
    }
    return out->transitions.v + out->transitions.n;
}

// Nothing but stages, and no evidence: the usual case.
static void emit_stages(const struct block *b, uint32_t c, struct replay_result *out)
{
    const struct change *v = b->current.v + b->current.at[c];
    uint32_t n = b->current.at[c + 1] - b->current.at[c], from = NO_INDEX;
    struct transition *t = transitions_room(out, n);
    for (uint32_t i = 0; i < n; i++) {
        t[i] = (struct transition){.contact = b->first + c,
                .from = from,
                .to = v[i].value,
                .kind = CHANGE_STAGE,
                .step = v[i].step};
        from = v[i].value;
    }
    out->transitions.n += n;
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
        if (b->run->options->evidence) {
            uint32_t context = kind != CHANGE_STAGE       ? p->n_stages
                               : moves_up(from[kind], to) ? to
                                                          : from[kind];
            add_evidence(b, c, reason(p, kind, from[kind], rule), context, out, &t);
        }
        *transitions_room(out, 1) = t;
        out->transitions.n++;
        from[kind] = to;
    }
}

static void put_stages(struct block *b, struct replay_result *out)
{
    for (uint32_t s = 0; s < b->run->program->n_stages; s++) {
        if (!b->run->wanted[s])
            continue;
        const struct line *on = block_stage(b, s);
        struct stage_state *state = out->stages[s] + b->first;
        uint32_t at = 0;
        for (uint32_t c = 0; c < b->n; c++) {
            uint32_t next = on->at[c + 1];
            step_t first = on->v[at], last = on->v[next - (next > 0)]; // read whether they are its own or not
            state[c].first = next > at ? first : STEP_NONE;
            state[c].since = (next - at) & 1 ? last : STEP_NONE;
            at = next;
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
    const struct line *filter = p->filter ? block_line(b, p->filter, p->n_stages, NULL) : NULL;
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
        lines[i] = block_line(b, p->grades[i].when, p->n_stages, NULL);
    block_first(b, lines, p->n_grades, false, &b->grades);
    free(lines);
}

// A person's hand on a stage depends on evidence step by step: such contacts are few, and the reference's.
static void put_by_hand(struct block *b, uint32_t c, struct replay_result *out)
{
    struct reference *reference = reference_new(b->run->bound, b->run->options);
    reference_contact(reference, b->first + c, out);
    reference_free(reference);
}

void evaluate_block(struct block *b, struct replay_result *out)
{
    const struct replay_options *o = b->run->options;
    put_stages(b, out);
    if (o->transitions || o->standings)
        put_values(b);
    if (o->standings)
        put_standings(b, out);
    bool plain = !o->evidence && b->run->program->n_personas == 0 && b->run->program->n_grades == 0;
    for (uint32_t c = 0; c < b->n; c++) {
        out->exists[b->first + c] = contact_events(b, c) > 0;
        if (b->by_hand[c])
            put_by_hand(b, c, out);
        else if (o->transitions && plain)
            emit_stages(b, c, out);
        else if (o->transitions)
            emit_contact(b, c, out);
    }
}

static void copy_unit(void *arg, struct block *block, uint32_t unit, uint32_t first, uint32_t end)
{
    const struct job *job = arg;
    const struct unit *u = &job->units[unit];
    const struct replay_result *from = &job->workers[u->worker];
    struct transition *to = job->result->transitions.v + u->to_transitions;
    (void)block, (void)first, (void)end;
    for (size_t i = 0; i < u->n_transitions; i++) {
        to[i] = from->transitions.v[u->transitions + i];
        to[i].evidence += (uint32_t)(u->to_evidence - u->evidence);
    }
    if (u->n_evidence)
        memcpy(job->result->evidence.v + u->to_evidence, from->evidence.v + u->evidence,
                u->n_evidence * sizeof *from->evidence.v);
}

static void gather(const struct run *run, struct job *job)
{
    struct replay_result *ret = job->result;
    unsigned workers = run_workers(run);
    if (workers == 1) { // all there, and in order
        ret->transitions = job->workers[0].transitions;
        ret->evidence = job->workers[0].evidence;
        return;
    }
    for (uint32_t u = 0; u < run_units(run->columns); u++) {
        job->units[u].to_transitions = ret->transitions.n;
        job->units[u].to_evidence = ret->evidence.n;
        ret->transitions.n += job->units[u].n_transitions;
        ret->evidence.n += job->units[u].n_evidence;
    }
    ret->transitions.cap = ret->transitions.n;
    ret->transitions.v = mem_big(ret->transitions.n * sizeof *ret->transitions.v);
    vec_reserve(&ret->evidence, ret->evidence.n);
    run_threads(run, copy_unit, job);
    for (unsigned w = 0; w < workers; w++) {
        vec_free(&job->workers[w].transitions);
        vec_free(&job->workers[w].evidence);
    }
}

static void do_unit(void *arg, struct block *block, uint32_t unit, uint32_t first, uint32_t end)
{
    struct job *job = arg;
    struct replay_result *out = &job->workers[block->worker];
    struct unit *u = &job->units[unit];
    *u = (struct unit){
            .worker = block->worker, .transitions = out->transitions.n, .evidence = out->evidence.n};
    while (first < end) {
        first = block_load(block, first, end);
        evaluate_block(block, out);
    }
    u->n_transitions = out->transitions.n - u->transitions;
    u->n_evidence = out->evidence.n - u->evidence;
}

// Stages that mean the same in the program replayed before keep their states.
static void borrow_stages(
        const struct program *program, const struct replay_options *options, struct replay_result *ret)
{
    const struct program *known = options->known;
    for (uint32_t s = 0; s < program->n_stages && options->skip; s++)
        ret->borrowed[s] = options->skip[s];
    if (!known || options->transitions || options->standings || program->filter)
        return;
    for (uint32_t s = 0; s < program->n_stages; s++) {
        uint64_t hash = program_stage_hash(program, s);
        for (uint32_t k = 0; k < known->n_stages && !ret->borrowed[s]; k++)
            if (program_stage_hash(known, k) == hash) {
                ret->borrowed[s] = true;
                ret->stages[s] = options->known_result->stages[k];
            }
    }
}

static void prepare(const struct program *program, const struct columns *columns,
        const struct replay_options *options, struct replay_result *ret)
{
    uint32_t n = columns->n_contacts;
    *ret = (struct replay_result){.n_contacts = n, .n_stages = program->n_stages};
    ret->stages = mem_zero(program->n_stages, sizeof *ret->stages);
    ret->borrowed = mem_zero(program->n_stages, sizeof *ret->borrowed);
    borrow_stages(program, options, ret);
    uint32_t own = 0;
    for (uint32_t s = 0; s < program->n_stages; s++)
        own += !ret->borrowed[s];
    ret->states = mem_big((size_t)own * n * sizeof *ret->states);
    for (uint32_t s = program->n_stages; s-- > 0;)
        if (!ret->borrowed[s])
            ret->stages[s] = ret->states + (size_t)--own * n;
    ret->exists = mem_zero(n, 1);
    if (options->standings)
        ret->standings = mem_big((size_t)n * sizeof *ret->standings);
}

// `at` before the first event: nobody is there yet.
void evaluate_nobody(struct replay_result *ret)
{
    for (uint32_t s = 0; s < ret->n_stages; s++)
        for (uint32_t c = 0; c < ret->n_contacts; c++)
            if (!ret->borrowed[s])
                ret->stages[s][c] = (struct stage_state){STEP_NONE, STEP_NONE};
    for (uint32_t c = 0; ret->standings && c < ret->n_contacts; c++)
        ret->standings[c] = (struct standing){NO_INDEX, NO_INDEX, NO_INDEX, STEP_NONE, 0, false};
}

void evaluate_prepare(struct run *run, struct arena *arena, struct replay_result *ret)
{
    const struct program *program = run->program;
    const struct replay_options *options = run->options;
    prepare(program, run->columns, options, ret);
    bool *wanted = ARENA_ARRAY(arena, bool, program->n_stages + 1);
    for (uint32_t s = 0; s < program->n_stages; s++)
        wanted[s] = !ret->borrowed[s];
    run->wanted = wanted;
    run_init(run, arena,
            NEED_STAGES | (options->transitions || options->standings ? NEED_GRADES : 0u) |
                    (options->standings ? NEED_SCORE : 0u) | (program->filter ? NEED_FILTER : 0u));
}

void replay_run(const struct program *program, const struct columns *columns,
        const struct replay_options *options, struct replay_result *ret)
{
    struct arena *arena = arena_new();
    struct bound *bound = bind_program(program, columns);
    struct run run = {.bound = bound, .program = program, .columns = columns, .options = options};
    evaluate_prepare(&run, arena, ret);
    if (run.nothing) {
        evaluate_nobody(ret);
    } else {
        struct job job = {.result = ret};
        job.units = mem_zero(run_units(columns), sizeof *job.units);
        job.workers = mem_zero(run_workers(&run), sizeof *job.workers);
        for (unsigned w = 0; w < run_workers(&run); w++) {
            job.workers[w] = *ret;
            if (options->transitions) { // enough for most; what stays unused of it is never touched
                size_t cap = (size_t)columns->n_contacts / run_workers(&run) * 3 + 64;
                job.workers[w].transitions.cap = cap;
                job.workers[w].transitions.v = mem_big(cap * sizeof *ret->transitions.v);
            }
        }
        run_threads(&run, do_unit, &job);
        gather(&run, &job);
        free(job.units);
        free(job.workers);
    }
    bound_free(bound);
    arena_free(arena);
}
