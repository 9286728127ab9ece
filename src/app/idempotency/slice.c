#include "app/idempotency/slice.h"

#include "app/idempotency/erase.h"

#include "app/idempotency/idempotency.h"
#include "app/user/principal.h"
#include "base/map.h"
#include "base/vec.h"

#include <pthread.h>
#include <stdlib.h>

enum {
    KEY_MAX = 255,
    ANSWER_MAX = 1 << 20,
    KEPT_SECONDS = 86400,
    // A row that got no answer for so long is of a process that died.
    RUNNING_SECONDS = 120,
};

static const char *const VERSIONS[] = {
        // hash: of the request. status NULL: it is being worked on.
        "CREATE TABLE idempotency(principal TEXT NOT NULL, key TEXT NOT NULL, hash {int} NOT NULL,"
        " started {int} NOT NULL, status {int}, body {bytes}, PRIMARY KEY (principal, key)) {keyed};"
        "CREATE INDEX idempotency_started ON idempotency (started);",
};

static const struct migration IDEMPOTENCY_MIGRATION = {
        "idempotency", VERSIONS, sizeof VERSIONS / sizeof *VERSIONS};

// Requests of this process whose rows wait for their answer.
struct idempotency {
    pthread_mutex_t mutex;
    VEC(const struct request *) running;
};

static struct str key_of(const struct request *r)
{
    bool asked = str_eq(r->method, STR("POST")) && str_starts(r->path, STR("/api/")) &&
                 request_principal(r) && !r->route->secret;
    return asked ? request_header(r, "Idempotency-Key") : STR_NONE;
}

static int64_t hash_of(const struct request *r)
{
    struct str text = arena_printf(r->arena, "%.*s?%.*s\n", STR_ARG(r->path), STR_ARG(r->query_string));
    uint64_t both[2] = {hash64(text), hash64(r->body)};
    return (int64_t)hash64((struct str){(const char *)both, sizeof both});
}

enum found { FOUND_NOTHING, FOUND_ANSWER, FOUND_RUNNING, FOUND_OTHER };

// The row of the key, with its answer written to r if it has one.
static bool look_up(struct writing *w, struct request *r, struct str key, enum found *ret, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_query(w->store,
                "SELECT hash, started, status, body FROM idempotency WHERE principal = $1 AND key = $2",
                &query, err))
        return false;
    query_bind_text(query, 1, request_principal(r)->id);
    query_bind_text(query, 2, key);
    bool ok = query_step(query, &row, err);
    enum found found = FOUND_NOTHING;
    if (ok && row && query_int(query, 1) > w->now - KEPT_SECONDS) {
        bool running = query_is_null(query, 2);
        if (query_int(query, 0) != hash_of(r)) {
            found = FOUND_OTHER;
        } else if (!running) {
            found = FOUND_ANSWER;
            response_status(r, (int)query_int(query, 2));
            if (query_int(query, 2) >= 400)
                response_type(r, "application/problem+json");
            buf_put(r->out, query_blob(query, 3));
        } else if (query_int(query, 1) > w->now - RUNNING_SECONDS) {
            found = FOUND_RUNNING;
        }
    }
    query_end(query);
    if (ok)
        *ret = found;
    return ok;
}

static bool reserve(struct writing *w, struct request *r, struct str key, struct err *err)
{
    struct query *query;
    if (!store_query(w->store,
                "INSERT INTO idempotency (principal, key, hash, started) VALUES ($1, $2, $3, $4) "
                "ON CONFLICT (principal, key) DO UPDATE SET hash = excluded.hash, started = "
                "excluded.started, "
                "status = NULL, body = NULL",
                &query, err))
        return false;
    query_bind_text(query, 1, request_principal(r)->id);
    query_bind_text(query, 2, key);
    query_bind_int(query, 3, hash_of(r));
    query_bind_int(query, 4, w->now);
    bool ok = query_run(query, err);
    query_end(query);
    return ok;
}

static bool look_up_or_reserve(
        struct app *app, struct request *r, struct str key, enum found *ret, struct err *err)
{
    struct writing *w;
    if (!writing_begin(app, &w, err))
        return false;
    if (look_up(w, r, key, ret, err)) {
        if (*ret == FOUND_NOTHING && reserve(w, r, key, err))
            return writing_commit(w, err);
        if (*ret != FOUND_NOTHING) {
            writing_abort(w);
            return true;
        }
    }
    writing_abort(w);
    return false;
}

bool idempotency_before(void *ctx, struct request *r, struct err *err)
{
    struct app *app = ctx;
    struct idempotency *state = app_state(app, &IDEMPOTENCY_SLICE);
    struct str key = key_of(r);
    enum found found;
    if (!key.n)
        return false;
    if (key.n > KEY_MAX) {
        request_problem(r, 400, NULL, "Idempotency-Key is longer than %d bytes", KEY_MAX);
        return true;
    }
    if (!look_up_or_reserve(app, r, key, &found, err)) {
        request_problem(r, err_http_status(err), NULL, "%s", err->message);
        return true;
    }
    switch (found) {
    case FOUND_NOTHING:
        pthread_mutex_lock(&state->mutex);
        vec_push(&state->running, r);
        pthread_mutex_unlock(&state->mutex);
        return false;
    case FOUND_ANSWER:
        response_header(r, "Idempotent-Replayed", STR("true"));
        break;
    case FOUND_RUNNING:
        request_problem(r, 409, NULL, "the first request with this Idempotency-Key is still worked on");
        break;
    case FOUND_OTHER:
        request_problem(r, 422, NULL, "this Idempotency-Key came with another request before");
        break;
    }
    return true;
}

static bool take_running(struct idempotency *state, const struct request *r)
{
    bool found = false;
    pthread_mutex_lock(&state->mutex);
    for (size_t i = 0; i < state->running.n && !found; i++)
        if (state->running.v[i] == r) {
            state->running.v[i] = state->running.v[--state->running.n];
            found = true;
        }
    pthread_mutex_unlock(&state->mutex);
    return found;
}

// What may be different next time is not kept.
static bool is_final(const struct request *r, int status)
{
    return status < 500 && status != 401 && status != 403 && status != 409 && status != 429 &&
           r->out->n <= ANSWER_MAX;
}

static bool remember(struct writing *w, struct request *r, int status, struct err *err)
{
    struct query *query;
    bool final = is_final(r, status);
    if (!store_query(w->store,
                final ? "UPDATE idempotency SET status = $3, body = $4 WHERE principal = $1 AND key = $2"
                      : "DELETE FROM idempotency WHERE principal = $1 AND key = $2",
                &query, err))
        return false;
    query_bind_text(query, 1, request_principal(r)->id);
    query_bind_text(query, 2, key_of(r));
    if (final) {
        query_bind_int(query, 3, status);
        query_bind_blob(query, 4, buf_str(r->out));
    }
    bool ok = query_run(query, err);
    query_end(query);
    return ok;
}

void idempotency_after(void *ctx, struct request *r, int status)
{
    struct app *app = ctx;
    struct writing *w;
    struct err err = {0};
    if (!take_running(app_state(app, &IDEMPOTENCY_SLICE), r))
        return;
    bool ok = writing_begin(app, &w, &err);
    if (ok) {
        ok = remember(w, r, status, &err);
        if (ok)
            ok = writing_commit(w, &err);
        else
            writing_abort(w);
    }
    if (!ok)
        logger_error(app_logger(app), "an answer could not be remembered", LOG_TEXT("request", r->id),
                LOG_TEXT("error", str_of(err.message)));
}

static bool forget_old(struct app *app, struct data *reader, struct err *err)
{
    struct writing *w;
    struct query *query;
    int64_t due = app_now(app) - KEPT_SECONDS;
    bool row;
    if (!store_query(data_store(reader), "SELECT 1 FROM idempotency WHERE started < $1 LIMIT 1", &query, err))
        return false;
    query_bind_int(query, 1, due);
    bool ok = query_step(query, &row, err);
    query_end(query);
    if (!ok || !row)
        return ok;
    if (!writing_begin(app, &w, err))
        return false;
    ok = store_query(w->store, "DELETE FROM idempotency WHERE started < $1", &query, err);
    if (ok) {
        query_bind_int(query, 1, due);
        ok = query_run(query, err);
        query_end(query);
    }
    return writing_end(w, ok, err);
}

static const struct job JOBS[] = {{"idempotency", 3600, forget_old}, {0}};

static bool start(struct app *app, void **ret_state, struct err *err)
{
    struct idempotency *state = mem_zero(1, sizeof *state);
    (void)app;
    (void)err;
    pthread_mutex_init(&state->mutex, NULL);
    *ret_state = state;
    return true;
}

static void stop(struct app *app, void *ctx)
{
    struct idempotency *state = ctx;
    (void)app;
    pthread_mutex_destroy(&state->mutex);
    vec_free(&state->running);
    free(state);
}

const struct slice IDEMPOTENCY_SLICE = {
        .name = "idempotency",
        .migration = &IDEMPOTENCY_MIGRATION,
        .jobs = JOBS,
        .start = start,
        .stop = stop,
        .erase = idempotency_erase,
};
