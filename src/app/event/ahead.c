// Reading the log ahead of its visits, in a thread of its own.
#include "app/event/log.h"

#include "base/mem.h"

#include <pthread.h>
#include <stdlib.h>

enum { BATCHES = 4, BATCH_ROWS = 2048, BATCH_BYTES = 4 << 20 };

struct batch {
    struct log_row rows[BATCH_ROWS];
    unsigned n;
    size_t bytes;        // that the rows point to,
    struct arena *arena; // here
    bool last;           // nothing follows; ok and err say how it ended
};

struct ahead {
    struct log *log;
    int64_t after, last;
    struct batch *batches; // a ring
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    unsigned written, taken; // batches so far, under mutex
    bool stop;               // the visitor wants no more, under mutex
    // The reader's own, until it has ended.
    struct batch *filling;
    bool ok;
    struct err err;
};

// Waits for a free batch; NULL if no more are wanted.
static struct batch *free_batch(struct ahead *a)
{
    pthread_mutex_lock(&a->mutex);
    while (a->written - a->taken == BATCHES && !a->stop)
        pthread_cond_wait(&a->changed, &a->mutex);
    struct batch *batch = a->stop ? NULL : &a->batches[a->written % BATCHES];
    pthread_mutex_unlock(&a->mutex);
    if (batch) {
        batch->n = 0;
        batch->bytes = 0;
        arena_reset(batch->arena);
    }
    return batch;
}

static void hand_over(struct ahead *a, bool last)
{
    a->filling->last = last;
    a->filling = NULL;
    pthread_mutex_lock(&a->mutex);
    a->written++;
    pthread_cond_signal(&a->changed);
    pthread_mutex_unlock(&a->mutex);
}

static bool keep_row(void *ctx, const struct log_row *row, struct err *err)
{
    struct ahead *a = ctx;
    if (!a->filling && !(a->filling = free_batch(a)))
        return err_set(err, ERR_NONE, "stopped");
    struct batch *batch = a->filling;
    struct log_row *kept = &batch->rows[batch->n++];
    *kept = *row;
    if (row->message.n)
        kept->message = arena_str(batch->arena, row->message);
    if (row->body.n)
        kept->body = arena_str(batch->arena, row->body);
    batch->bytes += row->message.n + row->body.n;
    if (batch->n == BATCH_ROWS || batch->bytes > BATCH_BYTES)
        hand_over(a, false);
    return true;
}

static void *read_rows(void *arg)
{
    struct ahead *a = arg;
    a->ok = log_scan(a->log, a->after, a->last, false, keep_row, a, &a->err);
    if (a->filling || (a->filling = free_batch(a)))
        hand_over(a, true);
    return NULL;
}

static struct batch *next_batch(struct ahead *a)
{
    pthread_mutex_lock(&a->mutex);
    while (a->written == a->taken)
        pthread_cond_wait(&a->changed, &a->mutex);
    struct batch *batch = &a->batches[a->taken % BATCHES];
    pthread_mutex_unlock(&a->mutex);
    return batch;
}

static void give_back(struct ahead *a, bool stop)
{
    pthread_mutex_lock(&a->mutex);
    a->taken++;
    a->stop = stop;
    pthread_cond_signal(&a->changed);
    pthread_mutex_unlock(&a->mutex);
}

static bool visit_rows(struct ahead *a, bool (*visit)(void *ctx, const struct log_row *row, struct err *err),
        void *ctx, struct err *err)
{
    bool ok = true, last = false;
    while (ok && !last) {
        struct batch *batch = next_batch(a);
        for (unsigned i = 0; ok && i < batch->n; i++)
            ok = visit(ctx, &batch->rows[i], err);
        last = batch->last;
        give_back(a, !ok);
    }
    return ok;
}

bool log_scan_ahead(struct log *log, int64_t after, int64_t last,
        bool (*visit)(void *ctx, const struct log_row *row, struct err *err), void *ctx, struct err *err)
{
    struct ahead a = {.log = log, .after = after, .last = last};
    pthread_t reader;
    a.batches = mem_zero(BATCHES, sizeof *a.batches);
    for (int i = 0; i < BATCHES; i++)
        a.batches[i].arena = arena_new();
    pthread_mutex_init(&a.mutex, NULL);
    pthread_cond_init(&a.changed, NULL);
    bool ok;
    if (pthread_create(&reader, NULL, read_rows, &a) == 0) {
        ok = visit_rows(&a, visit, ctx, err);
        pthread_join(reader, NULL);
        if (ok && !a.ok) {
            ok = false;
            if (err)
                *err = a.err;
        }
    } else {
        ok = log_scan(log, after, last, false, visit, ctx, err);
    }
    pthread_cond_destroy(&a.changed);
    pthread_mutex_destroy(&a.mutex);
    for (int i = 0; i < BATCHES; i++)
        arena_free(a.batches[i].arena);
    free(a.batches);
    return ok;
}
