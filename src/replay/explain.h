// Why a contact is where it is: the explanation of `sluice explain`, as JSON (decisions.md gives its form)
// and as text.
#ifndef SLUICE_REPLAY_EXPLAIN_H
#define SLUICE_REPLAY_EXPLAIN_H

#include "base/buf.h"
#include "replay/replay.h"

// What a person can do about a condition that does not hold ("missing" of a NODE; what is in brackets):
//   ask         for a fact's answer or amount (the fact)
//   fill        in a trait that is not set (the trait)
//   check       a trait that is set, but says something else (the trait)
//   wait        for an event that only the contact can bring about (its pattern as the model has it, for a
//               count or sum with how much more it takes: "page.viewed (2 more)")
//   do          something of ours: an outbound or internal event (its pattern)
//   raise       the score ("12.5 more points")
//   reach       a stage (its name)
//   leave       a stage (its name)
//   wait_until  the moment at which it holds by itself (RFC 3339)
// In the order of the condition; of `or` all sides' (alternatives), of `and` those of the sides that fail.
struct explain_options {
    int64_t at; // seconds since 1970
    bool json;
    bool trees; // json: every NODE gets "tree" (rules/tree.h), null where the answer is very large already
    bool color; // text: ANSI colours
    // What to call an event (messageId, line:N, event:ID), by its position in the log.
    void (*event_name)(const void *ctx, uint32_t log, struct buf *out);
    const void *ctx;
};

// false: the contact has no event up to `at`.
bool explain_contact(const struct program *program, const struct columns *columns, uint32_t contact,
        const struct explain_options *options, struct buf *out);

struct action {
    struct str action, what;
};

// What lacks for the stage that the model declares behind the contact's current one: its `missing` as above,
// but without wait_until.
struct explained_next {
    uint32_t stage; // NO_INDEX: the contact is on the last one
    const struct action *missing;
    size_t n;
};
// Lives in arena. false: the contact has no event up to `at` (seconds since 1970).
bool explain_next(const struct program *program, const struct columns *columns, uint32_t contact, int64_t at,
        struct arena *arena, struct explained_next *ret);

#endif
