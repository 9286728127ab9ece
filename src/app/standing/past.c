// What was known at a moment in the past: the joins of that moment, too.
#include "app/event/log.h"
#include "app/standing/gather.h"
#include "replay/cache.h"

#include <stdlib.h>

// Everybody. Its columns may have to be built from the log, and are large: so one at a time, and nothing is
// kept.
bool live_past(struct live *live, int64_t at,
        bool (*visit)(void *ctx, const struct columns *columns, struct err *err), void *ctx, struct err *err)
{
    const struct columns *columns;
    struct data *reader;
    pthread_mutex_lock(&live->past_mutex);
    bool ok = app_reader(live->app, &reader, err);
    if (ok) {
        ok = data_columns(reader, at, &columns, err) && visit(ctx, columns, err);
        data_close(reader);
    }
    pthread_mutex_unlock(&live->past_mutex);
    return ok;
}

// One contact. Messages with nothing but an anonymousId are its own at that moment if the first message (in
// the log) that shows the browser together with a userId had happened by then; if no message of the contact
// that shows both had, they are not. Between the two it takes everybody's histories.
struct browser {
    uint32_t id;
    bool paired, paired_by_then, first_by_then; // with the contact's userId
};

struct looking {
    struct live *live;
    uint32_t contact;
    int64_t at;
    bool unclear;
    VEC(struct browser) browsers;
    VEC(struct arrival) alone;
};

static struct browser *browser_of(struct looking *l, uint32_t id)
{
    for (size_t i = 0; i < l->browsers.n; i++)
        if (l->browsers.v[i].id == id)
            return &l->browsers.v[i];
    vec_push(&l->browsers, (struct browser){.id = id});
    return &l->browsers.v[l->browsers.n - 1];
}

static uint8_t role_of(struct live *live, uint32_t id)
{
    pthread_rwlock_rdlock(&live->lock);
    uint8_t role = id < live->role.n ? live->role.v[id] : 0;
    pthread_rwlock_unlock(&live->lock);
    return role;
}

static bool look_at_row(void *ctx, const struct log_row *row, struct err *err)
{
    struct looking *l = ctx;
    uint32_t user = (uint32_t)row->user, anonymous = (uint32_t)row->anonymous;
    (void)err;
    if (row->kind != MESSAGE_EVENT || row->undo)
        return true;
    // Aliases, and what is more than a browser: not worked out here.
    if ((user && user != l->contact) ||
            (anonymous && (role_of(l->live, anonymous) & (ROLE_ALIASED | ROLE_USER))))
        l->unclear = true;
    if (user && anonymous) {
        struct browser *b = browser_of(l, anonymous);
        if (!b->paired)
            b->first_by_then = row->time <= l->at;
        b->paired = true;
        b->paired_by_then |= row->time <= l->at;
        if (row->time <= l->at &&
                live_owner(l->live, anonymous) != l->contact) // first seen with somebody else
            l->unclear = true;
    } else if (anonymous && anonymous != l->contact) {
        vec_push(&l->alone,
                (struct arrival){.row = (uint32_t)row->id, .anonymous = anonymous, .time = row->time});
    }
    return true;
}

static int ascending(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static bool look(struct looking *l, struct data *reader, number_list *skip, struct err *err)
{
    uint32_t *rows, n;
    if (!live_rows(l->live, reader, l->contact, &rows, &n, err))
        return false;
    if (n)
        qsort(rows, n, sizeof *rows, ascending);
    // As an anonymousId it is somebody else's by now, and so is what it did before they were seen together.
    // An alias may have given it a browser then that is somebody else's by now.
    l->unclear = (role_of(l->live, l->contact) & (ROLE_ELSE | ROLE_ALIASED)) != 0;
    bool ok = log_visit(data_log(reader), rows, n, look_at_row, l, err);
    free(rows);
    for (size_t i = 0; ok && i < l->alone.n; i++) {
        const struct arrival *a = &l->alone.v[i];
        const struct browser *b = browser_of(l, a->anonymous);
        if (a->time > l->at)
            continue;
        if (!b->paired || (b->paired_by_then && !b->first_by_then))
            l->unclear = true;
        if (!b->paired_by_then)
            vec_push(skip, a->row);
    }
    return ok;
}

// The contact out of everybody's columns.
struct picking {
    struct data *reader;
    uint32_t contact;
    struct columns *columns;
    int64_t at;
};

static bool pick(void *ctx, const struct columns *columns, struct err *err)
{
    struct picking *p = ctx;
    struct base base = {.columns = columns};
    struct plan plan = {.base = &base};
    for (uint32_t i = 0; i < columns->n_contacts; i++)
        if (columns->owner[i] == p->contact) {
            vec_push(&plan.contacts, (struct planned){.number = p->contact, .slot = i, .n_parts = 1});
            vec_push(&plan.parts, i);
        }
    bool ok = gather(&plan, data_log(p->reader), NULL, p->at, &p->columns, err);
    vec_free(&plan.contacts);
    vec_free(&plan.parts);
    return ok;
}

bool live_history_past(struct live *live, struct data *reader, uint32_t contact, int64_t at,
        struct columns **ret, struct err *err)
{
    struct looking l = {.live = live, .contact = contact, .at = at};
    struct plan plan = {0};
    number_list skip = {0};
    bool ok = look(&l, reader, &skip, err);
    if (ok && l.unclear) {
        struct picking p = {.reader = reader, .contact = contact, .at = at};
        ok = live_past(live, at, pick, &p, err);
        if (ok)
            *ret = p.columns;
    } else if (ok) {
        pthread_rwlock_rdlock(&live->lock);
        plan_begin(&plan, live);
        uint32_t slot = slot_of(live, contact);
        if (slot != NO_INDEX)
            plan_add(&plan, live, slot);
        pthread_rwlock_unlock(&live->lock);
        plan.skip = skip;
        memset(&skip, 0, sizeof skip);
        if (plan.skip.n)
            qsort(plan.skip.v, plan.skip.n, sizeof *plan.skip.v, ascending);
        ok = gather(&plan, data_log(reader), NULL, at, ret, err);
        plan_free(&plan);
    }
    vec_free(&skip);
    vec_free(&l.browsers);
    vec_free(&l.alone);
    return ok;
}
