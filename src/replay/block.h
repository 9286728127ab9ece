// The inside of the block evaluator: a block is some thousand events of whole contacts; every node of the
// program is computed for all its contacts before the next node. What a node gives is a line: for each
// contact the steps at which its truth changes. Private to block_*.c and evaluate.c. One block per thread.
#ifndef SLUICE_REPLAY_BLOCK_H
#define SLUICE_REPLAY_BLOCK_H

#include "replay/bind.h"
#include "replay/lines.h"
#include "replay/scoring.h"
#include "replay/sum.h"

// What the whole run shares.
struct run {
    const struct bound *bound;
    const struct program *program;
    const struct columns *columns;
    const struct replay_options *options;
    uint32_t at;    // options.at in seconds from the epoch
    bool nothing;   // `at` is before the epoch
    uint32_t *used; // matchers that some needed node reads
    uint32_t n_used;
    const uint8_t **classes; // [(n_used + 7) / 8][n_types] bit i: the type is taken by used[8 * group + i]
    bool *context;  // [n_exprs] the node has EXPR_IS below it, so it means something else for every stage
    uint32_t *refs; // [n_exprs] how often the node stands in what is needed
    bool masked;    // nodes may be left out for contacts whose truth is decided without them
    struct scoring scoring; // only where the run needs points
    uint64_t assigned;      // presence bits of stage.assigned
    const uint8_t *assigns; // [n_types]
    const bool *wanted;     // [n_stages] stages whose states are asked for
};

struct block {
    const struct run *run;
    uint32_t worker;       // which of run_workers() threads
    uint64_t number;       // counts blocks, so that lines of an older one are not taken for this one's
    uint32_t first, n;     // contacts
    uint32_t e0, n_events; // events; indices below are from e0
    const uint32_t *time;
    uint32_t *begin, *end; // [n] a contact's events up to `at`
    bool *by_hand;         // [n] has a stage.assigned: the reference evaluates it
    uint32_t cap_contacts, cap_events;
    const uint8_t *active; // [n] contacts that the node being computed matters for; NULL: all
    bool once;             // the node asked for next matters only up to its first truth
    // [n] or NULL: the node being computed matters only from this step on and up to its first truth then, but
    // wholly where it is STEP_NONE.
    const step_t *gates;
    step_t *gate_room; // [n] scratch
    uint64_t **bits;   // [n_matchers] bitmap of the block's events
    uint8_t *class_bytes;
    struct line *lines;  // [(n_stages + 2) * n_exprs]: plain nodes first, then those with a context by stage
    struct line *stages; // [n_stages]
    const struct line *
            *on; // [n_stages] the stage's line: its own, or that of its condition where they are the same
    uint64_t *on_made;                       // [n_stages] the block they are of
    struct values personas, current, grades; // current: over all stages; scratch for `is` meanwhile
    uint64_t personas_made;
    uint32_t *hits;     // scratch, as many as events: matches of one contact
    double *sums;       // scratch, as many as events: points
    struct sum *totals; // scratch, one more than events: running sums of the hits
    uint32_t *cursors;  // scratch, one a line merged
    uint8_t *truths;
    const struct line **merged;
    uint32_t cap_merged;
};

static inline uint32_t contact_events(const struct block *b, uint32_t c)
{
    return b->end[c] - b->begin[c];
}

static inline step_t event_step(const struct block *b, uint32_t c, uint32_t event)
{
    return step_of_event(b->time[event], event - b->begin[c]);
}

// The step that sees what time changes at second t: the clock's, or that of the first event in that second.
// Searches from event `from` on. STEP_NONE if t is behind the run's `at`.
static inline step_t step_at(const struct block *b, uint32_t c, uint32_t from, uint64_t t)
{
    if (t > b->run->at)
        return STEP_NONE;
    uint32_t i = from, end = b->end[c], stride = 1;
    if (b->time[end - 1] < t)
        return step_of_clock((uint32_t)t);
    while (i + stride < end && b->time[i + stride] < t) { // gallop, for contacts with very many events
        i += stride;
        stride *= 2;
    }
    while (i < end && b->time[i] < t)
        i++;
    return i < end && b->time[i] == t ? event_step(b, c, i) : step_of_clock((uint32_t)t);
}

// Bits of a matcher in events [begin, end) of the block, at most 64 of them, from bit 0.
static inline uint64_t bits_word(const uint64_t *bits, uint32_t begin, uint32_t n)
{
    uint32_t shift = begin & 63;
    uint64_t word = bits[begin >> 6] >> shift;
    word |= (bits[(begin >> 6) + 1] << 1) << (63 - shift);
    return n == 0 ? 0 : word & (~0ull >> (64 - n));
}

// The next set bit from `from` on and before `end`, or the last one before `before` and from `begin` on;
// NO_INDEX if there is none.
static inline uint32_t bit_after(const uint64_t *bits, uint32_t from, uint32_t end)
{
    for (uint32_t w = from >> 6, shift = from & 63; w << 6 < end; w++, shift = 0) {
        uint64_t word = bits[w] >> shift << shift;
        if (word) {
            uint32_t at = (w << 6) + (uint32_t)__builtin_ctzll(word);
            return at < end ? at : NO_INDEX;
        }
    }
    return NO_INDEX;
}

static inline uint32_t bit_before(const uint64_t *bits, uint32_t before, uint32_t begin)
{
    while (before > begin) {
        uint32_t w = (before - 1) >> 6;
        uint64_t word = bits[w] << (63 - ((before - 1) & 63)) >> (63 - ((before - 1) & 63));
        if (word) {
            uint32_t at = (w << 6) + 63 - (uint32_t)__builtin_clzll(word);
            return at >= begin ? at : NO_INDEX;
        }
        before = w << 6;
    }
    return NO_INDEX;
}

// The matches of contact c in hits[], which has room for all; returns their number.
uint32_t collect_hits(const struct block *b, uint32_t matcher, uint32_t c, uint32_t *hits);
bool any_hit(const struct block *b, uint32_t matcher, uint32_t c);
uint32_t count_hits(const struct block *b, uint32_t matcher, uint32_t c);

void block_bits(struct block *b); // block_bits.c: all that the run uses

// The line of a node, computed if need be. stage: whose condition it stands in (n_stages: persona, grade,
// filter), for EXPR_IS. active: the contacts it is asked for (NULL: all); for the others it may say anything.
const struct line *block_line(struct block *b, const struct expr *e, uint32_t stage, const uint8_t *active);
void block_atom(struct block *b, const struct expr *e, uint32_t stage, struct line *out); // block_atoms.c
void block_score(struct block *b); // block_score.c: fills the lines of all EXPR_SCORE nodes
// The line of a stage being on.
const struct line *block_stage(struct block *b, uint32_t stage);
// The first of n lines that holds, over time; last: the last of them.
void block_first(
        const struct block *b, const struct line *const *lines, uint32_t n, bool last, struct values *out);
// Rule of the persona over time.
const struct values *block_personas(struct block *b);
// Score of a contact at `at`: the sum over its events in order, by the contract's formula.
double block_score_at(struct block *b, uint32_t c);

// Finds out which matchers the run needs; what: parts of the program to be evaluated, with all they depend on
// (needs.c).
enum {
    NEED_STAGES = 1 /* the wanted ones */,
    NEED_GRADES = 2,
    NEED_SCORE = 4,
    NEED_FILTER = 8,
    NEED_FILTER_ONLY = 16 /* without what standings tell */
};
void run_init(struct run *run, struct arena *arena, unsigned what);
// Runs body(arg, unit, first, end) for every unit of work — whole contacts — on run_workers() threads; the
// units that one of them gets come in ascending order.
uint32_t run_units(const struct columns *c);
unsigned run_workers(const struct run *run);
void run_threads(const struct run *run,
        void (*body)(void *arg, struct block *block, uint32_t unit, uint32_t first, uint32_t end), void *arg);

// evaluate.c: what a replay sets up once (run->bound … run->options are set), and does with a loaded block.
void evaluate_prepare(struct run *run, struct arena *arena, struct replay_result *ret);
void evaluate_block(struct block *b, struct replay_result *out);
void evaluate_nobody(struct replay_result *ret); // instead, if run->nothing

void block_init(struct block *b, const struct run *run);
void block_free(struct block *b);
// Loads contacts from `first` on, as many as make a block, at most up to `end`; returns the next contact.
uint32_t block_load(struct block *b, uint32_t first, uint32_t end);

#endif
