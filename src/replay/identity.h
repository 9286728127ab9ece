// Whose contact an identifier belongs to, by the rules of model-language.md, "Messages and events", for one
// choice of messages (those up to a moment). Ids are numbers of one name space. Fill by identity_see() and
// identity_alias(), settle, then ask. One owner, one thread.
#ifndef SLUICE_REPLAY_IDENTITY_H
#define SLUICE_REPLAY_IDENTITY_H

#include "rules/program.h"

// An alias message: the ids of previousId and userId.
struct alias {
    int64_t time;
    uint64_t message; // hash of its messageId, 0: none
    uint32_t log, previous, user;
};

struct identity {
    uint32_t n;
    uint32_t *first;     // [n] where in the log the id first stands as a userId; NO_INDEX: nowhere
    uint32_t *joined;    // [n] the first userId seen together with it as an anonymousId, or NO_INDEX
    uint32_t *joined_at; // [n] where in the log that was; NO_INDEX: nowhere
    uint32_t *parent;    // [n] of the userIds joined into one contact; itself: it names the contact
};

struct identity identity_new(uint32_t n_ids);
void identity_free(struct identity *who);

// One event's ids (or NO_INDEX), in log order.
static inline void identity_see(struct identity *who, uint32_t log, uint32_t user, uint32_t anonymous)
{
    if (user == NO_INDEX)
        return;
    if (who->first[user] == NO_INDEX)
        who->first[user] = log;
    if (anonymous != NO_INDEX && who->joined[anonymous] == NO_INDEX) {
        who->joined[anonymous] = user;
        who->joined_at[anonymous] = log;
    }
}

// After all events: applies the aliases, in log order, and settles whose each id is.
void identity_settle(struct identity *who, const struct alias *aliases, size_t n);

// The id that names the contact a message with these ids belongs to (after identity_settle).
static inline uint32_t identity_of(const struct identity *who, uint32_t user, uint32_t anonymous)
{
    return user != NO_INDEX ? who->parent[user] : who->joined[anonymous];
}

#endif
