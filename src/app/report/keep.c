#include "app/report/keep.h"

#include "app/assignment/owner.h"
#include "app/model/store.h"
#include "app/report/report.h"
#include "app/standing/page.h"
#include "app/user/principal.h"
#include "base/datetime.h"
#include "rules/model.h"

#include <pthread.h>

enum { KEPT_MOST = 4, THREADS = 2 };
static const int64_t KEPT_NS = INT64_C(300000000000);

struct entry {
    struct kept kept;
    struct arena *arena; // of the program and the texts
    struct str filter;
    int64_t version, at, position, made, took, used; // made, took, used: monotonic nanoseconds
    unsigned refs;                                   // one of them is the list's
    struct keep *keep;
};

struct keep {
    pthread_mutex_t lock;     // of entries and their refs
    pthread_mutex_t building; // one at a time: who waits finds what the other has made
    struct entry *entries[KEPT_MOST];
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

void keep_free(struct keep *keep)
{
    if (!keep)
        return;
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
    pthread_mutex_unlock(&keep->lock);
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
        return e->kept.now && !stale;
    return e->at == w->at && (e->kept.now || e->position == w->position || !stale);
}

static struct entry *find(struct keep *keep, const struct wanted *w)
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

static bool compile(struct request *r, struct entry *e, const struct wanted *w, struct err *err)
{
    struct live *live = app_live(request_app(r));
    struct diagnostics *d = diagnostics_new(e->arena);
    const struct program *program = NULL;
    if (w->text.p) {
        struct str text = arena_str(e->arena, w->text), name = arena_str(e->arena, w->name);
        program = model_compile(e->arena, name, text, d);
        if (!program)
            return err_set(err, ERR_CONFLICT, "model %lld does not compile", (long long)w->version);
        e->kept.title = program->title.n ? program->title : name;
        if (e->filter.n)
            program = model_compile_filter(e->arena, program, text, e->filter, d);
        if (!program)
            return request_problem(r, 400, "filter", "it cannot be understood under this model");
    } else {
        struct live_program model;
        if (!live_program(live, e->arena, &model, err))
            return false;
        program = model.program;
        e->kept.title = model.title;
        e->version = model.version;
        if (e->filter.n && !live_compile_filter(live, e->arena, e->filter, &program, err))
            return err->code == ERR_INPUT ? request_problem(r, 400, "filter", "%s", err->message) : false;
    }
    e->kept.program = program;
    e->kept.model = arena_printf(e->arena, "%lld", (long long)e->version);
    return true;
}

static bool build(void *ctx, const struct columns *columns, struct err *err)
{
    struct entry *e = ctx;
    (void)err;
    e->kept.snapshot = snapshot_build(e->kept.program, columns, e->at, THREADS);
    return true;
}

static bool make(struct request *r, const struct wanted *w, struct entry **ret, struct err *err)
{
    struct app *app = request_app(r);
    struct entry *e = mem_zero(1, sizeof *e);
    e->keep = report_state(app)->keep;
    e->arena = arena_new();
    e->filter = w->filter.n ? arena_str(e->arena, w->filter) : STR("");
    e->version = w->version;
    e->at = w->now ? r->now : w->at;
    e->kept.now = w->now;
    e->position = w->position;
    int64_t start = clock_monotonic_ns();
    if (!compile(r, e, w, err) || !live_past(app_live(app), w->now ? INT64_MAX : e->at, build, e, err)) {
        entry_free(e);
        return false;
    }
    e->made = e->used = clock_monotonic_ns();
    e->took = e->made - start;
    *ret = e;
    return true;
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
    struct wanted w;
    if (!read_wanted(r, g, &w, err))
        return false;
    struct entry *e = find(keep, &w);
    if (!e) {
        pthread_mutex_lock(&keep->building);
        e = find(keep, &w);
        bool ok = e || make(r, &w, &e, err);
        if (ok && e->refs == 0)
            insert(keep, e);
        pthread_mutex_unlock(&keep->building);
        if (!ok)
            return false;
    }
    arena_defer(r->arena, give_back, e);
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
