#include "app/assignment/private.h"

#include "base/mem.h"

#include <stdatomic.h>
#include <stdlib.h>

static const char *const VERSIONS[] = {
        // owner: an account, or '' where it was taken away. owner_change: every change, in order.
        "CREATE TABLE contact_owner(contact {int} NOT NULL, owner TEXT NOT NULL, since {int} NOT NULL,"
        " PRIMARY KEY (contact)) {keyed};"
        "CREATE TABLE owner_change(id {id}, contact {int} NOT NULL, owner TEXT NOT NULL, was TEXT NOT NULL,"
        " by_whom TEXT NOT NULL, at {int} NOT NULL) {rows};"
        "CREATE TABLE owner_load(owner TEXT NOT NULL, contacts {int} NOT NULL, PRIMARY KEY (owner)) {keyed};"
        // stage, audience: '' for any. members: [{"user","weight"}].
        "CREATE TABLE assignment_rule(id TEXT NOT NULL, name TEXT NOT NULL, position {int} NOT NULL,"
        " active {int} NOT NULL, stage TEXT NOT NULL, audience TEXT NOT NULL, method TEXT NOT NULL,"
        " members TEXT NOT NULL, handover {int} NOT NULL, version {int} NOT NULL, created {int} NOT NULL,"
        " changed {int} NOT NULL, PRIMARY KEY (id)) {keyed};"
        "CREATE TABLE assignment_turn(rule TEXT NOT NULL, member TEXT NOT NULL, balance {int} NOT NULL,"
        " PRIMARY KEY (rule, member)) {keyed};"
        "CREATE TABLE assignment_queue(id {id}, contact {int} NOT NULL, kind TEXT NOT NULL,"
        " became TEXT NOT NULL, at {int} NOT NULL) {rows};"
        "CREATE TABLE handover(id TEXT NOT NULL, contact {int} NOT NULL, owner TEXT NOT NULL,"
        " rule TEXT NOT NULL, stage TEXT NOT NULL, opened {int} NOT NULL, state TEXT NOT NULL,"
        " decided {int}, by_whom TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (id)) {keyed};"
        "CREATE UNIQUE INDEX handover_open ON handover (contact) WHERE state = 'open';"
        "CREATE INDEX handover_state ON handover (state, opened);"
        "CREATE INDEX handover_owner ON handover (owner, state);"
        "CREATE INDEX handover_contact ON handover (contact);",
        // The log row that says how it was decided.
        "ALTER TABLE handover ADD COLUMN event {int} NOT NULL DEFAULT 0;",
};

static const struct migration MIGRATION = {"assignment", VERSIONS, sizeof VERSIONS / sizeof *VERSIONS};

// Rounds of the job between two looks at who became known: they take a while where many contacts have owners.
enum { JOIN_ROUNDS = 2, JOIN_ROUNDS_MANY = 30, MANY = 100000 };

struct state {
    struct owners *owners;
    unsigned round; // of the job owners
    atomic_bool expected;
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
    unsigned rounds = owners_size(state->owners) > MANY ? JOIN_ROUNDS_MANY : JOIN_ROUNDS;
    if (state->round++ % rounds == 0)
        owners_follow_joins(app);
    return true;
}

void assignment_expect(struct app *app)
{
    struct state *state = app_state(app, &ASSIGNMENT_SLICE);
    atomic_store(&state->expected, true);
    app_wake(app, "assignment");
}

bool assignment_expected(struct app *app)
{
    struct state *state = app_state(app, &ASSIGNMENT_SLICE);
    return atomic_exchange(&state->expected, false);
}

static const struct job JOBS[] = {
        {.name = "owners", .seconds = 1, .run = run_owners},
        {.name = "assignment", .seconds = 1, .run = run_queue},
        {0},
};

static const struct routes ROUTES = {
        .tag = "Assignment", .routes = ASSIGNMENT_ROUTES, .schemas = ASSIGNMENT_SCHEMAS};

const struct slice ASSIGNMENT_SLICE = {
        .name = "assignment",
        .migration = &MIGRATION,
        .routes = &ROUTES,
        .jobs = JOBS,
        .react = assignment_react,
        .erase = assignment_erase,
        .tell = assignment_tell,
        .start = start,
        .stop = stop,
};
