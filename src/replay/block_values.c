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
