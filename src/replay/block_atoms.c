// The leaves: for each atom of the language, when its truth changes. Loops over the contacts of a block.
#include "replay/block.h"

#include <math.h>

// Begins a contact's part of a line; false if the node does not matter for it.
static inline bool begin_contact(const struct block *b, struct line *out, uint32_t c, bool init)
{
    out->at[c] = (uint32_t)out->n;
    out->init[c] = init;
    return !b->active || b->active[c];
}

// Matches of contact c that `since` and `before` leave; returns their number.
static uint32_t windowed_hits(const struct block *b, const struct expr *e, uint32_t c)
{
    uint32_t *hits = b->hits, n = collect_hits(b, e->matcher, c, hits), kept = 0;
    if (e->window.kind != WINDOW_SINCE && e->window.kind != WINDOW_BEFORE)
        return n;
    int64_t date = e->window.value - b->run->columns->epoch;
    for (uint32_t i = 0; i < n; i++)
        if (e->window.kind == WINDOW_SINCE ? b->time[hits[i]] >= date : b->time[hits[i]] < date)
            hits[kept++] = hits[i];
    return kept;
}

static void any_ever(const struct block *b, const struct expr *e, bool flip, struct line *out)
{
    const uint64_t *bits = b->bits[e->matcher];
    const uint32_t *begins = b->begin, *ends = b->end, *time = b->time;
    uint32_t *at = out->at, n_out = 0;
    step_t *v = line_room(out, b->n);
    memset(out->init, flip, b->n);
    for (uint32_t c = 0; c < b->n; c++) {
        uint32_t begin = begins[c], n = ends[c] - begin;
        at[c] = n_out;
        if (n <= 64) {
            uint64_t word = bits_word(bits, begin, n);
            uint32_t event = (uint32_t)__builtin_ctzll(word | 1ull << 63);
            v[n_out] = step_of_event(word ? time[begin + event] : 0, event);
            n_out += word != 0;
        } else {
            uint32_t event = bit_after(bits, begin, ends[c]);
            if (event != NO_INDEX)
                v[n_out++] = step_of_event(time[event], event - begin);
        }
    }
    out->n = n_out;
}

// At least k of the n hits lie in the duration that ends now: so while the k-th newest does.
static void at_least(
        const struct block *b, uint32_t c, uint32_t n, uint32_t k, int64_t duration, struct line *out)
{
    const uint32_t *hits = b->hits, *time = b->time;
    bool on = false;
    for (uint32_t i = k - 1; i < n; i++) {
        uint64_t due = (uint64_t)time[hits[i + 1 - k]] + (uint64_t)duration;
        bool now = due > time[hits[i]];
        if (now != on)
            line_push(out, event_step(b, c, hits[i]));
        on = now;
        if (!on || (i + 1 < n && due > time[hits[i + 1]]))
            continue;
        step_t off = step_at(b, c, hits[i], due);
        if (off == STEP_NONE)
            return;
        on = i + 1 < n && off == event_step(b, c, hits[i + 1]);
        if (!on)
            line_push(out, off);
    }
}

// The same, asked only from a gate on and up to its first truth. False if the gate asks for all.
static bool at_least_from(
        const struct block *b, const struct expr *e, uint32_t c, uint32_t k, struct line *out)
{
    step_t gate = b->gates ? b->gates[c] : STEP_NONE;
    if (gate == STEP_NONE || (gate > 0 && (uint32_t)gate == 0)) // a step by the clock
        return false;
    const uint64_t *bits = b->bits[e->matcher];
    const uint32_t *time = b->time;
    uint32_t begin = b->begin[c], end = b->end[c], now = gate ? begin + (uint32_t)gate - 1 : begin;
    uint32_t kth = NO_INDEX, n = 0; // of the newest k up to now, the oldest one; how many there are
    int64_t duration = e->window.value;
    for (uint32_t hit = bit_before(bits, now + 1, begin); hit != NO_INDEX;
            hit = bit_before(bits, hit, begin)) {
        kth = hit;
        if (++n == k)
            break;
    }
    for (uint32_t hit = now;;) {
        if (n == k && (int64_t)time[kth] + duration > time[hit]) {
            line_push(out, event_step(b, c, hit));
            return true;
        }
        hit = bit_after(bits, hit + 1, end);
        if (hit == NO_INDEX)
            return true;
        if (n == k)
            kth = bit_after(bits, kth + 1, end);
        else if (n++ == 0)
            kth = hit;
    }
}

static void any_windowed(const struct block *b, const struct expr *e, bool flip, struct line *out)
{
    for (uint32_t c = 0; c < b->n; c++) {
        if (!begin_contact(b, out, c, flip))
            continue;
        if (!flip && e->window.kind == WINDOW_WITHIN && at_least_from(b, e, c, 1, out))
            continue;
        uint32_t n = windowed_hits(b, e, c);
        if (n && e->window.kind == WINDOW_WITHIN)
            at_least(b, c, n, 1, e->window.value, out);
        else if (n)
            line_push(out, event_step(b, c, b->hits[0]));
    }
}

// The silence after event `from`, which event `next` (STEP_NONE: nothing) ends.
static void put_silence(
        const struct block *b, uint32_t c, uint64_t duration, uint32_t from, step_t next, struct line *out)
{
    step_t on = step_at(b, c, from, b->time[from] + duration);
    if (on == STEP_NONE || on >= next)
        return;
    line_push(out, on);
    if (next != STEP_NONE)
        line_push(out, next);
}

// Matches are looked at in groups, as most follow each other soon: where the last of a group comes in time
// after the last before it, so do all.
static void silent_contact(
        const struct block *b, const struct expr *e, uint32_t c, const uint32_t *time, struct line *out)
{
    enum { GROUP = 8 };
    const uint64_t *bits = b->bits[e->matcher];
    uint64_t duration = (uint64_t)e->duration;
    uint32_t from = b->begin[c];
    for (uint32_t i = b->begin[c], end = b->end[c]; i < end; i += GROUP) {
        uint64_t word = bits_word(bits, i, end - i < GROUP ? end - i : GROUP);
        if (!word)
            continue;
        uint32_t last = i + 63 - (uint32_t)__builtin_clzll(word);
        if (time[last] >= time[from] + duration)
            for (; word; word &= word - 1) {
                uint32_t hit = i + (uint32_t)__builtin_ctzll(word);
                if (time[hit] >= time[from] + duration)
                    put_silence(b, c, duration, from, event_step(b, c, hit), out);
                from = hit;
            }
        from = last;
    }
    put_silence(b, c, duration, from, STEP_NONE, out);
}

static void silent(const struct block *b, const struct expr *e, struct line *out)
{
    for (uint32_t c = 0; c < b->n; c++)
        if (begin_contact(b, out, c, false) && contact_events(b, c))
            silent_contact(b, e, c, b->time, out);
}

// Sum of the hits [from, to), or their number.
static double measure(const struct block *b, const struct expr *e, uint32_t from, uint32_t to)
{
    return e->op == EXPR_COUNT ? (double)(to - from) : sum_between(b->totals[from], b->totals[to]);
}

static bool measured(const struct block *b, const struct expr *e, uint32_t from, uint32_t to)
{
    return relation_holds(e->rel, measure(b, e, from, to), e->number, e->op == EXPR_COUNT);
}

static void count_contact(
        const struct block *b, const struct expr *e, uint32_t c, uint32_t n, struct line *out)
{
    bool within = e->window.kind == WINDOW_WITHIN;
    bool holds = out->init[c];
    uint32_t in = 0, gone = 0;
    step_t leave = STEP_NONE;
    while (in < n || leave != STEP_NONE) {
        step_t enter = in < n ? event_step(b, c, b->hits[in]) : STEP_NONE;
        step_t step = enter < leave ? enter : leave;
        while (leave == step) {
            gone++;
            leave = gone < in ? step_at(b, c, b->hits[gone],
                                        (uint64_t)b->time[b->hits[gone]] + (uint64_t)e->window.value)
                              : STEP_NONE;
        }
        if (enter == step) {
            if (within && gone == in)
                leave = step_at(
                        b, c, b->hits[in], (uint64_t)b->time[b->hits[in]] + (uint64_t)e->window.value);
            in++;
        }
        if (measured(b, e, gone, in) != holds) {
            holds = !holds;
            line_push(out, step);
        }
    }
}

static void load_sums(const struct block *b, const struct expr *e, uint32_t n)
{
    b->totals[0] = (struct sum){0};
    for (uint32_t i = 0; i < n; i++)
        b->totals[i + 1] =
                sum_add(b->totals[i], bound_prop_number(b->run->bound, e->prop_index, b->e0 + b->hits[i]));
}

static void count(const struct block *b, const struct expr *e, struct line *out)
{
    bool counts = e->op == EXPR_COUNT, none = relation_holds(e->rel, 0, e->number, counts);
    // `>= k` and `< k`: the same steps, the other way round.
    double least = 0;
    if (counts && (e->rel == REL_GREATER_EQUAL || e->rel == REL_LESS))
        least = ceil(e->number);
    else if (counts && (e->rel == REL_GREATER || e->rel == REL_LESS_EQUAL))
        least = floor(e->number) + 1;
    for (uint32_t c = 0; c < b->n; c++) {
        if (!begin_contact(b, out, c, none))
            continue;
        if (least > 0 && (double)count_hits(b, e->matcher, c) < least)
            continue;
        if (least >= 1 && !none && e->window.kind == WINDOW_WITHIN &&
                at_least_from(b, e, c, (uint32_t)least, out))
            continue;
        uint32_t n = windowed_hits(b, e, c);
        if (!counts)
            load_sums(b, e, n);
        if (least >= 1 && e->window.kind == WINDOW_WITHIN)
            at_least(b, c, n, (uint32_t)least, e->window.value, out);
        else
            count_contact(b, e, c, n, out);
    }
}

// The first event at which a chain is complete; each link's newest time is enough to know.
static void chain(const struct block *b, const struct expr *e, struct line *out)
{
    int64_t small[8], *newest = small;
    if (e->n_chain > 8)
        newest = mem_alloc(e->n_chain * sizeof *newest);
    for (uint32_t c = 0; c < b->n; c++) {
        bool possible = begin_contact(b, out, c, false);
        for (uint32_t k = 0; k < e->n_chain; k++) {
            newest[k] = -1;
            possible = possible && any_hit(b, e->chain[k], c);
        }
        for (uint32_t i = b->begin[c]; possible && i < b->end[c]; i++) {
            int64_t t = b->time[i];
            for (uint32_t k = e->n_chain; k-- > 0;)
                if ((b->bits[e->chain[k]][i / 64] >> (i & 63) & 1) &&
                        (k == 0 || (newest[k - 1] >= 0 && t - newest[k - 1] <= e->within[k])))
                    newest[k] = t;
            if (newest[e->n_chain - 1] >= 0) {
                line_push(out, event_step(b, c, i));
                break;
            }
        }
    }
    if (newest != small)
        free(newest);
}

static bool answers(enum answer asked, uint32_t recorded, bool derived)
{
    if (recorded == ANSWER_UNKNOWN && derived)
        recorded = ANSWER_YES;
    return asked == ANSWER_KNOWN ? recorded != ANSWER_UNKNOWN : recorded == asked;
}

static bool amount_holds(const struct block *b, const struct expr *e, uint32_t value)
{
    double number;
    if (value == VALUE_NONE)
        return false;
    struct value v = columns_value(b->run->columns, value);
    return value_number(&v, &number) && relation_holds(e->rel, number, e->number, true);
}

// A recorded answer wins over the fact's rule.
static void fact_contact(const struct block *b, const struct expr *e, const struct fact_column *f,
        uint32_t from, uint32_t to, const struct line *rule, uint32_t c, struct line *out)
{
    uint32_t r = rule ? rule->at[c] : 0, r_end = rule ? rule->at[c + 1] : 0;
    bool derived = rule && rule->init[c], holds = out->init[c];
    uint32_t recorded = ANSWER_UNKNOWN;
    while (from < to || r < r_end) {
        step_t record = from < to ? event_step(b, c, f->ev[from] - b->e0) : STEP_NONE;
        step_t toggle = r < r_end ? rule->v[r] : STEP_NONE;
        step_t step = record < toggle ? record : toggle;
        if (toggle == step) {
            derived = !derived;
            r++;
        }
        bool now;
        if (record == step)
            recorded = f->answer[from++];
        if (e->op == EXPR_AMOUNT) // a rule gives no amount
            now = record == step ? amount_holds(b, e, f->amount[from - 1]) : holds;
        else
            now = answers(e->answer, recorded, derived);
        if (now != holds)
            line_push(out, step);
        holds = now;
    }
}

static void fact(struct block *b, const struct expr *e, uint32_t stage, struct line *out)
{
    const struct fact_column *f = b->run->bound->facts[e->index];
    const struct expr *when = b->run->program->facts[e->index].rule;
    const struct line *rule = when && e->op == EXPR_FACT ? block_line(b, when, stage, b->active) : NULL;
    uint32_t i = f ? sparse_at(f->ev, f->n, b->e0) : 0, n = f ? f->n : 0;
    uint32_t next = i < n ? f->ev[i] : UINT32_MAX;
    bool init = e->op == EXPR_FACT && answers(e->answer, ANSWER_UNKNOWN, false);
    for (uint32_t c = 0; c < b->n; c++) {
        uint32_t from = i;
        out->at[c] = (uint32_t)out->n;
        out->init[c] = rule ? answers(e->answer, ANSWER_UNKNOWN, rule->init[c]) : init;
        if (next < b->e0 + b->end[c]) {
            while (i < n && f->ev[i] < b->e0 + b->begin[c]) // those behind `at` of the contact before
                i++;
            for (from = i; i < n && f->ev[i] < b->e0 + b->end[c];)
                i++;
            next = i < n ? f->ev[i] : UINT32_MAX;
        }
        if (i > from || (rule && line_count(rule, c)))
            fact_contact(b, e, f, from, i, rule, c, out);
    }
}

static void trait(const struct block *b, const struct expr *e, struct line *out)
{
    const struct sparse *s = b->run->bound->traits[e->index];
    bool unset = bound_trait_holds(b->run->bound, e, VALUE_NONE);
    uint32_t i = s ? sparse_at(s->ev, s->n, b->e0) : 0;
    for (uint32_t c = 0; c < b->n; c++) {
        bool holds = unset;
        begin_contact(b, out, c, unset);
        while (s && i < s->n && s->ev[i] < b->e0 + b->begin[c])
            i++;
        for (; s && i < s->n && s->ev[i] < b->e0 + b->end[c]; i++)
            if (bound_trait_holds(b->run->bound, e, s->val[i]) != holds) {
                holds = !holds;
                line_push(out, event_step(b, c, s->ev[i] - b->e0));
            }
    }
}

// `persona is X`, `persona known`, `is STAGE`: where a value over time is the one asked for.
static void value_is(const struct block *b, const struct values *values, const uint32_t *names,
        uint32_t wanted, struct line *out)
{
    for (uint32_t c = 0; c < b->n; c++) {
        bool holds = false;
        out->at[c] = (uint32_t)out->n;
        out->init[c] = false;
        for (uint32_t i = values->at[c]; i < values->at[c + 1]; i++) {
            uint32_t value = values->v[i].value;
            if (value != NO_INDEX && names)
                value = names[value];
            bool now = value != NO_INDEX && (wanted == NO_INDEX || value == wanted);
            if (now != holds)
                line_push(out, values->v[i].step);
            holds = now;
        }
    }
}

static void persona(struct block *b, const struct expr *e, struct line *out)
{
    const struct program *p = b->run->program;
    const struct values *rules = block_personas(b);
    uint32_t *names = mem_alloc((size_t)p->n_personas * sizeof *names);
    for (uint32_t i = 0; i < p->n_personas; i++)
        names[i] = p->personas[i].name;
    value_is(b, rules, names, e->index, out);
    free(names);
}

// In a stage's own condition the current stage is the last on among those declared before it.
static void is_stage(struct block *b, const struct expr *e, uint32_t stage, struct line *out)
{
    const struct line **lines = mem_alloc(((size_t)stage + 1) * sizeof *lines);
    for (uint32_t i = 0; i < stage; i++)
        lines[i] = block_stage(b, i);
    struct values current = {0};
    values_fit(&current, b->n);
    block_first(b, lines, stage, true, &current);
    value_is(b, &current, NULL, e->index, out);
    free(current.at);
    free(current.v);
    free(lines);
}

static void reached(struct block *b, const struct expr *e, struct line *out)
{
    const struct line *on = block_stage(b, e->index);
    for (uint32_t c = 0; c < b->n; c++) {
        out->at[c] = (uint32_t)out->n;
        out->init[c] = false;
        if (line_count(on, c))
            line_push(out, on->v[on->at[c]]);
    }
}

static void in_for(struct block *b, const struct expr *e, struct line *out)
{
    const struct line *on = block_stage(b, e->index);
    for (uint32_t c = 0; c < b->n; c++) {
        out->at[c] = (uint32_t)out->n;
        out->init[c] = false;
        for (uint32_t i = on->at[c]; i < on->at[c + 1]; i += 2) {
            step_t off = i + 1 < on->at[c + 1] ? on->v[i + 1] : STEP_NONE;
            step_t due = step_at(b, c, b->begin[c], (uint64_t)step_time(on->v[i]) + (uint64_t)e->duration);
            if (due == STEP_NONE || due >= off)
                continue;
            line_push(out, due);
            if (off != STEP_NONE)
                line_push(out, off);
        }
    }
}

void block_atom(struct block *b, const struct expr *e, uint32_t stage, struct line *out)
{
    switch (e->op) {
    case EXPR_CONST:
        for (uint32_t c = 0; c < b->n; c++) {
            out->at[c] = 0;
            out->init[c] = e->holds;
        }
        break;
    case EXPR_ANY:
    case EXPR_NO:
        if (e->window.kind == WINDOW_NONE)
            any_ever(b, e, e->op == EXPR_NO, out);
        else
            any_windowed(b, e, e->op == EXPR_NO, out);
        break;
    case EXPR_THEN:
        chain(b, e, out);
        break;
    case EXPR_SILENT:
        silent(b, e, out);
        break;
    case EXPR_COUNT:
    case EXPR_SUM:
        count(b, e, out);
        break;
    case EXPR_FACT:
    case EXPR_AMOUNT:
        fact(b, e, stage, out);
        break;
    case EXPR_TRAIT:
        trait(b, e, out);
        break;
    case EXPR_PERSONA:
        persona(b, e, out);
        break;
    case EXPR_REACHED:
        reached(b, e, out);
        break;
    case EXPR_IS:
        is_stage(b, e, stage, out);
        break;
    case EXPR_IN_FOR:
        in_for(b, e, out);
        break;
    default: // AND, OR, NOT and SCORE are block_line's
        break;
    }
}
