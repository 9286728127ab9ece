// Replaying histories through a model: the results both evaluators give, record by record the same.
#ifndef SLUICE_REPLAY_REPLAY_H
#define SLUICE_REPLAY_REPLAY_H

#include "base/vec.h"
#include "replay/columns.h"

#include <stdatomic.h>

// A step of a contact's history, ordered: (time << 32) | place, where place is 0 for a step by the clock and
// 1 + index of the event within the contact for an event's. Times are seconds from columns.epoch.
typedef uint64_t step_t;
#define STEP_NONE UINT64_MAX

static inline uint32_t step_time(step_t s)
{
    return (uint32_t)(s >> 32);
}

static inline step_t step_of_event(uint32_t time, uint32_t index_in_contact)
{
    return (uint64_t)time << 32 | (index_in_contact + 1u);
}

static inline step_t step_of_clock(uint32_t time)
{
    return (uint64_t)time << 32;
}

enum transition_kind { CHANGE_PERSONA, CHANGE_STAGE, CHANGE_GRADE }; // in this order within a step

struct transition {
    uint32_t contact;  // index into the columns
    uint32_t from, to; // persona_names, stages, grade_names; NO_INDEX: none
    uint8_t kind;      // enum transition_kind
    bool by_hand;
    step_t step;
    uint32_t evidence, n_evidence; // evidence[evidence …] of the result; events (index into columns.time)
};

// Where a contact is at the end of the replay, per stage.
struct stage_state {
    step_t first; // first step at which it was on; STEP_NONE: never
    step_t since; // when it last turned on, if it is on at the end; else STEP_NONE
};

struct standing {
    uint32_t stage, persona, grade; // NO_INDEX: none
    step_t since; // when the current stage became current; the first event's if it never changed
    double score;
    bool filter; // program.filter holds
};

struct replay_options {
    int64_t at;       // seconds since 1970; steps up to and with it
    unsigned threads; // 1 or more
    bool transitions; // want them
    bool evidence;    // with their evidence
    bool standings;   // want them; without, only stage states are computed
    // A what-if: stages that mean the same in this program, replayed before over the same columns up to the
    // same `at`, are taken from its result, which must outlive the new one. NULL: everything is computed.
    // Only where neither transitions nor standings are wanted.
    const struct program *known;
    const struct replay_result *known_result;
    // [n_stages] stages whose states nobody asks for: they have none in the result (NULL). NULL: all are
    // asked for. Like `known` only without transitions and standings.
    const bool *skip;
    // A bit a contact: the others are taken for ones without events. NULL: all.
    const uint64_t *only;
    // Becomes true: the replay ends soon, and its result says nothing. NULL: it cannot be ended.
    const atomic_bool *cancel;
};

typedef VEC(uint32_t) event_list; // of events, as indices into columns.time

struct replay_result {
    uint32_t n_contacts, n_stages;
    struct stage_state **stages; // [stage][contact]
    struct stage_state *states;  // where those that are its own stand
    bool *borrowed;              // [stage] belongs to options.known_result, or is skipped
    struct standing *standings;  // [contact], if wanted. `stage` and `filter` only exist for contacts with an
                                 // event up to at
    uint8_t *exists;             // [contact] has an event up to at
    VEC(struct transition) transitions; // by contact index, step, kind
    event_list evidence;
};

void replay_result_free(struct replay_result *r);

// The block evaluator (evaluate.c) and the slow reference (reference.c): the same answers.
void replay_run(const struct program *program, const struct columns *columns,
        const struct replay_options *options, struct replay_result *ret);
void reference_run(const struct program *program, const struct columns *columns,
        const struct replay_options *options, struct replay_result *ret);

// For each of n parts of the conditions of stages (stages[i]: which one's), who there is for whom it has ever
// held up to options.at: a bit a contact in ret_ever[i], which is all zero before. Of a part that looks
// at other stages, contacts that somebody's hand has moved (stage.assigned) are among them whether it has
// held or not. false: cancelled.
bool replay_ever(const struct program *program, const struct columns *columns,
        const struct replay_options *options, const struct expr *const *parts, const uint32_t *stages,
        uint32_t n, uint64_t *const *ret_ever);

// Whether program.filter holds at options.at for each contact (ret_holds[contact]), from the standings of the
// same program and moment: much cheaper than a replay.
void replay_filter(const struct program *program, const struct columns *columns,
        const struct replay_options *options, const struct replay_result *known, uint8_t *ret_holds);

#endif
