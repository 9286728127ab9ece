// The slice: its tables, its jobs, and throwing away what is old.
#include "app/webhook/private.h"

#include "base/mem.h"
#include "http/client.h"
#include "store/ask.h"

#include <sodium.h>
#include <stdlib.h>

static const char *const VERSIONS[] = {
        // events: a JSON list of names. from_event: the log's row behind which its events begin. slow: ms of
        // the
        // last exchange. failures: in a row, since failing_since. paused: not asked before.
        "CREATE TABLE webhook(id TEXT NOT NULL, url TEXT NOT NULL, name TEXT NOT NULL, events TEXT NOT NULL,"
        " state TEXT NOT NULL, why TEXT NOT NULL, from_event {int} NOT NULL, failing_since {int},"
        " failures {int} NOT NULL, paused {int} NOT NULL, slow {int} NOT NULL, version {int} NOT NULL,"
        " created {int} NOT NULL, changed {int} NOT NULL, PRIMARY KEY (id)) {keyed};"
        "CREATE TABLE webhook_secret(webhook TEXT NOT NULL, id TEXT NOT NULL, secret {bytes} NOT NULL,"
        " made {int} NOT NULL, expires {int}, PRIMARY KEY (webhook, id)) {keyed};"
        "CREATE TABLE webhook_message(id TEXT NOT NULL, type TEXT NOT NULL, contact {int}, body TEXT NOT "
        "NULL,"
        " at {int} NOT NULL, PRIMARY KEY (id)) {keyed};"
        "CREATE INDEX webhook_message_contact ON webhook_message (contact);"
        "CREATE INDEX webhook_message_at ON webhook_message (at);"
        // One message to one webhook. state: pending, sent, failed, dropped. lease: until then somebody has
        // it.
        "CREATE TABLE webhook_delivery(id {id}, webhook TEXT NOT NULL, message TEXT NOT NULL,"
        " state TEXT NOT NULL, attempts {int} NOT NULL, due {int} NOT NULL, lease {int} NOT NULL,"
        " status {int}, at {int} NOT NULL, done {int}) {rows};"
        "CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook, due, id) WHERE state = 'pending';"
        "CREATE INDEX webhook_delivery_webhook ON webhook_delivery (webhook, id);"
        "CREATE INDEX webhook_delivery_at ON webhook_delivery (at);"
        "CREATE TABLE webhook_attempt(id {id}, delivery {int} NOT NULL, number {int} NOT NULL,"
        " at {int} NOT NULL, status {int}, ms {int} NOT NULL, error TEXT, answer TEXT NOT NULL) {rows};"
        "CREATE INDEX webhook_attempt_delivery ON webhook_attempt (delivery, id);"
        "CREATE INDEX webhook_attempt_at ON webhook_attempt (at);"
        "CREATE TABLE webhook_position(name TEXT NOT NULL, event {int} NOT NULL, PRIMARY KEY (name)) "
        "{keyed};",
        // Few are under way at a time, of however many that wait.
        "CREATE INDEX webhook_delivery_leased ON webhook_delivery (webhook, lease)"
        " WHERE state = 'pending' AND lease > 0;",
};

static const struct migration MIGRATION = {"webhook", VERSIONS, sizeof VERSIONS / sizeof *VERSIONS};

static bool start(struct app *app, void **ret_state, struct err *err)
{
    (void)app;
    if (sodium_init() < 0)
        return err_set(err, ERR_IO, "libsodium cannot be used");
    struct webhook_state *state = mem_zero(1, sizeof *state);
    atomic_store(&state->position, -1);
    *ret_state = state;
    return true;
}

static void stop(struct app *app, void *p)
{
    (void)app;
    struct webhook_state *state = p;
    for (unsigned i = 0; i < SENDERS; i++)
        client_free(state->client[i]);
    free(state);
}

struct webhook_state *webhook_state(const struct app *app)
{
    return app_state(app, &WEBHOOK_SLICE);
}

enum { CLEAN_SECONDS = 3600, CLEAN_ROWS = 1000 };

static bool clean(struct app *app, const char *sql, int64_t before, int64_t *ret_rows, struct err *err)
{
    struct writing *w;
    struct query *query;
    bool row = true;
    int64_t n = 0;
    if (!writing_begin(app, &w, err))
        return false;
    bool ok = store_ask(w->store, sql, PARAMS(P_INT(before)), &query, err);
    if (ok) {
        while ((ok = query_step(query, &row, err)) && row)
            n++;
        query_end(query);
    }
    if (!ok) {
        writing_abort(w);
        return false;
    }
    *ret_rows = n;
    return writing_commit(w, err);
}

bool run_cleaner(struct app *app, struct data *reader, struct err *err)
{
    static const char *const SQL[] = {
            "DELETE FROM webhook_attempt WHERE id IN"
            " (SELECT id FROM webhook_attempt WHERE at < $1 ORDER BY at LIMIT 1000) RETURNING id",
            "DELETE FROM webhook_delivery WHERE id IN"
            " (SELECT id FROM webhook_delivery WHERE at < $1 ORDER BY at LIMIT 1000) RETURNING id",
            "DELETE FROM webhook_message WHERE id IN"
            " (SELECT id FROM webhook_message WHERE at < $1 ORDER BY at LIMIT 1000) RETURNING id",
    };
    struct webhook_state *state = webhook_state(app);
    (void)reader;
    int64_t now = app_now(app);
    if (state->cleaned && now - state->cleaned < CLEAN_SECONDS)
        return true;
    for (unsigned i = 0; i < sizeof SQL / sizeof *SQL; i++) {
        int64_t rows;
        do
            if (!clean(app, SQL[i], now - KEPT_SECONDS, &rows, err))
                return false;
        while (rows == CLEAN_ROWS && !app_closing(app));
    }
    state->cleaned = now;
    return true;
}

// A job is a thread: one for each sender.
#define SENDER(n)                                                                     \
    static bool run_sender_##n(struct app *app, struct data *reader, struct err *err) \
    {                                                                                 \
        return run_sender(app, reader, n, err);                                       \
    }
SENDER(0)
SENDER(1)
SENDER(2)
SENDER(3)

static const struct job JOBS[] = {
        {"webhook-follow", 1, run_follower},
        {"webhook-send-0", 1, run_sender_0},
        {"webhook-send-1", 1, run_sender_1},
        {"webhook-send-2", 1, run_sender_2},
        {"webhook-send-3", 1, run_sender_3},
        {"webhook-clean", 600, run_cleaner},
        {0},
};

void wake_senders(struct app *app)
{
    for (unsigned i = 1; i <= SENDERS; i++)
        app_wake(app, JOBS[i].name);
}

static const struct routes ROUTES = {.tag = "Webhooks", .routes = WEBHOOK_ROUTES, .schemas = WEBHOOK_SCHEMAS};

const struct slice WEBHOOK_SLICE = {
        .name = "webhook",
        .migration = &MIGRATION,
        .routes = &ROUTES,
        .jobs = JOBS,
        .react = webhook_react,
        .erase = webhook_erase,
        .tell = webhook_tell,
        .start = start,
        .stop = stop,
};
