#include "app/user/slice.h"

// Times are seconds since 1970. Of tokens and codes only the BLAKE2b hash is stored. An account without a
// password was invited and has not come yet.
static const char *const VERSIONS[] = {
        "CREATE TABLE account(id TEXT NOT NULL, email TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL,"
        " own_only {int} NOT NULL, disabled {int} NOT NULL, password TEXT NOT NULL, totp {bytes},"
        " totp_new {bytes}, totp_step {int} NOT NULL, version {int} NOT NULL, created {int} NOT NULL,"
        " changed {int} NOT NULL, logged_in {int}, PRIMARY KEY (id)) {keyed};"
        "CREATE UNIQUE INDEX account_email ON account(email);"
        "CREATE TABLE recovery_code(account TEXT NOT NULL, hash {bytes} NOT NULL,"
        " PRIMARY KEY (account, hash)) {keyed};"
        "CREATE TABLE session(hash {bytes} NOT NULL, id TEXT NOT NULL, account TEXT NOT NULL,"
        " created {int} NOT NULL, seen {int} NOT NULL, client TEXT NOT NULL, agent TEXT NOT NULL,"
        " PRIMARY KEY (hash)) {keyed};"
        "CREATE INDEX session_account ON session(account);"
        // kind: setup (of the first owner; no account), invite, reset.
        "CREATE TABLE one_time_link(hash {bytes} NOT NULL, kind TEXT NOT NULL, account TEXT NOT NULL,"
        " created {int} NOT NULL, expires {int} NOT NULL, PRIMARY KEY (hash)) {keyed};"
        // subject: a hash of what was tried from where (limit.h).
        "CREATE TABLE log_in_limit(subject {bytes} NOT NULL, failures {int} NOT NULL, since {int} NOT NULL,"
        " PRIMARY KEY (subject)) {keyed};"
        // revision: grows with each change of the table but those of used, so that caches see them.
        "CREATE TABLE api_key(id TEXT NOT NULL, hash {bytes} NOT NULL, name TEXT NOT NULL,"
        " scope TEXT NOT NULL, prefix TEXT NOT NULL, created {int} NOT NULL, created_by TEXT NOT NULL,"
        " used {int}, revoked {int}, revision {int} NOT NULL, PRIMARY KEY (id)) {keyed};"
        "CREATE UNIQUE INDEX api_key_hash ON api_key(hash);"
        "CREATE INDEX api_key_revision ON api_key(revision);"
        "CREATE TABLE audit(id {id}, time {int} NOT NULL, who_kind TEXT NOT NULL, who TEXT NOT NULL,"
        " who_name TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL, was TEXT, became TEXT) {rows};"
        "CREATE INDEX audit_subject ON audit(subject, id);",
};

const struct migration USER_MIGRATION = {"user", VERSIONS, sizeof VERSIONS / sizeof *VERSIONS};
