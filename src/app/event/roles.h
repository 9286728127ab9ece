// What an event says of its identifiers' roles in the log, for those who add rows to what was built from the
// rows before. Private to app/event and app/standing.
#ifndef SLUICE_APP_EVENT_ROLES_H
#define SLUICE_APP_EVENT_ROLES_H

#include "replay/cache.h"

// Numbers of an event's identifiers, 0 for none, and whether it is known whose contact each means.
struct roles_event {
    uint32_t user, anonymous;
    bool user_placed, anonymous_placed;
};

// Notes them in role[] (enum id_role, by number), as feed.c does. false: the event says more than whose it
// is: it moves events that came before, or it is not known whose it is; that takes a build from all rows.
bool roles_note(uint8_t *role, const struct roles_event *e);

#endif
