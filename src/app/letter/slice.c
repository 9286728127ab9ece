// The slice: its tables, its routes, its job.
#include "app/letter/slice.h"

#include "app/letter/link.h"

static const char *const VERSIONS[] = {
        // Who asked for a new password lately: kept as long as it is counted. client: hash of the network.
        "CREATE TABLE letter_ask(id {id}, email TEXT NOT NULL, client {int} NOT NULL, language TEXT NOT NULL,"
        " time {int} NOT NULL, done {int} NOT NULL) {rows};"
        "CREATE INDEX letter_ask_time ON letter_ask (time);"
        // Letters with a link. hash: of the token of the last attempt.
        "CREATE TABLE letter_link(id {id}, account TEXT NOT NULL, language TEXT NOT NULL, time {int} NOT "
        "NULL, hash {bytes}) {rows};",
};

static const struct migration MIGRATION = {"letter", VERSIONS, sizeof VERSIONS / sizeof *VERSIONS};

static const struct member PASSWORD_RESET[] = {
        {"email", "text", "The mail address that the person logs in with", true, 254},
        {"language", "text", "Of the mail, as in de; else English", false, 20},
        {0},
};
static const struct member LETTER_ANSWER[] = {
        {"mail", "enum:" LETTER_STATE_NAMES,
                "Whether mails go out: if not, none was sent, and a mailbox that sends or the setting "
                "public_url is "
                "missing",
                true, 0},
        {0},
};
static const struct schema SCHEMAS[] = {
        {"PasswordReset", "Somebody forgot the password", PASSWORD_RESET, false},
        {"LetterAnswer", "Whether a mail is on its way", LETTER_ANSWER, false},
        {0},
};

static const struct route TABLE[] = {
        {.method = "POST",
                .path = "/api/password-reset",
                .summary = "Mails a one-time link for a new password, if there is an account; the answer "
                           "does not tell",
                .body = "PasswordReset",
                .answer = "LetterAnswer",
                .status = 202,
                .handle = letter_route_reset},
        {.method = "POST",
                .path = "/api/users/{id}/mail",
                .summary = "Mails a user a one-time link: the invitation, or for a new password",
                .right = "user.write",
                .answer = "LetterAnswer",
                .status = 202,
                .handle = letter_route_user},
        {0},
};
static const struct routes ROUTES = {.tag = "Users, keys and rights", .routes = TABLE, .schemas = SCHEMAS};

static const struct job JOBS[] = {{"letter", 60, link_work}, {0}};

const struct slice LETTER_SLICE = {
        .name = "letter",
        .migration = &MIGRATION,
        .routes = &ROUTES,
        .jobs = JOBS,
        .compose = link_compose,
};
