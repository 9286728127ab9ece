// What the slice holds in memory: the secret, and views and starts that are written every few seconds.
#include "app/form/slice.h"

#include "app/form/state.h"
#include "app/form/submit.h"
#include "base/random.h"

#include <pthread.h>

enum { COUNTS_MAX = 10000 };

struct counts {
    char form[UUID_SIZE];
    int64_t day, views, starts;
};

struct form_state {
    uint8_t secret[TOKEN_SECRET];
    pthread_mutex_t mutex;
    VEC(struct counts) counts;
};

static struct form_state *state_of(struct app *app)
{
    return app_state(app, &FORM_SLICE);
}

const uint8_t *form_state_secret(struct app *app)
{
    return state_of(app)->secret;
}

static bool make_secret(struct app *app, uint8_t out[TOKEN_SECRET], struct err *err)
{
    struct writing *w;
    uint8_t secret[TOKEN_SECRET];
    bool there = false;
    random_bytes(secret, sizeof secret);
    if (!writing_begin_tables(app, &w, err))
        return false;
    if (!form_secret_put(w->store, secret, err) || !form_secret(w->store, out, &there, err)) {
        writing_abort(w);
        return false;
    }
    return writing_commit(w, err);
}

bool form_start(struct app *app, void **ret_state, struct err *err)
{
    struct data *reader;
    uint8_t secret[TOKEN_SECRET];
    bool there = false;
    if (!app_reader(app, &reader, err))
        return false;
    bool ok = form_secret(data_store(reader), secret, &there, err);
    data_close(reader);
    if (!ok || (!there && !make_secret(app, secret, err)))
        return false;
    struct form_state *state = mem_zero(1, sizeof *state);
    memcpy(state->secret, secret, sizeof secret);
    pthread_mutex_init(&state->mutex, NULL);
    *ret_state = state;
    return true;
}

void form_count(struct app *app, struct str form, bool start)
{
    struct form_state *state = state_of(app);
    int64_t day = app_now(app) / 86400;
    if (form.n >= UUID_SIZE)
        return;
    pthread_mutex_lock(&state->mutex);
    size_t i = 0;
    while (i < state->counts.n &&
            !(state->counts.v[i].day == day && str_eq(str_of(state->counts.v[i].form), form)))
        i++;
    if (i == state->counts.n && i < COUNTS_MAX) {
        struct counts new = {.day = day};
        memcpy(new.form, form.p, form.n);
        vec_push(&state->counts, new);
    }
    if (i < state->counts.n)
        *(start ? &state->counts.v[i].starts : &state->counts.v[i].views) += 1;
    pthread_mutex_unlock(&state->mutex);
}

static bool write_counts(struct writing *w, const struct counts *counts, struct err *err)
{
    struct query *query;
    if (!store_query(w->store,
                "INSERT INTO form_day (form, day, views, starts) VALUES ($1, $2, $3, $4)"
                " ON CONFLICT (form, day) DO UPDATE SET views = form_day.views + excluded.views,"
                " starts = form_day.starts + excluded.starts",
                &query, err))
        return false;
    query_bind_text(query, 1, str_of(counts->form));
    query_bind_int(query, 2, counts->day);
    query_bind_int(query, 3, counts->views);
    query_bind_int(query, 4, counts->starts);
    bool ok = query_run(query, err);
    query_end(query);
    return ok;
}

static void put_back(struct form_state *state, const struct counts *counts, size_t n)
{
    pthread_mutex_lock(&state->mutex);
    for (size_t i = 0; i < n && state->counts.n < COUNTS_MAX; i++)
        vec_push(&state->counts, counts[i]); // twice the same form and day does no harm
    pthread_mutex_unlock(&state->mutex);
}

static bool flush(struct app *app, struct form_state *state, struct err *err)
{
    struct writing *w;
    pthread_mutex_lock(&state->mutex);
    struct counts *counts = state->counts.v;
    size_t n = state->counts.n;
    state->counts.v = NULL;
    state->counts.n = state->counts.cap = 0;
    pthread_mutex_unlock(&state->mutex);
    bool ok = true;
    if (n && (ok = writing_begin(app, &w, err))) {
        for (size_t i = 0; ok && i < n; i++)
            ok = write_counts(w, &counts[i], err);
        ok = writing_end(w, ok, err);
    }
    if (!ok)
        put_back(state, counts, n);
    free(counts);
    return ok;
}

bool form_flush(struct app *app, struct data *reader, struct err *err)
{
    (void)reader;
    return flush(app, state_of(app), err);
}

void form_stop(struct app *app, void *data)
{
    struct form_state *state = data;
    flush(app, state, NULL);
    vec_free(&state->counts);
    pthread_mutex_destroy(&state->mutex);
    free(state);
}
