// What a run needs of its program: which matchers, and what each event type means to them.
#include "replay/block.h"

#include <math.h>

struct needs {
    const struct run *run;
    const struct program *program;
    bool *seen;     // [n_exprs]
    uint32_t *refs; // [n_exprs]
    bool *matchers; // [n_matchers]
    bool personas, points;
    bool shallow; // stages, scores and personas are told by standings
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
        else if (!rule_is_plain(n->run->bound, &n->program->points[i]))
            n->matchers[n->program->points[i].matcher] = true;
    }
}

static void need(struct needs *n, const struct expr *e)
{
    n->refs[e->id]++;
    if (n->seen[e->id])
        return;
    n->seen[e->id] = true;
    for (uint32_t i = 0; i < e->n_children; i++)
        need(n, e->children[i]);
    if (n->shallow && e->op >= EXPR_SCORE)
        return;
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
    case EXPR_AMOUNT: // whose evidence, where nobody recorded the fact, is its rule's
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

static void need_all(struct needs *n, const struct run *run, unsigned what)
{
    const struct program *p = run->program;
    for (uint32_t i = 0; i < p->n_stages && (what & NEED_STAGES); i++)
        if (run->wanted[i])
            need_stage(n, i);
    if (what & NEED_GRADES) {
        need_personas(n);
        for (uint32_t i = 0; i < p->n_grades; i++)
            need(n, p->grades[i].when);
    }
    if (what & NEED_SCORE)
        need_points(n);
    n->shallow = what & NEED_FILTER_ONLY;
    if (what & (NEED_FILTER | NEED_FILTER_ONLY))
        need(n, p->filter);
}

// Sums of whole grains, each rounded up, bound sums of points from above: adding integers is a chain of one
// cycle, adding doubles one of three or four.
static void make_grains(struct run *run, struct arena *arena, const double *weights)
{
    uint32_t n_types = run->columns->n_types, *gain = ARENA_ARRAY(arena, uint32_t, n_types + 1),
             *loss = ARENA_ARRAY(arena, uint32_t, n_types + 1);
    double most = 0;
    for (uint32_t t = 0; t < n_types; t++)
        most = fmax(most, fabs(weights[t]));
    int exponent;
    frexp(most, &exponent);
    run->scoring.grain = ldexp(1, exponent - 20);
    for (uint32_t t = 0; t < n_types; t++) {
        gain[t] = (uint32_t)ceil(fmax(weights[t], 0) / run->scoring.grain);
        loss[t] = (uint32_t)ceil(fmax(-weights[t], 0) / run->scoring.grain);
        run->scoring.losing |= loss[t] > 0;
    }
    run->scoring.gain = gain;
    run->scoring.loss = loss;
}

static void make_weights(struct run *run, struct arena *arena)
{
    const struct program *p = run->program;
    double *weights = ARENA_ARRAY(arena, double, run->columns->n_types + 1);
    uint32_t *special = ARENA_ARRAY(arena, uint32_t, p->n_points + 1);
    for (uint32_t i = 0; i < p->n_points; i++) {
        const struct points *rule = &p->points[i];
        if (rule->kind == POINTS_WHEN) {
            run->scoring.toggling = true;
            continue;
        }
        run->scoring.presence |= run->bound->matchers[rule->matcher].presence;
        if (!rule_is_plain(run->bound, rule)) {
            special[run->scoring.n_special++] = i;
            run->scoring.losing |= rule->n < 0;
            continue;
        }
        for (uint32_t t = 0; t < run->columns->n_types; t++)
            if (run->bound->matchers[rule->matcher].take[t] == TAKE_ALWAYS)
                weights[t] += rule->n;
    }
    run->scoring.weights = weights;
    run->scoring.special = special;
    make_grains(run, arena, weights);
}

static void make_decay(struct run *run, struct arena *arena)
{
    double half_life = (double)run->program->half_life;
    for (unsigned k = 0; k < 3; k++) {
        unsigned n = 1u << (k < 2 ? DECAY_BITS : 32 - 2 * DECAY_BITS);
        double *factors = ARENA_ARRAY(arena, double, n);
        for (unsigned i = 0; i < n; i++)
            factors[i] = half_life > 0 ? exp2(-ldexp(i, (int)(DECAY_BITS * k)) / half_life) : 1;
        run->scoring.decay[k] = factors;
    }
}

void run_init(struct run *run, struct arena *arena, unsigned what)
{
    const struct program *p = run->program;
    const struct columns *c = run->columns;
    struct needs n = {.run = run, .program = p};
    n.seen = ARENA_ARRAY(arena, bool, p->n_exprs + 1);
    n.matchers = ARENA_ARRAY(arena, bool, p->n_matchers + 1);
    n.stages = ARENA_ARRAY(arena, bool, p->n_stages + 1);
    n.refs = run->refs = ARENA_ARRAY(arena, uint32_t, p->n_exprs + 1);
    // Evidence asks for sides that did not decide.
    run->masked = !run->options->evidence;
    need_all(&n, run, what);
    make_classes(run, arena, n.matchers);
    if (n.points) {
        make_weights(run, arena);
        make_decay(run, arena);
    }
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
    int64_t at = run->options->at - c->epoch;
    run->nothing = at < 0;
    run->at = at < 0 ? 0 : at > UINT32_MAX - 1 ? UINT32_MAX - 1 : (uint32_t)at;
}
