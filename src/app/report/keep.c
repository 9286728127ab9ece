#include "app/report/keep.h"

#include "app/assignment/owner.h"
#include "app/model/store.h"
#include "app/report/report.h"
#include "app/standing/board.h"
#include "app/standing/page.h"
#include "app/user/principal.h"
#include "base/datetime.h"
#include "rules/model.h"

#include <pthread.h>

enum { KEPT_MOST = 4, THREADS = 2 };
static const int64_t KEPT_NS = INT64_C(300000000000), HELD_NS = INT64_C(120000000000);
// What takes as long as this to make serves on while a newer one is made, if it is not older than that.
static const int64_t SLOW_NS = INT64_C(200000000), STALE_NS = INT64_C(300000000000);

// Histories as of a moment in the past.
struct held {
    struct data *reader; // what the columns live in
    const struct columns *columns;
    int64_t at, position, made, took, used; // as an entry's
    unsigned refs;
    struct keep *keep;
};

struct entry {
    struct kept kept;
    struct arena *arena;           // of the program and the texts
    struct str filter, text, name; // text: of a model that was named, STR_NONE: of the active one
    int64_t version, at, position, made, took, used; // made, took, used: monotonic nanoseconds
    bool old;                                        // somebody has asked for a newer one
    unsigned refs;                                   // one of them is the list's
    struct keep *keep;
};

struct keep {
    pthread_mutex_t lock;     // of entries and their refs
    pthread_mutex_t building; // one at a time: who waits finds what the other has made
    struct entry *entries[KEPT_MOST];
    struct held *held; // the last; they are large, so no more than one stays
    bool begun;        // the job's
};

struct keep *keep_new(void)
{
    struct keep *keep = mem_zero(1, sizeof *keep);
    pthread_mutex_init(&keep->lock, NULL);
    pthread_mutex_init(&keep->building, NULL);
    return keep;
}

static void entry_free(struct entry *e)
{
    snapshot_free(e->kept.snapshot);
    arena_free(e->arena);
    free(e);
}

// With the lock.
static void let_go(struct entry *e)
{
    if (--e->refs == 0)
        entry_free(e);
}

static void held_let_go(struct held *held)
{
    if (!held || --held->refs > 0)
        return;
    data_close(held->reader);
    free(held);
}

void keep_free(struct keep *keep)
{
    if (!keep)
        return;
    held_let_go(keep->held);
    for (unsigned i = 0; i < KEPT_MOST; i++)
        if (keep->entries[i])
            let_go(keep->entries[i]);
    pthread_mutex_destroy(&keep->lock);
    pthread_mutex_destroy(&keep->building);
    free(keep);
}

static void give_back(void *entry)
{
    struct entry *e = entry;
    struct keep *keep = e->keep;
    pthread_mutex_lock(&keep->lock);
    let_go(e);
    pthread_mutex_unlock(&keep->lock);
}

bool keep_tidy(struct app *app, struct data *reader, struct err *err)
{
    struct keep *keep = report_state(app)->keep;
    int64_t now = clock_monotonic_ns();
    (void)reader;
    (void)err;
    pthread_mutex_lock(&keep->lock);
    for (unsigned i = 0; i < KEPT_MOST; i++)
        if (keep->entries[i] && now - keep->entries[i]->used > KEPT_NS) {
            let_go(keep->entries[i]);
            keep->entries[i] = NULL;
        }
    if (keep->held && now - keep->held->used > HELD_NS) {
        held_let_go(keep->held);
        keep->held = NULL;
    }
    pthread_mutex_unlock(&keep->lock);
    return true;
}

static void held_give_back(void *context)
{
    struct held *held = context;
    struct keep *keep = held->keep;
    pthread_mutex_lock(&keep->lock);
    held_let_go(held);
    pthread_mutex_unlock(&keep->lock);
}

static struct held *held_find(struct keep *keep, int64_t at, int64_t position)
{
    int64_t now = clock_monotonic_ns();
    pthread_mutex_lock(&keep->lock);
    struct held *held = keep->held;
    if (held && (held->at != at ||
                        (held->position != position && report_is_stale(held->made, held->took, true, now))))
        held = NULL;
    if (held) {
        held->refs++;
        held->used = now;
    }
    pthread_mutex_unlock(&keep->lock);
    return held;
}

// Borrowed: held_give_back. With the lock `building`.
static bool hold(struct app *app, int64_t at, struct held **ret, struct err *err)
{
    struct keep *keep = report_state(app)->keep;
    struct app_numbers log;
    app_numbers(app, &log);
    *ret = held_find(keep, at, log.position);
    if (*ret)
        return true;
    struct held *held = mem_zero(1, sizeof *held);
    int64_t start = clock_monotonic_ns();
    *held = (struct held){.at = at, .position = log.position, .refs = 2, .keep = keep};
    if (!app_reader(app, &held->reader, err) || !data_columns(held->reader, at, &held->columns, err)) {
        data_close(held->reader);
        free(held);
        return false;
    }
    held->made = held->used = clock_monotonic_ns();
    held->took = held->made - start;
    pthread_mutex_lock(&keep->lock);
    held_let_go(keep->held);
    keep->held = held;
    pthread_mutex_unlock(&keep->lock);
    *ret = held;
    return true;
}

bool keep_columns(struct request *r, int64_t at, const struct columns **ret, struct err *err)
{
    struct keep *keep = report_state(request_app(r))->keep;
    struct held *held;
    pthread_mutex_lock(&keep->building);
    bool ok = hold(request_app(r), at, &held, err);
    pthread_mutex_unlock(&keep->building);
    if (!ok)
        return false;
    arena_defer(r->arena, held_give_back, held);
    *ret = held->columns;
    return true;
}

// What is asked for.
struct wanted {
    struct str filter, text, name; // text: of a model that is named; STR_NONE: the active one
    int64_t version, at, position;
    bool now;
};

// One that was made of a moment by itself stays true for whoever names that moment: numbers and the lists
// behind them agree.
static bool serves(const struct entry *e, const struct wanted *w, int64_t clock)
{
    if (e->version != w->version || !str_eq(e->filter, w->filter))
        return false;
    bool stale = report_is_stale(e->made, e->took, e->position != w->position, clock);
    if (w->now)
        return e->kept.now && (!stale || (e->took >= SLOW_NS && clock - e->made < STALE_NS));
    return e->at == w->at && (e->kept.now || e->position == w->position || !stale);
}

static struct entry *find(struct keep *keep, const struct wanted *w, bool *ret_old)
{
    int64_t now = clock_monotonic_ns();
    struct entry *found = NULL;
    pthread_mutex_lock(&keep->lock);
    for (unsigned i = 0; i < KEPT_MOST; i++)
        if (keep->entries[i] && serves(keep->entries[i], w, now) &&
                (!found || keep->entries[i]->made > found->made))
            found = keep->entries[i];
    if (found) {
        found->refs++;
        found->used = now;
        *ret_old = w->now && report_is_stale(found->made, found->took, found->position != w->position, now);
        found->old |= *ret_old;
    }
    pthread_mutex_unlock(&keep->lock);
    return found;
}

// In the place of the one that was used longest ago.
static void insert(struct keep *keep, struct entry *e)
{
    unsigned place = 0;
    pthread_mutex_lock(&keep->lock);
    for (unsigned i = 0; i < KEPT_MOST && keep->entries[place]; i++)
        if (!keep->entries[i] || keep->entries[i]->used < keep->entries[place]->used)
            place = i;
    if (keep->entries[place])
        let_go(keep->entries[place]);
    keep->entries[place] = e;
    e->refs = 2;
    pthread_mutex_unlock(&keep->lock);
}

// ERR_INPUT: the filter cannot be understood.
static bool compile(struct app *app, struct entry *e, const struct wanted *w, struct err *err)
{
    struct live *live = app_live(app);
    struct diagnostics *d = diagnostics_new(e->arena);
    const struct program *program = NULL;
    if (w->text.p) {
        e->text = arena_str(e->arena, w->text);
        e->name = arena_str(e->arena, w->name);
        program = model_compile(e->arena, e->name, e->text, d);
        if (!program)
            return err_set(err, ERR_CONFLICT, "model %lld does not compile", (long long)w->version);
        e->kept.title = program->title.n ? program->title : e->name;
        if (e->filter.n)
            program = model_compile_filter(e->arena, program, e->text, e->filter, d);
        if (!program)
            return err_set(err, ERR_INPUT, "it cannot be understood under this model");
    } else {
        struct live_program model;
        if (!live_program(live, e->arena, &model, err))
            return false;
        program = model.program;
        e->kept.title = model.title;
        e->version = model.version;
        if (e->filter.n && !live_compile_filter(live, e->arena, e->filter, &program, err))
            return false;
    }
    e->kept.program = program;
    return true;
}

static bool build(void *ctx, const struct columns *columns, struct err *err)
{
    struct entry *e = ctx;
    (void)err;
    e->kept.snapshot = snapshot_build(e->kept.program, columns, e->at, THREADS);
    return true;
}

// Of a moment that just was, the columns are those of everything, joins and all.
static bool snapshot(struct app *app, struct entry *e, struct err *err)
{
    struct held *held;
    if (e->kept.now)
        return live_past(app_live(app), INT64_MAX, build, e, err);
    if (!hold(app, e->at, &held, err))
        return false;
    bool ok = build(e, held->columns, err);
    held_give_back(held);
    return ok;
}

static bool make(struct app *app, const struct wanted *w, struct entry **ret, struct err *err)
{
    struct entry *e = mem_zero(1, sizeof *e);
    e->keep = report_state(app)->keep;
    e->arena = arena_new();
    e->filter = w->filter.n ? arena_str(e->arena, w->filter) : STR("");
    e->version = w->version;
    e->at = w->now ? app_now(app) : w->at;
    e->kept.now = w->now;
    e->position = w->position;
    int64_t start = clock_monotonic_ns();
    if (!compile(app, e, w, err) || !snapshot(app, e, err)) {
        entry_free(e);
        return false;
    }
    e->made = e->used = clock_monotonic_ns();
    e->took = e->made - start;
    app_wake(app, "standing-rest"); // what the replay has freed
    *ret = e;
    return true;
}

// One that somebody found too old, borrowed.
static struct entry *find_old(struct keep *keep)
{
    struct entry *found = NULL;
    pthread_mutex_lock(&keep->lock);
    for (unsigned i = 0; i < KEPT_MOST && !found; i++)
        if (keep->entries[i] && keep->entries[i]->old)
            found = keep->entries[i];
    if (found) {
        found->old = false;
        found->refs++;
    }
    pthread_mutex_unlock(&keep->lock);
    return found;
}

// In the place of the old one; if that has gone meanwhile, nobody waits for it.
static void replace(struct keep *keep, const struct entry *old, struct entry *e)
{
    bool kept = false;
    pthread_mutex_lock(&keep->lock);
    e->refs = 1;
    e->used = old->used;
    for (unsigned i = 0; i < KEPT_MOST && !kept; i++)
        if (keep->entries[i] == old) {
            let_go(keep->entries[i]);
            keep->entries[i] = e;
            kept = true;
        }
    if (!kept)
        let_go(e);
    pthread_mutex_unlock(&keep->lock);
}

// After the start, so that the first who asks need not wait for the report of now. What stood a week ago is
// on the page that is seen first, and goes before it.
static bool begin(struct app *app, struct data *reader, struct keep *keep, struct err *err)
{
    struct live *live = app_live(app);
    struct live_board board;
    struct app_numbers log;
    struct err unready;
    bool was_old;
    while (!live_ready(live, 1000, &unready))
        if (app_closing(app))
            return true;
    struct arena *arena = arena_new();
    bool ok = live_board(live, reader, arena, STR_NONE, NULL, NULL, &board, err);
    app_numbers(app, &log);
    struct wanted w = {.filter = STR(""), .position = log.position, .now = true};
    w.version = ok ? board.model.version : 0;
    pthread_mutex_lock(&keep->building);
    struct entry *e = ok ? find(keep, &w, &was_old) : NULL;
    ok = ok && (e || make(app, &w, &e, err));
    if (ok && e->refs == 0)
        insert(keep, e);
    pthread_mutex_unlock(&keep->building);
    if (ok)
        give_back(e);
    arena_free(arena);
    keep->begun = ok;
    return ok;
}

bool keep_renew(struct app *app, struct data *reader, struct err *err)
{
    struct keep *keep = report_state(app)->keep;
    struct entry *old, *e;
    bool ok = keep->begun || begin(app, reader, keep, err);
    while (ok && !app_closing(app) && (old = find_old(keep))) {
        struct app_numbers log;
        app_numbers(app, &log);
        struct wanted w = {.filter = old->filter,
                .text = old->text,
                .name = old->name,
                .version = old->version,
                .position = log.position,
                .now = true};
        pthread_mutex_lock(&keep->building);
        ok = make(app, &w, &e, err);
        pthread_mutex_unlock(&keep->building);
        if (ok)
            replace(keep, old, e);
        give_back(old);
    }
    return ok;
}

static bool read_wanted(struct request *r, const struct group *g, struct wanted *ret, struct err *err)
{
    struct live *live = app_live(request_app(r));
    struct str at = request_query(r, "at");
    struct wanted w = {.filter = g->filter.n ? g->filter : STR(""), .at = r->now};
    if (at.n && !datetime_parse(at, &w.at))
        return request_problem(r, 400, "at", "a time like 2026-03-01T10:00:00Z is expected");
    w.now = !at.n || w.at > r->now;
    if (!live_ready(live, 20000, err))
        return false;
    struct app_numbers numbers;
    app_numbers(request_app(r), &numbers);
    w.position = numbers.position;
    if (g->model.n) {
        struct stored_model model;
        if (!model_find(data_store(request_data(r)), r->arena, g->model, &model, err))
            return err->code == ERR_NOT_FOUND ? request_problem(r, 400, "model", "there is no such model")
                                              : false;
        w.version = model.version;
        w.text = model.text;
        w.name = model.name;
    } else {
        struct live_program model;
        if (!live_program(live, r->arena, &model, err))
            return false;
        w.version = model.version;
    }
    *ret = w;
    return true;
}

bool keep_borrow(struct request *r, struct group *g, const struct kept **ret, struct err *err)
{
    struct keep *keep = report_state(request_app(r))->keep;
    struct wanted w = {0};
    bool was_old = false;
    if (!read_wanted(r, g, &w, err))
        return false;
    struct entry *e = find(keep, &w, &was_old);
    if (!e) {
        pthread_mutex_lock(&keep->building);
        e = find(keep, &w, &was_old);
        bool ok = e || make(request_app(r), &w, &e, err);
        if (ok && e->refs == 0)
            insert(keep, e);
        pthread_mutex_unlock(&keep->building);
        if (!ok)
            return err->code == ERR_INPUT ? request_problem(r, 400, "filter", "%s", err->message) : false;
    }
    arena_defer(r->arena, give_back, e);
    if (was_old)
        app_wake(request_app(r), "report.renew");
    g->at = e->at;
    *ret = &e->kept;
    return true;
}

const uint8_t *keep_visible(struct request *r, const struct snapshot *s)
{
    const struct principal *who = request_principal(r);
    char owner[UUID_SIZE];
    if (!who || !who->own_only)
        return NULL;
    uint8_t *visible = ARENA_ARRAY(r->arena, uint8_t, s->n + 1);
    for (uint32_t i = 0; i < s->n; i++) {
        uint32_t contact = live_owner(app_live(request_app(r)), s->number[i]);
        visible[i] = owner_of(request_app(r), contact, owner) && str_eq(str_of(owner), who->id);
    }
    return visible;
}
