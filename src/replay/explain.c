#include "replay/explain.h"
#include "base/datetime.h"
#include "replay/explain_view.h"

// --- what time alone will change

// A condition whose truth is watched while the clock runs on.
struct watched {
    const struct expr *e;
    uint32_t scope;
    bool held;
};

typedef VEC(struct watched) watch_list;

static int64_t *ends_slot(const struct explanation *x, const struct expr *e, uint32_t scope)
{
    size_t row = scope == WALK_ALL ? x->program->n_stages : scope;
    return &x->ends[row * x->program->n_exprs + e->id];
}

int64_t explanation_ends(const struct explanation *x, const struct expr *e, uint32_t scope)
{
    return *ends_slot(x, e, scope);
}

static void watch(const struct explanation *x, const struct expr *e, uint32_t scope, watch_list *list)
{
    vec_push(list, (struct watched){e, scope, walk_holds(x->walk, e, scope)});
    for (uint32_t i = 0; i < e->n_children; i++)
        watch(x, e->children[i], scope, list);
}

static void watch_all(const struct explanation *x, watch_list *list)
{
    const struct program *p = x->program;
    for (uint32_t i = 0; i < p->n_stages; i++) {
        watch(x, p->stages[i].when, i, list);
        if (p->stages[i].until)
            watch(x, p->stages[i].until, i, list);
    }
    for (uint32_t i = 0; i < p->n_personas; i++)
        watch(x, p->personas[i].when, WALK_ALL, list);
    for (uint32_t i = 0; i < p->n_facts; i++)
        if (p->facts[i].rule)
            watch(x, p->facts[i].rule, WALK_ALL, list);
}

static void walk_to(struct walk *w, uint32_t contact, int64_t at)
{
    walk_start(w, contact, at);
    while (walk_step(w, at))
        ;
}

// The same history once more, and then the clock alone: every windowed atom runs out, so it comes to rest.
static void find_ends(struct explanation *x, const struct bound *bound, int64_t at)
{
    watch_list list = {0};
    struct walk *future = walk_new(bound);
    watch_all(x, &list);
    for (size_t i = 0; i < ((size_t)x->program->n_stages + 1) * x->program->n_exprs; i++)
        x->ends[i] = NO_TIME;
    walk_to(future, x->contact, at);
    walk_rest(future, at);
    while (list.n > 0 && walk_step(future, INT64_MAX))
        for (size_t i = 0; i < list.n;) {
            const struct watched *o = &list.v[i];
            if (walk_holds(future, o->e, o->scope) == o->held) {
                i++;
                continue;
            }
            *ends_slot(x, o->e, o->scope) = step_time(walk_now(future));
            list.v[i] = list.v[--list.n];
        }
    walk_free(future);
    vec_free(&list);
}

// --- names

struct str explanation_time(const struct explanation *x, int64_t time, char *out)
{
    return datetime_format(x->columns->epoch + time, out);
}

struct str explanation_stage(const struct explanation *x, uint32_t stage)
{
    return stage == NO_INDEX ? STR("none") : x->program->stages[stage].name;
}

struct str explanation_grade(const struct explanation *x)
{
    return x->standing.grade == NO_INDEX ? STR("none") : x->program->grade_names[x->standing.grade];
}

struct str explanation_persona(const struct explanation *x)
{
    return x->standing.persona == NO_INDEX ? STR("none") : x->program->persona_names[x->standing.persona];
}

bool explain_contact(const struct program *program, const struct columns *columns, uint32_t contact,
        const struct explain_options *options, struct buf *out)
{
    int64_t at = walk_clock(columns, options->at);
    if (columns->off[contact] == columns->off[contact + 1] || columns->time[columns->off[contact]] > at)
        return false;
    struct bound *bound = bind_program(program, columns);
    struct arena *arena = arena_new();
    struct explanation x = {
            .program = program,
            .columns = columns,
            .options = options,
            .contact = contact,
            .walk = walk_new(bound),
            .arena = arena,
            .ends = ARENA_ARRAY(arena, int64_t, ((size_t)program->n_stages + 1) * program->n_exprs + 1),
    };
    walk_to(x.walk, contact, at);
    walk_rest(x.walk, at);
    x.standing = walk_standing(x.walk);
    find_ends(&x, bound, at);
    if (options->json)
        explanation_json(&x, out);
    else
        explanation_text(&x, out);
    walk_free(x.walk);
    arena_free(arena);
    bound_free(bound);
    return true;
}

bool explain_next(const struct program *program, const struct columns *columns, uint32_t contact, int64_t at,
        struct arena *arena, struct explained_next *ret)
{
    struct explain_options options = {.at = at};
    int64_t clock = walk_clock(columns, at);
    size_t n_ends = ((size_t)program->n_stages + 1) * program->n_exprs + 1;
    if (columns->off[contact] == columns->off[contact + 1] || columns->time[columns->off[contact]] > clock)
        return false;
    struct bound *bound = bind_program(program, columns);
    struct explanation x = {.program = program,
            .columns = columns,
            .options = &options,
            .contact = contact,
            .walk = walk_new(bound),
            .arena = arena,
            .ends = ARENA_ARRAY(arena, int64_t, n_ends)};
    for (size_t i = 0; i < n_ends; i++)
        x.ends[i] = NO_TIME;
    walk_to(x.walk, contact, clock);
    walk_rest(x.walk, clock);
    x.standing = walk_standing(x.walk);
    uint32_t stage = x.standing.stage == NO_INDEX ? 0 : x.standing.stage + 1;
    *ret = (struct explained_next){.stage = NO_INDEX};
    if (stage < program->n_stages) {
        action_list actions = {0};
        explanation_missing(&x, program->stages[stage].when, stage, true, &actions);
        struct action *kept = ARENA_ARRAY(arena, struct action, actions.n + 1);
        for (size_t i = 0; i < actions.n; i++)
            kept[i] = (struct action){
                    arena_str(arena, actions.v[i].action), arena_str(arena, actions.v[i].what)};
        *ret = (struct explained_next){stage, kept, actions.n};
        vec_free(&actions);
    }
    walk_free(x.walk);
    bound_free(bound);
    return true;
}
