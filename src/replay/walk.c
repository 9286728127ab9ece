#include "replay/walk.h"
#include "replay/atoms.h"
#include "replay/lookup.h"

#include <assert.h>

int64_t walk_clock(const struct columns *columns, int64_t at)
{
    int64_t last = (int64_t)UINT32_MAX - 1;
    if (at < columns->epoch)
        return NO_TIME;
    return at < columns->epoch + last ? at - columns->epoch : last;
}

struct walk *walk_new(const struct bound *bound)
{
    struct walk *w = mem_zero(1, sizeof *w);
    w->bound = bound;
    w->program = bound->program;
    w->columns = bound->columns;
    w->arena = arena_new();
    w->derived = ARENA_ARRAY(w->arena, bool, w->program->n_facts);
    w->points_hold = ARENA_ARRAY(w->arena, bool, w->program->n_points);
    w->stages = ARENA_ARRAY(w->arena, struct stage_now, w->program->n_stages);
    atoms_prepare(w);
    return w;
}

void walk_free(struct walk *w)
{
    if (!w)
        return;
    atoms_free(w);
    arena_free(w->arena);
    free(w);
}

void walk_start(struct walk *w, uint32_t contact, int64_t at)
{
    w->first = w->end = w->columns->off[contact];
    w->stop = w->columns->off[contact + 1];
    while (w->stop > w->first && w->columns->time[w->stop - 1] > at)
        w->stop--;
    w->now = NO_TIME;
    w->step = w->since = STEP_NONE;
    w->persona = w->stage = w->grade = NO_INDEX;
    w->n_changes = 0;
    memset(w->derived, 0, w->program->n_facts * sizeof *w->derived);
    memset(w->points_hold, 0, w->program->n_points * sizeof *w->points_hold);
    for (uint32_t i = 0; i < w->program->n_stages; i++)
        w->stages[i] = (struct stage_now){.state = {STEP_NONE, STEP_NONE}};
    atoms_start(w);
}

// --- evidence

struct scoped {
    const struct walk *walk;
    uint32_t scope;
};

static bool view_holds(void *ctx, const struct expr *e)
{
    struct scoped *s = ctx;
    return walk_holds(s->walk, e, s->scope);
}

static uint32_t view_persona(void *ctx)
{
    struct scoped *s = ctx;
    return s->walk->persona;
}

static const uint32_t *view_matches(void *ctx, uint32_t matcher, uint32_t *ret_n)
{
    struct scoped *s = ctx;
    *ret_n = (uint32_t)s->walk->matches[matcher].n;
    return s->walk->matches[matcher].v;
}

static void view_chain(void *ctx, const struct expr *e, uint32_t *ret_first, uint32_t *ret_last)
{
    struct scoped *s = ctx;
    struct chain_link link = s->walk->chains[s->walk->slot[e->id]].links[e->n_chain - 1];
    *ret_first = link.first;
    *ret_last = link.last;
}

static struct evidence_view view_of(struct scoped *s)
{
    return (struct evidence_view){
            .bound = s->walk->bound,
            .first = s->walk->first,
            .end = s->walk->end,
            .time = s->walk->now,
            .holds = view_holds,
            .persona_rule = view_persona,
            .matches = view_matches,
            .chain = view_chain,
            .ctx = s,
    };
}

void walk_evidence_of(
        const struct walk *w, const struct expr *e, uint32_t scope, event_list *out, size_t from)
{
    struct scoped s = {w, scope};
    struct evidence_view view = view_of(&s);
    evidence_of(&view, e, out, from);
}

void walk_evidence(const struct walk *w, const struct change *change, event_list *out, size_t from)
{
    if (change->by_hand)
        vec_push(out, w->end - 1);
    else if (change->why)
        walk_evidence_of(w, change->why, change->scope, out, from);
}

// --- a step

// What a stage.assigned in this step asks for.
struct assignment {
    bool given;     // it names a stage, or none
    uint32_t stage; // NO_INDEX: none
};

static struct assignment assignment_of(const struct walk *w, uint32_t event)
{
    const struct event_type *type = &w->columns->types[w->columns->type[event]];
    if (type->kind != EVENT_TRACK || !str_eq(type->name, STR("stage.assigned")))
        return (struct assignment){0};
    uint32_t number = columns_event_prop(w->columns, event, STR("stage"));
    if (number == VALUE_NONE)
        return (struct assignment){0};
    struct value v = columns_value(w->columns, number);
    if (v.kind != JSON_STRING)
        return (struct assignment){0};
    if (str_eq(v.text, STR("none")))
        return (struct assignment){.given = true, .stage = NO_INDEX};
    for (uint32_t i = 0; i < w->program->n_stages; i++)
        if (str_eq(v.text, w->program->stages[i].name))
            return (struct assignment){.given = true, .stage = i};
    return (struct assignment){0};
}

static void turn(struct walk *w, struct stage_now *s, bool on)
{
    if (on && s->state.since == STEP_NONE) {
        s->state.since = w->step;
        if (s->state.first == STEP_NONE)
            s->state.first = w->step;
    }
    if (!on)
        s->state.since = STEP_NONE;
}

// Rules 6 and 7, without an assignment in this step. A condition that is false now can only become true by
// going from false to true, which is all that a hand's hold waits for.
static void stage_by_rule(struct walk *w, uint32_t i, bool when, bool until)
{
    struct stage_now *s = &w->stages[i];
    bool on = s->state.since != STEP_NONE;
    struct scoped scoped = {w, i};
    struct evidence_view view = view_of(&scoped);
    if (!until)
        s->until_ignored = false;
    if (s->held_off && (!when || evidence_after(&view, w->program->stages[i].when, s->held_by + 1)))
        s->held_off = false;
    if (on && until && !s->until_ignored)
        turn(w, s, false);
    else if (!on && when && !until && !s->held_off)
        turn(w, s, true);
}

// Rule 7, in the assignment's own step: the hand wins over every rule; what holds here is what has to go from
// false to true later.
static void stage_by_hand(struct walk *w, uint32_t i, bool named, bool when, bool until)
{
    struct stage_now *s = &w->stages[i];
    turn(w, s, named);
    s->until_ignored = named && until;
    s->held_off = !named && when;
    s->held_by = w->end - 1;
}

static void change(struct walk *w, struct change c)
{
    w->changes[w->n_changes++] = c;
}

static void step_persona(struct walk *w)
{
    const struct program *p = w->program;
    uint32_t from = w->persona == NO_INDEX ? NO_INDEX : p->personas[w->persona].name;
    w->persona = NO_INDEX;
    for (uint32_t i = 0; i < p->n_personas && w->persona == NO_INDEX; i++)
        if (walk_holds(w, p->personas[i].when, WALK_ALL))
            w->persona = i;
    const struct persona *now = w->persona == NO_INDEX ? NULL : &p->personas[w->persona];
    uint32_t to = now ? now->name : NO_INDEX;
    if (to != from)
        change(w,
                (struct change){CHANGE_PERSONA, from, to, .why = now ? now->when : NULL, .scope = WALK_ALL});
}

static void step_stages(struct walk *w, struct assignment hand)
{
    const struct program *p = w->program;
    for (uint32_t i = 0; i < p->n_stages; i++) {
        bool when = walk_holds(w, p->stages[i].when, i);
        bool until = p->stages[i].until && walk_holds(w, p->stages[i].until, i);
        if (hand.given && (hand.stage == NO_INDEX || hand.stage <= i))
            stage_by_hand(w, i, hand.stage == i, when, until);
        else
            stage_by_rule(w, i, when, until);
    }
    uint32_t from = w->stage, to = atoms_last_on(w, WALK_ALL);
    if (to == from)
        return;
    w->stage = to;
    w->since = w->step;
    // NO_INDEX + 1 is 0: none lies before every stage.
    bool up = to + 1 > from + 1;
    change(w, (struct change){CHANGE_STAGE, from, to, .by_hand = hand.given,
                      .why = up ? p->stages[to].when : p->stages[from].until, .scope = up ? to : from});
}

static void step_grade(struct walk *w)
{
    const struct program *p = w->program;
    uint32_t from = w->grade == NO_INDEX ? NO_INDEX : p->grades[w->grade].name;
    w->grade = NO_INDEX;
    for (uint32_t i = 0; i < p->n_grades && w->grade == NO_INDEX; i++)
        if (walk_holds(w, p->grades[i].when, WALK_ALL))
            w->grade = i;
    const struct grade *now = w->grade == NO_INDEX ? NULL : &p->grades[w->grade];
    uint32_t to = now ? now->name : NO_INDEX;
    if (to != from)
        change(w, (struct change){CHANGE_GRADE, from, to, .why = now ? now->when : NULL, .scope = WALK_ALL});
}

// Rule 4: in this order, each sees those before it.
static void take_step(struct walk *w, int64_t time, struct assignment hand)
{
    const struct program *p = w->program;
    w->now = time;
    w->n_changes = 0;
    step_persona(w);
    for (uint32_t i = 0; i < p->n_facts; i++)
        w->derived[i] = p->facts[i].rule && walk_holds(w, p->facts[i].rule, WALK_ALL);
    for (uint32_t i = 0; i < p->n_points; i++)
        w->points_hold[i] = p->points[i].kind == POINTS_WHEN && walk_holds(w, p->points[i].when, WALK_ALL);
    step_stages(w, hand);
    step_grade(w);
}

bool walk_step(struct walk *w, int64_t limit)
{
    if (limit > UINT32_MAX - 1)
        limit = UINT32_MAX - 1;
    bool more = w->end < w->stop;
    int64_t next = more ? (int64_t)w->columns->time[w->end] : NO_TIME;
    if (w->end > w->first) {
        // Rule 2: a second with events has no step by the clock.
        int64_t clock = atoms_next_change(w, more && next <= limit ? next - 1 : limit);
        if (clock != NO_TIME) {
            w->step = step_of_clock((uint32_t)clock);
            take_step(w, clock, (struct assignment){0});
            return true;
        }
    }
    if (!more || next > limit)
        return false;
    uint32_t event = w->end++;
    w->step = step_of_event((uint32_t)next, event - w->first);
    if (w->since == STEP_NONE)
        w->since = w->step;
    atoms_event(w, event);
    take_step(w, next, assignment_of(w, event));
    return true;
}

void walk_rest(struct walk *w, int64_t time)
{
    assert(time >= w->now);
    w->now = time;
}

// --- the present step

step_t walk_now(const struct walk *w)
{
    return w->step;
}

unsigned walk_changes(const struct walk *w, const struct change **ret)
{
    *ret = w->changes;
    return w->n_changes;
}

const struct stage_state *walk_stage(const struct walk *w, uint32_t stage)
{
    return &w->stages[stage].state;
}

struct standing walk_standing(const struct walk *w)
{
    const struct program *p = w->program;
    bool exists = w->end > w->first;
    return (struct standing){
            .stage = w->stage,
            .persona = w->persona == NO_INDEX ? NO_INDEX : p->personas[w->persona].name,
            .grade = w->grade == NO_INDEX ? NO_INDEX : p->grades[w->grade].name,
            .since = w->since,
            .score = exists ? atoms_score(w) : 0,
            .filter = exists && p->filter && walk_holds(w, p->filter, WALK_ALL),
    };
}

size_t walk_earnings(const struct walk *w, const struct earning **ret)
{
    *ret = w->earnings.v;
    return w->earnings.n;
}

uint32_t walk_next_link(const struct walk *w, const struct expr *e)
{
    const struct chain_link *links = w->chains[w->slot[e->id]].links;
    for (uint32_t k = e->n_chain - 1; k > 0; k--)
        if (links[k - 1].last != NO_INDEX && w->now - w->columns->time[links[k - 1].last] <= e->within[k])
            return k;
    return 0;
}

uint32_t walk_trait(const struct walk *w, uint32_t trait)
{
    uint32_t i = trait_entry(w->bound, trait, w->first, w->end);
    return i == NO_INDEX ? VALUE_NONE : w->bound->traits[trait]->val[i];
}

bool walk_recorded(const struct walk *w, uint32_t fact)
{
    return fact_entry(w->bound, fact, w->first, w->end) != NO_INDEX;
}

uint32_t walk_persona_rule(const struct walk *w)
{
    return w->persona;
}
