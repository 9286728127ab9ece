#include "app/change/private.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

static bool start(struct app *app, void **ret_state, struct err *err)
{
    (void)err;
    struct change_state *state = mem_zero(1, sizeof *state);
    pthread_mutex_init(&state->mutex, NULL);
    snprintf(state->epoch, sizeof state->epoch, "%llx", (unsigned long long)app_now_ms(app));
    *ret_state = state;
    return true;
}

static void stop(struct app *app, void *p)
{
    (void)app;
    struct change_state *state = p;
    for (size_t i = 0; i < state->readers.n; i++)
        stream_release(state->readers.v[i].stream);
    vec_free(&state->readers);
    pthread_mutex_destroy(&state->mutex);
    free(state);
}

struct change_state *change_state(const struct app *app)
{
    return app_state(app, &CHANGE_SLICE);
}

static const struct job JOBS[] = {
        {.name = "stream", .seconds = 1, .run = run_pump},
        {0},
};

static const struct member PARAMETERS[] = {
        {"topics", "text", "Only these, with commas between: contact,task", false, 500},
        {"after", "text", "The id of the last event known, where Last-Event-ID cannot be sent", false, 50},
        {0},
};

static const struct route TABLE[] = {
        {.method = "GET",
                .path = "/api/stream",
                .summary =
                        "Server-sent events of what changed: change {\"changes\":[{topic, id}]}, ready, and "
                        "reset where something was missed for good",
                .right = "session",
                .query = PARAMETERS,
                .handle = stream_route},
        {0},
};

static const struct routes ROUTES = {.tag = "Changes", .routes = TABLE};

const struct slice CHANGE_SLICE = {
        .name = "change",
        .routes = &ROUTES,
        .jobs = JOBS,
        .start = start,
        .stop = stop,
};
