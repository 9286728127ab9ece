// Human or machine: what an open or a click says about who made it. Pure.
#ifndef SLUICE_APP_MESSAGE_TRACK_H
#define SLUICE_APP_MESSAGE_TRACK_H

#include "base/str.h"

enum {
    TRACK_SOON = 5,        // seconds after the hand-over in which only scanners look
    TRACK_BURST_MS = 1000, // several links within this are followed by a machine
    TRACK_TRAP = 600,      // seconds for which the hidden link tells
};

struct track {
    struct str agent;     // User-Agent
    bool head;            // HEAD
    bool click;           // else an open
    int64_t since;        // seconds since the hand-over
    int64_t other_ms;     // since another link of the same mail was followed; -1: none was
    int64_t trap_seconds; // since the hidden link was followed; -1: it was not
};
// Why it is a machine's, into out (AGENT_REASON bytes); false: a person's, as far as one can tell.
bool track_is_machine(const struct track *track, char *out);

#endif
