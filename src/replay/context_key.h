// The keys under which an event's properties also hold what context.campaign says of it. They begin with a
// byte that no JSON text and no model can have, so they are never taken for properties that a message calls
// so.
#ifndef SLUICE_REPLAY_CONTEXT_KEY_H
#define SLUICE_REPLAY_CONTEXT_KEY_H

#include "base/str.h"

#define CONTEXT_SOURCE STR("\377source")
#define CONTEXT_MEDIUM STR("\377medium")
#define CONTEXT_CAMPAIGN STR("\377campaign")

#endif
