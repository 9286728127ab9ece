// Capturing with group commit: what queued while the last transaction was made durable is the next one.
// Nobody waits for company, which costs more than it brings.
#include "app/app_private.h"

void capture_init(struct app *app)
{
    pthread_mutex_init(&app->capture.mutex, NULL);
    cond_init(&app->capture.cond);
}

void capture_free(struct app *app)
{
    pthread_cond_destroy(&app->capture.cond);
    pthread_mutex_destroy(&app->capture.mutex);
}

static bool has_room(struct capture_queue *queue, const struct capture *capture, struct err *err)
{
    if (!queue->running)
        return err_set(err, ERR_BUSY, "nothing is captured: the server is stopping");
    if (queue->since_ns && clock_monotonic_ns() - queue->since_ns > STALLED_NS)
        return err_set(err, ERR_BUSY, "the disk is too slow at the moment, or the store is being opened");
    // A lone capture is always taken: it is within what one request may hold.
    if (queue->captures &&
            (queue->captures >= QUEUE_CAPTURES || queue->messages + capture->n > QUEUE_MESSAGES ||
                    queue->bytes + capture->bytes > QUEUE_BYTES))
        return err_set(err, ERR_BUSY, "more comes in than can be written at the moment");
    return true;
}

bool app_capture(struct app *app, struct capture *capture, struct err *err)
{
    struct capture_queue *queue = &app->capture;
    capture->next = NULL;
    pthread_mutex_lock(&queue->mutex);
    bool room = has_room(queue, capture, err);
    if (room) {
        if (queue->last)
            queue->last->next = capture;
        else
            queue->first = capture;
        queue->last = capture;
        queue->captures++;
        queue->messages += capture->n;
        queue->bytes += capture->bytes;
        if (queue->captures == 1)
            pthread_cond_signal(&queue->cond);
    } else {
        queue->refused++;
    }
    pthread_mutex_unlock(&queue->mutex);
    return room;
}

// Takes the next group off the queue; NULL if it is empty.
static struct capture *take_group(struct capture_queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    struct capture *first = queue->first, *last = first;
    if (first) {
        uint64_t messages = first->n;
        size_t captures = 1, bytes = first->bytes;
        while (last->next && messages + last->next->n <= GROUP_MESSAGES) {
            last = last->next;
            messages += last->n;
            bytes += last->bytes;
            captures++;
        }
        queue->captures -= captures;
        queue->messages -= messages;
        queue->bytes -= bytes;
        queue->first = last->next;
        last->next = NULL;
    }
    if (!queue->first)
        queue->last = NULL;
    pthread_mutex_unlock(&queue->mutex);
    return first;
}

static bool append(struct log *log, struct capture *capture, struct err *err)
{
    unsigned copies = 0;
    for (unsigned i = 0; i < capture->n; i++) {
        enum log_outcome outcome;
        bool admitted = log_admits(log, &capture->messages[i], err);
        if (capture->ret_refused)
            capture->ret_refused[i] = !admitted;
        if (!admitted && capture->ret_refused)
            continue;
        if (!admitted || !log_append(log, &capture->messages[i], 0, &outcome, err))
            return false;
        copies += outcome == LOG_COPY;
    }
    if (capture->ret_copies)
        *capture->ret_copies = copies;
    capture->copies = copies;
    return true;
}

// One transaction of all captures from first on.
static bool write_group(struct app *app, struct capture *first, struct err *err)
{
    struct log *log = data_log(app->writer);
    bool ok = app_prepare_log(app, err) && log_begin(log, err);
    if (!ok)
        return false;
    for (struct capture *c = first; ok && c; c = c->next)
        ok = append(log, c, err);
    if (ok)
        return log_commit(log, err);
    log_rollback(log);
    return false;
}

// `captures` of them are done with.
static void count(struct app *app, bool ok, const struct capture *first)
{
    struct capture_queue *queue = &app->capture;
    pthread_mutex_lock(&queue->mutex);
    queue->since_ns = 0;
    for (const struct capture *c = first; c; c = c->next) {
        queue->failed += !ok;
        queue->events += ok ? c->n - c->copies : 0;
        queue->copies += ok ? c->copies : 0;
    }
    pthread_mutex_unlock(&queue->mutex);
}

static void finish(struct app *app, struct capture *first, bool ok, const struct err *err)
{
    count(app, ok, first);
    for (struct capture *c = first, *next; c; c = next) {
        next = c->next; // done() may free it
        c->done(c, ok, err);
    }
}

// What one of them brings may be too much for the log (another 65,000 names of events), or nothing the store
// takes; the others must not suffer for it. A full disk, on the other hand, is everybody's.
static bool is_of_one(const struct err *err)
{
    return err->code == ERR_LIMIT || err->code == ERR_CONFLICT || err->code == ERR_INPUT;
}

static void write_one_by_one(struct app *app, struct capture *first)
{
    for (struct capture *c = first, *next; c; c = next) {
        struct err err = {0};
        next = c->next;
        c->next = NULL;
        bool ok = write_group(app, c, &err);
        app_written(app, ok);
        finish(app, c, ok, &err);
    }
}

static void report(struct app *app, bool ok, bool *failing, const struct err *err)
{
    if (!ok && !*failing)
        logger_error(app_logger(app), "events cannot be written", LOG_TEXT("error", str_of(err->message)));
    else if (ok && *failing)
        logger_info(app_logger(app), "events are written again", LOG_INT("failing", 0));
    *failing = !ok;
}

// Reads the log before the first event comes. The messageIds of a large one are in the cache file; where that
// has to be made, it is made without the turn, so that tables can be written meanwhile.
static void open_log(struct app *app, bool *failing)
{
    struct data *reader = NULL;
    const struct columns *columns = NULL;
    struct err err = {0};
    // What goes wrong here goes wrong in the turn, too.
    if (app_reader(app, &reader, NULL) && data_columns_stored(reader, &columns, NULL) && !columns)
        data_columns(reader, INT64_MAX, &columns, NULL);
    data_close(reader);
    turn_take(&app->turn);
    report(app, app_prepare_log(app, &err), failing, &err);
    turn_give(&app->turn);
    pthread_mutex_lock(&app->follow.mutex);
    app->follow.opening = false;
    pthread_cond_broadcast(&app->follow.cond);
    pthread_mutex_unlock(&app->follow.mutex);
    pthread_mutex_lock(&app->capture.mutex);
    app->capture.since_ns = 0;
    pthread_mutex_unlock(&app->capture.mutex);
}

static void *run(void *arg)
{
    struct app *app = arg;
    struct capture_queue *queue = &app->capture;
    bool failing = false;
    struct err err = {0};
    open_log(app, &failing);
    for (;;) {
        pthread_mutex_lock(&queue->mutex);
        while (!queue->first && queue->running)
            pthread_cond_wait(&queue->cond, &queue->mutex);
        bool end = !queue->first;
        queue->since_ns = clock_monotonic_ns(); // waiting for the turn counts, too
        pthread_mutex_unlock(&queue->mutex);
        if (end)
            return NULL;
        turn_take(&app->turn);
        // What came while others had their turn goes along.
        struct capture *first = take_group(queue);
        bool ok = write_group(app, first, &err), apart = !ok && first->next && is_of_one(&err);
        if (apart)
            write_one_by_one(app, first);
        else
            app_written(app, ok);
        turn_give(&app->turn);
        if (apart)
            continue;
        report(app, ok, &failing, &err);
        finish(app, first, ok, &err);
    }
}

bool capture_start(struct app *app, struct err *err)
{
    app->capture.running = true;
    app->capture.since_ns = clock_monotonic_ns(); // what comes waits from now on
    app->follow.opening = true;
    if (pthread_create(&app->capture.thread, NULL, run, app) == 0)
        return true;
    app->capture.running = app->follow.opening = false;
    return err_errno(err, ERR_IO, "cannot start a thread");
}

void capture_stop(struct app *app)
{
    struct capture_queue *queue = &app->capture;
    pthread_mutex_lock(&queue->mutex);
    bool running = queue->running;
    queue->running = false;
    pthread_cond_signal(&queue->cond);
    pthread_mutex_unlock(&queue->mutex);
    if (running)
        pthread_join(queue->thread, NULL);
}
