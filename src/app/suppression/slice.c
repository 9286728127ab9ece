// The slice: its tables, erasing.
#include "app/suppression/private.h"

#include "store/ask.h"

static const char *const VERSIONS[] = {
        // address: the form that two are compared by. topic: id, empty for everything.
        "CREATE TABLE suppression(address TEXT NOT NULL, topic TEXT NOT NULL, reason TEXT NOT NULL,"
        " proof TEXT NOT NULL, at {int} NOT NULL, PRIMARY KEY (address, topic)) {keyed};"
        "CREATE INDEX suppression_at ON suppression (at, address);"
        // What ended: who took it away, and why; the proof that it was there stays.
        "CREATE TABLE suppression_past(id {id}, address TEXT NOT NULL, topic TEXT NOT NULL, reason TEXT NOT "
        "NULL,"
        " proof TEXT NOT NULL, at {int} NOT NULL, ended {int} NOT NULL, why TEXT NOT NULL) {rows};"
        "CREATE INDEX suppression_past_address ON suppression_past (address);"
        "CREATE TABLE topic(id TEXT NOT NULL, name TEXT NOT NULL, description TEXT NOT NULL,"
        " is_public {int} NOT NULL, active {int} NOT NULL, version {int} NOT NULL, created {int} NOT NULL,"
        " changed {int} NOT NULL, PRIMARY KEY (id)) {keyed};",
        // Each reason is an entry of its own: whoever left and whose address bounced has two.
        "CREATE TABLE suppression_now(address TEXT NOT NULL, topic TEXT NOT NULL, reason TEXT NOT NULL,"
        " proof TEXT NOT NULL, at {int} NOT NULL, PRIMARY KEY (address, topic, reason)) {keyed};"
        "INSERT INTO suppression_now (address, topic, reason, proof, at)"
        " SELECT address, topic, reason, proof, at FROM suppression;"
        "DROP TABLE suppression;"
        "ALTER TABLE suppression_now RENAME TO suppression;"
        "CREATE INDEX suppression_at ON suppression (at, address);",
};

static const struct migration MIGRATION = {"suppression", VERSIONS, sizeof VERSIONS / sizeof *VERSIONS};
static const struct routes ROUTES = {
        .tag = "Suppressions", .routes = SUPPRESSION_ROUTES, .schemas = SUPPRESSION_SCHEMAS};

const struct slice SUPPRESSION_SLICE = {
        .name = "suppression",
        .migration = &MIGRATION,
        .routes = &ROUTES,
        .erase = suppression_erase,
};
