// Lines as such, and the values over time that several of them give together.
#include "replay/block.h"

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

// The toggles of one contact on at most 64 lines, in the order of their steps, and one STEP_NONE behind them.
struct toggles {
    uint32_t n;
    uint64_t truths; // before the first
    step_t step[FEW + 3];
    uint64_t bit[FEW + 3];
};

// False if there are too many. Two of a line are copied whether they are there or not, as the usual numbers,
// none to two, are not predictable; only what lies behind them is.
static inline bool load_toggles(
        const struct line *const *lines, uint32_t n_lines, uint32_t c, struct toggles *toggles)
{
    uint32_t n = 0;
    uint64_t truths = 0;
    for (uint32_t k = 0; k < n_lines; k++) {
        uint32_t at = lines[k]->at[c], count = lines[k]->at[c + 1] - at;
        const step_t *v = lines[k]->v + at;
        truths |= (uint64_t)lines[k]->init[c] << k;
        if (n + count > FEW)
            return false;
        toggles->step[n] = v[0];
        toggles->step[n + 1] = v[1];
        toggles->bit[n] = toggles->bit[n + 1] = 1ull << k;
        for (uint32_t i = 2; i < count; i++) {
            toggles->step[n + i] = v[i];
            toggles->bit[n + i] = 1ull << k;
        }
        n += count;
    }
    for (uint32_t i = 1; i < n; i++) {
        step_t step = toggles->step[i];
        uint64_t bit = toggles->bit[i];
        uint32_t at = i;
        for (; at > 0 && toggles->step[at - 1] > step; at--) {
            toggles->step[at] = toggles->step[at - 1];
            toggles->bit[at] = toggles->bit[at - 1];
        }
        toggles->step[at] = step;
        toggles->bit[at] = bit;
    }
    toggles->step[n] = STEP_NONE;
    toggles->n = n;
    toggles->truths = truths;
    return true;
}

static void first_few(const struct toggles *toggles, bool last, step_t first, struct values *out)
{
    uint64_t truths = toggles->truths;
    uint32_t value = NO_INDEX, i = 0;
    if (truths) {
        while (toggles->step[i] <= first)
            // NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign): step[n] is STEP_NONE
            truths ^= toggles->bit[i++];
        value = first_bit(truths, last);
        if (value != NO_INDEX)
            push_change(out, first, value);
    }
    if (out->n + toggles->n > out->cap)
        out->v = vec_grown(out->v, &out->cap, out->n + toggles->n, sizeof *out->v);
    struct change *v = out->v + out->n;
    uint32_t n = 0;
    for (; i < toggles->n; i++) {
        truths ^= toggles->bit[i];
        uint32_t now = first_bit(truths, last);
        bool changed = (now != value) & (toggles->step[i + 1] > toggles->step[i]); // the last of its step
        v[n].step = toggles->step[i];
        v[n].value = now;
        n += changed;
        value = changed ? now : value;
    }
    out->n += n;
}

void block_first(
        const struct block *b, const struct line *const *lines, uint32_t n, bool last, struct values *out)
{
    struct toggles toggles;
    out->n = 0;
    for (uint32_t c = 0; c < b->n; c++) {
        out->at[c] = (uint32_t)out->n;
        if (!contact_events(b, c))
            continue;
        if (n <= 64 && load_toggles(lines, n, c, &toggles))
            first_few(&toggles, last, event_step(b, c, b->begin[c]), out);
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
