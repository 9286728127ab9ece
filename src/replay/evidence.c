#include "replay/evidence.h"
#include "replay/lookup.h"

#include <assert.h>

enum { MOST_MATCHES = 10 }; // of a count or sum

// Which sides of a junction speak: the first of `or` (evidence_of) or all that hold (rule 7).
enum sides { FIRST_SIDE, EVERY_SIDE };

struct gather {
    const struct evidence_view *view;
    enum sides sides;
    event_list *out;
    size_t from;
};

static void add(struct gather *g, uint32_t event)
{
    for (size_t i = g->from; i < g->out->n; i++)
        if (g->out->v[i] == event)
            return;
    vec_push(g->out, event);
}

// --- matches, newest first

struct backwards {
    const struct evidence_view *view;
    uint32_t matcher;
    const uint32_t *known; // of view->matches, or NULL
    uint32_t n;            // of known: how many are still to come; else events before this one are
};

static struct backwards backwards_from_end(const struct evidence_view *view, uint32_t matcher)
{
    struct backwards b = {.view = view, .matcher = matcher, .n = view->end};
    if (view->matches)
        b.known = view->matches(view->ctx, matcher, &b.n);
    return b;
}

static bool backwards_next(struct backwards *b, uint32_t *ret_event)
{
    if (b->view->matches) {
        if (b->n == 0)
            return false;
        *ret_event = b->known[--b->n];
        return true;
    }
    while (b->n > b->view->first)
        if (bound_matches(b->view->bound, b->matcher, --b->n)) {
            *ret_event = b->n;
            return true;
        }
    return false;
}

// Where a time lies: before the window (and so does everything older), in it, or after it.
static int window_side(const struct evidence_view *view, const struct window *w, int64_t time)
{
    int64_t epoch = view->bound->columns->epoch;
    switch (w->kind) {
    case WINDOW_NONE:
        return 0;
    case WINDOW_WITHIN:
        return time > view->time - w->value ? 0 : -1;
    case WINDOW_SINCE:
        return time >= w->value - epoch ? 0 : -1;
    case WINDOW_BEFORE:
        return time < w->value - epoch ? 0 : 1;
    }
    return 0;
}

// The newest matches, at most `most` of them; window NULL: anywhere.
static void add_matches(struct gather *g, uint32_t matcher, const struct window *window, unsigned most)
{
    struct backwards b = backwards_from_end(g->view, matcher);
    uint32_t event = 0;
    while (most > 0 && backwards_next(&b, &event)) {
        int64_t time = g->view->bound->columns->time[event];
        int side = window ? window_side(g->view, window, time) : 0;
        if (side < 0)
            return;
        if (side > 0)
            continue;
        add(g, event);
        most--;
    }
}

// --- then

// The newest chain is the one whose last event is newest; then, link by link backwards, the newest event that
// a chain reaches. Such an event can only be followed by newer starts, so "newest last event, newest first
// event" names the same two.
static bool newest_chain(
        const struct evidence_view *view, const struct expr *e, uint32_t *ret_first, uint32_t *ret_last)
{
    struct link {
        uint32_t first, last;
    } *links = mem_alloc(e->n_chain * sizeof *links);
    for (uint32_t k = 0; k < e->n_chain; k++)
        links[k] = (struct link){NO_INDEX, NO_INDEX};
    const uint32_t *time = view->bound->columns->time;
    for (uint32_t i = view->first; i < view->end; i++)
        for (uint32_t k = e->n_chain; k-- > 0;) {
            if (!bound_matches(view->bound, e->chain[k], i))
                continue;
            if (k == 0)
                links[0] = (struct link){i, i};
            else if (links[k - 1].last != NO_INDEX &&
                     (int64_t)time[i] - time[links[k - 1].last] <= e->within[k])
                links[k] = (struct link){links[k - 1].first, i};
        }
    struct link end = links[e->n_chain - 1];
    free(links);
    if (end.last == NO_INDEX)
        return false;
    *ret_first = end.first;
    *ret_last = end.last;
    return true;
}

static void add_chain(struct gather *g, const struct expr *e)
{
    const struct evidence_view *view = g->view;
    uint32_t first = NO_INDEX, last = NO_INDEX;
    if (!view->holds(view->ctx, e))
        return;
    if (view->chain)
        view->chain(view->ctx, e, &first, &last);
    else if (!newest_chain(view, e, &first, &last))
        return;
    add(g, first);
    add(g, last);
}

// --- the atoms that look through to a rule

static void gather_expr(struct gather *g, const struct expr *e);

static void add_fact(struct gather *g, uint32_t index)
{
    const struct evidence_view *view = g->view;
    const struct fact *fact = &view->bound->program->facts[index];
    uint32_t i = fact_entry(view->bound, index, view->first, view->end);
    if (i != NO_INDEX)
        add(g, view->bound->facts[index]->ev[i]);
    else if (fact->rule)
        gather_expr(g, fact->rule);
}

static void add_trait(struct gather *g, uint32_t index)
{
    uint32_t i = trait_entry(g->view->bound, index, g->view->first, g->view->end);
    if (i != NO_INDEX)
        add(g, g->view->bound->traits[index]->ev[i]);
}

// The rule of the persona that the contact has.
static void add_persona(struct gather *g)
{
    uint32_t rule = g->view->persona_rule(g->view->ctx);
    if (rule != NO_INDEX)
        gather_expr(g, g->view->bound->program->personas[rule].when);
}

// `persona is not X` is one atom of the language but NOT(PERSONA) in the program; `not persona is X` is the
// operator. Only their canonical text tells them apart.
static bool persona_is_not(const struct expr *e)
{
    return e->op == EXPR_NOT && e->children[0]->op == EXPR_PERSONA && str_starts(e->text, STR("persona "));
}

static void gather_atom(struct gather *g, const struct expr *e, bool holds)
{
    switch (e->op) {
    case EXPR_ANY:
        add_matches(g, e->matcher, holds ? &e->window : NULL, 1);
        break;
    case EXPR_NO:
        add_matches(g, e->matcher, holds ? NULL : &e->window, 1);
        break;
    case EXPR_SILENT:
        add_matches(g, e->matcher, NULL, 1);
        break;
    case EXPR_COUNT:
    case EXPR_SUM:
        add_matches(g, e->matcher, &e->window, MOST_MATCHES);
        break;
    case EXPR_THEN:
        add_chain(g, e);
        break;
    case EXPR_FACT:
    case EXPR_AMOUNT:
        add_fact(g, e->index);
        break;
    case EXPR_TRAIT:
        add_trait(g, e->index);
        break;
    case EXPR_PERSONA:
        if (holds)
            add_persona(g);
        break;
    default: // constants, score and stage atoms have none
        break;
    }
}

// `and` that holds and `or` that does not need all their sides; the other two stand by any one of them, and
// only the sides that agree with the junction speak for it.
static void gather_expr(struct gather *g, const struct expr *e)
{
    const struct evidence_view *view = g->view;
    bool holds = view->holds(view->ctx, e);
    switch (e->op) {
    case EXPR_AND:
    case EXPR_OR:
        for (uint32_t i = 0; i < e->n_children; i++) {
            if (view->holds(view->ctx, e->children[i]) != holds)
                continue;
            gather_expr(g, e->children[i]);
            if (holds == (e->op == EXPR_OR) && g->sides == FIRST_SIDE)
                return;
        }
        break;
    case EXPR_NOT:
        if (!persona_is_not(e))
            gather_expr(g, e->children[0]);
        else if (holds)
            add_persona(g);
        break;
    default:
        gather_atom(g, e, holds);
    }
}

void evidence_of(const struct evidence_view *view, const struct expr *e, event_list *out, size_t from)
{
    assert(from <= out->n);
    struct gather g = {.view = view, .sides = FIRST_SIDE, .out = out, .from = from};
    gather_expr(&g, e);
}

bool evidence_after(const struct evidence_view *view, const struct expr *e, uint32_t after)
{
    event_list events = {0};
    struct gather g = {.view = view, .sides = EVERY_SIDE, .out = &events};
    gather_expr(&g, e);
    bool found = false;
    for (size_t i = 0; i < events.n; i++)
        found = found || events.v[i] >= after;
    vec_free(&events);
    return found;
}
