// The slices' jobs: a thread each, with a reader of its own.
#include "app/app_private.h"

#include <assert.h>

void jobs_init(struct app *app)
{
    pthread_mutex_init(&app->jobs.mutex, NULL);
    cond_init(&app->jobs.cond);
}

void jobs_free(struct app *app)
{
    pthread_cond_destroy(&app->jobs.cond);
    pthread_mutex_destroy(&app->jobs.mutex);
}

// Until its time has come, or somebody wakes it, or the end. false: the end.
static bool wait_for_turn(struct job_thread *thread, unsigned seconds)
{
    struct app *app = thread->app;
    struct timespec until = cond_deadline(seconds * 1000);
    int late = 0;
    pthread_mutex_lock(&app->jobs.mutex);
    while (!thread->woken && !app_closing(app) && !late)
        late = pthread_cond_timedwait(&app->jobs.cond, &app->jobs.mutex, &until);
    thread->woken = false;
    pthread_mutex_unlock(&app->jobs.mutex);
    return !app_closing(app);
}

static void complain(struct app *app, const char *job, const struct err *err)
{
    logger_error(app_logger(app), "a job failed and will be tried again", LOG_TEXT("job", str_of(job)),
            LOG_TEXT("error", str_of(err->message)));
}

static void *run(void *arg)
{
    struct job_thread *thread = arg;
    struct data *reader = NULL;
    // All of them read histories or write: at a first start the one who makes the cache file is enough.
    while (!app_opened(thread->app, 1000))
        if (app_closing(thread->app))
            return NULL;
    do {
        struct err err = {0};
        if ((!reader && !app_reader(thread->app, &reader, &err)) ||
                !thread->job->run(thread->app, reader, &err))
            complain(thread->app, thread->job->name, &err);
        assert(!turn_is_mine(&thread->app->turn)); // a job gives its turn back
    } while (wait_for_turn(thread, thread->job->seconds));
    data_close(reader);
    return NULL;
}

static bool start(struct app *app, const struct job *job, struct err *err)
{
    assert(app->jobs.n < JOBS_MAX);
    struct job_thread *thread = &app->jobs.threads[app->jobs.n];
    *thread = (struct job_thread){.app = app, .job = job};
    if (pthread_create(&thread->thread, NULL, run, thread) != 0)
        return err_errno(err, ERR_IO, "cannot start a thread for the job %s", job->name);
    app->jobs.n++;
    return true;
}

bool jobs_start(struct app *app, struct err *err)
{
    bool ok = true;
    // The first of them may wake another one before we are done.
    pthread_mutex_lock(&app->jobs.mutex);
    for (const struct slice *const *slice = SLICES; *slice; slice++)
        for (const struct job *job = (*slice)->jobs; job && job->name; job++)
            ok = ok && start(app, job, err);
    pthread_mutex_unlock(&app->jobs.mutex);
    return ok;
}

void jobs_stop(struct app *app)
{
    pthread_mutex_lock(&app->follow.mutex);
    pthread_cond_broadcast(&app->follow.cond);
    pthread_mutex_unlock(&app->follow.mutex);
    pthread_mutex_lock(&app->changes.mutex);
    pthread_cond_broadcast(&app->changes.cond);
    pthread_mutex_unlock(&app->changes.mutex);
    pthread_mutex_lock(&app->jobs.mutex);
    pthread_cond_broadcast(&app->jobs.cond);
    pthread_mutex_unlock(&app->jobs.mutex);
    for (unsigned i = 0; i < app->jobs.n; i++)
        pthread_join(app->jobs.threads[i].thread, NULL);
    app->jobs.n = 0;
}

void app_wake(struct app *app, const char *job)
{
    pthread_mutex_lock(&app->jobs.mutex);
    for (unsigned i = 0; i < app->jobs.n; i++)
        if (strcmp(app->jobs.threads[i].job->name, job) == 0)
            app->jobs.threads[i].woken = true;
    pthread_cond_broadcast(&app->jobs.cond);
    pthread_mutex_unlock(&app->jobs.mutex);
}
