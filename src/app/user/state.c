#include "app/user/state.h"

#include "app/user/limit.h"
#include "app/user/link.h"
#include "app/user/principal.h"
#include "app/user/session.h"
#include "app/user/slice.h"
#include "base/mem.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

enum {
    MISSES_A_SECOND = 200, // looks into the table for keys that memory does not know
    SEEN_MAX = 4096,       // sessions to write down at once; those beyond it wait for their next use
    PURGE_SECONDS = 3600,
    REFRESH_ALWAYS = 10, // seconds
};

struct user_state {
    struct app *app;
    struct gate *gate;
    struct key_cache *keys;
    pthread_mutex_t miss; // guards reader and what follows
    struct data *reader;
    int64_t miss_second;
    unsigned misses;
    pthread_mutex_t mark; // guards seen
    struct secret_hash seen[SEEN_MAX];
    size_t n_seen;
    int64_t purged;    // by the upkeep job only
    int64_t refreshed; // by the keys job only
};

bool user_start(struct app *app, void **ret_state, struct err *err)
{
    struct data *reader;
    if (sodium_init() < 0)
        return err_set(err, ERR_IO, "the cryptography library does not start");
    if (!app_reader(app, &reader, err))
        return false;
    struct user_state *state = mem_zero(1, sizeof *state);
    state->app = app;
    state->gate = gate_new();
    state->keys = key_cache_new();
    state->reader = reader;
    pthread_mutex_init(&state->miss, NULL);
    pthread_mutex_init(&state->mark, NULL);
    if (!key_cache_refresh(state->keys, data_store(reader), true, err)) {
        user_stop(app, state);
        return false;
    }
    *ret_state = state;
    return true;
}

void user_stop(struct app *app, void *context)
{
    struct user_state *state = context;
    (void)app;
    if (!state)
        return;
    data_close(state->reader);
    key_cache_free(state->keys);
    gate_free(state->gate);
    pthread_mutex_destroy(&state->miss);
    pthread_mutex_destroy(&state->mark);
    free(state);
}

struct user_state *user_state(const struct app *app)
{
    return app_state(app, &USER_SLICE);
}

struct gate *user_gate(const struct app *app)
{
    struct user_state *state = user_state(app);
    return state ? state->gate : NULL;
}

// A key that was just made elsewhere is found by looking into the table, so that it works at once; a flood of
// wrong keys may only look so often, and then new ones wait for the job.
static bool missed(struct user_state *state, int64_t now)
{
    struct err err;
    pthread_mutex_lock(&state->miss);
    if (state->miss_second != now) {
        state->miss_second = now;
        state->misses = 0;
    }
    bool look = state->misses < MISSES_A_SECOND;
    state->misses += look;
    bool read = look && key_cache_refresh(state->keys, data_store(state->reader), false, &err);
    pthread_mutex_unlock(&state->miss);
    return read;
}

bool user_state_key(
        struct user_state *state, struct str text, int64_t now, struct arena *arena, struct key *ret)
{
    struct secret_hash hash = secret_hash(text);
    return key_cache_find(state->keys, &hash, now, arena, ret) ||
           (missed(state, now) && key_cache_find(state->keys, &hash, now, arena, ret));
}

bool user_state_may_capture(struct user_state *state, struct str text, int64_t now)
{
    struct secret_hash hash = secret_hash(text);
    return key_cache_may_capture(state->keys, &hash, now) ||
           (missed(state, now) && key_cache_may_capture(state->keys, &hash, now));
}

void user_state_key_used(struct user_state *state, const struct secret_hash *hash, int64_t now)
{
    key_cache_find(state->keys, hash, now, NULL, NULL);
}

void user_state_seen(struct user_state *state, struct str hash, int64_t now)
{
    (void)now;
    pthread_mutex_lock(&state->mark);
    bool there = hash.n != SECRET_HASH || state->n_seen == SEEN_MAX;
    for (size_t i = 0; !there && i < state->n_seen; i++)
        there = memcmp(state->seen[i].bytes, hash.p, SECRET_HASH) == 0;
    if (!there)
        memcpy(state->seen[state->n_seen++].bytes, hash.p, SECRET_HASH);
    pthread_mutex_unlock(&state->mark);
}

static bool refresh_keys(struct app *app, struct data *reader, struct err *err)
{
    struct user_state *state = user_state(app);
    int64_t now = app_now(app);
    bool always = now >= state->refreshed + REFRESH_ALWAYS || now < state->refreshed;
    if (always)
        state->refreshed = now;
    return key_cache_refresh(state->keys, data_store(reader), always, err);
}

static bool write_seen(struct writing *w, const struct secret_hash *seen, size_t n, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < n; i++)
        ok = session_seen(w, hash_str(&seen[i]), w->now, err);
    return ok;
}

static bool upkeep(struct app *app, struct data *reader, struct err *err)
{
    struct user_state *state = user_state(app);
    struct writing *w;
    (void)reader;
    bool purge = app_now(app) >= state->purged + PURGE_SECONDS;
    pthread_mutex_lock(&state->mark);
    size_t n = state->n_seen;
    struct secret_hash *seen = mem_zero(n + 1, sizeof *seen);
    memcpy(seen, state->seen, n * sizeof *seen);
    state->n_seen = 0;
    pthread_mutex_unlock(&state->mark);
    bool ok = true;
    if (n || purge || key_cache_due(state->keys)) {
        ok = writing_begin(app, &w, err);
        if (ok) {
            ok = write_seen(w, seen, n, err) && key_cache_write(state->keys, w, err) &&
                 (!purge || (session_purge(w, err) && link_purge(w, err) && limit_purge(w, err)));
            ok = writing_end(w, ok, err);
        }
    }
    if (ok && purge)
        state->purged = app_now(app);
    free(seen);
    return ok;
}

const struct job USER_JOBS[] = {
        {"user.keys", 1, refresh_keys},
        {"user.upkeep", 10, upkeep},
        {NULL, 0, NULL},
};

bool key_may_capture(struct app *app, struct str key)
{
    struct user_state *state = user_state(app);
    return state && user_state_may_capture(state, key, app_now(app));
}
