// The slice: its tables.
#include "app/mailbox/private.h"

static const char *const VERSIONS[] = {
        // removed: since when it is no more; its row stays, because sends name it. account columns: host,
        // port,
        // security, login, user. braked: since when, with its reason. base_*: what had been counted of the
        // day
        // base_day when the brake was last released.
        "CREATE TABLE mailbox(number {id}, id TEXT NOT NULL, name TEXT NOT NULL, address TEXT NOT NULL,"
        " active {int} NOT NULL, bounce_address TEXT NOT NULL,"
        " smtp_host TEXT NOT NULL, smtp_port {int} NOT NULL, smtp_security {int} NOT NULL,"
        " smtp_login {int} NOT NULL, smtp_user TEXT NOT NULL,"
        " imap_host TEXT NOT NULL, imap_port {int} NOT NULL, imap_security {int} NOT NULL,"
        " imap_login {int} NOT NULL, imap_user TEXT NOT NULL,"
        " daily_cap {int} NOT NULL, per_minute {int} NOT NULL, per_domain {int} NOT NULL,"
        " ramp_start {int} NOT NULL, ramp_growth {int} NOT NULL, ramp_ceiling {int} NOT NULL,"
        " braked {int}, brake_why TEXT NOT NULL,"
        " base_day {int} NOT NULL, base_sent {int} NOT NULL, base_bounced {int} NOT NULL,"
        " base_complained {int} NOT NULL,"
        " version {int} NOT NULL, created {int} NOT NULL, changed {int} NOT NULL, removed {int}) {rows};"
        "CREATE UNIQUE INDEX mailbox_id ON mailbox (id);"
        "CREATE TABLE mailbox_secret(mailbox {int} NOT NULL, kind TEXT NOT NULL, secret {bytes} NOT NULL,"
        " PRIMARY KEY (mailbox, kind)) {keyed};"
        // day: days since 1970.
        "CREATE TABLE mailbox_day(mailbox {int} NOT NULL, day {int} NOT NULL, sent {int} NOT NULL,"
        " bounced {int} NOT NULL, complained {int} NOT NULL, PRIMARY KEY (mailbox, day)) {keyed};"
        "CREATE TABLE mailbox_dkim(domain TEXT NOT NULL, selector TEXT NOT NULL, kind TEXT NOT NULL,"
        " secret {bytes} NOT NULL, record TEXT NOT NULL, made {int} NOT NULL,"
        " PRIMARY KEY (domain, selector)) {keyed};",
};

static const struct migration MIGRATION = {"mailbox", VERSIONS, sizeof VERSIONS / sizeof *VERSIONS};
static const struct routes ROUTES = {
        .tag = "Mailboxes", .routes = MAILBOX_ROUTES, .schemas = MAILBOX_SCHEMAS};

const struct slice MAILBOX_SLICE = {
        .name = "mailbox",
        .migration = &MIGRATION,
        .routes = &ROUTES,
};
