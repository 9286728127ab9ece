// The one writer: turns, transactions, and telling who follows the log.
#include "app/app_private.h"

#include "base/datetime.h"

#include <assert.h>
#include <stdlib.h>

void turn_init(struct turn *turn)
{
    pthread_mutex_init(&turn->mutex, NULL);
    pthread_cond_init(&turn->cond, NULL);
    turn->next = turn->serving = 0;
    turn->held = false;
}

void turn_free(struct turn *turn)
{
    pthread_cond_destroy(&turn->cond);
    pthread_mutex_destroy(&turn->mutex);
}

static bool is_mine(const struct turn *turn)
{
    return turn->held && pthread_equal(turn->holder, pthread_self());
}

void turn_take(struct turn *turn)
{
    pthread_mutex_lock(&turn->mutex);
    assert(!is_mine(turn)); // it would wait for itself for ever, and everybody behind it
    uint64_t mine = turn->next++;
    while (turn->serving != mine)
        pthread_cond_wait(&turn->cond, &turn->mutex);
    turn->holder = pthread_self();
    turn->held = true;
    pthread_mutex_unlock(&turn->mutex);
}

void turn_give(struct turn *turn)
{
    pthread_mutex_lock(&turn->mutex);
    assert(is_mine(turn));
    turn->held = false;
    turn->serving++;
    pthread_cond_broadcast(&turn->cond);
    pthread_mutex_unlock(&turn->mutex);
}

bool turn_is_mine(struct turn *turn)
{
    pthread_mutex_lock(&turn->mutex);
    bool mine = is_mine(turn);
    pthread_mutex_unlock(&turn->mutex);
    return mine;
}

bool app_prepare_log(struct app *app, struct err *err)
{
    if (app->prepared && !data_relieve_log(app->writer, KEYS_HELD, err)) {
        app->prepared = false;
        return false;
    }
    if (app->prepared)
        return true;
    app->prepared = data_prepare_log(app->writer, err);
    data_rest(app->writer); // all messageIds were checked, few will be asked for
    return app->prepared;
}

void app_written(struct app *app, bool ok)
{
    int64_t now = app_now_ms(app), last = log_last(data_log(app->writer));
    pthread_mutex_lock(&app->follow.mutex);
    if (ok) {
        app->follow.commits++;
        app->follow.written_ms = now;
        app->follow.failing_ms = 0;
        if (last > app->follow.position) {
            app->follow.position = last;
            pthread_cond_broadcast(&app->follow.cond);
        }
    } else if (!app->follow.failing_ms) {
        app->follow.failing_ms = now;
    }
    pthread_mutex_unlock(&app->follow.mutex);
}

int64_t app_follow(struct app *app, int64_t position, unsigned ms)
{
    struct timespec until = cond_deadline(ms);
    pthread_mutex_lock(&app->follow.mutex);
    int late = 0;
    while (app->follow.position <= position && !app_closing(app) && !late)
        late = pthread_cond_timedwait(&app->follow.cond, &app->follow.mutex, &until);
    int64_t last = app->follow.position;
    pthread_mutex_unlock(&app->follow.mutex);
    return last;
}

bool app_opened(struct app *app, unsigned ms)
{
    struct timespec until = cond_deadline(ms);
    int late = 0;
    pthread_mutex_lock(&app->follow.mutex);
    while (app->follow.opening && !app_closing(app) && !late)
        late = pthread_cond_timedwait(&app->follow.cond, &app->follow.mutex, &until);
    bool opened = !app->follow.opening;
    pthread_mutex_unlock(&app->follow.mutex);
    return opened;
}

static bool begin(struct app *app, struct log *log, struct writing **ret, struct err *err)
{
    turn_take(&app->turn);
    if (log ? !app_prepare_log(app, err) || !log_begin(log, err)
            : !store_begin_write(data_store(app->writer), err)) {
        app_written(app, false);
        turn_give(&app->turn);
        return false;
    }
    struct writing *w = mem_zero(1, sizeof *w);
    w->app = app;
    w->store = data_store(app->writer);
    w->log = log;
    w->arena = arena_new();
    w->now = app_now(app);
    *ret = w;
    return true;
}

bool writing_begin(struct app *app, struct writing **ret, struct err *err)
{
    if (!app_opened(app, OPENING_MS))
        return err_set(err, ERR_BUSY, "the store is being opened, which takes a while after an import");
    return begin(app, data_log(app->writer), ret, err);
}

bool writing_begin_tables(struct app *app, struct writing **ret, struct err *err)
{
    return begin(app, NULL, ret, err);
}

static void end(struct writing *w)
{
    turn_give(&w->app->turn);
    arena_free(w->arena);
    free(w);
}

bool writing_commit(struct writing *w, struct err *err)
{
    bool ok = w->log ? log_commit(w->log, err) : store_commit(w->store, err);
    app_written(w->app, ok);
    end(w);
    return ok;
}

void writing_abort(struct writing *w)
{
    if (!w)
        return;
    if (w->log)
        log_rollback(w->log);
    else
        store_rollback(w->store);
    end(w);
}

bool writing_end(struct writing *w, bool ok, struct err *err)
{
    if (ok)
        return writing_commit(w, err);
    writing_abort(w);
    return false;
}

// The last member of a name counts, so what is added behind them all replaces what the message says.
static void add_time(struct arena *arena, struct json *json, int64_t now)
{
    char time[DATETIME_SIZE];
    struct json *member = ARENA_NEW(arena, struct json);
    *member = (struct json){.kind = JSON_STRING,
            .key = STR("timestamp"),
            .text = arena_str(arena, datetime_format(now, time))};
    struct json **end_of = &json->child;
    while (*end_of)
        end_of = &(*end_of)->next;
    *end_of = member;
}

bool writing_append(struct writing *w, struct str message, int64_t *ret_event, struct err *err)
{
    struct json *json;
    struct message m;
    enum log_outcome outcome;
    struct str text = arena_str(w->arena, message);
    if (!json_parse(w->arena, text, &json, err))
        return false;
    if (json->kind == JSON_OBJECT && !json_get_str(json, STR("timestamp")).n)
        add_time(w->arena, json, w->now);
    if (!message_from_json(w->arena, json, &m, err) || !log_append(w->log, &m, 0, &outcome, err))
        return false;
    if (ret_event)
        *ret_event = outcome == LOG_COPY ? 0 : log_last(w->log);
    return true;
}

struct data *app_turn_begin(struct app *app)
{
    turn_take(&app->turn);
    return app->writer;
}

void app_turn_end(struct app *app)
{
    app_written(app, true);
    turn_give(&app->turn);
}
