// A running Sluice: one data folder opened for writing, its threads, and what handlers of all slices share.
#ifndef SLUICE_APP_APP_H
#define SLUICE_APP_APP_H

#include "app/data.h"
#include "base/clock.h"
#include "base/logger.h"
#include "http/request.h"

struct app;
struct live;
struct log;
struct mail_network;

struct app_options {
    const char *folder;
    struct clock clock;
    struct logger *logger;           // or NULL
    const struct mail_network *mail; // NULL: the real one
    bool still; // the slices' jobs do not run: the caller does their work, one after the other (simulation)
    bool allow_internal; // webhooks may call internal addresses (tests, own networks)
    // Tests: an engine that fails around the writer's store. NULL: none.
    struct store *(*wrap)(void *ctx, struct store *inner);
    void *wrap_ctx;
};

// Opens and migrates the data folder, holds its writer lock until app_close. ERR_BUSY: another process
// writes.
bool app_open(const struct app_options *options, struct app **ret, struct err *err);
// Starts the threads: capture, standings, the slices' jobs. Returns at once. What writes the log waits while
// it is read (at the first start of a large store, its cache file is made: some ten seconds), then the
// standings are computed.
bool app_start(struct app *app, struct err *err);
void app_close(struct app *app); // ends the threads, what is queued is written first; NULL is fine

// Any thread may call the functions below.
int64_t app_now(const struct app *app); // seconds since 1970
int64_t app_now_ms(const struct app *app);
struct logger *app_logger(const struct app *app);
struct live *app_live(const struct app *app); // standing/live.h
const char *app_folder(const struct app *app);
bool app_allow_internal(const struct app *app);
bool app_still(const struct app *app);                      // app_options.still
const struct mail_network *app_mail(const struct app *app); // of the options, or NULL
// The routes of all slices, NULL behind the last; for the server and what tells about it.
const struct routes *const *app_routes(const struct app *app);
// The store's identity (16 bytes), for keyed derivations that are no secrets.
const uint8_t *app_uuid(const struct app *app);
// A handle for reading, one owner, one thread: of a worker (request->worker), or of a job's own. Close with
// data_close.
bool app_reader(struct app *app, struct data **ret, struct err *err);
// The reader of the worker that runs the request.
static inline struct data *request_data(const struct request *r)
{
    return (struct data *)r->worker;
}
static inline struct app *request_app(const struct request *r)
{
    return (struct app *)r->app;
}

// Writing. There is one writer at a time: writing_begin waits for its turn (first come, first served), opens
// a transaction, and the same thread must commit or abort soon: no network, no long computing in between.
// Rows of the log written here become visible to whoever follows the log after the commit.
struct writing {
    struct app *app;
    struct store *store;
    struct log *log; // app/event/log.h; inside log_begin … log_commit. NULL: of writing_begin_tables
    struct arena *arena;
    int64_t now; // seconds since 1970
};
// ERR_BUSY while the log of a large store is read for the first time (app_start).
bool writing_begin(struct app *app, struct writing **ret, struct err *err);
// The same for tables only (w->log is NULL): it does not wait for the log, which is being read after the
// start.
bool writing_begin_tables(struct app *app, struct writing **ret, struct err *err);
bool writing_commit(struct writing *w, struct err *err); // frees w either way; on failure nothing was written
void writing_abort(struct writing *w);                   // NULL is fine
// Commits if ok, else aborts and returns false.
bool writing_end(struct writing *w, bool ok, struct err *err);
// Appends a message (one JSON object in the Segment form; without a timestamp it is now) to the log.
// ret_event: the row's id, 0 for a copy; may be NULL. ERR_INPUT: it is no message.
bool writing_append(struct writing *w, struct str message, int64_t *ret_event, struct err *err);
// The writer's own data handle, for the import run, inside a turn of its own: between data_turn_begin and
// data_turn_end nobody else writes.
struct data *app_turn_begin(struct app *app);
void app_turn_end(struct app *app);

// Capturing: many messages with one commit, without waiting for it. The capture and all it points to must
// live until `done`, which is called on the capture thread after the commit that made it durable (or failed:
// ok false, nothing of it was written). ERR_BUSY at once, and no `done`, if the queue is full.
struct capture {
    const struct message *messages; // decoded, app/event's rules; n of them
    unsigned n;
    size_t bytes;         // about what it holds in memory: the queue is bounded by the sum
    unsigned *ret_copies; // may be NULL: how many were in the log already
    bool *ret_refused;    // [n]: those whose kind of events is one too many for the log, which are left out;
                          // NULL: then none is written (ERR_LIMIT)
    void (*done)(struct capture *capture, bool ok, const struct err *err);
    void *ctx;
    struct capture *next; // the queue's, like copies
    unsigned copies;
};
bool app_capture(struct app *app, struct capture *capture, struct err *err);

// Waits until the log is longer than `position`, the app closes, or `ms` have passed. Returns the log's last
// committed row. For followers (standings, webhooks …); rows are read from the database.
int64_t app_follow(struct app *app, int64_t position, unsigned ms);
bool app_closing(const struct app *app);

// What changed, for server-sent events: topic "contact", "task", "import" …; id of what changed (both are cut
// to what struct change holds). Never blocks. Numbers ascend by one from the start of the process.
struct change {
    uint64_t number; // from 1
    char topic[24], id[72];
};
void app_publish(struct app *app, const char *topic, struct str id);
// Copies changes with a number > after, oldest first, at most n; waits up to `ms` for the first one (not at
// all once the app closes). *ret_lost: some behind `after` are forgotten already (only the last thousands are
// kept). Returns how many.
size_t app_changes(
        struct app *app, uint64_t after, struct change *out, size_t n, unsigned ms, bool *ret_lost);
// Wakes a job before its time (slice.h).
void app_wake(struct app *app, const char *job);

// For /metrics and /healthz.
struct app_numbers {
    uint64_t events, copies;  // captured since the start, and found in the log already
    uint64_t refused, failed; // captures: the queue was full; the store could not be written
    uint64_t commits;         // of the writer
    uint64_t queue_captures, queue_messages, queue_bytes; // now
    bool opening;       // the log is being read: nothing can be written to it yet
    int64_t position;   // last committed row of the log
    int64_t failing_ms; // since when writing fails; 0: the last attempt was fine
    int64_t written_ms; // when something was last written; 0: not yet
};
void app_numbers(struct app *app, struct app_numbers *ret);

#endif
