#include "app/standing/slice.h"

#include "app/standing/announce.h"
#include "app/standing/board.h"
#include "app/standing/filters.h"

#include <malloc.h>
#include <stdlib.h>

static bool start(struct app *app, void **ret_state, struct err *err)
{
    struct live *live = mem_zero(1, sizeof *live);
    pthread_condattr_t attributes;
    (void)err;
    live->app = app;
    pthread_rwlock_init(&live->lock, NULL);
    pthread_mutex_init(&live->mutex, NULL);
    pthread_mutex_init(&live->filter_mutex, NULL);
    pthread_mutex_init(&live->past_mutex, NULL);
    pthread_mutex_init(&live->week_mutex, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&live->progress, &attributes);
    pthread_condattr_destroy(&attributes);
    live->names = map_new();
    map_intern(live->names, STR("none"));
    *ret_state = live;
    return true;
}

static void stop(struct app *app, void *state)
{
    struct live *live = state;
    (void)app;
    data_close(live->own);
    filters_free(live);
    weeks_free(live);
    base_return(live->base);
    base_return(live->next);
    live_model_return(live->model);
    map_free(live->names);
    vec_free(&live->states);
    vec_free(&live->links);
    vec_free(&live->slot_of);
    vec_free(&live->ring);
    vec_free(&live->role);
    vec_free(&live->touched);
    vec_free(&live->due);
    vec_free(&live->pending);
    vec_free(&live->gone);
    vec_free(&live->vanished);
    vec_free(&live->lazy);
    arena_free(live->used_arena);
    pthread_cond_destroy(&live->progress);
    pthread_mutex_destroy(&live->mutex);
    pthread_mutex_destroy(&live->filter_mutex);
    pthread_mutex_destroy(&live->past_mutex);
    pthread_mutex_destroy(&live->week_mutex);
    pthread_rwlock_destroy(&live->lock);
    free(live);
}

// What passes over everybody have read of the mapped histories, and what they have freed, need not stay in
// memory: at a million contacts that is a third of it.
static bool rest(struct app *app, struct data *reader, struct err *err)
{
    struct live *live = app_live(app);
    (void)reader, (void)err;
    pthread_rwlock_rdlock(&live->lock);
    struct base *base = live->base ? base_borrow(live->base) : NULL;
    pthread_rwlock_unlock(&live->lock);
    if (base)
        data_rest(base->data);
    base_return(base);
    malloc_trim(0);
    return true;
}

// The first one only returns when the app closes, or to be called again after an error.
static const struct job JOBS[] = {
        {"standing", 1, qualify},
        {"standing-base", 3600, rebase},
        {"standing-filters", 10, filters_renew},
        {"standing-board", 30, board_renew},
        {"standing-rest", 30, rest},
        {NULL, 0, NULL},
};

const struct slice STANDING_SLICE = {
        .name = "standing",
        .migration = &STANDING_MIGRATION,
        .jobs = JOBS,
        .start = start,
        .stop = stop,
};
