// What changed, for whoever tells it to browsers: a ring of the last thousands of changes.
#include "app/app_private.h"

#include <stdlib.h>

void changes_init(struct app *app)
{
    pthread_mutex_init(&app->changes.mutex, NULL);
    cond_init(&app->changes.cond);
    app->changes.ring = mem_zero(CHANGES_KEPT, sizeof *app->changes.ring);
}

void changes_free(struct app *app)
{
    free(app->changes.ring);
    pthread_cond_destroy(&app->changes.cond);
    pthread_mutex_destroy(&app->changes.mutex);
}

static void put(char *out, size_t size, struct str text)
{
    size_t n = text.n < size ? text.n : size - 1;
    if (n)
        memcpy(out, text.p, n);
    out[n] = '\0';
}

void app_publish(struct app *app, const char *topic, struct str id)
{
    pthread_mutex_lock(&app->changes.mutex);
    struct change *change = &app->changes.ring[++app->changes.last % CHANGES_KEPT];
    change->number = app->changes.last;
    put(change->topic, sizeof change->topic, str_of(topic));
    put(change->id, sizeof change->id, id);
    pthread_cond_broadcast(&app->changes.cond);
    pthread_mutex_unlock(&app->changes.mutex);
}

size_t app_changes(struct app *app, uint64_t after, struct change *out, size_t n, unsigned ms, bool *ret_lost)
{
    struct timespec until = cond_deadline(ms);
    int late = 0;
    pthread_mutex_lock(&app->changes.mutex);
    while (app->changes.last <= after && !app_closing(app) && !late)
        late = pthread_cond_timedwait(&app->changes.cond, &app->changes.mutex, &until);
    uint64_t last = app->changes.last, kept = last > CHANGES_KEPT ? last - CHANGES_KEPT : 0;
    // A number from another life of the process is ahead of us: whoever brings it has missed all.
    bool lost = after < kept || after > last;
    uint64_t from = lost ? kept : after;
    size_t count = 0;
    while (count < n && from < last)
        out[count++] = app->changes.ring[++from % CHANGES_KEPT];
    pthread_mutex_unlock(&app->changes.mutex);
    *ret_lost = lost;
    return count;
}
