// Opening, starting and closing a running Sluice, and what everybody asks it.
#include "app/app_private.h"

#include <assert.h>
#include <stdlib.h>

void cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(cond, &attributes);
    pthread_condattr_destroy(&attributes);
}

struct timespec cond_deadline(unsigned ms)
{
    int64_t ns = clock_monotonic_ns() + (int64_t)ms * 1000000;
    return (struct timespec){.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
}

bool app_open(const struct app_options *options, struct app **ret, struct err *err)
{
    struct data *writer;
    struct log_position at;
    if (!data_open_with(options->folder, DATA_WRITE, options->wrap, options->wrap_ctx, &writer, err))
        return false;
    if (!log_position(data_log(writer), &at, err)) {
        data_close(writer);
        return false;
    }
    struct app *app = mem_zero(1, sizeof *app);
    app->arena = arena_new();
    app->options = *options;
    app->options.folder = arena_str(app->arena, str_of(options->folder)).p;
    app->writer = writer;
    turn_init(&app->turn);
    pthread_mutex_init(&app->follow.mutex, NULL);
    cond_init(&app->follow.cond);
    app->follow.position = at.last;
    unsigned n_routes = 0;
    for (unsigned i = 0; SLICES[i]; i++) {
        assert(i < SLICES_MAX);
        if (SLICES[i]->routes)
            app->routes[n_routes++] = SLICES[i]->routes;
    }
    capture_init(app);
    changes_init(app);
    jobs_init(app);
    *ret = app;
    return true;
}

static bool slices_start(struct app *app, struct err *err)
{
    for (unsigned i = 0; SLICES[i]; i++) {
        if (SLICES[i]->start && !SLICES[i]->start(app, &app->states[i], err))
            return false;
        app->n_started = i + 1;
    }
    return true;
}

bool app_start(struct app *app, struct err *err)
{
    // Slices write tables only here: nobody has read the log yet.
    return slices_start(app, err) &&
           (app->options.still || (capture_start(app, err) && jobs_start(app, err)));
}

void app_close(struct app *app)
{
    if (!app)
        return;
    assert(!turn_is_mine(&app->turn)); // the threads that are ended here may wait for it
    atomic_store(&app->closing, true);
    // Jobs may still capture and write, so they end before the thread that captures.
    jobs_stop(app);
    capture_stop(app);
    for (unsigned i = app->n_started; i-- > 0;)
        if (SLICES[i]->stop)
            SLICES[i]->stop(app, app->states[i]);
    jobs_free(app);
    changes_free(app);
    capture_free(app);
    pthread_cond_destroy(&app->follow.cond);
    pthread_mutex_destroy(&app->follow.mutex);
    turn_free(&app->turn);
    data_close(app->writer);
    arena_free(app->arena);
    free(app);
}

int64_t app_now(const struct app *app)
{
    return clock_seconds(&app->options.clock);
}

int64_t app_now_ms(const struct app *app)
{
    return clock_ms(&app->options.clock);
}

struct logger *app_logger(const struct app *app)
{
    return app->options.logger;
}

const char *app_folder(const struct app *app)
{
    return app->options.folder;
}

bool app_allow_internal(const struct app *app)
{
    return app->options.allow_internal;
}

bool app_still(const struct app *app)
{
    return app->options.still;
}

const struct mail_network *app_mail(const struct app *app)
{
    return app->options.mail;
}

const struct routes *const *app_routes(const struct app *app)
{
    return app->routes;
}

const uint8_t *app_uuid(const struct app *app)
{
    return app->writer->uuid;
}

bool app_reader(struct app *app, struct data **ret, struct err *err)
{
    if (!data_open(app->options.folder, DATA_READ, ret, err))
        return false;
    store_thrifty(data_store(*ret)); // there are two dozen of them
    return true;
}

bool app_closing(const struct app *app)
{
    return atomic_load(&app->closing);
}

void *app_state(const struct app *app, const struct slice *slice)
{
    for (unsigned i = 0; SLICES[i]; i++)
        if (SLICES[i] == slice)
            return app->states[i];
    return NULL;
}

// By its name, so that the app does not depend on the slice, which depends on the app.
struct live *app_live(const struct app *app)
{
    for (unsigned i = 0; SLICES[i]; i++)
        if (strcmp(SLICES[i]->name, "standing") == 0)
            return app->states[i];
    return NULL;
}

void app_numbers(struct app *app, struct app_numbers *ret)
{
    struct app_numbers n = {0};
    struct capture_queue *queue = &app->capture;
    pthread_mutex_lock(&queue->mutex);
    n.events = queue->events;
    n.copies = queue->copies;
    n.refused = queue->refused;
    n.failed = queue->failed;
    n.queue_captures = queue->captures;
    n.queue_messages = queue->messages;
    n.queue_bytes = queue->bytes;
    pthread_mutex_unlock(&queue->mutex);
    pthread_mutex_lock(&app->follow.mutex);
    n.commits = app->follow.commits;
    n.opening = app->follow.opening;
    n.position = app->follow.position;
    n.failing_ms = app->follow.failing_ms;
    n.written_ms = app->follow.written_ms;
    pthread_mutex_unlock(&app->follow.mutex);
    *ret = n;
}
