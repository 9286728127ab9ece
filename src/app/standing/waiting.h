// Who waits for something from us, from memory.
#ifndef SLUICE_APP_STANDING_WAITING_H
#define SLUICE_APP_STANDING_WAITING_H

#include "app/standing/live.h"

enum waiting_kind {
    WAITING_ANSWER, // they wrote, and nothing has come from us since
    WAITING_HOT,    // has the model's first grade, and nothing has come from us since it became so
    WAITING_DEAL,   // has an open deal, and nothing has happened since `rot`
};

struct waiting {
    enum waiting_kind kind;
    uint32_t contact;
    int64_t since; // when they wrote, became so, last were heard of; seconds since 1970
    int64_t event; // log row of what they wrote, else 0
};

struct waiting_query {
    int64_t since; // only what waits since this moment, or later
    int64_t rot;   // deals: only those that nothing happened with since then
    void (*visit)(void *ctx, const struct waiting *w);
    void *ctx;
};

// Calls query->visit for each: with a lock held, so it must not ask the standings.
bool live_waiting(struct live *live, const struct waiting_query *query, struct err *err);

#endif
