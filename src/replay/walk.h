// One contact's history, walked step by step as the language's meaning says (docs/models.md, "Meaning"): what
// holds at the present step, and what changed in it. The reference evaluator and the explanation run on it.
// One owner, one thread; the bound program may be shared.
#ifndef SLUICE_REPLAY_WALK_H
#define SLUICE_REPLAY_WALK_H

#include "replay/evidence.h"

enum { NO_TIME = -1 }; // no such moment; all times here are seconds from columns.epoch

// A change of standing in the present step.
struct change {
    enum transition_kind kind;
    uint32_t from, to;      // as in struct transition
    bool by_hand;           // evidence: the step's event
    const struct expr *why; // evidence: that of this condition; NULL: none
    uint32_t scope;         // why is a condition of this stage, or WALK_ALL
};

// An event that earned points.
struct earning {
    uint32_t event, rule; // rule: into program.points
};

// What walk_holds takes for a condition that is not a stage's own: the stages are all seen.
#define WALK_ALL UINT32_MAX

struct walk;

// A moment (seconds since 1970) on the columns' clock: NO_TIME before the first event of all, never beyond
// what a step can hold.
int64_t walk_clock(const struct columns *columns, int64_t at);

struct walk *walk_new(const struct bound *bound);
void walk_free(struct walk *w); // NULL is fine

// To before the contact's first event. Events after `at` stay out of the history.
void walk_start(struct walk *w, uint32_t contact, int64_t at);
// Takes the next step, of an event or by the clock, if it is not after `limit`; else false and nothing
// happens. A limit beyond `at` of walk_start is allowed: the clock goes on, without events.
bool walk_step(struct walk *w, int64_t limit);
// Moves the clock on to `time`, not before the present step, where no step lies in between: only the score's
// decay goes on. What holds stays what it was.
void walk_rest(struct walk *w, int64_t time);

// --- the present step; all false and none before the first
step_t walk_now(const struct walk *w);
// The changes of this step, in order of kind: at most one of each. Returns how many.
unsigned walk_changes(const struct walk *w, const struct change **ret);
// The evidence of a change in this step, from out's position `from` on.
void walk_evidence(const struct walk *w, const struct change *change, event_list *out, size_t from);

// Whether a condition holds. scope: the stage whose own condition it is (it sees those before it), or
// WALK_ALL.
bool walk_holds(const struct walk *w, const struct expr *e, uint32_t scope);
// Its evidence, from out's position `from` on.
void walk_evidence_of(
        const struct walk *w, const struct expr *e, uint32_t scope, event_list *out, size_t from);
const struct stage_state *walk_stage(const struct walk *w, uint32_t stage);
// Where the contact is, score included.
struct standing walk_standing(const struct walk *w);
// The score's parts: events that earned, in history order. Rules with `when`: whether they hold.
size_t walk_earnings(const struct walk *w, const struct earning **ret);
double walk_decay(const struct walk *w, uint32_t event); // of points earned by the event, 0 … 1
// How many matches lie in the window, or their sum: what a COUNT or SUM atom compares.
double walk_measure(const struct walk *w, const struct expr *e);
// The link of a THEN atom that would carry its furthest chain on; 0: a chain has to begin.
uint32_t walk_next_link(const struct walk *w, const struct expr *e);
// The number of the trait's value, VALUE_NONE if no message has set it.
uint32_t walk_trait(const struct walk *w, uint32_t trait);
// Whether a recorded answer of the fact counts.
bool walk_recorded(const struct walk *w, uint32_t fact);
// The persona's rule (index into program.personas), or NO_INDEX.
uint32_t walk_persona_rule(const struct walk *w);

#endif
