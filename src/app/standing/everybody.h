// Everybody's histories as they are now, for what counts or reads all of them.
#ifndef SLUICE_APP_STANDING_EVERYBODY_H
#define SLUICE_APP_STANDING_EVERYBODY_H

#include "app/standing/live.h"

// Visits columns until each contact was in one of them and not skipped: first those of the base, with skip[i]
// set for contacts that changed since, then these, some thousand at a time (skip is NULL). Columns live until
// visit returns; it returns false to stop. ERR_BUSY:
// the base was renewed meanwhile, try again.
bool live_everybody(struct live *live, struct data *reader,
        bool (*visit)(void *ctx, const struct columns *columns, const uint8_t *skip, struct err *err),
        void *ctx, struct err *err);

#endif
