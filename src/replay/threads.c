// Work on several threads: units of whole contacts, taken from a counter.
#include "replay/block.h"

#include <pthread.h>
#include <stdatomic.h>

enum { UNIT_EVENTS = 1 << 16, MOST_WORKERS = 64 };

struct job {
    const struct run *run;
    void (*body)(void *arg, struct block *block, uint32_t unit, uint32_t first, uint32_t end);
    void *arg;
    _Atomic uint32_t next, worker;
};

// The first contact whose events begin at `event` or behind it.
static uint32_t contact_from(const struct columns *c, uint64_t event)
{
    uint32_t low = 0, high = c->n_contacts;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (c->off[mid] < event)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

uint32_t run_units(const struct columns *c)
{
    return (uint32_t)(((uint64_t)c->n_events + UNIT_EVENTS - 1) / UNIT_EVENTS);
}

static void *work(void *arg)
{
    struct job *job = arg;
    const struct columns *c = job->run->columns;
    struct block block;
    block_init(&block, job->run);
    block.worker = atomic_fetch_add(&job->worker, 1);
    const atomic_bool *cancel = job->run->options->cancel;
    while (!cancel || !atomic_load_explicit(cancel, memory_order_relaxed)) {
        uint32_t unit = atomic_fetch_add(&job->next, 1);
        if (unit >= run_units(c))
            break;
        uint32_t first = contact_from(c, (uint64_t)unit * UNIT_EVENTS);
        uint32_t end = contact_from(c, ((uint64_t)unit + 1) * UNIT_EVENTS);
        job->body(job->arg, &block, unit, first, end);
    }
    block_free(&block);
    return NULL;
}

unsigned run_workers(const struct run *run)
{
    return run->options->threads > MOST_WORKERS ? MOST_WORKERS : run->options->threads;
}

void run_threads(const struct run *run,
        void (*body)(void *arg, struct block *block, uint32_t unit, uint32_t first, uint32_t end), void *arg)
{
    struct job job = {.run = run, .body = body, .arg = arg};
    unsigned threads = run_workers(run), started = 0;
    pthread_t ids[MOST_WORKERS];
    while (started + 1 < threads && pthread_create(&ids[started], NULL, work, &job) == 0)
        started++;
    work(&job); // also where no thread could be had
    for (unsigned i = 0; i < started; i++)
        pthread_join(ids[i], NULL);
}
