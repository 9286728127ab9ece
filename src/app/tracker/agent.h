// Whether a user agent is a machine's: a crawler, a scanner, a library, a browser that a program drives.
// Pure; any thread.
#ifndef SLUICE_APP_TRACKER_AGENT_H
#define SLUICE_APP_TRACKER_AGENT_H

#include "base/str.h"

#include <stdbool.h>

enum { AGENT_LOOK = 1024 /* bytes of an agent that are looked at */, AGENT_REASON = 128 };

// Sets out (AGENT_REASON bytes) to the reason, as "search-engine: Googlebot/" or "no browser". false: a
// person's.
bool agent_is_machine(struct str agent, char *out);

#endif
