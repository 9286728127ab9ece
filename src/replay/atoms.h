// What a walk knows of the past: the matches, chains and points that the atoms of a program look at, and what
// follows from them at a moment. For walk.c only; one owner, one thread.
#ifndef SLUICE_REPLAY_ATOMS_H
#define SLUICE_REPLAY_ATOMS_H

#include "replay/sum.h"
#include "replay/walk.h"

// A stage as the steps have left it.
struct stage_now {
    struct stage_state state;
    bool until_ignored; // turned on by hand while `until` held: it does not count before it has been false
    bool held_off;      // turned off by hand, and not free yet
    uint32_t held_by;   // the assignment's event
};

// A SUM atom's running sum, one for each of its matcher's matches.
struct sum_state {
    const struct expr *e;
    VEC(struct sum) running; // with each match
};

// The newest chain that reaches each link of a THEN atom: its first event and the one at this link.
struct chain_state {
    const struct expr *e;
    struct chain_link {
        uint32_t first, last; // NO_INDEX: no chain reaches it
    } * links;
};

// The event points at time `at`, as a running sum that decays, and how far rounding may have taken it from
// the sum computed afresh.
struct running_score {
    double sum, magnitude, slack;
    int64_t at;
};

struct walk {
    const struct bound *bound;
    const struct program *program;
    const struct columns *columns;
    struct arena *arena; // of everything here

    uint32_t first, stop; // the contact's events; stop: end of those up to `at`
    uint32_t end;         // events from here on have not happened yet
    int64_t now;          // of the present step
    step_t step;

    event_list *matches; // [n_matchers] so far, ascending
    bool *matched;       // [n_matchers] by the latest event
    struct sum_state *sums;
    struct chain_state *chains;
    uint32_t n_sums, n_chains;
    uint32_t *slot;            // [n_exprs] a SUM's or THEN's place in these
    const struct expr **timed; // atoms that time alone may change
    uint32_t n_timed;

    event_list *earned; // [n_points] events that earned by each rule, ascending
    VEC(struct earning) earnings;
    struct running_score running;

    uint32_t persona;  // rule, or NO_INDEX
    bool *derived;     // [n_facts] whether a derived fact's rule holds
    bool *points_hold; // [n_points] whether a `points … when` holds
    struct stage_now *stages;
    uint32_t stage, grade; // current; rule of the grade; NO_INDEX: none
    step_t since;

    struct change changes[3];
    unsigned n_changes;
};

void atoms_prepare(struct walk *w); // once, after the fields above the lists are set
void atoms_free(struct walk *w);
void atoms_start(struct walk *w); // before a contact's first event
// Takes in an event: what it matches, adds to sums, links and earns.
void atoms_event(struct walk *w, uint32_t event);

// The score at the present step, summed afresh in history order.
double atoms_score(const struct walk *w);
// The first second in (now, limit] at which an atom may change by time alone, or NO_TIME.
int64_t atoms_next_change(const struct walk *w, int64_t limit);
// The last stage before `scope` that is on, or NO_INDEX.
uint32_t atoms_last_on(const struct walk *w, uint32_t scope);

#endif
