// The evidence of a condition at a step (model-language.md, "Evidence"), for whoever knows which nodes hold
// there.
#ifndef SLUICE_REPLAY_EVIDENCE_H
#define SLUICE_REPLAY_EVIDENCE_H

#include "base/vec.h"
#include "replay/bind.h"
#include "replay/replay.h"

struct evidence_view {
    const struct bound *bound;
    uint32_t first,
            end;  // the contact's events: first … ; end: events from here on have not happened at this step
    int64_t time; // of the step, seconds from columns.epoch
    // Truth of any node of the program at this step.
    bool (*holds)(void *ctx, const struct expr *e);
    // The persona at this step (index into program.personas, the rule that held; NO_INDEX: none).
    uint32_t (*persona_rule)(void *ctx);
    // Optional, for who has them at hand (NULL: the history is searched): the events that match, ascending,
    // none from `end` on; and the newest chain of a `then` that holds.
    const uint32_t *(*matches)(void *ctx, uint32_t matcher, uint32_t *ret_n);
    void (*chain)(void *ctx, const struct expr *e, uint32_t *ret_first, uint32_t *ret_last);
    void *ctx;
};

// Appends the evidence of e (which holds, or does not) in written order, each event once, to out from
// position `from` on.
void evidence_of(const struct evidence_view *view, const struct expr *e, event_list *out, size_t from);
// Whether the evidence of e, which holds, has an event at or behind `after` — where of `or` every side that
// holds counts (rule 7 of "Meaning").
bool evidence_after(const struct evidence_view *view, const struct expr *e, uint32_t after);

#endif
