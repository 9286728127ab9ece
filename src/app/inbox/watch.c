#include "app/inbox/watch.h"

#include "app/inbox/private.h"
#include "app/listing.h"
#include "app/mailbox/mailbox.h"
#include "base/json_put.h"
#include "base/mem.h"
#include "mail/imap.h"
#include "store/ask.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    WATCHERS_MAX = 200,
    BATCH_MAILS = 100, // of one exchange, and so many bytes
    BATCH_BYTES = 8 << 20,
    BACKOFF_MOST = 300,
    CLOCKS_APART = 120, // seconds that a server's clock may be behind ours
    SILENCE = 60,
};

enum phase { PHASE_CONNECTING, PHASE_READING, PHASE_WAITING, PHASE_FAILING };
static const char *const PHASES[] = {"connecting", "reading", "waiting", "failing"};

struct watcher {
    struct app *app;
    struct watching *all;
    struct arena *arena; // of box
    struct mailbox box;
    pthread_t thread;
    atomic_bool leave; // it is to end
    struct imap *imap; // with the lock; for cancelling
    // For people, with the lock:
    enum phase phase;
    char error[300];
    int64_t since, last, taken, failed; // since when in this phase; when it last took something, and how many
};

struct watching {
    pthread_mutex_t lock;
    struct watcher *watchers[WATCHERS_MAX];
    unsigned n;
};

bool watch_start(struct app *app, void **ret_state, struct err *err)
{
    struct watching *all = mem_zero(1, sizeof *all);
    (void)app, (void)err;
    pthread_mutex_init(&all->lock, NULL);
    *ret_state = all;
    return true;
}

static bool give_up(void *ctx)
{
    struct watcher *w = ctx;
    return atomic_load(&w->leave) || app_closing(w->app);
}

// error NULL: what was said of the last failure stays.
static void enter(struct watcher *w, enum phase phase, const char *error)
{
    pthread_mutex_lock(&w->all->lock);
    if (w->phase != phase)
        w->since = app_now(w->app);
    w->phase = phase;
    if (error)
        snprintf(w->error, sizeof w->error, "%s", error);
    pthread_mutex_unlock(&w->all->lock);
}

// --- taking in

struct position {
    int64_t validity, uid, since;
};

static bool read_position(struct store *store, int64_t mailbox, struct position *ret, struct err *err)
{
    struct query *query;
    if (!store_ask_row(store, "SELECT validity, uid, since FROM imap_position WHERE mailbox = $1",
                PARAMS(P_INT(mailbox)), "nothing is known of the mailbox yet", &query, err))
        return false;
    *ret = (struct position){query_int(query, 0), query_int(query, 1), query_int(query, 2)};
    query_end(query);
    return true;
}

static bool write_position(struct watcher *w, uint32_t validity, uint32_t uid, struct err *err)
{
    struct writing *writing;
    if (!writing_begin_tables(w->app, &writing, err))
        return false;
    bool ok = store_do(writing->store, "UPDATE imap_position SET validity = $2, uid = $3 WHERE mailbox = $1",
            PARAMS(P_INT(w->box.number), P_INT(validity), P_INT(uid)), err);
    return writing_end(writing, ok, err);
}

struct fetched {
    uint32_t uid;
    struct str raw;
};
struct batch {
    struct arena *arena;
    struct fetched v[BATCH_MAILS];
    size_t n;
};

static bool keep(void *ctx, uint32_t uid, struct str raw, struct err *err)
{
    struct batch *b = ctx;
    (void)err;
    if (b->n < BATCH_MAILS)
        b->v[b->n++] = (struct fetched){uid, arena_str(b->arena, raw)};
    return true;
}

static int by_uid(const void *a, const void *b)
{
    const struct fetched *x = a, *y = b;
    return (x->uid > y->uid) - (x->uid < y->uid);
}

static void note_taken(struct watcher *w, bool good)
{
    pthread_mutex_lock(&w->all->lock);
    w->last = app_now(w->app);
    w->taken += good;
    w->failed += !good;
    pthread_mutex_unlock(&w->all->lock);
}

// A mail that cannot be taken, whatever we do, must not keep those behind it out: it stays on the server.
static bool take_one(struct watcher *w, struct data *reader, uint32_t validity, const struct fetched *mail,
        const struct imap_item *item, struct err *err)
{
    struct inbox_place place = {w->box.number, validity, mail->uid};
    struct inbox_mail in = {.raw = mail->raw, .mailbox = w->box.number, .at = item->at, .place = &place};
    struct inbox_taken taken;
    bool ok = inbox_take(w->app, reader, &in, &taken, err);
    if (!ok && (err->code == ERR_BUSY || err->code == ERR_IO || err->code == ERR_CORRUPT))
        return false;
    if (!ok)
        logger_error(app_logger(w->app), "a mail could not be taken in and is left on its server",
                LOG_TEXT("mailbox", w->box.id), LOG_INT("uid", mail->uid),
                LOG_TEXT("error", str_of(err->message)));
    note_taken(w, ok);
    return ok || write_position(w, validity, mail->uid, err);
}

// In ascending order of UIDs, whatever order the server gives them in: the position says that everything up
// to it was taken.
static bool take_batch(struct watcher *w, struct data *reader, uint32_t validity,
        const struct imap_item *items, size_t n, struct err *err)
{
    struct batch *b = mem_zero(1, sizeof *b);
    size_t item = 0;
    b->arena = arena_new();
    bool ok = imap_fetch(w->imap, items, n, MIME_BYTES_MAX, keep, b, err);
    if (ok && b->n)
        qsort(b->v, b->n, sizeof *b->v, by_uid);
    for (size_t i = 0; ok && i < b->n; i++) {
        while (item + 1 < n && items[item].uid < b->v[i].uid)
            item++;
        ok = take_one(w, reader, validity, &b->v[i], &items[item], err);
    }
    arena_free(b->arena);
    free(b);
    return ok;
}

// Up to how many of the items fit into one exchange.
static size_t fitting(const struct imap_item *items, size_t n)
{
    size_t bytes = 0, i = 0;
    while (i < n && i < BATCH_MAILS && (!i || bytes + items[i].bytes <= BATCH_BYTES))
        bytes += items[i++].bytes;
    return i;
}

// What is listed, in portions; *ret_more: there was something, and there may be more.
static bool take_listed(struct watcher *w, struct data *reader, const struct position *at, uint32_t validity,
        bool *ret_more, struct err *err)
{
    struct arena *arena = arena_new();
    const struct imap_item *items;
    size_t n, from = 0;
    // With another validity all UIDs are new ones: everything is looked through again, copies are known.
    bool ok = imap_list(w->imap, arena, at->validity == validity ? (uint32_t)at->uid : 0, &items, &n, err);
    *ret_more = ok && n > 0;
    if (ok && n)
        enter(w, PHASE_READING, "");
    while (ok && from < n && !give_up(w)) {
        size_t old = from, some;
        while (old < n && items[old].at && items[old].at < at->since - CLOCKS_APART)
            old++;
        some = fitting(items + old, n - old);
        ok = (!some || take_batch(w, reader, validity, items + old, some, err)) &&
             // Also past what was there before the mailbox was ours, and what is gone meanwhile.
             write_position(w, validity, items[old + some - 1].uid, err);
        from = old + some;
    }
    arena_free(arena);
    return ok;
}

static bool take_all(struct watcher *w, struct data *reader, struct err *err)
{
    struct position at;
    uint32_t validity;
    bool more = true, ok = imap_examine(w->imap, "INBOX", &validity, err);
    while (ok && more && !give_up(w))
        ok = read_position(data_store(reader), w->box.number, &at, err) &&
             take_listed(w, reader, &at, validity, &more, err);
    return ok;
}

static bool session(struct watcher *w, struct data *reader, struct err *err)
{
    bool ok = true;
    while (ok && !give_up(w)) {
        bool news = false;
        ok = take_all(w, reader, err);
        if (ok)
            enter(w, PHASE_WAITING, "");
        while (ok && !news && !give_up(w))
            ok = imap_wait(w->imap, 600, give_up, w, &news, err);
    }
    return ok;
}

static void set_imap(struct watcher *w, struct imap *imap)
{
    pthread_mutex_lock(&w->all->lock);
    w->imap = imap;
    pthread_mutex_unlock(&w->all->lock);
}

static bool attend(struct watcher *w, struct data *reader, struct err *err)
{
    struct imap_options options = {.seconds = SILENCE, .trust_file = getenv("SLUICE_MAIL_TRUST")};
    struct imap *imap;
    enter(w, PHASE_CONNECTING, NULL);
    if (!imap_open(&w->box.imap, &options, &imap, err))
        return false;
    set_imap(w, imap);
    bool ok = session(w, reader, err);
    set_imap(w, NULL);
    imap_close(imap);
    return ok;
}

static void *run(void *arg)
{
    struct watcher *w = arg;
    struct data *reader = NULL;
    unsigned wait = 1;
    while (!give_up(w)) {
        struct err err = {0};
        int64_t began = clock_monotonic_ns();
        if ((reader || app_reader(w->app, &reader, &err)) && attend(w, reader, &err))
            continue;
        if (give_up(w))
            break;
        wait = clock_monotonic_ns() - began > (int64_t)60 * 1000000000 ? 1 : wait;
        enter(w, PHASE_FAILING, err.message);
        logger_error(app_logger(w->app), "a mailbox cannot be read and will be tried again",
                LOG_TEXT("mailbox", w->box.id), LOG_TEXT("error", str_of(err.message)), LOG_INT("in", wait));
        for (unsigned i = 0; i < wait * 10 && !give_up(w); i++)
            nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
        wait = wait * 2 < BACKOFF_MOST ? wait * 2 : BACKOFF_MOST;
    }
    data_close(reader);
    return NULL;
}

// --- who is watched

static void end(struct watching *all, unsigned i)
{
    struct watcher *w = all->watchers[i];
    atomic_store(&w->leave, true);
    pthread_mutex_lock(&all->lock);
    if (w->imap)
        imap_cancel(w->imap);
    pthread_mutex_unlock(&all->lock);
    pthread_join(w->thread, NULL);
    pthread_mutex_lock(&all->lock);
    all->watchers[i] = all->watchers[--all->n];
    pthread_mutex_unlock(&all->lock);
    arena_free(w->arena);
    free(w);
}

void watch_stop(struct app *app, void *state)
{
    struct watching *all = state;
    (void)app;
    if (!all)
        return;
    for (unsigned i = 0; i < all->n; i++)
        atomic_store(&all->watchers[i]->leave, true);
    while (all->n)
        end(all, 0);
    pthread_mutex_destroy(&all->lock);
    free(all);
}

static struct mail_account copy_account(struct arena *arena, const struct mail_account *a)
{
    struct mail_account copy = *a;
    copy.host = arena_str(arena, a->host);
    copy.user = arena_str(arena, a->user);
    copy.secret = arena_str(arena, a->secret);
    return copy;
}

static bool begin(struct app *app, struct watching *all, const struct mailbox *box, struct err *err)
{
    struct watcher *w = mem_zero(1, sizeof *w);
    w->app = app;
    w->all = all;
    w->arena = arena_new();
    w->box = *box;
    w->box.id = arena_str(w->arena, box->id);
    w->box.imap = copy_account(w->arena, &box->imap);
    w->since = app_now(app);
    if (pthread_create(&w->thread, NULL, run, w) != 0) {
        arena_free(w->arena);
        free(w);
        return err_errno(err, ERR_IO, "cannot start a thread for a mailbox");
    }
    pthread_mutex_lock(&all->lock);
    all->watchers[all->n++] = w;
    pthread_mutex_unlock(&all->lock);
    return true;
}

// Where a mailbox is met for the first time, what is in it already stays where it is.
static bool first_sight(struct app *app, struct data *reader, int64_t mailbox, struct err *err)
{
    struct writing *w;
    int64_t there;
    if (!store_ask_number(data_store(reader), "SELECT count(*) FROM imap_position WHERE mailbox = $1",
                PARAMS(P_INT(mailbox)), 0, &there, err))
        return false;
    if (there)
        return true;
    if (!writing_begin_tables(app, &w, err))
        return false;
    bool ok = store_do(w->store,
            "INSERT INTO imap_position (mailbox, validity, uid, since) VALUES ($1, 0, 0, $2)"
            " ON CONFLICT (mailbox) DO NOTHING",
            PARAMS(P_INT(mailbox), P_INT(w->now)), err);
    return writing_end(w, ok, err);
}

struct wanted {
    struct mailbox v[WATCHERS_MAX];
    unsigned n;
};

static bool want(void *ctx, const struct mailbox *box, struct err *err)
{
    struct wanted *wanted = ctx;
    (void)err;
    if (box->active && box->imap.host.n && wanted->n < WATCHERS_MAX)
        wanted->v[wanted->n++] = *box;
    return true;
}

static bool is_wanted(const struct wanted *wanted, const struct watcher *w)
{
    for (unsigned i = 0; i < wanted->n; i++)
        if (wanted->v[i].number == w->box.number)
            return wanted->v[i].version == w->box.version;
    return false;
}

static bool is_watched(const struct watching *all, int64_t number)
{
    for (unsigned i = 0; i < all->n; i++)
        if (all->watchers[i]->box.number == number)
            return true;
    return false;
}

bool watch_run(struct app *app, struct data *reader, struct err *err)
{
    struct watching *all = app_state(app, &INBOX_SLICE);
    struct arena *arena = arena_new();
    struct wanted *wanted = ARENA_NEW(arena, struct wanted);
    bool ok = mailbox_each(reader, arena, want, wanted, err);
    for (unsigned i = all->n; ok && i-- > 0;)
        if (!is_wanted(wanted, all->watchers[i]))
            end(all, i);
    for (unsigned i = 0; ok && i < wanted->n && all->n < WATCHERS_MAX && !app_closing(app); i++)
        if (!is_watched(all, wanted->v[i].number))
            ok = first_sight(app, reader, wanted->v[i].number, err) && begin(app, all, &wanted->v[i], err);
    arena_free(arena);
    return ok;
}

bool watch_route_list(struct request *r, struct err *err)
{
    struct watching *all = app_state(request_app(r), &INBOX_SLICE);
    struct listing *list;
    if (!listing_new(r, "mailbox", &list, err))
        return false;
    pthread_mutex_lock(&all->lock);
    for (unsigned i = 0; i < all->n; i++) {
        const struct watcher *w = all->watchers[i];
        struct buf item = {0};
        buf_char(&item, '{');
        put_text(&item, "id", w->box.id);
        put_text(&item, "mailbox", w->box.id);
        put_text(&item, "state", str_of(PHASES[w->phase]));
        put_text(&item, "error", w->error[0] ? str_of(w->error) : STR_NONE);
        put_time(&item, "since", w->since);
        put_time(&item, "last", w->last);
        put_int(&item, "taken", w->taken);
        put_int(&item, "failed", w->failed);
        buf_char(&item, '}');
        listing_add(list, w->box.id, buf_str(&item));
        buf_free(&item);
    }
    pthread_mutex_unlock(&all->lock);
    return listing_end(list, err);
}
