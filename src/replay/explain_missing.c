#include "base/datetime.h"
#include "replay/explain_view.h"

#include <math.h>

struct search {
    const struct explanation *x;
    uint32_t scope;
    action_list *out;
};

static void add(struct search *s, struct str action, struct str what)
{
    for (size_t i = 0; i < s->out->n; i++)
        if (str_eq(s->out->v[i].action, action) && str_eq(s->out->v[i].what, what))
            return;
    vec_push(s->out, (struct action){action, what});
}

// --- patterns, as the model has them

static bool stands_at(struct str text, size_t i, struct str word)
{
    return i + word.n <= text.n && memcmp(text.p + i, word.p, word.n) == 0;
}

// Text before the last occurrence of a word, all of it if there is none.
static struct str before_last(struct str text, struct str word)
{
    for (size_t i = text.n; i-- > 0;)
        if (stands_at(text, i, word))
            return str_sub(text, 0, i);
    return text;
}

// The text up to the next such word outside quotes, else all of it; moves *rest behind the word.
static struct str next_part(struct str *rest, struct str word)
{
    struct str text = *rest;
    bool quoted = false;
    for (size_t i = 0; i < text.n; i++) {
        if (quoted && text.p[i] == '\\')
            i++;
        else if (text.p[i] == '"')
            quoted = !quoted;
        else if (!quoted && stands_at(text, i, word)) {
            *rest = str_sub(text, i + word.n, text.n);
            return str_sub(text, 0, i);
        }
    }
    *rest = STR_NONE;
    return text;
}

static struct str behind_first(struct str text, struct str word)
{
    next_part(&text, word);
    return text;
}

// The patterns of an atom from its canonical text: without the word before and what stands behind. Only the
// last window can be the atom's own; words like it further left belong to a `where`.
static struct str pattern_text(const struct expr *e)
{
    struct str text = behind_first(e->text, e->op == EXPR_SUM ? STR(" of ") : STR(" "));
    if (e->op == EXPR_COUNT || e->op == EXPR_SUM)
        text = before_last(before_last(text, STR(" ")), STR(" "));
    if (e->op == EXPR_SILENT)
        return before_last(text, STR(" for "));
    switch (e->window.kind) {
    case WINDOW_WITHIN:
        return before_last(text, STR(" within "));
    case WINDOW_SINCE:
        return before_last(text, STR(" since "));
    case WINDOW_BEFORE:
        return before_last(text, STR(" before "));
    case WINDOW_NONE:
        break;
    }
    return text;
}

static struct str link_text(const struct expr *e, uint32_t link)
{
    struct str then = STR(" then "), rest = behind_first(e->text, STR(" ")), text = next_part(&rest, then);
    for (uint32_t i = 0; i < link; i++)
        text = next_part(&rest, then);
    return link > 0 ? before_last(text, STR(" within ")) : text;
}

// Whether all that matches is ours to do: messages we send, notes we take.
static bool is_ours(const struct explanation *x, uint32_t matcher)
{
    const struct matcher *m = &x->program->matchers[matcher];
    for (unsigned i = 0; i < m->n_pats; i++) {
        const struct pat *p = &m->pats[i];
        // A prefix has the direction that its names have when nothing else is said of them.
        enum direction d = p->kind == PAT_DIRECTION ? p->direction
                           : p->kind == PAT_NAME
                                   ? event_direction(p->name)
                                   : event_direction(arena_printf(x->arena, "%.*s_", STR_ARG(p->name)));
        if (d == DIR_INBOUND)
            return false;
    }
    return true;
}

static void add_event(struct search *s, uint32_t matcher, struct str what)
{
    add(s, is_ours(s->x, matcher) ? STR("do") : STR("wait"), what);
}

// Whether an event to come can lie in the atom's window.
static bool still_open(const struct explanation *x, const struct expr *e)
{
    return e->window.kind != WINDOW_BEFORE || e->window.value > x->options->at;
}

// --- numbers

// How many more matches make a count compare as it should; 0: no number does.
static double more_matches(const struct expr *e, double count, bool hold)
{
    const double tries[] = {1, floor(e->number) - count, floor(e->number) - count + 1};
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++)
        if (tries[i] >= 1 && relation_holds(e->rel, count + tries[i], e->number, true) == hold)
            return tries[i];
    return 0;
}

// How much more makes a score or sum compare as it should: up to the number itself, or if that is not enough
// just beyond it, which reads best as "more than" the distance; 0: nothing does.
static double more_amount(const struct expr *e, double have, bool hold)
{
    double distance = e->number - have;
    bool reaches = relation_holds(e->rel, e->number, e->number, false) == hold;
    bool passes = relation_holds(e->rel, e->number + fmax(1, fabs(e->number)), e->number, false) == hold;
    return distance >= 0 && (reaches || passes) ? fmax(distance, 0.000001) : 0;
}

static void count_missing(struct search *s, const struct expr *e, bool hold)
{
    double more = more_matches(e, walk_measure(s->x->walk, e), hold);
    struct str pattern = pattern_text(e);
    if (more > 0 && still_open(s->x, e))
        add_event(s, e->matcher,
                more > 1 ? arena_printf(s->x->arena, "%.*s (%.0f more)", STR_ARG(pattern), more) : pattern);
}

static void sum_missing(struct search *s, const struct expr *e, bool hold)
{
    double more = more_amount(e, walk_measure(s->x->walk, e), hold);
    struct str prop = s->x->program->props[e->prop_index], pattern = pattern_text(e);
    if (more > 0 && still_open(s->x, e))
        add_event(s, e->matcher,
                arena_printf(s->x->arena, "%.*s (%.10g more %.*s)", STR_ARG(pattern), more, STR_ARG(prop)));
}

static void score_missing(struct search *s, const struct expr *e, bool hold)
{
    double more = more_amount(e, s->x->standing.score, hold);
    if (more > 0)
        add(s, STR("raise"), arena_printf(s->x->arena, "%.10g more points", more));
}

// --- atoms

static void expr_missing(struct search *s, const struct expr *e, bool hold);

static void rule_missing(struct search *s, const struct expr *rule, bool hold)
{
    struct search all = {s->x, WALK_ALL, s->out};
    expr_missing(&all, rule, hold);
}

static void fact_missing(struct search *s, const struct expr *e, bool hold)
{
    const struct fact *fact = &s->x->program->facts[e->index];
    if (hold && e->op == EXPR_FACT && e->answer == ANSWER_UNKNOWN)
        return; // nobody can be asked to forget
    add(s, STR("ask"), fact->name);
    if (fact->rule && hold && e->op == EXPR_FACT && e->answer != ANSWER_NO &&
            !walk_recorded(s->x->walk, e->index))
        rule_missing(s, fact->rule, true);
}

static void trait_missing(struct search *s, const struct expr *e)
{
    const struct trait *trait = &s->x->program->traits[e->index];
    uint32_t number = walk_trait(s->x->walk, e->index);
    bool set = false;
    if (number != VALUE_NONE) {
        struct value v = columns_value(s->x->columns, number);
        set = value_readable(&v, trait->type);
    }
    add(s, set ? STR("check") : STR("fill"), trait->name);
}

static void persona_missing(struct search *s, const struct expr *e, bool hold)
{
    const struct program *p = s->x->program;
    uint32_t now = walk_persona_rule(s->x->walk);
    if (!hold) {
        rule_missing(s, p->personas[now].when, false);
        return;
    }
    for (uint32_t i = 0; i < p->n_personas; i++)
        if (e->index == NO_INDEX || p->personas[i].name == e->index)
            rule_missing(s, p->personas[i].when, true);
}

// The stage that hides the asked one from `is`.
static struct str last_on(const struct search *s)
{
    uint32_t n = s->scope == WALK_ALL ? s->x->program->n_stages : s->scope;
    while (n-- > 0)
        if (walk_stage(s->x->walk, n)->since != STEP_NONE)
            return s->x->program->stages[n].name;
    return STR("none");
}

static void stage_missing(struct search *s, const struct expr *e, bool hold)
{
    bool on = e->index != NO_INDEX && walk_stage(s->x->walk, e->index)->since != STEP_NONE;
    struct str name = explanation_stage(s->x, e->index);
    if (hold && !on)
        add(s, STR("reach"), name);
    else if (hold && e->op == EXPR_IS)
        add(s, STR("leave"), last_on(s));
    else if (!hold && e->op != EXPR_REACHED)
        add(s, STR("leave"), name);
}

static void atom_missing(struct search *s, const struct expr *e, bool hold)
{
    uint32_t link = 0;
    switch (e->op) {
    case EXPR_ANY:
        if (hold && still_open(s->x, e))
            add_event(s, e->matcher, pattern_text(e));
        break;
    case EXPR_NO:
    case EXPR_SILENT:
        if (!hold && still_open(s->x, e))
            add_event(s, e->matcher, pattern_text(e));
        break;
    case EXPR_THEN:
        link = walk_next_link(s->x->walk, e);
        if (hold)
            add_event(s, e->chain[link], link_text(e, link));
        break;
    case EXPR_COUNT:
        count_missing(s, e, hold);
        break;
    case EXPR_SUM:
        sum_missing(s, e, hold);
        break;
    case EXPR_FACT:
    case EXPR_AMOUNT:
        fact_missing(s, e, hold);
        break;
    case EXPR_TRAIT:
        trait_missing(s, e);
        break;
    case EXPR_SCORE:
        score_missing(s, e, hold);
        break;
    case EXPR_PERSONA:
        persona_missing(s, e, hold);
        break;
    case EXPR_REACHED:
    case EXPR_IS:
    case EXPR_IN_FOR:
        stage_missing(s, e, hold);
        break;
    default:
        break;
    }
}

static void expr_missing(struct search *s, const struct expr *e, bool hold)
{
    if (walk_holds(s->x->walk, e, s->scope) == hold)
        return;
    if (e->op == EXPR_AND || e->op == EXPR_OR) {
        for (uint32_t i = 0; i < e->n_children; i++)
            expr_missing(s, e->children[i], hold);
        return;
    }
    if (e->op == EXPR_NOT) {
        expr_missing(s, e->children[0], !hold);
        return;
    }
    atom_missing(s, e, hold);
    int64_t ends = explanation_ends(s->x, e, s->scope);
    if (ends != NO_TIME) {
        char text[DATETIME_SIZE];
        add(s, STR("wait_until"), arena_str(s->x->arena, explanation_time(s->x, ends, text)));
    }
}

void explanation_missing(
        const struct explanation *x, const struct expr *e, uint32_t scope, bool hold, action_list *out)
{
    struct search s = {x, scope, out};
    expr_missing(&s, e, hold);
}
