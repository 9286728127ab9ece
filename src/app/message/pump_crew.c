// Composing and signing on several threads, each with a reader of its own; the pump's thread takes part.
#include "app/message/pump.h"

#include "base/mem.h"

#include <stdlib.h>
#include <unistd.h>

enum { CREW_MAX = 3 };

struct crew {
    struct app *app;
    struct pump *pump;
    pthread_t threads[CREW_MAX];
    unsigned n;
    pthread_mutex_t mutex;
    pthread_cond_t work, done;
    size_t next, busy; // of pump->ready, with the mutex
    bool open, closing;
};

// With the mutex; takes mails as long as there are any.
static void take(struct crew *crew, struct data *reader)
{
    struct pump *pump = crew->pump;
    while (crew->next < pump->ready.n) {
        struct flight *flight = pump->ready.v[crew->next++];
        crew->busy++;
        pthread_mutex_unlock(&crew->mutex);
        flight_compose(crew->app, reader, flight);
        pthread_mutex_lock(&crew->mutex);
        crew->busy--;
    }
}

static void *run(void *p)
{
    struct crew *crew = p;
    struct data *reader = NULL;
    struct err err;
    bool has = app_reader(crew->app, &reader, &err); // without one the others do the work
    pthread_mutex_lock(&crew->mutex);
    while (has && !crew->closing) {
        if (crew->open)
            take(crew, reader);
        if (!crew->busy)
            pthread_cond_signal(&crew->done);
        if (!crew->closing)
            pthread_cond_wait(&crew->work, &crew->mutex);
    }
    pthread_mutex_unlock(&crew->mutex);
    data_close(reader);
    return NULL;
}

struct crew *crew_new(struct app *app, struct pump *pump)
{
    struct crew *crew = mem_zero(1, sizeof *crew);
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned wanted = cores > CREW_MAX ? CREW_MAX : cores > 1 ? (unsigned)cores - 1 : 0;
    crew->app = app;
    crew->pump = pump;
    pthread_mutex_init(&crew->mutex, NULL);
    pthread_cond_init(&crew->work, NULL);
    pthread_cond_init(&crew->done, NULL);
    while (crew->n < wanted && pthread_create(&crew->threads[crew->n], NULL, run, crew) == 0)
        crew->n++;
    return crew;
}

void crew_free(struct crew *crew)
{
    if (!crew)
        return;
    pthread_mutex_lock(&crew->mutex);
    crew->closing = true;
    pthread_cond_broadcast(&crew->work);
    pthread_mutex_unlock(&crew->mutex);
    for (unsigned i = 0; i < crew->n; i++)
        pthread_join(crew->threads[i], NULL);
    pthread_cond_destroy(&crew->done);
    pthread_cond_destroy(&crew->work);
    pthread_mutex_destroy(&crew->mutex);
    free(crew);
}

void crew_compose(struct crew *crew, struct data *reader)
{
    pthread_mutex_lock(&crew->mutex);
    crew->next = 0;
    crew->open = true;
    pthread_cond_broadcast(&crew->work);
    take(crew, reader);
    while (crew->busy)
        pthread_cond_wait(&crew->done, &crew->mutex);
    crew->open = false;
    pthread_mutex_unlock(&crew->mutex);
}
