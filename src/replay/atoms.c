#include "replay/atoms.h"
#include "replay/lookup.h"

#include <float.h>
#include <math.h>

static int64_t time_of(const struct walk *w, uint32_t event)
{
    return w->columns->time[event];
}

// --- preparing

static bool is_timed(const struct program *program, const struct expr *e)
{
    switch (e->op) {
    case EXPR_ANY:
    case EXPR_NO:
    case EXPR_COUNT:
    case EXPR_SUM:
        return e->window.kind == WINDOW_WITHIN;
    case EXPR_SILENT:
    case EXPR_IN_FOR:
        return true;
    case EXPR_SCORE:
        return program->half_life > 0;
    default:
        return false;
    }
}

void atoms_prepare(struct walk *w)
{
    const struct program *p = w->program;
    w->matches = ARENA_ARRAY(w->arena, event_list, p->n_matchers);
    w->matched = ARENA_ARRAY(w->arena, bool, p->n_matchers);
    w->earned = ARENA_ARRAY(w->arena, event_list, p->n_points);
    w->sums = ARENA_ARRAY(w->arena, struct sum_state, p->n_exprs);
    w->chains = ARENA_ARRAY(w->arena, struct chain_state, p->n_exprs);
    w->slot = ARENA_ARRAY(w->arena, uint32_t, p->n_exprs);
    w->timed = ARENA_ARRAY(w->arena, const struct expr *, p->n_exprs);
    for (uint32_t i = 0; i < p->n_exprs; i++) {
        const struct expr *e = p->exprs[i];
        if (is_timed(p, e))
            w->timed[w->n_timed++] = e;
        if (e->op == EXPR_SUM) {
            w->slot[e->id] = w->n_sums;
            w->sums[w->n_sums++].e = e;
        } else if (e->op == EXPR_THEN) {
            w->slot[e->id] = w->n_chains;
            w->chains[w->n_chains++] = (struct chain_state){
                    .e = e, .links = ARENA_ARRAY(w->arena, struct chain_link, e->n_chain)};
        }
    }
}

void atoms_free(struct walk *w)
{
    for (uint32_t i = 0; i < w->program->n_matchers; i++)
        vec_free(&w->matches[i]);
    for (uint32_t i = 0; i < w->program->n_points; i++)
        vec_free(&w->earned[i]);
    for (uint32_t i = 0; i < w->n_sums; i++)
        vec_free(&w->sums[i].running);
    vec_free(&w->earnings);
}

void atoms_start(struct walk *w)
{
    for (uint32_t i = 0; i < w->program->n_matchers; i++)
        w->matches[i].n = 0;
    for (uint32_t i = 0; i < w->program->n_points; i++)
        w->earned[i].n = 0;
    for (uint32_t i = 0; i < w->n_sums; i++)
        w->sums[i].running.n = 0;
    for (uint32_t i = 0; i < w->n_chains; i++)
        for (uint32_t k = 0; k < w->chains[i].e->n_chain; k++)
            w->chains[i].links[k] = (struct chain_link){NO_INDEX, NO_INDEX};
    w->earnings.n = 0;
    w->running = (struct running_score){0};
}

// --- an event

static void sum_event(struct walk *w, struct sum_state *s, uint32_t event)
{
    struct sum before = s->running.n > 0 ? s->running.v[s->running.n - 1] : (struct sum){0};
    vec_push(&s->running, sum_add(before, bound_prop_number(w->bound, s->e->prop_index, event)));
}

// From the last link to the first, so that no event serves two links of one chain. Only the newest chain of
// each link is kept: evidence.c says why that is enough.
static void chain_event(struct walk *w, struct chain_state *c, uint32_t event)
{
    for (uint32_t k = c->e->n_chain; k-- > 0;) {
        if (!w->matched[c->e->chain[k]])
            continue;
        if (k == 0)
            c->links[0] = (struct chain_link){event, event};
        else if (c->links[k - 1].last != NO_INDEX &&
                 time_of(w, event) - time_of(w, c->links[k - 1].last) <= c->e->within[k])
            c->links[k] = (struct chain_link){c->links[k - 1].first, event};
    }
}

// Rule 5 of the meaning: a cap counts the earning events of the D that ends here.
static bool earns(const struct walk *w, uint32_t rule, uint32_t event)
{
    const struct points *p = &w->program->points[rule];
    const event_list *earned = &w->earned[rule];
    if (p->kind == POINTS_WHEN || !w->matched[p->matcher])
        return false;
    if (p->kind == POINTS_ONCE)
        return earned->n == 0;
    if (p->at_most == 0 || earned->n < p->at_most)
        return true;
    return time_of(w, earned->v[earned->n - p->at_most]) <= time_of(w, event) - p->per;
}

static double decay(const struct walk *w, int64_t from, int64_t to)
{
    if (w->program->half_life <= 0)
        return 1;
    return exp2(-(double)(to - from) / (double)w->program->half_life);
}

double walk_decay(const struct walk *w, uint32_t event)
{
    return decay(w, time_of(w, event), w->now);
}

// Rounding: a factor is exact to a few units in the last place and the exponent's own rounding, a sum to one.
// The bound is generous; it only decides how close to a limit the score is summed afresh.
static struct running_score score_at(const struct walk *w, int64_t time)
{
    struct running_score r = w->running;
    double factor = decay(w, r.at, time);
    r.sum *= factor;
    r.slack *= factor;
    if (factor != 1)
        r.slack += 1e-13 * r.magnitude * factor;
    r.magnitude *= factor;
    r.at = time;
    return r;
}

static void earn(struct walk *w, uint32_t event)
{
    for (uint32_t i = 0; i < w->program->n_points; i++) {
        if (!earns(w, i, event))
            continue;
        double n = w->program->points[i].n;
        vec_push(&w->earned[i], event);
        vec_push(&w->earnings, (struct earning){event, i});
        w->running = score_at(w, time_of(w, event));
        w->running.sum += n;
        w->running.magnitude += fabs(n);
        w->running.slack += DBL_EPSILON * w->running.magnitude;
    }
}

void atoms_event(struct walk *w, uint32_t event)
{
    for (uint32_t i = 0; i < w->program->n_matchers; i++) {
        w->matched[i] = bound_matches(w->bound, i, event);
        if (w->matched[i])
            vec_push(&w->matches[i], event);
    }
    for (uint32_t i = 0; i < w->n_sums; i++)
        if (w->matched[w->sums[i].e->matcher])
            sum_event(w, &w->sums[i], event);
    for (uint32_t i = 0; i < w->n_chains; i++)
        chain_event(w, &w->chains[i], event);
    earn(w, event);
}

// --- windows

// The first match at or behind `time`.
static size_t first_match_from(const struct walk *w, const event_list *matches, int64_t time)
{
    size_t lo = 0, hi = matches->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (time_of(w, matches->v[mid]) < time)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

struct range {
    size_t lo, hi; // of the matcher's matches
};

// Rule 3 of the meaning.
static struct range window_range(const struct walk *w, const struct expr *e)
{
    const event_list *matches = &w->matches[e->matcher];
    int64_t value = e->window.value, epoch = w->columns->epoch;
    switch (e->window.kind) {
    case WINDOW_WITHIN:
        return (struct range){first_match_from(w, matches, w->now - value + 1), matches->n};
    case WINDOW_SINCE:
        return (struct range){first_match_from(w, matches, value - epoch), matches->n};
    case WINDOW_BEFORE:
        return (struct range){0, first_match_from(w, matches, value - epoch)};
    case WINDOW_NONE:
        break;
    }
    return (struct range){0, matches->n};
}

double walk_measure(const struct walk *w, const struct expr *e)
{
    struct range r = window_range(w, e);
    if (r.lo >= r.hi)
        return 0;
    if (e->op == EXPR_COUNT)
        return (double)(r.hi - r.lo);
    const struct sum *running = w->sums[w->slot[e->id]].running.v;
    return sum_between(r.lo > 0 ? running[r.lo - 1] : (struct sum){0}, running[r.hi - 1]);
}

// --- score

// Whether all of near ± slack lies on one side of the atom's number, or all counts as equal to it; then *ret
// is how the atom compares.
static bool surely(const struct expr *e, double near, double slack, bool *ret)
{
    double low = near - slack, high = near + slack;
    if (relation_holds(REL_LESS, low, e->number, false) != relation_holds(REL_LESS, high, e->number, false) ||
            relation_holds(REL_GREATER, low, e->number, false) !=
                    relation_holds(REL_GREATER, high, e->number, false))
        return false;
    *ret = relation_holds(e->rel, near, e->number, false);
    return true;
}

// The points of the rules with `when` that hold, and of their absolutes.
static double points_when(const struct walk *w, double *ret_magnitude)
{
    double sum = 0, magnitude = 0;
    for (uint32_t i = 0; i < w->program->n_points; i++)
        if (w->points_hold[i]) {
            sum += w->program->points[i].n;
            magnitude += fabs(w->program->points[i].n);
        }
    *ret_magnitude = magnitude;
    return sum;
}

static double score_afresh(const struct walk *w, int64_t time)
{
    double score = 0;
    for (size_t i = 0; i < w->earnings.n; i++) {
        const struct earning *e = &w->earnings.v[i];
        score += w->program->points[e->rule].n * decay(w, time_of(w, e->event), time);
    }
    for (uint32_t i = 0; i < w->program->n_points; i++)
        if (w->points_hold[i])
            score += w->program->points[i].n;
    return score;
}

double atoms_score(const struct walk *w)
{
    return score_afresh(w, w->now);
}

static bool score_holds(const struct walk *w, const struct expr *e, int64_t time)
{
    double magnitude = 0, when = points_when(w, &magnitude);
    struct running_score r = score_at(w, time);
    // The sum afresh rounds once for each part.
    double parts = (double)(w->earnings.n + w->program->n_points);
    double slack = r.slack + (1e-13 + parts * DBL_EPSILON) * (r.magnitude + magnitude);
    bool holds = false;
    if (surely(e, r.sum + when, slack, &holds))
        return holds;
    return relation_holds(e->rel, score_afresh(w, time), e->number, false);
}

// --- truth

static bool silent_holds(const struct walk *w, const struct expr *e)
{
    const event_list *matches = &w->matches[e->matcher];
    uint32_t last = matches->n > 0 ? matches->v[matches->n - 1] : w->first;
    return w->now - time_of(w, last) >= e->duration;
}

static bool answer_holds(const struct walk *w, const struct expr *e)
{
    uint32_t i = fact_entry(w->bound, e->index, w->first, w->end);
    enum answer answer = i != NO_INDEX          ? (enum answer)w->bound->facts[e->index]->answer[i]
                         : w->derived[e->index] ? ANSWER_YES
                                                : ANSWER_UNKNOWN;
    if (e->answer == ANSWER_KNOWN)
        return answer == ANSWER_YES || answer == ANSWER_NO;
    return answer == e->answer;
}

static bool amount_holds(const struct walk *w, const struct expr *e)
{
    uint32_t i = fact_entry(w->bound, e->index, w->first, w->end);
    if (i == NO_INDEX || w->bound->facts[e->index]->amount[i] == VALUE_NONE)
        return false;
    struct value v = columns_value(w->columns, w->bound->facts[e->index]->amount[i]);
    double amount = 0;
    return value_number(&v, &amount) && relation_holds(e->rel, amount, e->number, true);
}

static bool trait_holds(const struct walk *w, const struct expr *e)
{
    uint32_t i = trait_entry(w->bound, e->index, w->first, w->end);
    return bound_trait_holds(w->bound, e, i == NO_INDEX ? VALUE_NONE : w->bound->traits[e->index]->val[i]);
}

static bool persona_holds(const struct walk *w, const struct expr *e)
{
    if (w->persona == NO_INDEX)
        return false;
    return e->index == NO_INDEX || w->program->personas[w->persona].name == e->index;
}

static bool in_for_holds(const struct walk *w, const struct expr *e)
{
    const struct stage_state *s = &w->stages[e->index].state;
    return s->since != STEP_NONE && w->now - step_time(s->since) >= e->duration;
}

uint32_t atoms_last_on(const struct walk *w, uint32_t scope)
{
    uint32_t n = scope < w->program->n_stages ? scope : w->program->n_stages;
    while (n-- > 0)
        if (w->stages[n].state.since != STEP_NONE)
            return n;
    return NO_INDEX;
}

static bool junction_holds(const struct walk *w, const struct expr *e, uint32_t scope)
{
    bool decisive = e->op == EXPR_OR;
    for (uint32_t i = 0; i < e->n_children; i++)
        if (walk_holds(w, e->children[i], scope) == decisive)
            return decisive;
    return !decisive;
}

bool walk_holds(const struct walk *w, const struct expr *e, uint32_t scope)
{
    struct range r;
    switch (e->op) {
    case EXPR_AND:
    case EXPR_OR:
        return junction_holds(w, e, scope);
    case EXPR_NOT:
        return !walk_holds(w, e->children[0], scope);
    case EXPR_CONST:
        return e->holds;
    case EXPR_ANY:
    case EXPR_NO:
        r = window_range(w, e);
        return (r.lo < r.hi) == (e->op == EXPR_ANY);
    case EXPR_THEN:
        return w->chains[w->slot[e->id]].links[e->n_chain - 1].last != NO_INDEX;
    case EXPR_SILENT:
        return silent_holds(w, e);
    case EXPR_COUNT:
        return relation_holds(e->rel, walk_measure(w, e), e->number, true);
    case EXPR_SUM:
        return relation_holds(e->rel, walk_measure(w, e), e->number, false);
    case EXPR_FACT:
        return answer_holds(w, e);
    case EXPR_AMOUNT:
        return amount_holds(w, e);
    case EXPR_TRAIT:
        return trait_holds(w, e);
    case EXPR_SCORE:
        return score_holds(w, e, w->now);
    case EXPR_PERSONA:
        return persona_holds(w, e);
    case EXPR_REACHED:
        return w->stages[e->index].state.first != STEP_NONE;
    case EXPR_IS:
        return atoms_last_on(w, scope) == e->index;
    case EXPR_IN_FOR:
        return in_for_holds(w, e);
    }
    return false;
}

// --- the clock

// Between two steps the score only decays: it moves one way towards the points of the rules with `when`, so
// a comparison changes at most once.
static int64_t score_change(const struct walk *w, const struct expr *e, int64_t limit)
{
    bool before = score_holds(w, e, w->now);
    if (limit <= w->now || w->earnings.n == 0 || score_holds(w, e, limit) == before)
        return NO_TIME;
    int64_t same = w->now, changed = limit;
    while (changed - same > 1) {
        int64_t mid = same + (changed - same) / 2;
        if (score_holds(w, e, mid) == before)
            same = mid;
        else
            changed = mid;
    }
    return changed;
}

// When the atom may change next, whether or not it will; maybe long ago.
static int64_t due(const struct walk *w, const struct expr *e)
{
    const event_list *matches = e->op == EXPR_IN_FOR ? NULL : &w->matches[e->matcher];
    size_t oldest = 0;
    switch (e->op) {
    case EXPR_ANY:
    case EXPR_NO:
        return matches->n > 0 ? time_of(w, matches->v[matches->n - 1]) + e->window.value : NO_TIME;
    case EXPR_COUNT:
    case EXPR_SUM:
        oldest = first_match_from(w, matches, w->now - e->window.value + 1);
        return oldest < matches->n ? time_of(w, matches->v[oldest]) + e->window.value : NO_TIME;
    case EXPR_SILENT:
        return time_of(w, matches->n > 0 ? matches->v[matches->n - 1] : w->first) + e->duration;
    case EXPR_IN_FOR:
        return w->stages[e->index].state.since != STEP_NONE
                       ? step_time(w->stages[e->index].state.since) + e->duration
                       : NO_TIME;
    default:
        return NO_TIME;
    }
}

int64_t atoms_next_change(const struct walk *w, int64_t limit)
{
    int64_t next = NO_TIME;
    for (uint32_t i = 0; i < w->n_timed; i++) {
        if (w->timed[i]->op == EXPR_SCORE)
            continue;
        int64_t time = due(w, w->timed[i]);
        if (time > w->now && time <= limit)
            next = limit = time;
    }
    // Only up to there: the points of a rule with `when` may change then.
    for (uint32_t i = 0; i < w->n_timed; i++) {
        if (w->timed[i]->op != EXPR_SCORE)
            continue;
        int64_t time = score_change(w, w->timed[i], limit);
        if (time != NO_TIME)
            next = limit = time;
    }
    return next;
}
