// Why a contact is where it is: the explanation of `sluice explain`, as JSON (decisions.md gives its form)
// and as text.
#ifndef SLUICE_REPLAY_EXPLAIN_H
#define SLUICE_REPLAY_EXPLAIN_H

#include "base/buf.h"
#include "replay/replay.h"

struct explain_options {
    int64_t at; // seconds since 1970
    bool json;
    bool color; // text: ANSI colours
    // What to call an event (messageId, line:N, event:ID), by its position in the log.
    void (*event_name)(const void *ctx, uint32_t log, struct buf *out);
    const void *ctx;
};

// false: the contact has no event up to `at`.
bool explain_contact(const struct program *program, const struct columns *columns, uint32_t contact,
        const struct explain_options *options, struct buf *out);

#endif
