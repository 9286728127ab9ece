// Threads that run handlers which may block; requests come to them in the order of their arrival.
#include "base/mem.h"
#include "http/private.h"

#include <stdlib.h>

static struct exchange *next_exchange(struct server *server)
{
    pthread_mutex_lock(&server->queue_lock);
    while (!server->queue && !server->workers_end)
        pthread_cond_wait(&server->queue_more, &server->queue_lock);
    struct exchange *x = server->queue;
    if (x) {
        server->queue = x->next;
        if (!server->queue)
            server->queue_end = &server->queue;
        server->queued--;
        x->next = NULL;
    }
    pthread_mutex_unlock(&server->queue_lock);
    return x;
}

static void *work(void *arg)
{
    struct worker *worker = arg;
    struct exchange *x;
    while ((x = next_exchange(worker->server))) {
        x->r.worker = worker->state;
        exchange_run(x);
        loop_wake(x->loop, &x->ready); // x is the loop's from here
    }
    return NULL;
}

bool workers_push(struct exchange *x)
{
    struct server *server = x->server;
    pthread_mutex_lock(&server->queue_lock);
    bool room = server->queued < QUEUE_MAX;
    if (room) {
        x->next = NULL;
        *server->queue_end = x;
        server->queue_end = &x->next;
        server->queued++;
        pthread_cond_signal(&server->queue_more);
    }
    pthread_mutex_unlock(&server->queue_lock);
    return room;
}

bool workers_start(struct server *server, struct err *err)
{
    const struct server_options *options = &server->options;
    server->queue_end = &server->queue;
    for (unsigned i = 0; i < server->n_workers; i++) {
        struct worker *worker = &server->workers[i];
        worker->server = server;
        if (options->worker_new && !(worker->state = options->worker_new(options->app, err)))
            return false;
        if (pthread_create(&worker->thread, NULL, work, worker) != 0)
            return err_set(err, ERR_IO, "no thread for the server");
        worker->runs = true;
    }
    return true;
}

void workers_stop(struct server *server)
{
    pthread_mutex_lock(&server->queue_lock);
    server->workers_end = true;
    pthread_cond_broadcast(&server->queue_more);
    pthread_mutex_unlock(&server->queue_lock);
    for (unsigned i = 0; i < server->n_workers; i++) {
        struct worker *worker = &server->workers[i];
        if (worker->runs)
            pthread_join(worker->thread, NULL);
        if (worker->state && server->options.worker_free)
            server->options.worker_free(server->options.app, worker->state);
    }
}
