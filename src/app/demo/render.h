// An event of the demo as a message in the Segment format.
#ifndef SLUICE_APP_DEMO_RENDER_H
#define SLUICE_APP_DEMO_RENDER_H

#include "app/demo/sim.h"

// Replaces what is in out by the message of e, one JSON object without a newline. p is e's person; start: the
// history's first second.
void render_message(
        uint64_t seed, int64_t start, const struct person *p, const struct event *e, struct buf *out);

#endif
