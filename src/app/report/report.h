// Private to app/report: the handlers, and what they keep.
#ifndef SLUICE_APP_REPORT_REPORT_H
#define SLUICE_APP_REPORT_REPORT_H

#include "app/app.h"
#include "replay/replay.h"

struct definitions; // definitions.c
struct keep;        // keep.h

// What the slice keeps between requests.
struct report_state {
    struct definitions *definitions;
    struct keep *keep;
};
struct report_state *report_state(const struct app *app);

struct definitions *definitions_new(void);
void definitions_free(struct definitions *definitions); // NULL is fine

bool report_show(struct request *r, struct err *err);
bool report_checklist(struct request *r, struct err *err);
bool report_dismiss(struct request *r, struct err *err);
bool report_definitions(struct request *r, struct err *err);

// How old something that is computed over everybody may be before it is computed again: `took` is what that
// costs, `changed` whether the log has grown since. All in nanoseconds of the monotonic clock. So that
// computing never takes more than a twentieth of the time, and small stores are always up to date.
bool report_is_stale(int64_t made, int64_t took, bool changed, int64_t now);

#endif
