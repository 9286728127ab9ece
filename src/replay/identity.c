#include "replay/identity.h"

#include "base/mem.h"

#include <stdlib.h>

static uint32_t *filled(uint32_t n)
{
    uint32_t *v = mem_alloc(((size_t)n + 1) * sizeof *v);
    memset(v, 0xFF, ((size_t)n + 1) * sizeof *v);
    return v;
}

struct identity identity_new(uint32_t n_ids)
{
    struct identity who = {n_ids, filled(n_ids), filled(n_ids), filled(n_ids), filled(n_ids)};
    for (uint32_t i = 0; i < n_ids; i++)
        who.parent[i] = i;
    return who;
}

void identity_free(struct identity *who)
{
    free(who->first);
    free(who->joined);
    free(who->joined_at);
    free(who->parent);
    *who = (struct identity){0};
}

static uint32_t root_of(struct identity *who, uint32_t user)
{
    while (who->parent[user] != user) {
        who->parent[user] = who->parent[who->parent[user]];
        user = who->parent[user];
    }
    return user;
}

// The userId that stands first in the log names the contact.
static void unite(struct identity *who, uint32_t a, uint32_t b)
{
    a = root_of(who, a);
    b = root_of(who, b);
    if (who->first[a] <= who->first[b])
        who->parent[b] = a;
    else
        who->parent[a] = b;
}

void identity_settle(struct identity *who, const struct alias *aliases, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (aliases[i].log < who->first[aliases[i].user])
            who->first[aliases[i].user] = aliases[i].log;
    for (size_t i = 0; i < n; i++) {
        const struct alias *alias = &aliases[i];
        if (who->first[alias->previous] != NO_INDEX) {
            unite(who, alias->previous, alias->user);
        } else if (alias->log < who->joined_at[alias->previous]) {
            who->joined[alias->previous] = alias->user;
            who->joined_at[alias->previous] = alias->log;
        }
    }
    for (uint32_t i = 0; i < who->n; i++)
        who->parent[i] = root_of(who, i);
    // An anonymousId that was never seen together with a userId is that userId, if it is one, or itself.
    for (uint32_t i = 0; i < who->n; i++)
        who->joined[i] = who->parent[who->joined[i] == NO_INDEX ? i : who->joined[i]];
}
