// The slice: its tables, its state, its job.
#include "app/message/private.h"

#include "base/mem.h"

#include <sodium.h>
#include <stdlib.h>

static const char *const VERSIONS[] = {
        // source: number of a slice's name. state: enum send_state. due: not before. first, at: when it was
        // first tried, and handed over. hash: of what was sent. counted: caps count it. address: that it goes
        // to, once it is known.
        "CREATE TABLE message_source(id {id}, name TEXT NOT NULL) {rows};"
        "CREATE TABLE message_send(id {id}, source {int} NOT NULL, campaign {int} NOT NULL, step {int} NOT "
        "NULL,"
        " round {int} NOT NULL, contact {int} NOT NULL, variant {int} NOT NULL, due {int} NOT NULL,"
        " state {int} NOT NULL, attempts {int} NOT NULL, counted {int} NOT NULL, mailbox {int}, first {int},"
        " at {int}, hash {int}, address TEXT, why TEXT, opens {int} NOT NULL, clicks {int} NOT "
        "NULL)"
        " {rows};"
        "CREATE UNIQUE INDEX message_send_order ON message_send (contact, source, campaign, step, round);"
        "CREATE INDEX message_send_queued ON message_send (source, campaign, step) WHERE state = 0;"
        "CREATE INDEX message_send_due ON message_send (due, id) WHERE state = 0;"
        "CREATE INDEX message_send_handing ON message_send (id) WHERE state = 1;"
        "CREATE INDEX message_send_unclear ON message_send (id) WHERE state = 4;"
        // Who has had a step: hash of (source, campaign, step, round, address).
        "CREATE TABLE message_address(hash {int} NOT NULL, send {int} NOT NULL, PRIMARY KEY (hash)) {keyed};"
        "CREATE TABLE message_plain(id {id}, contact {int} NOT NULL, address TEXT NOT NULL, name TEXT NOT "
        "NULL,"
        " subject TEXT NOT NULL, body TEXT NOT NULL, html TEXT NOT NULL, mailbox {int} NOT NULL, topic TEXT "
        "NOT NULL,"
        " transactional {int} NOT NULL) {rows};"
        "CREATE INDEX message_plain_contact ON message_plain (contact);"
        "CREATE TABLE message_secret(id {int} NOT NULL, secret {bytes} NOT NULL, PRIMARY KEY (id)) {keyed};",
};

static const struct migration MIGRATION = {"message", VERSIONS, sizeof VERSIONS / sizeof *VERSIONS};

static bool start(struct app *app, void **ret_state, struct err *err)
{
    struct data *reader;
    if (sodium_init() < 0)
        return err_set(err, ERR_IO, "libsodium cannot be used");
    struct message_state *state = mem_zero(1, sizeof *state);
    bool ok = app_reader(app, &reader, err);
    if (ok) {
        ok = secret_read(state, data_store(reader), err);
        data_close(reader);
    }
    if (!ok || (!state->has_secret && !secret_make(app, state, err))) {
        free(state);
        return false;
    }
    pthread_mutex_init(&state->mutex, NULL);
    pthread_mutex_init(&state->sign_mutex, NULL);
    *ret_state = state;
    return true;
}

static void stop(struct app *app, void *p)
{
    struct message_state *state = p;
    (void)app;
    pump_free(state->pump);
    signers_free(state->signers);
    pthread_mutex_destroy(&state->sign_mutex);
    pthread_mutex_destroy(&state->mutex);
    sodium_memzero(state->secret, sizeof state->secret);
    free(state);
}

struct message_state *message_state(const struct app *app)
{
    return app_state(app, &MESSAGE_SLICE);
}

static const struct job JOBS[] = {{"message-pump", 1, pump_run}, {0}};

void message_wake(struct app *app)
{
    atomic_fetch_add(&message_state(app)->queued, 1);
    app_wake(app, JOBS[0].name);
}

static const struct routes ROUTES = {.tag = "Sends", .routes = MESSAGE_ROUTES, .schemas = MESSAGE_SCHEMAS};

const struct slice MESSAGE_SLICE = {
        .name = "message",
        .migration = &MIGRATION,
        .routes = &ROUTES,
        .jobs = JOBS,
        .start = start,
        .stop = stop,
        .compose = plain_compose,
        .erase = message_erase,
        .tell = message_tell,
};
