// The inside of struct app, shared by src/app/app*.c. Locks are taken in this order, one inside the other
// only where said: turn, then capture.mutex or follow.mutex or changes.mutex or jobs.mutex (never two of
// these).
#ifndef SLUICE_APP_APP_PRIVATE_H
#define SLUICE_APP_APP_PRIVATE_H

#include "app/data_private.h"
#include "app/slice.h"
#include "base/mem.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
    SLICES_MAX = 64,
    JOBS_MAX = 64,
    // A transaction of the capture thread takes what is queued, up to so many messages, or one capture.
    GROUP_MESSAGES = 1000,
    QUEUE_CAPTURES = 1 << 15,
    QUEUE_MESSAGES = 1 << 16,
    CHANGES_KEPT = 4096,
    // messageIds in memory (20 to 30 bytes each) before the cache file is looked at for them.
    KEYS_HELD = 1 << 20,
    // So long whoever wants to write waits for the log to be read.
    OPENING_MS = 3000,
};
#define QUEUE_BYTES ((size_t)96 << 20)
// A disk (or another writer) that takes longer than this is as good as none: who comes then is refused.
#define STALLED_NS ((int64_t)5000 * 1000 * 1000)

// A lock that is had in the order of asking. Who has it already and asks again, or gives back what is not
// theirs, ends the program: else everybody would wait, and nothing would say why.
struct turn {
    pthread_mutex_t mutex;
    pthread_cond_t cond;
    uint64_t next, serving;
    bool held;
    pthread_t holder; // if held
};

struct capture_queue {
    pthread_mutex_t mutex;
    pthread_cond_t cond;
    pthread_t thread;
    bool running;
    struct capture *first, *last;
    uint64_t captures, messages;
    size_t bytes;
    int64_t since_ns; // since when the thread is at the next group; 0: it has nothing to do
    uint64_t refused, failed, events, copies;
};

struct job_thread {
    struct app *app;
    const struct job *job;
    pthread_t thread;
    bool woken;
};

struct app {
    struct arena *arena;
    struct app_options options;
    struct data *writer;
    struct turn turn;
    bool prepared; // the writer's log knows its messageIds; with the turn
    struct capture_queue capture;
    struct {
        pthread_mutex_t mutex;
        pthread_cond_t cond;
        int64_t position; // last committed row
        uint64_t commits;
        int64_t failing_ms, written_ms;
        bool opening; // the capture thread reads the log, who writes it waits
    } follow;
    struct {
        pthread_mutex_t mutex;
        pthread_cond_t cond;
        uint64_t last; // number of the newest
        struct change *ring;
    } changes;
    struct {
        pthread_mutex_t mutex;
        pthread_cond_t cond;
        struct job_thread threads[JOBS_MAX];
        unsigned n;
    } jobs;
    void *states[SLICES_MAX];
    const struct routes *routes[SLICES_MAX + 1];
    unsigned n_started; // slices
    atomic_bool closing;
};

// A condition that is waited for by the monotonic clock; and so many milliseconds from now on it.
void cond_init(pthread_cond_t *cond);
struct timespec cond_deadline(unsigned ms);

void turn_init(struct turn *turn);
void turn_free(struct turn *turn);
void turn_take(struct turn *turn);
void turn_give(struct turn *turn);
bool turn_is_mine(struct turn *turn); // the calling thread's
// Gives the writer's log its messageIds, at the first turn. With the turn.
bool app_prepare_log(struct app *app, struct err *err);
// Waits until the log is read, the app closes, or `ms` have passed. false: it is not.
bool app_opened(struct app *app, unsigned ms);
// Tells followers and /metrics what a transaction of the writer came to.
void app_written(struct app *app, bool ok);

void capture_init(struct app *app);
void capture_free(struct app *app);
bool capture_start(struct app *app, struct err *err);
void capture_stop(struct app *app); // what is queued is written first

void jobs_init(struct app *app);
void jobs_free(struct app *app);
bool jobs_start(struct app *app, struct err *err);
void jobs_stop(struct app *app);

void changes_init(struct app *app);
void changes_free(struct app *app);

#endif
