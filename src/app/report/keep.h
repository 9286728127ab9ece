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
    bool now;         // made as of the moment it was made
};

// The snapshot of what the request asks for: its query's `at` and the group's model and filter. Borrowed
// until the end of the request. Without an `at` it may be some seconds old, as computing it anew takes long
// (report_is_stale), or minutes, if nobody has asked meanwhile: then a newer one is made for the next who
// asks. kept->snapshot->at says of when. Sets group->at. false: err, or a problem was made.
bool keep_borrow(struct request *r, struct group *group, const struct kept **ret, struct err *err);

// Everybody's histories as of that moment, for as long as the request; kept for a little, as a moment before
// the last join takes seconds to build.
bool keep_columns(struct request *r, int64_t at, const struct columns **ret, struct err *err);

struct keep *keep_new(void);
void keep_free(struct keep *keep);
// The jobs: makes newer ones of those that somebody found too old; lets go of what nobody has asked for in a
// while.
bool keep_renew(struct app *app, struct data *reader, struct err *err);
bool keep_tidy(struct app *app, struct data *reader, struct err *err);

// For owners' eyes: rows that a seller may see who is limited to their own contacts; NULL: all. In the
// request's arena.
const uint8_t *keep_visible(struct request *r, const struct snapshot *s);

#endif
