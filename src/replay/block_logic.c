// Nodes above the leaves: and, or, not, and stages, which stay on until they are turned off.
#include "replay/block.h"

static void line_start(struct block *b, struct line *line)
{
    if (!line->at)
        line_fit(line, b->cap_contacts);
    line->n = 0;
    line->made = b->number;
}

static void line_copy(struct line *out, const struct line *from, uint32_t c)
{
    uint32_t n = line_count(from, c);
    out->init[c] = from->init[c];
    step_t *to = line_room(out, n);
    for (uint32_t i = 0; i < n; i++)
        to[i] = from->v[from->at[c] + i];
    out->n += n;
}

// Several lines that all toggle: the result is `absorbing` while one of them is.
static void merge_contact(const struct block *b, uint32_t n, uint32_t c, bool absorbing, struct line *out)
{
    uint32_t absorbed = 0;
    for (uint32_t i = 0; i < n; i++) {
        b->cursors[i] = b->merged[i]->at[c];
        b->truths[i] = b->merged[i]->init[c];
        absorbed += b->truths[i] == absorbing;
    }
    bool value = absorbed ? absorbing : !absorbing;
    out->init[c] = value;
    for (;;) {
        step_t step = STEP_NONE;
        for (uint32_t i = 0; i < n; i++)
            if (b->cursors[i] < b->merged[i]->at[c + 1] && b->merged[i]->v[b->cursors[i]] < step)
                step = b->merged[i]->v[b->cursors[i]];
        if (step == STEP_NONE)
            return;
        for (uint32_t i = 0; i < n; i++)
            if (b->cursors[i] < b->merged[i]->at[c + 1] && b->merged[i]->v[b->cursors[i]] == step) {
                b->cursors[i]++;
                b->truths[i] ^= 1;
                absorbed += b->truths[i] == absorbing ? 1u : -1u;
            }
        bool now = absorbed ? absorbing : !absorbing;
        if (now != value)
            line_push(out, step);
        value = now;
    }
}

// Several lines that each turn true once: all of them from the last step on, some from the first.
static bool merge_rising(const struct block *b, uint32_t n, uint32_t c, bool absorbing, struct line *out)
{
    step_t first = STEP_NONE, last = 0;
    for (uint32_t i = 0; i < n; i++) {
        const struct line *line = b->merged[i];
        if (line_count(line, c) != 1 || line->init[c])
            return false;
        step_t step = line->v[line->at[c]];
        first = step < first ? step : first;
        last = step > last ? step : last;
    }
    out->init[c] = false;
    line_push(out, absorbing ? first : last);
    return true;
}

static unsigned cost(const struct expr *e)
{
    switch (e->op) {
    case EXPR_CONST:
    case EXPR_FACT:
    case EXPR_AMOUNT:
    case EXPR_TRAIT:
    case EXPR_PERSONA:
    case EXPR_REACHED:
        return 0;
    case EXPR_ANY:
    case EXPR_NO:
        return e->window.kind == WINDOW_NONE ? 1 : 3;
    case EXPR_COUNT:
    case EXPR_SUM:
    case EXPR_SCORE:
        return 2;
    default:
        return 4;
    }
}

// `>= k within D` and the like, which can look from a step on for their first truth.
static bool takes_gates(const struct expr *e)
{
    return e->op == EXPR_ANY || e->op == EXPR_COUNT;
}

// Of an `and` that is asked for its first truth alone, the last child matters only from where all the others
// hold, if they do from some step on. Its gates, or NULL.
static const step_t *gates_for(struct block *b, const struct expr *e, uint32_t child, const uint8_t *alive,
        const struct line **lines)
{
    step_t *gates = b->gate_room;
    if (!takes_gates(e->children[child]) || b->run->refs[e->children[child]->id] != 1)
        return NULL;
    for (uint32_t c = 0; c < b->n; c++) {
        step_t from = 0;
        for (uint32_t i = 0; i < e->n_children && alive[c] && from != STEP_NONE; i++) {
            uint32_t n = i == child ? 0 : line_count(lines[i], c);
            if (n == 1 && !lines[i]->init[c]) {
                step_t step = lines[i]->v[lines[i]->at[c]];
                from = step > from ? step : from;
            } else if (n > 0) {
                from = STEP_NONE;
            }
        }
        gates[c] = from;
    }
    return gates;
}

static void drop_decided(uint8_t *restrict alive, const struct line *line, uint32_t n, bool absorbing)
{
    const uint32_t *at = line->at;
    const uint8_t *init = line->init;
    for (uint32_t c = 0; c < n; c++)
        alive[c] &= (at[c] != at[c + 1]) | (init[c] != absorbing);
}

// The children's lines, cheap ones first; the dear ones only for contacts that no constant has decided.
static void combine_lines(struct block *b, const struct expr *e, uint32_t stage, struct line *out, bool once,
        const struct line **lines)
{
    bool absorbing = e->op == EXPR_OR;
    uint32_t left = e->n_children;
    if (b->active)
        memcpy(out->alive, b->active, b->n);
    else
        memset(out->alive, 1, b->n);
    for (unsigned price = 0; price <= 4; price++)
        for (uint32_t i = 0; i < e->n_children; i++) {
            if (cost(e->children[i]) != price)
                continue;
            if (--left == 0 && once && !absorbing)
                b->gates = gates_for(b, e, i, out->alive, lines);
            lines[i] = block_line(b, e->children[i], stage, out->alive);
            b->gates = NULL;
            drop_decided(out->alive, lines[i], b->n, absorbing);
        }
}

static void combine(struct block *b, const struct expr *e, uint32_t stage, bool once, struct line *out)
{
    bool absorbing = e->op == EXPR_OR;
    const struct line *children[16], **lines = children;
    if (e->n_children > 16)
        lines = mem_alloc(e->n_children * sizeof *lines);
    line_start(b, out);
    combine_lines(b, e, stage, out, once, lines);
    for (uint32_t c = 0; c < b->n; c++) {
        uint32_t open = 0;
        out->at[c] = (uint32_t)out->n;
        out->init[c] = absorbing;
        if (!out->alive[c])
            continue;
        for (uint32_t i = 0; i < e->n_children; i++)
            if (line_count(lines[i], c))
                b->merged[open++] = lines[i];
        if (open == 0)
            out->init[c] = !absorbing;
        else if (open == 1)
            line_copy(out, b->merged[0], c);
        else if (!merge_rising(b, open, c, absorbing, out))
            merge_contact(b, open, c, absorbing, out);
    }
    out->at[b->n] = (uint32_t)out->n;
    if (lines != children)
        free(lines);
}

static void negate(struct block *b, const struct line *line, struct line *out)
{
    line_start(b, out);
    line_room(out, line->n);
    if (line->n)
        memcpy(out->v, line->v, line->n * sizeof *out->v);
    out->n = line->n;
    memcpy(out->at, line->at, ((size_t)b->n + 1) * sizeof *out->at);
    for (uint32_t c = 0; c < b->n; c++)
        out->init[c] = !line->init[c];
}

static void make_line(struct block *b, const struct expr *e, uint32_t stage, bool once, struct line *line)
{
    switch (e->op) {
    case EXPR_AND:
    case EXPR_OR:
        combine(b, e, stage, once, line);
        break;
    case EXPR_NOT:
        negate(b, block_line(b, e->children[0], stage, b->active), line);
        break;
    case EXPR_SCORE:
        block_score(b);
        break;
    default:
        line_start(b, line);
        block_atom(b, e, stage, line);
        line->at[b->n] = (uint32_t)line->n;
    }
}

const struct line *block_line(struct block *b, const struct expr *e, uint32_t stage, const uint8_t *active)
{
    const struct run *run = b->run;
    uint32_t slot = e->id + (run->context[e->id] ? (1 + stage) * run->program->n_exprs : 0);
    struct line *line = &b->lines[slot];
    bool alone = run->masked && run->refs[e->id] == 1, once = b->once && alone;
    b->once = false;
    if (line->made == b->number)
        return line;
    // A node that stands in several places is asked for other contacts by each of them.
    const uint8_t *outer = b->active;
    b->active = alone ? active : NULL;
    make_line(b, e, stage, once, line);
    line_room(line, LINE_SPARE);
    b->active = outer;
    return line;
}

// When a stage is on: rule 6 of "Meaning". Contacts moved by hand are the reference's.
static void latch_contact(
        struct block *b, const struct line *when, const struct line *until, uint32_t c, struct line *out)
{
    step_t first = event_step(b, c, b->begin[c]);
    uint32_t w = when->at[c], w_end = when->at[c + 1], u = until->at[c], u_end = until->at[c + 1];
    bool holds = when->init[c], stops = until->init[c], on = false;
    for (step_t step = first;;) {
        for (; w < w_end && when->v[w] <= step; w++)
            holds = !holds;
        for (; u < u_end && until->v[u] <= step; u++)
            stops = !stops;
        if (on ? stops : holds && !stops) {
            on = !on;
            line_push(out, step);
        }
        step = STEP_NONE;
        if (w < w_end)
            step = when->v[w];
        if (u < u_end && until->v[u] < step)
            step = until->v[u];
        if (step == STEP_NONE)
            return;
    }
}

// A condition that is false at first for everybody, and once true stays so (or rules the stage alone, by
// `while`): the stage is on just when it holds.
static bool same_line(const struct block *b, const struct stage *s, const struct line *when)
{
    bool monotone = !s->until && (s->when->op == EXPR_REACHED || s->when->op == EXPR_THEN ||
                                         (s->when->op == EXPR_ANY && s->when->window.kind != WINDOW_WITHIN));
    bool ruled = s->until && s->until->op == EXPR_NOT && s->until->children[0] == s->when;
    uint8_t first = 0;
    if (!monotone && !ruled)
        return false;
    for (uint32_t c = 0; c < b->n; c++)
        first |= when->init[c];
    return !first;
}

// Without `until`: on from the first truth on.
static void latch_for_good(const struct block *b, const struct line *when, struct line *out)
{
    line_room(out, b->n);
    for (uint32_t c = 0; c < b->n; c++) {
        out->at[c] = (uint32_t)out->n;
        out->init[c] = false;
        if (line_is(when, c, false) || !contact_events(b, c))
            continue;
        step_t first = event_step(b, c, b->begin[c]);
        const step_t *v = when->v + when->at[c], *end = when->v + when->at[c + 1];
        bool holds = when->init[c];
        for (; holds && v < end && *v <= first; v++) // what the first event changes
            holds = !holds;
        if (holds || v < end)
            out->v[out->n++] = holds ? first : *v;
    }
}

static void latch(
        struct block *b, const struct stage *s, uint32_t stage, const struct line *when, struct line *out)
{
    line_start(b, out);
    for (uint32_t c = 0; c < b->n && s->until; c++)
        out->alive[c] = !line_is(when, c, false) && contact_events(b, c) > 0;
    if (s->until) {
        const struct line *until = block_line(b, s->until, stage, out->alive);
        for (uint32_t c = 0; c < b->n; c++) {
            out->at[c] = (uint32_t)out->n;
            out->init[c] = false;
            if (out->alive[c])
                latch_contact(b, when, until, c, out);
        }
    } else {
        latch_for_good(b, when, out);
    }
    out->at[b->n] = (uint32_t)out->n;
    line_room(out, LINE_SPARE);
}

const struct line *block_stage(struct block *b, uint32_t stage)
{
    const struct stage *s = &b->run->program->stages[stage];
    if (b->on_made[stage] == b->number)
        return b->on[stage];
    b->once = !s->until; // once on, it stays on
    const struct line *when = block_line(b, s->when, stage, NULL);
    b->on[stage] = when;
    if (!same_line(b, s, when)) {
        latch(b, s, stage, when, &b->stages[stage]);
        b->on[stage] = &b->stages[stage];
    }
    b->on_made[stage] = b->number;
    return b->on[stage];
}
