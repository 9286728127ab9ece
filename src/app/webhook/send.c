// Delivering: some threads that each lease a few due messages of one webhook, send them, and write down what
// came of it. A slow or failing webhook is served by half of the threads only, and by one at a time.
#include "app/webhook/private.h"

#include "app/user/principal.h"
#include "app/webhook/sign.h"
#include "base/json_put.h"
#include "base/mem.h"
#include "http/client.h"
#include "store/ask.h"

#include <stdlib.h>

enum {
    TIMEOUT_SECONDS = 20,
    BATCH = 8,
    BATCH_SECONDS = 15, // no new exchange after so long
    LEASE_SECONDS = 45, // longer than a batch with its last exchange
    SLOW_MS = 2000,     // a webhook whose last exchange took longer is slow
    FAST_AT_ONCE = 4 * BATCH,
    ANY_SENDERS = SENDERS / 2, // the others leave slow and failing webhooks alone
    FAILURES_TO_PAUSE = 5,     // so many in a row: the webhook is asked once a minute only
    PAUSE_SECONDS = 60,
    LOOKS = 50, // for what was emitted, but not yet committed
    LOOK_MS = 20,
};

struct hook {
    struct str id, url;
    bool failing;
    int64_t failing_since;
    struct webhook_secret secrets[4];
    unsigned n_secrets;
};

struct parcel {
    int64_t delivery;
    unsigned attempts; // before this one
    struct str message, type, body;
    // What came of it
    bool done, answered;
    int status;
    int64_t at, ms, retry_after;
    struct str answer, error;
};

struct tour {
    struct app *app;
    struct data *reader;
    struct arena *arena;
    struct client *client;
    struct hook hook;
    struct parcel parcels[BATCH];
    unsigned n;
    bool gone; // 410: it wants no more
};

// Webhooks with something due, the one that waited longest for its turn first.
static bool choose(struct tour *tour, bool healthy_only, unsigned turn, struct err *err)
{
    struct query *query;
    bool row, ok;
    unsigned n = 0;
    struct hook hooks[WEBHOOKS_MAX];
    int64_t now = app_now(tour->app);
    if (!store_ask(data_store(tour->reader),
                "SELECT w.id, w.url, w.failing_since, w.slow,"
                " (SELECT count(*) FROM webhook_delivery d WHERE d.webhook = w.id AND d.state = 'pending'"
                "  AND d.lease > 0 AND d.lease > $1)"
                " FROM webhook w WHERE w.state = 'active' AND w.paused <= $1 AND EXISTS (SELECT 1 FROM "
                "webhook_delivery d"
                " WHERE d.webhook = w.id AND d.state = 'pending' AND d.due <= $1 AND d.lease <= $1)"
                " ORDER BY w.id",
                PARAMS(P_INT(now)), &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row && n < WEBHOOKS_MAX) {
        bool failing = !query_is_null(query, 2), slow = query_int(query, 3) > SLOW_MS;
        int64_t leased = query_int(query, 4);
        if (failing || slow ? healthy_only || leased : leased >= FAST_AT_ONCE)
            continue;
        hooks[n++] = (struct hook){.id = arena_str(tour->arena, query_text(query, 0)),
                .url = arena_str(tour->arena, query_text(query, 1)),
                .failing = failing,
                .failing_since = query_int(query, 2)};
    }
    query_end(query);
    if (ok && n)
        tour->hook = hooks[turn % n];
    return ok;
}

static bool read_secrets(struct tour *tour, struct err *err)
{
    struct query *query;
    bool row, ok;
    struct hook *hook = &tour->hook;
    if (!store_ask(data_store(tour->reader),
                "SELECT secret FROM webhook_secret WHERE webhook = $1 AND (expires IS NULL OR expires > $2)"
                " ORDER BY id DESC",
                PARAMS(P_TEXT(hook->id), P_INT(app_now(tour->app))), &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row && hook->n_secrets < 4) {
        struct webhook_secret *secret = &hook->secrets[hook->n_secrets++];
        struct str bytes = query_blob(query, 0);
        secret->n = bytes.n < sizeof secret->bytes ? bytes.n : sizeof secret->bytes;
        if (secret->n)
            memcpy(secret->bytes, bytes.p, secret->n);
    }
    query_end(query);
    return ok;
}

// The condition stands twice, so that of two processes that chose the same rows one gets them.
static bool lease(struct tour *tour, struct err *err)
{
    struct writing *w;
    struct query *query;
    bool row = true, ok;
    if (!writing_begin(tour->app, &w, err))
        return false;
    unsigned n = 0;
    ok = store_ask(w->store,
            "UPDATE webhook_delivery SET lease = $3 WHERE state = 'pending' AND due <= $2 AND lease <= $2"
            " AND id IN (SELECT id FROM webhook_delivery WHERE webhook = $1 AND state = 'pending' AND due <= "
            "$2"
            " AND lease <= $2 ORDER BY due, id LIMIT 8) RETURNING id, attempts, message",
            PARAMS(P_TEXT(tour->hook.id), P_INT(w->now), P_INT(w->now + LEASE_SECONDS)), &query, err);
    if (ok) {
        while ((ok = query_step(query, &row, err)) && row)
            if (n < BATCH)
                tour->parcels[n++] = (struct parcel){.delivery = query_int(query, 0),
                        .attempts = (unsigned)query_int(query, 1),
                        .message = arena_str(tour->arena, query_text(query, 2))};
        query_end(query);
    }
    if (!ok) {
        writing_abort(w);
        return false;
    }
    tour->n = n;
    return writing_commit(w, err);
}

static int by_delivery(const void *a, const void *b)
{
    const struct parcel *x = a, *y = b;
    return (x->delivery > y->delivery) - (x->delivery < y->delivery);
}

static bool read_bodies(struct tour *tour, struct err *err)
{
    qsort(tour->parcels, tour->n, sizeof *tour->parcels, by_delivery); // RETURNING has no order
    for (unsigned i = 0; i < tour->n; i++) {
        struct parcel *p = &tour->parcels[i];
        struct query *query;
        if (!store_ask_row(data_store(tour->reader), "SELECT type, body FROM webhook_message WHERE id = $1",
                    PARAMS(P_TEXT(p->message)), "a message is missing", &query, err)) {
            if (err->code != ERR_NOT_FOUND)
                return false;
            // Thrown away meanwhile: there is nothing to send any more.
            p->done = true;
            p->status = -1;
            continue;
        }
        p->type = arena_str(tour->arena, query_text(query, 0));
        p->body = arena_str(tour->arena, query_text(query, 1));
        query_end(query);
    }
    return true;
}

static void send_one(struct tour *tour, struct parcel *p)
{
    struct buf signature = {0};
    struct client_answer answer = {0};
    struct err err = {0};
    int64_t began = clock_monotonic_ns();
    p->at = app_now(tour->app);
    for (unsigned i = 0; i < tour->hook.n_secrets; i++)
        webhook_sign(&tour->hook.secrets[i], p->message, p->at, p->body, &signature);
    const struct client_header headers[] = {
            {"Content-Type", STR("application/json")},
            {"User-Agent", STR("Sluice-Webhooks")},
            {"webhook-id", p->message},
            {"webhook-timestamp", arena_printf(tour->arena, "%lld", (long long)p->at)},
            {"webhook-signature", buf_str(&signature)},
    };
    p->answered = client_send(tour->client, tour->arena, "POST", tour->hook.url, headers,
            sizeof headers / sizeof *headers, p->body, &answer, &err);
    p->ms = (clock_monotonic_ns() - began) / 1000000;
    p->done = true;
    if (p->answered) {
        p->status = answer.status;
        p->retry_after = answer.retry_after;
        p->answer = str_sub(answer.body, 0, answer.body.n < ANSWER_KEPT ? answer.body.n : ANSWER_KEPT);
        tour->gone |= answer.status == 410;
    } else {
        p->error = arena_str(tour->arena, str_of(err.message));
    }
    buf_free(&signature);
}

static bool good(const struct parcel *p)
{
    return p->answered && p->status >= 200 && p->status < 300;
}

// After a failure the rest of a batch is given back: others shall not wait for it.
static void send_all(struct tour *tour)
{
    int64_t began = clock_monotonic_ns();
    for (unsigned i = 0; i < tour->n; i++) {
        struct parcel *p = &tour->parcels[i];
        if (p->done)
            continue;
        if (app_closing(tour->app) || (clock_monotonic_ns() - began) / 1000000000 >= BATCH_SECONDS)
            return;
        send_one(tour, p);
        if (app_closing(tour->app) && !p->answered)
            p->done = false; // given up for our own reasons
        else if (!good(p))
            return;
    }
}

static bool log_attempt(struct writing *w, const struct parcel *p, struct err *err)
{
    struct buf answer = {0}; // what is no UTF-8 in it is replaced
    json_put_string(&answer, p->answer);
    bool ok = store_do(w->store,
            "INSERT INTO webhook_attempt (delivery, number, at, status, ms, error, answer)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7)",
            PARAMS(P_INT(p->delivery), P_INT(p->attempts + 1), P_INT(p->at), P_INT_OR_NULL(p->status),
                    P_INT(p->ms), P_TEXT_OR_NULL(p->error), P_TEXT(buf_str(&answer))),
            err);
    buf_free(&answer);
    return ok;
}

// One parcel's row: sent, failed for good, due later, or given back.
static bool settle(struct writing *w, const struct tour *tour, const struct parcel *p, struct err *err)
{
    uint16_t chance;
    if (!p->done)
        return store_do(w->store, "UPDATE webhook_delivery SET lease = 0 WHERE id = $1",
                PARAMS(P_INT(p->delivery)), err);
    if (p->status < 0)
        return store_do(w->store,
                "UPDATE webhook_delivery SET state = 'dropped', lease = 0, done = $2 WHERE id = $1",
                PARAMS(P_INT(p->delivery), P_INT(w->now)), err);
    random_bytes(&chance, sizeof chance);
    unsigned attempts = p->attempts + 1;
    bool sent = good(p), over = sent || attempts >= ATTEMPTS_MAX || tour->gone;
    const char *state = sent ? "sent" : over ? "failed" : "pending";
    int64_t due = over ? w->now : w->now + retry_delay(attempts, p->retry_after, chance);
    return store_do(w->store,
                   "UPDATE webhook_delivery SET state = $2, attempts = $3, due = $4, lease = 0, status = $5,"
                   " done = $6 WHERE id = $1",
                   PARAMS(P_INT(p->delivery), P_TEXT(str_of(state)), P_INT(attempts), P_INT(due),
                           P_INT_OR_NULL(p->status), P_INT_OR_NULL(over ? w->now : 0)),
                   err) &&
           log_attempt(w, p, err);
}

static bool disable(struct writing *w, const struct tour *tour, const char *why, struct err *err)
{
    struct buf now = {0};
    if (!store_do(w->store,
                "UPDATE webhook SET state = 'disabled', why = $2, version = version + 1, changed = $3"
                " WHERE id = $1 AND state = 'active'",
                PARAMS(P_TEXT(tour->hook.id), P_TEXT(str_of(why)), P_INT(w->now)), err))
        return false;
    buf_char(&now, '{');
    put_text(&now, "state", STR("disabled"));
    put_text(&now, "why", str_of(why));
    buf_char(&now, '}');
    bool ok = audit_write(w, NULL, "webhook.disable", tour->hook.id, STR_NONE, buf_str(&now), err);
    buf_free(&now);
    logger_write(app_logger(w->app), LEVEL_WARNING, "webhook disabled",
            (const struct log_field[]){LOG_TEXT("webhook", tour->hook.id), LOG_TEXT("why", str_of(why))}, 2);
    return ok;
}

// How the webhook as a whole is doing, from the last exchange.
static bool judge(struct writing *w, const struct tour *tour, struct err *err)
{
    const struct parcel *last = NULL;
    bool any_good = false;
    for (unsigned i = 0; i < tour->n; i++)
        if (tour->parcels[i].done && tour->parcels[i].status >= 0) {
            last = &tour->parcels[i];
            any_good |= good(last);
        }
    if (!last)
        return true;
    bool failing = !good(last);
    int64_t since = !failing ? 0 : tour->hook.failing && !any_good ? tour->hook.failing_since : w->now;
    int64_t failures;
    if (!store_ask_number(w->store, "SELECT failures FROM webhook WHERE id = $1",
                PARAMS(P_TEXT(tour->hook.id)), 0, &failures, err))
        return false;
    failures = failing ? (any_good ? 0 : failures) + 1 : 0;
    int64_t pause = failures >= FAILURES_TO_PAUSE ? PAUSE_SECONDS : 0;
    if (failing && last->retry_after > pause)
        pause = last->retry_after < RETRY_AFTER_MAX ? last->retry_after : RETRY_AFTER_MAX;
    if (!store_do(w->store,
                "UPDATE webhook SET failing_since = $2, slow = $3, failures = $4, paused = $5 WHERE id = $1",
                PARAMS(P_TEXT(tour->hook.id), P_INT_OR_NULL(since), P_INT(last->ms), P_INT(failures),
                        P_INT(w->now + pause)),
                err))
        return false;
    if (tour->gone)
        return disable(w, tour, "it answered 410 Gone", err);
    if (failing && w->now - since >= FAILING_SECONDS)
        return disable(w, tour, "every attempt of five days failed", err);
    return true;
}

static bool write_down(struct tour *tour, struct err *err)
{
    struct writing *w;
    if (!writing_begin(tour->app, &w, err))
        return false;
    bool ok = true;
    for (unsigned i = 0; ok && i < tour->n; i++)
        ok = settle(w, tour, &tour->parcels[i], err);
    ok = ok && judge(w, tour, err);
    return writing_end(w, ok, err);
}

static bool give_up(void *ctx)
{
    return app_closing(ctx);
}

static struct client *client_of(struct app *app, unsigned sender)
{
    struct webhook_state *state = webhook_state(app);
    if (!state->client[sender])
        state->client[sender] = client_new(&(struct client_options){.seconds = TIMEOUT_SECONDS,
                .allow_internal = app_allow_internal(app),
                .give_up = give_up,
                .ctx = app});
    return state->client[sender];
}

// ret_more: something was sent, there may be more.
static bool go(struct tour *tour, bool healthy_only, bool *ret_more, struct err *err)
{
    unsigned turn = atomic_fetch_add(&webhook_state(tour->app)->turn, 1);
    *ret_more = false;
    if (!choose(tour, healthy_only, turn, err))
        return false;
    if (!tour->hook.id.n)
        return true;
    if (!read_secrets(tour, err) || !lease(tour, err) || !read_bodies(tour, err))
        return false;
    if (!tour->n)
        return true;
    send_all(tour);
    *ret_more = true;
    bool ok = write_down(tour, err);
    app_publish(tour->app, "webhook", tour->hook.id);
    return ok;
}

bool run_sender(struct app *app, struct data *reader, unsigned sender, struct err *err)
{
    struct webhook_state *state = webhook_state(app);
    struct arena *arena = arena_new();
    unsigned looks = 0;
    bool ok = true;
    while (ok && !app_closing(app)) {
        // Who emits wakes us before the commit, so look for it some times.
        unsigned emitted = atomic_load(&state->emitted);
        if (emitted != state->seen[sender])
            looks = LOOKS;
        state->seen[sender] = emitted;
        struct tour tour = {.app = app, .reader = reader, .arena = arena, .client = client_of(app, sender)};
        bool more;
        ok = go(&tour, sender >= ANY_SENDERS, &more, err);
        arena_reset(arena);
        if (!ok || more)
            continue;
        if (!looks)
            break;
        looks--;
        app_follow(app, INT64_MAX, LOOK_MS);
    }
    arena_free(arena);
    return ok;
}
