// Retention periods: what is older than the settings allow is erased, by a job.
#ifndef SLUICE_APP_PRIVACY_RETENTION_H
#define SLUICE_APP_PRIVACY_RETENTION_H

#include "app/slice.h"

extern const struct job RETENTION_JOBS[];

struct retention {
    int64_t machine_days, anonymous_days, contact_days; // 0: never
    uint64_t machine_events, anonymous, contacts;       // that are over it now
};
// What the next run would erase.
bool retention_look(struct app *app, struct data *reader, struct retention *ret, struct err *err);
// One run: at most so many transactions, then the files. ret: what was erased.
bool retention_run(struct app *app, struct data *reader, struct retention *ret, struct err *err);

#endif
