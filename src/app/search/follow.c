// Reads everybody once, then whom the log's rows say something new of. What changes who is who (aliases,
// undone imports, erasures) means reading everybody anew.
#include "app/search/search.h"

#include "app/contact/contact.h"
#include "app/event/log.h"
#include "app/search/slice.h"
#include "app/standing/everybody.h"
#include "app/standing/live.h"

#include <stdlib.h>

enum { ROWS = 20000, CONTACTS = 1000, WAIT_MS = 1000 };

static struct search_fields fields_of(struct arena *arena, const struct columns *c, uint32_t contact)
{
    return (struct search_fields){.name = card_name(arena, c, contact),
            .email = card_trait(c, contact, STR("email")),
            .phone = card_trait(c, contact, STR("phone")),
            .company = card_trait(c, contact, STR("company")),
            .title = card_trait(c, contact, STR("title"))};
}

struct reading {
    struct texts *texts;
    struct arena *arena;
};

static bool take(void *ctx, const struct columns *c, const uint8_t *skip, struct err *err)
{
    struct reading *g = ctx;
    (void)err;
    for (uint32_t i = 0; i < c->n_contacts; i++) {
        if (skip && skip[i])
            continue;
        struct search_fields fields = fields_of(g->arena, c, i);
        texts_put(g->texts, g->arena, c->owner[i], &fields);
        arena_reset(g->arena);
    }
    return true;
}

static bool read_everybody(struct app *app, struct data *reader, struct search *search, struct err *err)
{
    struct reading g = {texts_new(), arena_new()};
    int64_t position = live_position(app_live(app));
    struct err why = {0};
    bool ok = live_everybody(app_live(app), reader, take, &g, &why);
    arena_free(g.arena);
    if (!ok) {
        texts_free(g.texts);
        if (why.code == ERR_BUSY) // renewed meanwhile, or standings are not there yet: the job comes again
            return true;
        *err = why;
        return false;
    }
    pthread_rwlock_wrlock(&search->lock);
    struct texts *old = search->texts;
    search->texts = g.texts;
    pthread_rwlock_unlock(&search->lock);
    texts_free(old);
    search->position = position;
    return true;
}

struct scan {
    struct search *search;
    struct live *live;
    VEC(uint32_t) touched; // numbers of identifiers
    bool anew;
};

static bool has(struct search *search, uint32_t contact)
{
    pthread_rwlock_rdlock(&search->lock);
    bool is = texts_has(search->texts, contact);
    pthread_rwlock_unlock(&search->lock);
    return is;
}

// Who became one: the standings, which are ahead, know all that they consist of.
static void touch_all(struct scan *s, uint32_t user)
{
    struct arena *arena = arena_new();
    uint32_t *numbers;
    unsigned n;
    live_numbers(s->live, live_owner(s->live, user), arena, &numbers, &n);
    for (unsigned i = 0; i < n; i++)
        vec_push(&s->touched, numbers[i]);
    arena_free(arena);
}

static bool look(void *ctx, const struct log_row *row, struct err *err)
{
    struct scan *s = ctx;
    uint32_t user = (uint32_t)row->user, anonymous = (uint32_t)row->anonymous;
    (void)err;
    if (row->undo && row->import < 0) // an event that was recorded by hand: it set no traits
        return true;
    if (!row->undo && row->kind == MESSAGE_ALIAS)
        touch_all(s, user);
    else if (row->undo || row->kind != MESSAGE_EVENT)
        s->anew = true;
    else if (row->type->kind != EVENT_TRACK)
        vec_push(&s->touched, user ? user : anonymous);
    // A browser that has said a name turns out to be somebody's.
    if (!s->anew && user && anonymous && has(s->search, anonymous)) {
        vec_push(&s->touched, user);
        vec_push(&s->touched, anonymous);
    }
    return true;
}

static int ascending(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

// Numbers of contacts, each once; who has become a part of somebody else is not found by itself any more.
static unsigned contacts_of(struct live *live, struct search *search, struct scan *s, uint32_t *ret)
{
    struct arena *arena = arena_new();
    unsigned n = 0;
    for (size_t i = 0; i < s->touched.n; i++) {
        ret[n] = live_owner(live, s->touched.v[i]);
        if (ret[n++] != s->touched.v[i] && texts_has(search->texts, s->touched.v[i]))
            texts_put(search->texts, arena, s->touched.v[i], &(struct search_fields){.name = STR_NONE});
    }
    arena_free(arena);
    qsort(ret, n, sizeof *ret, ascending);
    unsigned distinct = 0;
    for (unsigned i = 0; i < n; i++)
        if (!distinct || ret[distinct - 1] != ret[i])
            ret[distinct++] = ret[i];
    return distinct;
}

static bool read_some(struct app *app, struct data *reader, struct search *search, const uint32_t *contacts,
        unsigned n, struct err *err)
{
    struct columns *columns;
    if (!live_history(app_live(app), reader, contacts, n, INT64_MAX, &columns, err))
        return false;
    struct reading g = {search->texts, arena_new()};
    pthread_rwlock_wrlock(&search->lock);
    bool ok = take(&g, columns, NULL, err);
    pthread_rwlock_unlock(&search->lock);
    arena_free(g.arena);
    columns_free(columns);
    return ok;
}

static bool step(struct app *app, struct data *reader, struct search *search, int64_t last, struct err *err)
{
    struct scan s = {.search = search, .live = app_live(app), .anew = texts_wasteful(search->texts)};
    bool ok = log_scan(data_log(reader), search->position, last, false, look, &s, err);
    if (ok && s.anew) {
        ok = read_everybody(app, reader, search, err);
    } else if (ok && s.touched.n) {
        uint32_t *contacts = mem_alloc((s.touched.n + 1) * sizeof *contacts);
        pthread_rwlock_wrlock(&search->lock);
        unsigned n = contacts_of(app_live(app), search, &s, contacts);
        pthread_rwlock_unlock(&search->lock);
        for (unsigned i = 0; ok && i < n; i += CONTACTS)
            ok = read_some(app, reader, search, contacts + i, n - i > CONTACTS ? CONTACTS : n - i, err);
        free(contacts);
    }
    if (ok && !s.anew)
        search->position = last;
    vec_free(&s.touched);
    return ok;
}

bool search_follow(struct app *app, struct data *reader, struct err *err)
{
    struct search *search = app_state(app, &SEARCH_SLICE);
    struct live *live = app_live(app);
    while (!app_closing(app)) {
        if (!search->texts) {
            if (!live_ready(live, WAIT_MS, &(struct err){0}))
                continue;
            if (!read_everybody(app, reader, search, err))
                return false;
            if (!search->texts)
                return true;
        }
        app_follow(app, search->position, WAIT_MS);
        // Only what the standings know: histories come from there.
        int64_t last = live_position(live);
        if (last <= search->position) {
            live_wait(live, search->position + 1, WAIT_MS);
            continue;
        }
        if (!step(app, reader, search, last - search->position > ROWS ? search->position + ROWS : last, err))
            return false;
    }
    return true;
}

bool search_erase(struct writing *w, const char *folder, const struct person *who, struct err *err)
{
    (void)folder, (void)err;
    struct search *search = w->app ? app_state(w->app, &SEARCH_SLICE) : NULL;
    if (!search)
        return true;
    pthread_rwlock_wrlock(&search->lock);
    for (unsigned i = 0; search->texts && i < who->n_ids; i++)
        texts_put(search->texts, w->arena, who->ids[i], &(struct search_fields){.name = STR_NONE});
    pthread_rwlock_unlock(&search->lock);
    return true;
}
