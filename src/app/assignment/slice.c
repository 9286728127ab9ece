#include "app/assignment/private.h"

#include "base/mem.h"

#include <stdlib.h>

static const char *const VERSIONS[] = {
        // owner: an account, or '' where it was taken away. owner_change: every change, in order.
        "CREATE TABLE contact_owner(contact {int} NOT NULL, owner TEXT NOT NULL, since {int} NOT NULL,"
        " PRIMARY KEY (contact)) {keyed};"
        "CREATE TABLE owner_change(id {id}, contact {int} NOT NULL, owner TEXT NOT NULL, was TEXT NOT NULL,"
        " by_whom TEXT NOT NULL, at {int} NOT NULL) {rows};"
        "CREATE TABLE owner_load(owner TEXT NOT NULL, contacts {int} NOT NULL, PRIMARY KEY (owner)) {keyed};",
};

static const struct migration MIGRATION = {"assignment", VERSIONS, sizeof VERSIONS / sizeof *VERSIONS};

enum { JOIN_ROUNDS = 30 }; // rounds of the job between two looks at who became known

struct state {
    struct owners *owners;
    unsigned round; // of the job
};

static bool start(struct app *app, void **ret_state, struct err *err)
{
    (void)app, (void)err;
    struct state *state = mem_zero(1, sizeof *state);
    state->owners = owners_new();
    *ret_state = state;
    return true;
}

static void stop(struct app *app, void *p)
{
    (void)app;
    struct state *state = p;
    owners_free(state->owners);
    free(state);
}

struct owners *assignment_owners(const struct app *app)
{
    return ((struct state *)app_state(app, &ASSIGNMENT_SLICE))->owners;
}

static bool run_owners(struct app *app, struct data *reader, struct err *err)
{
    struct state *state = app_state(app, &ASSIGNMENT_SLICE);
    if (!owners_refresh(app, reader, err))
        return false;
    if (state->round++ % JOIN_ROUNDS == 0)
        owners_follow_joins(app);
    return true;
}

static const struct job JOBS[] = {
        {.name = "owners", .seconds = 1, .run = run_owners},
        {0},
};

const struct slice ASSIGNMENT_SLICE = {
        .name = "assignment",
        .migration = &MIGRATION,
        .jobs = JOBS,
        .start = start,
        .stop = stop,
};
