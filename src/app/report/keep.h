// Snapshots that are kept for a while, so that one report after the other, and the lists of contacts behind
// their numbers, are there at once.
#ifndef SLUICE_APP_REPORT_KEEP_H
#define SLUICE_APP_REPORT_KEEP_H

#include "app/app.h"
#include "app/report/group.h"

struct keep;

struct kept {
    struct snapshot *snapshot;
    const struct program *program;
    struct str title; // of the model
    struct str model; // its version
    bool now;         // made as of the moment it was made
};

// The snapshot of what the request asks for: its query's `at` and the group's model and filter. Borrowed
// until the end of the request. Without an `at` it may be some seconds old: as computing it anew takes long,
// see report_is_stale; kept->snapshot->at says of when. Sets group->at. false: err, or a problem was made.
bool keep_borrow(struct request *r, struct group *group, const struct kept **ret, struct err *err);

struct keep *keep_new(void);
void keep_free(struct keep *keep);
// The job: lets go of what nobody has asked for in a while.
bool keep_tidy(struct app *app, struct data *reader, struct err *err);

// For owners' eyes: rows that a seller may see who is limited to their own contacts; NULL: all. In the
// request's arena.
const uint8_t *keep_visible(struct request *r, const struct snapshot *s);

#endif
