// A program bound to columns: which event types each matcher takes, which columns its properties, traits and
// facts are. Immutable but for memos of comparisons (atomic, so threads may share it).
#ifndef SLUICE_REPLAY_BIND_H
#define SLUICE_REPLAY_BIND_H

#include "replay/columns.h"

enum take { TAKE_NEVER, TAKE_ALWAYS, TAKE_IF /* a condition decides */ };

struct bound_matcher {
    uint64_t presence;   // presence bits of the types it takes; 0: nothing can match
    const uint8_t *take; // [n_types] enum take
    bool conditional;    // some type is TAKE_IF
};

// Where a property is read: the first column that has a value that is set, then the channel in the event's
// name.
struct bound_prop {
    const struct sparse *columns[2];
    bool channel;
};

struct bound {
    const struct program *program;
    const struct columns *columns;
    struct bound_matcher *matchers;   // [program.n_matchers]
    struct bound_prop *props;         // [program.n_props]
    const struct sparse **traits;     // [program.n_traits], NULL: nobody has it
    const struct fact_column **facts; // [program.n_facts], NULL: never recorded
    struct arena *arena;
    // memo[cmp][value]: 0 not known yet, 1 false, 2 true
    _Atomic uint8_t **prop_memo, **trait_memo;
};

struct bound *bind_program(const struct program *program, const struct columns *columns);
void bound_free(struct bound *b);

// Whether an event matches.
bool bound_matches(const struct bound *b, uint32_t matcher, uint32_t event);
// Whether a EXPR_TRAIT atom holds for a value number (VALUE_NONE: not set).
bool bound_trait_holds(const struct bound *b, const struct expr *atom, uint32_t value);
// The property's number on this event, 0 if it has none: for `sum`.
double bound_prop_number(const struct bound *b, uint32_t prop_index, uint32_t event);

#endif
