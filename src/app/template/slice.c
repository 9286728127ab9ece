// The slice: its tables.
#include "app/template/conditions.h"
#include "app/template/private.h"

#include "app/template/slice.h"

static const char *const VERSIONS[] = {
        // gone: when it was removed. Its versions stay: mails were sent from them.
        "CREATE TABLE template(id TEXT NOT NULL, name TEXT NOT NULL, note TEXT NOT NULL,"
        " version {int} NOT NULL, created {int} NOT NULL, changed {int} NOT NULL, gone {int},"
        " PRIMARY KEY (id)) {keyed};"
        "CREATE TABLE template_version(template TEXT NOT NULL, version {int} NOT NULL,"
        " subject TEXT NOT NULL, preheader TEXT NOT NULL, body TEXT NOT NULL, html {int} NOT NULL,"
        " layout TEXT NOT NULL, made {int} NOT NULL, by_whom TEXT NOT NULL,"
        " PRIMARY KEY (template, version)) {keyed};"
        "CREATE TABLE template_block(id TEXT NOT NULL, name TEXT NOT NULL, note TEXT NOT NULL,"
        " version {int} NOT NULL, created {int} NOT NULL, changed {int} NOT NULL, gone {int},"
        " PRIMARY KEY (id)) {keyed};"
        "CREATE INDEX template_block_name ON template_block (name);"
        // What a block said from a moment on. variants: JSON, [{"when","body"}].
        "CREATE TABLE template_block_version(block TEXT NOT NULL, version {int} NOT NULL,"
        " name TEXT NOT NULL, variants TEXT NOT NULL, fallback TEXT NOT NULL, made {int} NOT NULL,"
        " PRIMARY KEY (block, version)) {keyed};"
        "CREATE INDEX template_block_version_name ON template_block_version (name, made);",
        // Test mails. contact: as whom, 0: an invented one. mailbox 0: any.
        "CREATE TABLE template_test(id {id}, template TEXT NOT NULL, version {int} NOT NULL,"
        " address TEXT NOT NULL, contact {int} NOT NULL, mailbox {int} NOT NULL, by_whom TEXT NOT NULL,"
        " at {int} NOT NULL) {rows};"
        "CREATE INDEX template_test_contact ON template_test (contact);",
};

static const struct migration MIGRATION = {"template", VERSIONS, sizeof VERSIONS / sizeof *VERSIONS};

static const struct routes ROUTES = {
        .tag = "Templates", .routes = TEMPLATE_ROUTES, .schemas = TEMPLATE_SCHEMAS};

const struct slice TEMPLATE_SLICE = {
        .name = "template",
        .migration = &MIGRATION,
        .routes = &ROUTES,
        .start = conditions_start,
        .stop = conditions_stop,
        .compose = template_compose,
        .erase = template_erase,
};
