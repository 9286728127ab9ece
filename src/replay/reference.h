// One contact through the reference evaluator; also how the block evaluator replays contacts moved by hand.
#ifndef SLUICE_REPLAY_REFERENCE_H
#define SLUICE_REPLAY_REFERENCE_H

#include "replay/bind.h"
#include "replay/replay.h"

// Fills the contact's place in ret (stages, standings and exists, whose arrays are there) and appends its
// transitions.
void reference_contact(const struct bound *bound, uint32_t contact, const struct replay_options *options,
        struct replay_result *ret);

#endif
