// Who must not be written to, and why; and the topics that people take or leave. An address counts, in its
// normal form (app/address), whoever's it is.
#ifndef SLUICE_APP_SUPPRESSION_SUPPRESSION_H
#define SLUICE_APP_SUPPRESSION_SUPPRESSION_H

#include "app/app.h"

// reason: "unsubscribed" "bounced" "complained" "manual" "imported". topic: id, or empty for everything.
// proof: where it came from ("send 123, one-click POST from 192.0.2.1 at …"), kept. Each reason is an entry
// of its own; one that is there already stays as it is. What is no address is ignored.
bool suppress(struct writing *w, struct str address, const char *reason, struct str topic, struct str proof,
        struct err *err);
// Whether a mail of this topic (empty: the general one) may not go there; ret_reason: a constant, NULL if it
// may. "unsubscribed" only where there is no other: mails that people asked for go out in spite of that one.
bool suppressed(
        struct store *store, struct str address, struct str topic, const char **ret_reason, struct err *err);
// Whether this very entry is there.
bool suppression_has(struct store *store, struct str address, struct str topic, const char *reason, bool *ret,
        struct err *err);
// Somebody took a topic again (empty: everything) by themselves: ends their own "unsubscribed" of it, nothing
// else. *ret_changed (may be NULL): there was one.
bool unsuppress(struct writing *w, struct str address, struct str topic, struct str proof, bool *ret_changed,
        struct err *err);

// Topics that people may see, for the preference page, by name; texts in arena.
struct topic {
    struct str id, name, description;
    bool left; // the address has left it
};
bool topics_for(struct store *store, struct arena *arena, struct str address, struct topic **ret,
        unsigned *ret_n, bool *ret_left_all, struct err *err);

#endif
