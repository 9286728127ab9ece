// Campaigns: broadcasts (everybody of an audience, once) and sequences (people come in as time goes on), each
// a list of steps. Every person stands at a step, in a row; what a step does and where the person stands then
// are one transaction, so that no step is left out or done twice, whatever stops when (docs/campaigns.md).
#ifndef SLUICE_APP_CAMPAIGN_CAMPAIGN_H
#define SLUICE_APP_CAMPAIGN_CAMPAIGN_H

#include "app/app.h"

// Everything that is due by app_now(): follows the log to its end, starts and freezes, lets people in, and
// does their steps until nothing is left to do. The job calls it; tests and simulations may, on one thread at
// a time. What it does depends on the store and the clock alone. ret_busy (may be NULL): it did something.
bool campaign_tick(struct app *app, struct data *reader, bool *ret_busy, struct err *err);

// Name of a campaign in arena; STR_NONE if there is none (any more).
bool campaign_name(
        struct store *store, struct arena *arena, int64_t campaign, struct str *ret, struct err *err);

#endif
