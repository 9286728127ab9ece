#include "app/standing/filters.h"

#include "base/clock.h"

#include <stdlib.h>

enum { KEPT_MOST = 8, RENEW_CLOCK = 30, RENEW_OTHERS = 1800 };
#define SECOND_NS INT64_C(1000000000)
// Seconds of the clock after which one is computed anew: where the clock alone changes it, and where only an
// event dated ahead does.
#define FORGET_AFTER (60 * SECOND_NS)

static void filter_return(struct kept_filter *f)
{
    if (atomic_fetch_sub(&f->refs, 1) > 1)
        return;
    select_end(&f->selecting);
    free(f->holds);
    free(f->fresh);
    arena_free(f->arena);
    free(f);
}

static bool current(const struct live *live, const struct kept_filter *f)
{
    return f->selecting.base == live->base && f->selecting.model == live->model;
}

void filters_free(struct live *live)
{
    pthread_rwlock_wrlock(&live->lock);
    struct kept_filter *list = live->filters;
    live->filters = NULL;
    pthread_rwlock_unlock(&live->lock);
    while (list) {
        struct kept_filter *next = list->next;
        filter_return(list);
        list = next;
    }
}

static struct kept_filter *find(const struct live *live, struct str text)
{
    for (struct kept_filter *f = live->filters; f; f = f->next)
        if (str_eq(f->text, text) && current(live, f))
            return f;
    return NULL;
}

bool filters_find(
        struct live *live, struct str text, uint8_t **ret_holds, size_t *ret_n, struct base **ret_base)
{
    pthread_rwlock_rdlock(&live->lock);
    struct kept_filter *f = find(live, text);
    bool found = f && f->ready;
    if (found) {
        atomic_store(&f->asked, clock_monotonic_ns());
        *ret_holds = mem_alloc(f->n + 1);
        memcpy(*ret_holds, f->holds, f->n);
        *ret_n = f->n;
        *ret_base = base_borrow(f->selecting.base);
    }
    pthread_rwlock_unlock(&live->lock);
    return found;
}

static void fit(struct kept_filter *f, size_t n)
{
    if (n <= f->n)
        return;
    size_t more = n + n / 16 + 64;
    f->holds = mem_resize(f->holds, more, 1);
    f->fresh = mem_resize(f->fresh, more, 1);
    memset(f->holds + f->n, 0, more - f->n);
    memset(f->fresh + f->n, 0, more - f->n);
    f->n = more;
}

void filter_set(struct kept_filter *f, uint32_t slot, bool holds)
{
    fit(f, (size_t)slot + 1);
    f->holds[slot] = holds;
    f->fresh[slot] = f->computing;
}

// Takes the one out that was asked for the longest ago, if there are too many. With the lock for writing.
static struct kept_filter *make_room(struct live *live)
{
    struct kept_filter **oldest = NULL;
    unsigned n = 0;
    for (struct kept_filter **at = &live->filters; *at; at = &(*at)->next, n++)
        if (!oldest || atomic_load(&(*at)->asked) < atomic_load(&(*oldest)->asked))
            oldest = at;
    if (n < KEPT_MOST || !oldest)
        return NULL;
    struct kept_filter *out = *oldest;
    *oldest = out->next;
    return out;
}

// From here on the qualifier tells it of whom it touches.
static struct kept_filter *enlist(struct live *live, struct str text, struct err *err)
{
    struct arena *arena = arena_new();
    struct selecting selecting;
    struct kept_filter *gone = NULL;
    text = arena_str(arena, text);
    if (!select_begin(live, arena, text, &selecting, err)) {
        arena_free(arena);
        return NULL;
    }
    pthread_rwlock_wrlock(&live->lock);
    struct kept_filter *f = find(live, text);
    if (!f) {
        f = mem_zero(1, sizeof *f);
        *f = (struct kept_filter){.arena = arena, .text = text, .selecting = selecting};
        atomic_init(&f->refs, 1);
        atomic_init(&f->asked, clock_monotonic_ns());
        fit(f, live->states.n + 1);
        gone = make_room(live);
        f->next = live->filters;
        live->filters = f;
        arena = NULL;
    }
    atomic_fetch_add(&f->refs, 1);
    f->computing = true;
    memset(f->fresh, 0, f->n);
    pthread_rwlock_unlock(&live->lock);
    if (arena) {
        select_end(&selecting);
        arena_free(arena);
    }
    if (gone)
        filter_return(gone);
    return f;
}

// One at a time, with filter_mutex.
static bool compute(
        struct live *live, struct data *reader, struct str text, unsigned threads, struct err *err)
{
    struct kept_filter *f = enlist(live, text, err);
    if (!f)
        return false;
    struct selecting selecting = f->selecting;
    selecting.at = app_now(live->app);
    selecting.threads = threads;
    pthread_rwlock_rdlock(&live->lock);
    size_t n = live->states.n;
    pthread_rwlock_unlock(&live->lock);
    uint8_t *holds = mem_alloc(n + 1);
    bool ok = select_all(live, data_log(reader), &selecting, (uint32_t)n, holds, err);
    pthread_rwlock_wrlock(&live->lock);
    ok = ok && (current(live, f) || select_stale(err));
    if (ok) {
        fit(f, n);
        for (size_t i = 0; i < n; i++)
            if (!f->fresh[i])
                f->holds[i] = holds[i];
        f->ready = true;
        f->stale = false;
        f->at = selecting.at;
    }
    f->computing = false;
    pthread_rwlock_unlock(&live->lock);
    free(holds);
    filter_return(f);
    return ok;
}

bool filters_compute(struct live *live, struct data *reader, struct str text, uint8_t **ret_holds,
        size_t *ret_n, struct base **ret_base, struct err *err)
{
    pthread_mutex_lock(&live->filter_mutex);
    // Somebody else may have computed it while we waited.
    bool ok = filters_find(live, text, ret_holds, ret_n, ret_base) ||
              (compute(live, reader, text, 2, err) &&
                      (filters_find(live, text, ret_holds, ret_n, ret_base) || select_stale(err)));
    pthread_mutex_unlock(&live->filter_mutex);
    return ok;
}

void filters_begin(struct live *live, filter_list *list)
{
    pthread_rwlock_rdlock(&live->lock);
    for (struct kept_filter *f = live->filters; f; f = f->next)
        if (current(live, f)) {
            atomic_fetch_add(&f->refs, 1);
            vec_push(list, f);
        }
    pthread_rwlock_unlock(&live->lock);
}

void filters_end(filter_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        filter_return(list->v[i]);
    vec_free(list);
}

static struct kept_filter *of_base(const struct kept_filter *from, struct base *base)
{
    struct err ignored;
    struct kept_filter *f = mem_zero(1, sizeof *f);
    atomic_init(&f->refs, 1);
    atomic_init(&f->asked, atomic_load(&from->asked));
    f->arena = arena_new();
    f->text = arena_str(f->arena, from->text);
    f->selecting = (struct selecting){.base = base_borrow(base),
            .model = live_model_borrow(from->selecting.model),
            .at = from->selecting.at,
            .threads = from->selecting.threads};
    if (!filter_compile(f->selecting.model, f->arena, f->text, &f->selecting.program, &ignored)) {
        filter_return(f);
        return NULL;
    }
    used_by(f->selecting.program, base->columns, f->arena, &f->selecting.used);
    return f;
}

void filters_prepare(struct live *live, struct base *base, filter_moves *moves)
{
    filter_list list = {0};
    filters_begin(live, &list);
    for (size_t i = 0; i < list.n; i++) {
        struct kept_filter *to = of_base(list.v[i], base);
        if (to)
            vec_push(moves, (struct filter_move){list.v[i], to});
        else
            filter_return(list.v[i]);
    }
    vec_free(&list);
}

void filters_move(
        struct live *live, const filter_moves *moves, const struct state *old, size_t n_old, bool stale)
{
    for (size_t k = 0; k < moves->n; k++)
        fit(moves->v[k].to, live->states.n + 1);
    for (size_t i = 0; i < n_old; i++) {
        uint32_t slot = old[i].flags & STATE_ABSORBED ? NO_INDEX : slot_of(live, old[i].number);
        if (slot == NO_INDEX || live->states.v[slot].number != old[i].number)
            continue;
        for (size_t k = 0; k < moves->n; k++)
            if (i < moves->v[k].from->n)
                moves->v[k].to->holds[slot] = moves->v[k].from->holds[i];
    }
    for (size_t k = 0; k < moves->n; k++) {
        struct kept_filter *from = moves->v[k].from, *to = moves->v[k].to, **at = &live->filters;
        while (*at && *at != from)
            at = &(*at)->next;
        if (!*at || !from->ready) // it has gone, or somebody waits for it and begins anew
            continue;
        to->at = from->at;
        to->stale = stale || from->stale;
        to->ready = true;
        to->next = from->next;
        from->next = NULL;
        *at = to;
        moves->v[k].to = from; // the list's own reference
    }
}

void filters_moved(filter_moves *moves)
{
    for (size_t i = 0; i < moves->n; i++) {
        filter_return(moves->v[i].from);
        filter_return(moves->v[i].to);
    }
    vec_free(moves);
}

static const bool *either(struct arena *arena, const bool *a, const bool *b, uint32_t n)
{
    bool *out = ARENA_ARRAY(arena, bool, n + 1);
    for (uint32_t i = 0; i < n; i++)
        out[i] = a[i] || b[i];
    return out;
}

void filters_used(const filter_list *list, const struct columns *base, struct arena *arena, struct used *used)
{
    for (size_t i = 0; i < list->n; i++) {
        const struct used *more = &list->v[i]->selecting.used;
        used->props = either(arena, used->props, more->props, base->n_props);
        used->traits = either(arena, used->traits, more->traits, base->n_traits);
        used->facts = either(arena, used->facts, more->facts, base->n_facts);
    }
}

static int64_t renew_after(const struct kept_filter *f)
{
    const struct program *p = f->selecting.program;
    return select_by_clock(p, p->filter) ? RENEW_CLOCK : RENEW_OTHERS;
}

// What is of an old base or model goes; what somebody asked for lately is computed anew. The texts to
// compute, in arena.
static void look_over(struct live *live, struct arena *arena, struct str *texts, unsigned *ret_n)
{
    int64_t now = clock_monotonic_ns(), clock = app_now(live->app);
    struct kept_filter *gone = NULL;
    unsigned n = 0;
    pthread_rwlock_wrlock(&live->lock);
    struct kept_filter **at = &live->filters;
    while (*at) {
        struct kept_filter *f = *at;
        bool asked = now - atomic_load(&f->asked) < FORGET_AFTER, old = !current(live, f);
        if (asked && (old || (f->ready && (f->stale || clock >= f->at + renew_after(f)))) && n < KEPT_MOST)
            texts[n++] = arena_str(arena, f->text);
        if (old || !asked) {
            *at = f->next;
            f->next = gone;
            gone = f;
        } else {
            at = &f->next;
        }
    }
    pthread_rwlock_unlock(&live->lock);
    while (gone) {
        struct kept_filter *next = gone->next;
        filter_return(gone);
        gone = next;
    }
    *ret_n = n;
}

bool filters_renew(struct app *app, struct data *reader, struct err *err)
{
    struct live *live = app_live(app);
    struct arena *arena = arena_new();
    struct str texts[KEPT_MOST];
    unsigned n;
    bool ok = true;
    look_over(live, arena, texts, &n);
    for (unsigned i = 0; ok && i < n && !app_closing(app); i++) {
        struct err why = {0};
        pthread_mutex_lock(&live->filter_mutex);
        ok = compute(live, reader, texts[i], 1, &why); // nobody waits for it
        pthread_mutex_unlock(&live->filter_mutex);
        // It may not fit the new model, or the base was renewed: whoever asks again computes it.
        if (!ok && (why.code == ERR_BUSY || why.code == ERR_INPUT))
            ok = true;
        else if (!ok)
            *err = why;
    }
    arena_free(arena);
    return ok;
}
