// The score of rule 5 over time: when each `score OP N` changes its truth, also between events as points
// decay.
#include "replay/block.h"

#include <math.h>

// `score OP N`: holds above (or below) the limit, which has the language's tolerance in it.
struct atom {
    struct line *line;
    double limit;
    bool above, inclusive; // inclusive: a score at the limit counts as above
    bool open;             // not decided by the bounds for this contact
    bool holds;
};

// A `points … when` rule that begins or ceases to hold.
struct weight {
    step_t step;
    double change;
};

struct scan {
    struct block *b;
    uint32_t c;
    double half_life; // 0: no decay
    VEC(struct atom) atoms;
    VEC(struct weight) weights;
    const uint8_t *mask; // contacts with an open atom; NULL where the standings want all scores
    double low, high;    // bounds of the `when` rules
    double always;       // points of the `when` rules that hold from the first step on
};

// How low and high the score of a contact can ever be.
static void bounds(const struct scan *s, double *ret_low, double *ret_high)
{
    const struct block *b = s->b;
    const struct run *run = b->run;
    const struct scoring *scoring = &run->scoring;
    const uint16_t *type = run->columns->type + b->e0;
    uint64_t gain = 0, loss = 0;
    for (uint32_t i = b->begin[s->c], end = b->end[s->c]; i < end; i++)
        gain += scoring->gain[type[i]];
    if (scoring->losing)
        for (uint32_t i = b->begin[s->c], end = b->end[s->c]; i < end; i++)
            loss += scoring->loss[type[i]];
    double low = s->low - (double)loss * scoring->grain, high = s->high + (double)gain * scoring->grain;
    for (uint32_t i = 0; i < run->scoring.n_special; i++) {
        const struct points *rule = &run->program->points[run->scoring.special[i]];
        double most = 0;
        if (rule->kind == POINTS_EACH)
            most = rule->n * count_hits(b, rule->matcher, s->c);
        else if (any_hit(b, rule->matcher, s->c))
            most = rule->n;
        low += most < 0 ? most : 0;
        high += most > 0 ? most : 0;
    }
    *ret_low = low;
    *ret_high = high;
}

// Of the matches in hits, those that earn under a cap: fewer than K earning ones in the D that ends at it.
static uint32_t capped(const struct block *b, const struct points *rule, uint32_t *hits, uint32_t n)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t event = hits[i];
        if (kept >= rule->at_most &&
                (int64_t)b->time[event] - (int64_t)b->time[hits[kept - rule->at_most]] < rule->per)
            continue;
        hits[kept++] = event;
    }
    return kept;
}

// What each of the contact's events earns, in b->sums.
static void load_points(const struct block *b, uint32_t c)
{
    const struct run *run = b->run;
    const uint16_t *type = run->columns->type + b->e0 + b->begin[c];
    uint32_t begin = b->begin[c], n = contact_events(b, c);
    double *points = b->sums;
    for (uint32_t i = 0; i < n; i++)
        points[i] = run->scoring.weights[type[i]];
    for (uint32_t i = 0; i < run->scoring.n_special; i++) {
        const struct points *rule = &run->program->points[run->scoring.special[i]];
        uint32_t hits = collect_hits(b, rule->matcher, c, b->hits);
        if (rule->kind == POINTS_ONCE && hits)
            hits = 1;
        else if (rule->at_most)
            hits = capped(b, rule, b->hits, hits);
        for (uint32_t k = 0; k < hits; k++)
            points[b->hits[k] - begin] += rule->n;
    }
}

static void load_weights(struct scan *s)
{
    const struct program *p = s->b->run->program;
    s->weights.n = 0;
    s->always = 0;
    for (uint32_t i = 0; i < p->n_points && s->b->run->scoring.toggling; i++) {
        if (p->points[i].kind != POINTS_WHEN)
            continue;
        const struct line *line = block_line(s->b, p->points[i].when, p->n_stages, s->mask);
        double change = p->points[i].n;
        if (line->init[s->c]) {
            s->always += change;
            change = -change;
        }
        for (uint32_t k = line->at[s->c]; k < line->at[s->c + 1]; k++, change = -change) {
            vec_push(&s->weights, (struct weight){line->v[k], change});
            for (size_t at = s->weights.n - 1; at > 0 && s->weights.v[at - 1].step > s->weights.v[at].step;
                    at--) {
                struct weight swap = s->weights.v[at];
                s->weights.v[at] = s->weights.v[at - 1];
                s->weights.v[at - 1] = swap;
            }
        }
    }
}

static inline bool atom_holds(const struct atom *a, double score)
{
    return (a->inclusive ? score >= a->limit : score > a->limit) == a->above;
}

// The first second behind `from` at which points, decaying over a constant weight, change the atom;
// UINT64_MAX: never up to `at`.
static uint64_t crossing(
        const struct scan *s, const struct atom *a, double points, double weight, uint32_t from)
{
    double ratio = (a->limit - weight) / points;
    if (!(ratio > 0 && ratio < 1))
        return UINT64_MAX;
    double seconds = ceil(-log2(ratio) * s->half_life);
    uint32_t at = s->b->run->at;
    if (seconds > (double)(at - from) + 2)
        return UINT64_MAX;
    // The closed form may be a second off where it falls on one: the comparison itself decides.
    bool before = atom_holds(a, points + weight);
    uint64_t t = from + (seconds < 1 ? 1 : (uint64_t)seconds);
    while (t > (uint64_t)from + 1 &&
            atom_holds(a, points * decay_factor(&s->b->run->scoring, (uint32_t)(t - 1 - from)) + weight) !=
                    before)
        t--;
    while (t <= at && atom_holds(a, points * decay_factor(&s->b->run->scoring, (uint32_t)(t - from)) +
                                            weight) == before)
        t++;
    return t;
}

static void decide(struct scan *s, double score, step_t step)
{
    for (size_t i = 0; i < s->atoms.n; i++) {
        struct atom *a = &s->atoms.v[i];
        if (!a->open || atom_holds(a, score) == a->holds)
            continue;
        a->holds = !a->holds;
        line_push(a->line, step);
    }
}

// What decay alone changes between a step and the next one: the relations are monotone, so nothing unless it
// is changed at the end, before the next step's own points (or in the last second that counts).
static void decide_decay(
        struct scan *s, double points, double decayed, double weight, step_t step, step_t next)
{
    for (size_t i = 0; i < s->atoms.n; i++) {
        struct atom *a = &s->atoms.v[i];
        if (!a->open || atom_holds(a, decayed + weight) == a->holds)
            continue;
        uint64_t t = crossing(s, a, points, weight, step_time(step));
        if (t > s->b->run->at)
            continue;
        step_t at = step_at(s->b, s->c, s->b->begin[s->c], t);
        if (at >= next)
            continue;
        a->holds = !a->holds;
        line_push(a->line, at);
    }
}

// Steps of events and of `when` rules in one, each looked at closely.
static void scan_steps(struct scan *s)
{
    struct block *b = s->b;
    uint32_t n = contact_events(b, s->c), i = 0, begin = b->begin[s->c];
    size_t w = 0;
    double points = 0, weight = s->always;
    step_t step = event_step(b, s->c, begin);
    for (;;) {
        for (; w < s->weights.n && s->weights.v[w].step <= step; w++)
            weight += s->weights.v[w].change;
        if (i < n && event_step(b, s->c, begin + i) == step)
            points += b->sums[i++];
        decide(s, points + weight, step);
        step_t next = i < n ? event_step(b, s->c, begin + i) : STEP_NONE;
        if (w < s->weights.n && s->weights.v[w].step < next)
            next = s->weights.v[w].step;
        uint32_t end = next == STEP_NONE ? b->run->at : step_time(next);
        double decayed = points * decay_factor(&b->run->scoring, end - step_time(step));
        decide_decay(s, points, decayed, weight, step, next);
        if (next == STEP_NONE)
            return;
        points = decayed;
        step = next;
    }
}

// Between what limits the points may move without any atom changing, a little less rather than more: whoever
// leaves them is looked at closely.
static void find_limits(const struct scan *s, double points, double *ret_down, double *ret_up)
{
    double down = -INFINITY, up = INFINITY;
    for (size_t i = 0; i < s->atoms.n; i++) {
        const struct atom *a = &s->atoms.v[i];
        if (!a->open)
            continue;
        double limit = a->limit - s->always, margin = 1e-12 * (fabs(a->limit) + fabs(s->always));
        if (limit + margin < points)
            down = fmax(down, limit + margin);
        else if (limit - margin > points)
            up = fmin(up, limit - margin);
        else
            down = up = points; // too near to tell
    }
    *ret_down = down;
    *ret_up = up;
}

// Without losses the points only fall by time, and only rise by events.
static inline bool outside(double before, double after, double down, double up, bool losing)
{
    bool out = (before <= down) | (after >= up);
    return losing ? out | (after <= down) | (before >= up) : out;
}

// From event i on, where *points are what there is at event i - 1: goes on while no limit is reached, two
// events at a time, as each waits for the result of the one before. Returns the event that reaches one, or
// the number of events.
static inline uint32_t pass_quiet(
        const struct scan *s, uint32_t i, uint32_t n, double down, double up, bool losing, double *points)
{
    const struct scoring *scoring = &s->b->run->scoring;
    const uint32_t *time = s->b->time + s->b->begin[s->c];
    const double *earned = s->b->sums;
    double now = *points;
    for (; i + 2 <= n; i += 2) {
        double one = decay_factor(scoring, time[i] - time[i - 1]),
               two = decay_factor(scoring, time[i + 1] - time[i]);
        double both = one * two, first = earned[i] * two, second = first + earned[i + 1];
        double after = now * one + earned[i], before = now * both;
        if (outside(now * one, after, down, up, losing) |
                outside(before + first, before + second, down, up, losing))
            break;
        now = before + second;
    }
    for (; i < n; i++) {
        double before = now * decay_factor(scoring, time[i] - time[i - 1]), after = before + earned[i];
        if (outside(before, after, down, up, losing))
            break;
        now = after;
    }
    *points = now;
    return i;
}

// Without `when` rules that change only events and time do.
static void scan_events(struct scan *s)
{
    struct block *b = s->b;
    const uint32_t *time = b->time + b->begin[s->c];
    uint32_t n = contact_events(b, s->c), i = 1;
    double points = b->sums[0];
    decide(s, points + s->always, step_of_event(time[0], 0));
    for (;; i++) {
        double down, up;
        find_limits(s, points, &down, &up);
        i = b->run->scoring.losing ? pass_quiet(s, i, n, down, up, true, &points)
                                   : pass_quiet(s, i, n, down, up, false, &points);
        step_t last = step_of_event(time[i - 1], i - 1);
        double decayed =
                points * decay_factor(&b->run->scoring, (i < n ? time[i] : b->run->at) - time[i - 1]);
        decide_decay(s, points, decayed, s->always, last, i < n ? step_of_event(time[i], i) : STEP_NONE);
        if (i == n)
            return;
        points = decayed + b->sums[i];
        decide(s, points + s->always, step_of_event(time[i], i));
    }
}

static void scan_contact(struct scan *s)
{
    load_weights(s);
    load_points(s->b, s->c);
    if (s->weights.n)
        scan_steps(s);
    else
        scan_events(s);
}

// A lower bound of how high the points can be than the sum of all, where nothing takes points: groups of
// events, of which each earns as if at the time when that is most.
static double peak(const struct scan *s)
{
    enum { GROUP = 8 };
    const struct block *b = s->b;
    const struct scoring *scoring = &b->run->scoring;
    const uint16_t *type = b->run->columns->type + b->e0;
    const uint32_t *time = b->time;
    double points = 0, most = 0; // points: at the group's last event, at most
    for (uint32_t i = b->begin[s->c], end = b->end[s->c], before = i; i < end; i += GROUP) {
        uint32_t last = (end - i < GROUP ? end : i + GROUP) - 1, gain = 0;
        for (uint32_t k = i; k <= last; k++)
            gain += scoring->gain[type[k]];
        double at_first = points * decay_factor(scoring, time[i] - time[before]);
        most = at_first + gain > most ? at_first + gain : most;
        points = at_first * decay_factor(scoring, time[last] - time[i]) + gain;
        before = last;
    }
    return most * scoring->grain * (1 + 1e-12); // for what the factors are rounded
}

// Decides what bounds of the score decide; whether an atom is left open.
static bool decide_bounds(struct scan *s, double low, double high)
{
    bool open = false;
    for (size_t i = 0; i < s->atoms.n; i++) {
        struct atom *a = &s->atoms.v[i];
        // All relations are monotone: the same at both ends is the same everywhere.
        bool at_low = atom_holds(a, low);
        a->open = at_low != atom_holds(a, high);
        a->holds = !a->open && at_low;
        a->line->init[s->c] = a->holds;
        open |= a->open;
    }
    return open;
}

static bool open_atoms(struct scan *s)
{
    enum { MANY = 16 }; // events, from which on a better bound is worth its while
    const struct block *b = s->b;
    const struct scoring *scoring = &b->run->scoring;
    double low = s->low, high = s->high;
    if (b->run->columns->presence[b->first + s->c] & scoring->presence)
        bounds(s, &low, &high);
    if (!decide_bounds(s, low, high) || !contact_events(b, s->c))
        return false;
    if (scoring->losing || scoring->n_special > 0 || s->half_life <= 0 || contact_events(b, s->c) < MANY)
        return true;
    return decide_bounds(s, low, s->high + peak(s));
}

static void add_atom(struct scan *s, const struct expr *e)
{
    struct block *b = s->b;
    struct line *line = &b->lines[e->id];
    double tolerance = 1e-9 * fmax(1, fabs(e->number));
    bool inclusive = e->rel == REL_GREATER_EQUAL || e->rel == REL_LESS;
    if (!line->at)
        line_fit(line, b->cap_contacts);
    line->n = 0;
    line->made = b->number;
    vec_push(&s->atoms, (struct atom){.line = line,
                                .limit = inclusive ? e->number - tolerance : e->number + tolerance,
                                .above = e->rel == REL_GREATER_EQUAL || e->rel == REL_GREATER,
                                .inclusive = inclusive});
}

void block_score(struct block *b)
{
    const struct program *p = b->run->program;
    struct scan s = {.b = b, .half_life = (double)p->half_life};
    for (uint32_t i = 0; i < p->n_exprs; i++)
        if (p->exprs[i]->op == EXPR_SCORE && b->run->refs[i])
            add_atom(&s, p->exprs[i]);
    for (uint32_t i = 0; i < p->n_points; i++) {
        if (p->points[i].kind != POINTS_WHEN)
            continue;
        if (p->points[i].n < 0) // which contacts they hold for is found out only where it matters
            s.low += p->points[i].n;
        else
            s.high += p->points[i].n;
    }
    uint8_t *open = NULL;
    if (b->run->scoring.toggling &&
            !b->run->options->standings) { // the toggles are asked for where they matter
        s.mask = open = mem_alloc(b->n);
        for (s.c = 0; s.c < b->n; s.c++)
            open[s.c] = open_atoms(&s);
    }
    for (s.c = 0; s.c < b->n; s.c++) {
        for (size_t i = 0; i < s.atoms.n; i++)
            s.atoms.v[i].line->at[s.c] = (uint32_t)s.atoms.v[i].line->n;
        if ((!open || open[s.c]) && open_atoms(&s)) // what is not open has been decided above
            scan_contact(&s);
    }
    for (size_t i = 0; i < s.atoms.n; i++) {
        s.atoms.v[i].line->at[b->n] = (uint32_t)s.atoms.v[i].line->n;
        line_room(s.atoms.v[i].line, LINE_SPARE);
    }
    free(open);
    vec_free(&s.atoms);
    vec_free(&s.weights);
}

double block_score_at(struct block *b, uint32_t c)
{
    const struct program *p = b->run->program;
    uint32_t n = contact_events(b, c);
    double score = 0, half_life = (double)p->half_life;
    if (!(b->run->columns->presence[b->first + c] & b->run->scoring.presence))
        n = 0;
    else
        load_points(b, c);
    // By the formula of the language, not by the tables: what is printed has six exact decimals.
    for (uint32_t i = 0; i < n; i++) {
        double age = (double)b->run->at - (double)b->time[b->begin[c] + i];
        if (b->sums[i] != 0)
            score += half_life > 0 ? b->sums[i] * exp2(-age / half_life) : b->sums[i];
    }
    for (uint32_t i = 0; i < p->n_points; i++)
        if (p->points[i].kind == POINTS_WHEN &&
                line_last(block_line(b, p->points[i].when, p->n_stages, NULL), c))
            score += p->points[i].n;
    return score;
}
