#include "app/task/private.h"

static const char *const VERSIONS[] = {
        // owner: '' where it is for whoever owns the contact. by_whom: who made it.
        "CREATE TABLE task(id TEXT NOT NULL, contact {int}, title TEXT NOT NULL, note TEXT NOT NULL,"
        " kind TEXT NOT NULL, owner TEXT NOT NULL, state TEXT NOT NULL, by_whom TEXT NOT NULL, due {int},"
        " done {int}, version {int} NOT NULL, created {int} NOT NULL, changed {int} NOT NULL,"
        " PRIMARY KEY (id)) {keyed};"
        "CREATE INDEX task_owner ON task (owner, state);"
        "CREATE INDEX task_contact ON task (contact);"
        // kind: stage, grade, persona. becomes: '' for any. task_title '': no task.
        "CREATE TABLE reaction(id TEXT NOT NULL, name TEXT NOT NULL, active {int} NOT NULL,"
        " kind TEXT NOT NULL, becomes TEXT NOT NULL, task_title TEXT NOT NULL, task_note TEXT NOT NULL,"
        " task_kind TEXT NOT NULL, task_owner TEXT NOT NULL, task_due TEXT NOT NULL, webhook TEXT NOT NULL,"
        " version {int} NOT NULL, created {int} NOT NULL, changed {int} NOT NULL, PRIMARY KEY (id)) {keyed};",
};

static const struct migration MIGRATION = {"task", VERSIONS, sizeof VERSIONS / sizeof *VERSIONS};

static const struct routes ROUTES = {.tag = "Tasks", .routes = TASK_ROUTES, .schemas = TASK_SCHEMAS};

const struct slice TASK_SLICE = {
        .name = "task",
        .migration = &MIGRATION,
        .routes = &ROUTES,
        .react = task_react,
        .erase = task_erase,
        .tell = task_tell,
};
