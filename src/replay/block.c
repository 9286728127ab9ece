#include "replay/block.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { BLOCK_EVENTS = 4096 };

bool line_holds(const struct line *line, uint32_t c, step_t step)
{
    uint32_t i = line->at[c], end = line->at[c + 1];
    while (i < end && line->v[i] <= step)
        i++;
    return line->init[c] ^ ((i - line->at[c]) & 1);
}

void line_fit(struct line *line, uint32_t n_contacts)
{
    line->at = mem_resize(line->at, (size_t)n_contacts + 1, sizeof *line->at);
    line->init = mem_resize(line->init, (size_t)n_contacts + 1, 1);
    line->alive = mem_resize(line->alive, (size_t)n_contacts + 1, 1);
}

void line_free(struct line *line)
{
    free(line->at);
    free(line->init);
    free(line->v);
    free(line->alive);
}

void values_fit(struct values *values, uint32_t n_contacts)
{
    values->at = mem_resize(values->at, (size_t)n_contacts + 1, sizeof *values->at);
}

static uint32_t line_slots(const struct run *run)
{
    return (run->program->n_stages + 2) * run->program->n_exprs;
}

static uint32_t max_u32(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

void block_init(struct block *b, const struct run *run)
{
    const struct program *p = run->program;
    *b = (struct block){.run = run};
    b->bits = mem_zero(p->n_matchers, sizeof *b->bits);
    b->lines = mem_zero(line_slots(run), sizeof *b->lines);
    b->stages = mem_zero(p->n_stages, sizeof *b->stages);
    b->on = mem_zero(p->n_stages, sizeof *b->on);
    b->on_made = mem_zero(p->n_stages, sizeof *b->on_made);
    b->cap_merged = max_u32(max_u32(p->n_personas, p->n_stages), max_u32(p->n_grades, p->n_points)) + 1;
    for (uint32_t i = 0; i < p->n_exprs; i++)
        b->cap_merged = max_u32(b->cap_merged, p->exprs[i]->n_children);
    b->cursors = mem_zero(b->cap_merged, sizeof *b->cursors);
    b->truths = mem_zero(b->cap_merged, 1);
    b->merged = mem_zero(b->cap_merged, sizeof *b->merged);
}

void block_free(struct block *b)
{
    const struct program *p = b->run->program;
    for (uint32_t i = 0; i < p->n_matchers; i++)
        free(b->bits[i]);
    for (uint32_t i = 0; i < line_slots(b->run); i++)
        line_free(&b->lines[i]);
    for (uint32_t i = 0; i < p->n_stages; i++)
        line_free(&b->stages[i]);
    struct values *values[] = {&b->personas, &b->current, &b->grades};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        free(values[i]->at);
        free(values[i]->v);
    }
    free(b->bits);
    free(b->lines);
    free(b->stages);
    free(b->on);
    free(b->on_made);
    free(b->begin);
    free(b->end);
    free(b->by_hand);
    free(b->class_bytes);
    free(b->hits);
    free(b->sums);
    free(b->cursors);
    free(b->truths);
    free(b->merged);
}

static void fit_contacts(struct block *b, uint32_t n)
{
    if (n <= b->cap_contacts)
        return;
    b->cap_contacts = max_u32(n, BLOCK_EVENTS);
    n = b->cap_contacts;
    b->begin = mem_resize(b->begin, n, sizeof *b->begin);
    b->end = mem_resize(b->end, n, sizeof *b->end);
    b->by_hand = mem_resize(b->by_hand, n, sizeof *b->by_hand);
    for (uint32_t i = 0; i < b->run->program->n_stages; i++)
        line_fit(&b->stages[i], n);
    for (uint32_t i = 0; i < line_slots(b->run); i++)
        if (b->lines[i].at)
            line_fit(&b->lines[i], n);
    values_fit(&b->personas, n);
    values_fit(&b->current, n);
    values_fit(&b->grades, n);
}

static void fit_events(struct block *b, uint32_t n)
{
    if (n <= b->cap_events)
        return;
    b->cap_events = max_u32(n + n / 2, 2 * BLOCK_EVENTS);
    n = b->cap_events;
    for (uint32_t i = 0; i < b->run->n_used; i++) {
        uint64_t **bits = &b->bits[b->run->used[i]];
        *bits = mem_resize(*bits, (size_t)n / 64 + 3, sizeof **bits);
    }
    b->class_bytes = mem_resize(b->class_bytes, (size_t)n + 64, 1);
    b->hits = mem_resize(b->hits, n, sizeof *b->hits);
    b->sums = mem_resize(b->sums, (size_t)n + 1, sizeof *b->sums);
}

// Bit `bit` of 64 bytes.
static uint64_t gather_bit(const uint8_t *bytes, int bit)
{
#ifdef __SSE2__
    uint64_t word = 0;
    __m128i shift = _mm_cvtsi32_si128(7 - bit);
    for (int i = 0; i < 4; i++) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(bytes + 16 * i));
        word |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_sll_epi16(v, shift)) << (16 * i);
    }
    return word;
#else
    uint64_t word = 0;
    for (int i = 0; i < 64; i++)
        word |= (uint64_t)(bytes[i] >> bit & 1) << i;
    return word;
#endif
}

static void drop_unmet(struct block *b, uint32_t matcher)
{
    const struct run *run = b->run;
    const uint8_t *take = run->bound->matchers[matcher].take;
    uint64_t *bits = b->bits[matcher];
    for (uint32_t w = 0; w * 64 < b->n_events; w++)
        for (uint64_t rest = bits[w]; rest; rest &= rest - 1) {
            uint32_t event = b->e0 + w * 64 + (uint32_t)__builtin_ctzll(rest);
            if (take[run->columns->type[event]] == TAKE_IF && !bound_matches(run->bound, matcher, event))
                bits[w] &= ~(rest & -rest);
        }
}

static void make_bits(struct block *b)
{
    const struct run *run = b->run;
    const uint16_t *type = run->columns->type + b->e0;
    uint32_t n = b->n_events;
    for (uint32_t group = 0; group * 8 < run->n_used; group++) {
        const uint8_t *classes = run->classes[group];
        uint32_t in_group = run->n_used - group * 8 < 8 ? run->n_used - group * 8 : 8;
        for (uint32_t i = 0; i < n; i++)
            b->class_bytes[i] = classes[type[i]];
        memset(b->class_bytes + n, 0, 64);
        for (uint32_t k = 0; k < in_group; k++) {
            uint64_t *bits = b->bits[run->used[group * 8 + k]];
            for (uint32_t i = 0; i < n; i += 64)
                bits[i / 64] = gather_bit(b->class_bytes + i, (int)k);
            bits[(n + 63) / 64] = 0;
            bits[(n + 63) / 64 + 1] = 0;
        }
    }
    for (uint32_t i = 0; i < run->n_used; i++)
        if (run->bound->matchers[run->used[i]].conditional)
            drop_unmet(b, run->used[i]);
}

static bool has_assignment(const struct run *run, uint32_t first, uint32_t end)
{
    for (uint32_t e = first; e < end; e++)
        if (run->assigns[run->columns->type[e]])
            return true;
    return false;
}

uint32_t block_load(struct block *b, uint32_t first, uint32_t end)
{
    const struct run *run = b->run;
    const struct columns *c = run->columns;
    uint32_t next = first + 1;
    while (next < end && c->off[next + 1] - c->off[first] <= BLOCK_EVENTS)
        next++;
    b->number++;
    b->first = first;
    b->n = next - first;
    b->e0 = c->off[first];
    b->n_events = c->off[next] - b->e0;
    b->time = c->time + b->e0;
    fit_contacts(b, b->n);
    fit_events(b, b->n_events);
    for (uint32_t i = 0; i < b->n; i++) {
        uint32_t begin = c->off[first + i] - b->e0, stop = c->off[first + i + 1] - b->e0;
        while (stop > begin && b->time[stop - 1] > run->at)
            stop--;
        b->begin[i] = begin;
        b->end[i] = stop;
        b->by_hand[i] =
                (c->presence[first + i] & run->assigned) && has_assignment(run, b->e0 + begin, b->e0 + stop);
    }
    make_bits(b);
    return next;
}

uint32_t collect_hits(const struct block *b, uint32_t matcher, uint32_t c, uint32_t *hits)
{
    const uint64_t *bits = b->bits[matcher];
    uint32_t n = 0;
    for (uint32_t i = b->begin[c], end = b->end[c]; i < end; i += 64)
        for (uint64_t word = bits_word(bits, i, end - i < 64 ? end - i : 64); word; word &= word - 1)
            hits[n++] = i + (uint32_t)__builtin_ctzll(word);
    return n;
}

bool any_hit(const struct block *b, uint32_t matcher, uint32_t c)
{
    for (uint32_t i = b->begin[c], end = b->end[c]; i < end; i += 64)
        if (bits_word(b->bits[matcher], i, end - i < 64 ? end - i : 64))
            return true;
    return false;
}

uint32_t count_hits(const struct block *b, uint32_t matcher, uint32_t c)
{
    uint32_t n = 0;
    for (uint32_t i = b->begin[c], end = b->end[c]; i < end; i += 64)
        n += (uint32_t)__builtin_popcountll(bits_word(b->bits[matcher], i, end - i < 64 ? end - i : 64));
    return n;
}

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

// The children's lines, cheap ones first; the dear ones only for contacts that no constant has decided.
static void combine_lines(struct block *b, const struct expr *e, uint32_t stage, struct line *out,
        bool absorbing, const struct line **lines)
{
    const uint8_t *active = b->active;
    if (active)
        memcpy(out->alive, active, b->n);
    else
        memset(out->alive, 1, b->n);
    for (unsigned price = 0; price <= 4; price++)
        for (uint32_t i = 0; i < e->n_children; i++) {
            if (cost(e->children[i]) != price)
                continue;
            lines[i] = block_line(b, e->children[i], stage, out->alive);
            for (uint32_t c = 0; c < b->n; c++)
                out->alive[c] &= !line_is(lines[i], c, absorbing);
        }
}

static void combine(struct block *b, const struct expr *e, uint32_t stage, struct line *out)
{
    bool absorbing = e->op == EXPR_OR;
    const struct line *children[16], **lines = children;
    if (e->n_children > 16)
        lines = mem_alloc(e->n_children * sizeof *lines);
    line_start(b, out);
    combine_lines(b, e, stage, out, absorbing, lines);
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

static void make_line(struct block *b, const struct expr *e, uint32_t stage, struct line *line)
{
    switch (e->op) {
    case EXPR_AND:
    case EXPR_OR:
        combine(b, e, stage, line);
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
    if (line->made == b->number)
        return line;
    // A node that stands in several places is asked for other contacts by each of them.
    const uint8_t *outer = b->active;
    b->active = run->masked && run->refs[e->id] == 1 ? active : NULL;
    make_line(b, e, stage, line);
    b->active = outer;
    return line;
}

// When a stage is on: rule 6 of "Meaning". Contacts moved by hand are the reference's.
static void latch_contact(
        struct block *b, const struct line *when, const struct line *until, uint32_t c, struct line *out)
{
    step_t first = event_step(b, c, b->begin[c]);
    uint32_t w = when->at[c], w_end = when->at[c + 1], u = 0, u_end = 0;
    bool holds = when->init[c], stops = false, on = false;
    if (until) {
        u = until->at[c];
        u_end = until->at[c + 1];
        stops = until->init[c];
    }
    for (step_t step = first;;) {
        for (; w < w_end && when->v[w] <= step; w++)
            holds = !holds;
        for (; u < u_end && until->v[u] <= step; u++)
            stops = !stops;
        if (on ? stops : holds && !stops) {
            on = !on;
            line_push(out, step);
            if (!until)
                return;
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

static void latch(
        struct block *b, const struct stage *s, uint32_t stage, const struct line *when, struct line *out)
{
    const struct line *until = NULL;
    line_start(b, out);
    for (uint32_t c = 0; c < b->n; c++)
        out->alive[c] = !line_is(when, c, false) && contact_events(b, c) > 0;
    if (s->until)
        until = block_line(b, s->until, stage, out->alive);
    for (uint32_t c = 0; c < b->n; c++) {
        out->at[c] = (uint32_t)out->n;
        out->init[c] = false;
        if (out->alive[c])
            latch_contact(b, when, until, c, out);
    }
    out->at[b->n] = (uint32_t)out->n;
}

const struct line *block_stage(struct block *b, uint32_t stage)
{
    const struct stage *s = &b->run->program->stages[stage];
    if (b->on_made[stage] == b->number)
        return b->on[stage];
    const struct line *when = block_line(b, s->when, stage, NULL);
    b->on[stage] = when;
    if (!same_line(b, s, when)) {
        latch(b, s, stage, when, &b->stages[stage]);
        b->on[stage] = &b->stages[stage];
    }
    b->on_made[stage] = b->number;
    return b->on[stage];
}

static void push_change(struct values *out, step_t step, uint32_t value)
{
    if (out->n == out->cap)
        out->v = vec_grown(out->v, &out->cap, out->n + 1, sizeof *out->v);
    out->v[out->n++] = (struct change){step, value};
}

static uint32_t first_true(const uint8_t *truths, uint32_t n, bool last)
{
    for (uint32_t i = 0; i < n; i++) {
        uint32_t k = last ? n - 1 - i : i;
        if (truths[k])
            return k;
    }
    return NO_INDEX;
}

// Any number of lines and toggles.
static void first_many(const struct block *b, const struct line *const *lines, uint32_t n, bool last,
        uint32_t c, struct values *out)
{
    uint32_t value = NO_INDEX;
    for (uint32_t i = 0; i < n; i++) {
        b->cursors[i] = lines[i]->at[c];
        b->truths[i] = lines[i]->init[c];
    }
    for (step_t step = event_step(b, c, b->begin[c]); step != STEP_NONE;) {
        step_t next = STEP_NONE;
        for (uint32_t i = 0; i < n; i++) {
            for (; b->cursors[i] < lines[i]->at[c + 1] && lines[i]->v[b->cursors[i]] <= step; b->cursors[i]++)
                b->truths[i] ^= 1;
            if (b->cursors[i] < lines[i]->at[c + 1] && lines[i]->v[b->cursors[i]] < next)
                next = lines[i]->v[b->cursors[i]];
        }
        uint32_t now = first_true(b->truths, n, last);
        if (now != value)
            push_change(out, step, now);
        value = now;
        step = next;
    }
}

static uint32_t first_bit(uint64_t truths, bool last)
{
    if (!truths)
        return NO_INDEX;
    return (uint32_t)(last ? 63 - __builtin_clzll(truths) : __builtin_ctzll(truths));
}

enum { FEW = 16 };

// The usual case: at most 64 lines with a few toggles, sorted as they come.
static void first_few(const struct block *b, const struct line *const *lines, uint32_t n, bool last,
        uint32_t c, struct values *out)
{
    struct {
        step_t step;
        uint64_t bit;
    } toggles[FEW];
    uint64_t truths = 0;
    uint32_t count = 0, value = NO_INDEX, i = 0;
    step_t step = event_step(b, c, b->begin[c]);
    for (uint32_t k = 0; k < n; k++) {
        truths |= (uint64_t)lines[k]->init[c] << k;
        for (uint32_t v = lines[k]->at[c]; v < lines[k]->at[c + 1]; v++) {
            uint32_t at = count++;
            for (; at > 0 && toggles[at - 1].step > lines[k]->v[v]; at--)
                toggles[at] = toggles[at - 1];
            toggles[at].step = lines[k]->v[v];
            toggles[at].bit = 1ull << k;
        }
    }
    for (;;) {
        while (i < count && toggles[i].step <= step)
            truths ^= toggles[i++].bit;
        uint32_t now = first_bit(truths, last);
        if (now != value)
            push_change(out, step, now);
        value = now;
        if (i == count)
            return;
        step = toggles[i].step;
    }
}

void block_first(
        const struct block *b, const struct line *const *lines, uint32_t n, bool last, struct values *out)
{
    out->n = 0;
    for (uint32_t c = 0; c < b->n; c++) {
        out->at[c] = (uint32_t)out->n;
        if (!contact_events(b, c))
            continue;
        uint32_t toggles = 0;
        for (uint32_t i = 0; i < n; i++)
            toggles += line_count(lines[i], c);
        if (n <= 64 && toggles <= FEW)
            first_few(b, lines, n, last, c, out);
        else
            first_many(b, lines, n, last, c, out);
    }
    out->at[b->n] = (uint32_t)out->n;
}

const struct values *block_personas(struct block *b)
{
    const struct program *p = b->run->program;
    if (b->personas_made == b->number)
        return &b->personas;
    const struct line **lines = mem_alloc((size_t)p->n_personas * sizeof *lines);
    for (uint32_t i = 0; i < p->n_personas; i++)
        lines[i] = block_line(b, p->personas[i].when, p->n_stages, NULL);
    block_first(b, lines, p->n_personas, false, &b->personas);
    free(lines);
    b->personas_made = b->number;
    return &b->personas;
}
