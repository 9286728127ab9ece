// What the nodes of a program give for the contacts of a block: a truth over time (a line) or a value over
// time. Private to block_*.c and evaluate.c; owned by the block they are of.
#ifndef SLUICE_REPLAY_LINES_H
#define SLUICE_REPLAY_LINES_H

#include "replay/replay.h"

// A truth over time: contact c toggles at v[at[c]] … v[at[c+1]-1], ascending; init[c] is the truth before its
// first step.
struct line {
    uint32_t *at;
    uint8_t *init;
    step_t *v;
    size_t n, cap;
    uint64_t made;  // block.number it was computed for
    uint8_t *alive; // scratch: contacts for which the node's later children still matter
};

// A value over time, NO_INDEX before the first change.
struct change {
    step_t step;
    uint32_t value;
};

struct values {
    uint32_t *at;
    struct change *v;
    size_t n, cap;
};

enum { LINE_SPARE = 2 }; // toggles that may be read behind the last of a finished line

// Room for `more` toggles behind the end.
static inline step_t *line_room(struct line *line, size_t more)
{
    if (line->n + more > line->cap)
        line->v = vec_grown(line->v, &line->cap, line->n + more, sizeof *line->v);
    return line->v + line->n;
}

static inline void line_push(struct line *line, step_t step)
{
    line_room(line, 1);
    line->v[line->n++] = step;
}

static inline uint32_t line_count(const struct line *line, uint32_t c)
{
    return line->at[c + 1] - line->at[c];
}

static inline bool line_is(const struct line *line, uint32_t c, bool always)
{
    return line->at[c + 1] == line->at[c] && line->init[c] == always;
}

// Truth at a step.
bool line_holds(const struct line *line, uint32_t c, step_t step);
// Truth at the end of the run.
static inline bool line_last(const struct line *line, uint32_t c)
{
    return line->init[c] ^ (line_count(line, c) & 1);
}

void line_fit(struct line *line, uint32_t n_contacts);
void line_free(struct line *line);
void values_fit(struct values *values, uint32_t n_contacts);

#endif
