// What everybody asks: whom an id means, where they stand, their history.
#include "app/standing/gather.h"

#include "app/event/log.h"
#include "base/clock.h"
#include "base/random.h"
#include "replay/cache.h"

#include <stdlib.h>

enum { READY_MS = 20000 };

static struct timespec deadline(unsigned ms)
{
    int64_t ns = clock_monotonic_ns() + (int64_t)ms * 1000000;
    return (struct timespec){.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
}

// Without threads nobody else does the work that is waited for.
static void work(struct live *live, int64_t row)
{
    struct err err = {0};
    if (!app_still(live->app) || (live->ready && live->position >= row))
        return;
    if ((!live->own && !app_reader(live->app, &live->own, &err)) || !live_tick(live->app, live->own, &err))
        logger_error(app_logger(live->app), "the standings were not brought up to date",
                LOG_TEXT("error", str_of(err.message)));
}

// A second at most: nobody wakes those who wait here when the program ends. Whether the time is over.
static bool wait_for_progress(struct live *live, const struct timespec *until)
{
    struct timespec soon = deadline(1000);
    bool last =
            until->tv_sec < soon.tv_sec || (until->tv_sec == soon.tv_sec && until->tv_nsec <= soon.tv_nsec);
    return pthread_cond_timedwait(&live->progress, &live->mutex, last ? until : &soon) && last;
}

bool live_ready(struct live *live, unsigned ms, struct err *err)
{
    work(live, 0);
    ms = app_still(live->app) ? 0 : ms;
    struct timespec until = deadline(ms);
    pthread_mutex_lock(&live->mutex);
    bool late = false;
    while (!live->ready && !app_closing(live->app) && !late)
        late = wait_for_progress(live, &until);
    bool ready = live->ready;
    pthread_mutex_unlock(&live->mutex);
    return ready || err_set(err, ERR_BUSY, "standings are still being computed: try again in some seconds");
}

bool live_wait(struct live *live, int64_t row, unsigned ms)
{
    work(live, row);
    ms = app_still(live->app) ? 0 : ms;
    struct timespec until = deadline(ms);
    pthread_mutex_lock(&live->mutex);
    bool late = false;
    while ((!live->ready || live->position < row) && !app_closing(live->app) && !late)
        late = wait_for_progress(live, &until);
    bool there = live->ready && live->position >= row;
    pthread_mutex_unlock(&live->mutex);
    return there;
}

int64_t live_position(struct live *live)
{
    pthread_mutex_lock(&live->mutex);
    int64_t position = live->ready ? live->position : 0;
    pthread_mutex_unlock(&live->mutex);
    return position;
}

static bool contact_slot(struct live *live, uint32_t number, uint32_t *ret_number)
{
    pthread_rwlock_rdlock(&live->lock);
    uint32_t slot = slot_of(live, number);
    if (slot != NO_INDEX)
        *ret_number = live->states.v[slot].number;
    pthread_rwlock_unlock(&live->lock);
    return slot != NO_INDEX;
}

uint32_t live_owner(struct live *live, uint32_t identifier)
{
    uint32_t number = identifier;
    contact_slot(live, identifier, &number);
    return number;
}

bool live_find(struct live *live, struct data *reader, struct str id, uint32_t *ret_number, struct err *err)
{
    int64_t named = 0;
    uint32_t number;
    if (!live_ready(live, READY_MS, err))
        return false;
    if (contact_of_uuid(live->app, id, &number) && contact_slot(live, number, ret_number))
        return true;
    if (!log_contact(data_log(reader), id, &named, err))
        return false;
    if (named > 0 && named <= UINT32_MAX && contact_slot(live, (uint32_t)named, ret_number))
        return true;
    return err_set(err, ERR_NOT_FOUND, "there is no contact of this id");
}

bool live_standing(
        struct live *live, uint32_t contact, struct arena *arena, struct live_standing *ret, struct err *err)
{
    if (!live_ready(live, READY_MS, err))
        return false;
    pthread_rwlock_rdlock(&live->lock);
    uint32_t slot = slot_of(live, contact);
    if (slot != NO_INDEX) {
        const struct state *s = &live->states.v[slot];
        *ret = (struct live_standing){.model = arena_str(arena, live->model->title),
                .version = live->model->version,
                .stage = arena_str(arena, map_key(live->names, s->stage)),
                .grade = arena_str(arena, map_key(live->names, s->grade)),
                .persona = arena_str(arena, map_key(live->names, s->persona)),
                .since = s->since,
                .score = s->score,
                .first = s->first,
                .last = s->last};
    }
    pthread_rwlock_unlock(&live->lock);
    return slot != NO_INDEX || err_set(err, ERR_NOT_FOUND, "there is no such contact");
}

// Distinct contacts of these numbers.
static void plan_numbers(struct plan *plan, struct live *live, const uint32_t *contacts, unsigned n)
{
    pthread_rwlock_rdlock(&live->lock);
    plan_begin(plan, live);
    for (unsigned i = 0; i < n; i++) {
        uint32_t slot = slot_of(live, contacts[i]);
        bool there = slot == NO_INDEX;
        for (size_t k = 0; !there && k < plan->contacts.n; k++)
            there = plan->contacts.v[k].slot == slot;
        if (!there)
            plan_add(plan, live, slot);
    }
    pthread_rwlock_unlock(&live->lock);
}

bool live_history(struct live *live, struct data *reader, const uint32_t *contacts, unsigned n, int64_t at,
        struct columns **ret, struct err *err)
{
    struct plan plan;
    if (!live_ready(live, READY_MS, err))
        return false;
    plan_numbers(&plan, live, contacts, n);
    bool ok = gather(&plan, data_log(reader), NULL, at, ret, err);
    plan_free(&plan);
    return ok;
}

bool live_rows(struct live *live, struct data *reader, uint32_t contact, uint32_t **ret_rows, uint32_t *ret_n,
        struct err *err)
{
    struct columns *columns;
    if (!live_history(live, reader, &contact, 1, INT64_MAX, &columns, err))
        return false;
    uint32_t n = columns->n_events, *rows = mem_alloc(((size_t)n + 1) * sizeof *rows);
    if (n)
        memcpy(rows, columns->log, n * sizeof *rows);
    columns_free(columns);
    *ret_rows = rows;
    *ret_n = n;
    return true;
}

bool live_is_user(struct live *live, uint32_t contact)
{
    pthread_rwlock_rdlock(&live->lock);
    bool user = contact < live->role.n && (live->role.v[contact] & ROLE_USER);
    pthread_rwlock_unlock(&live->lock);
    return user;
}

static void return_model(void *model)
{
    live_model_return(model);
}

bool live_program(struct live *live, struct arena *arena, struct live_program *ret, struct err *err)
{
    if (!live_ready(live, READY_MS, err))
        return false;
    pthread_rwlock_rdlock(&live->lock);
    struct live_model *model = live_model_borrow(live->model);
    pthread_rwlock_unlock(&live->lock);
    arena_defer(arena, return_model, model);
    *ret = (struct live_program){model->program, model->title, model->version};
    return true;
}

void live_numbers(struct live *live, uint32_t contact, struct arena *arena, uint32_t **ret, unsigned *ret_n)
{
    number_list numbers = {0};
    pthread_rwlock_rdlock(&live->lock);
    uint32_t slot = slot_of(live, contact), own = slot == NO_INDEX ? contact : live->states.v[slot].number;
    vec_push(&numbers, own);
    if (slot != NO_INDEX)
        for (uint32_t next = live->ring.v[own]; next != own; next = live->ring.v[next])
            vec_push(&numbers, next);
    pthread_rwlock_unlock(&live->lock);
    *ret = ARENA_ARRAY(arena, uint32_t, numbers.n);
    memcpy(*ret, numbers.v, numbers.n * sizeof **ret);
    *ret_n = (unsigned)numbers.n;
    vec_free(&numbers);
}

bool live_user_ids(struct live *live, struct data *reader, uint32_t contact, struct arena *arena,
        struct str **ret, unsigned *ret_n, struct err *err)
{
    uint32_t *numbers;
    unsigned n, n_users = 0;
    live_numbers(live, contact, arena, &numbers, &n);
    for (unsigned i = 0; i < n; i++)
        if (live_is_user(live, numbers[i]))
            numbers[n_users++] = numbers[i];
    struct str *names = ARENA_ARRAY(arena, struct str, n_users + 1ul);
    bool ok = true;
    for (unsigned i = 0; ok && i < n_users; i++)
        ok = log_name(data_log(reader), arena, numbers[i], &names[i], err);
    if (ok) {
        *ret = names;
        *ret_n = n_users;
    }
    return ok;
}
