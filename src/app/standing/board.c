// The board: a pass over all slots. Where everybody stood a week ago is a replay of everybody, so it is kept.
#include "app/standing/board.h"

#include "app/standing/filters.h"
#include "base/clock.h"
#include "base/median.h"

#include <math.h>
#include <stdlib.h>

enum {
    READY_MS = 20000,
    TRIES = 8,
    HOUR = 3600,
    CHUNK_BASE = 1 << 16,
    CHUNK_GATHERED = 2048,
    WORTH_A_START = 100000
};
#define KEPT_NS (INT64_C(86400) * 1000000000)

struct late {
    uint32_t slot;
    uint16_t stage;
};

// Where each slot stood at a moment: names as numbers in live->names. One that is being computed is told of
// whom the qualifier replays meanwhile.
struct week {
    struct base *base; // borrowed: whose slots they are
    struct live_model *model;
    int64_t at;
    size_t n;
    uint16_t *stage;       // [n]
    VEC(struct late) late; // while it is computed
};

static void week_free(struct week *week)
{
    if (!week)
        return;
    base_return(week->base);
    live_model_return(week->model);
    free(week->stage);
    vec_free(&week->late);
    free(week);
}

void weeks_free(struct live *live)
{
    week_free(live->week);
    live->week = NULL;
}

static uint16_t stage_at(const struct week *week, const struct replay_result *r, uint32_t contact)
{
    uint32_t stage = r->exists[contact] ? r->standings[contact].stage : 0;
    return !r->exists[contact] ? BOARD_ABSENT : stage == NO_INDEX ? 0 : week->model->stages[stage];
}

static void replay_base(struct week *week, unsigned threads)
{
    const struct columns *c = week->base->columns;
    struct replay_options options = {.at = week->at, .threads = threads, .standings = true};
    for (uint32_t from = 0; from < c->n_contacts; from += CHUNK_BASE) {
        uint32_t to = c->n_contacts - from > CHUNK_BASE ? from + CHUNK_BASE : c->n_contacts;
        struct columns view = columns_view(c, from, to);
        struct replay_result r;
        replay_run(week->model->program, &view, &options, &r);
        for (uint32_t i = 0; i < view.n_contacts; i++)
            week->stage[from + i] = stage_at(week, &r, i);
        replay_result_free(&r);
    }
    data_rest(week->base->data);
}

// Slots whose rows the base does not have all: who has stood where they do for longer than that stood there
// then, who came later was not there; the others are left to be replayed, and those whose newest rows are not
// in what is known of them.
static void look_at_others(struct live *live, struct week *week, number_list *rest)
{
    uint32_t n_base = week->base->columns->n_contacts;
    pthread_rwlock_rdlock(&live->lock);
    for (uint32_t slot = 0; live->base == week->base && slot < week->n && slot < live->states.n; slot++) {
        const struct state *s = &live->states.v[slot];
        if ((s->flags & STATE_ABSORBED) || (slot < n_base && !s->rows && !s->parts))
            continue;
        week->stage[slot] = s->first > week->at ? BOARD_ABSENT : s->stage;
        if ((s->flags & STATE_TOUCHED) || (s->first <= week->at && s->since > week->at))
            vec_push(rest, slot);
    }
    pthread_rwlock_unlock(&live->lock);
}

static bool replay_some(struct live *live, struct data *reader, struct week *week, const struct used *used,
        const uint32_t *slots, size_t n, struct err *err)
{
    struct plan plan;
    struct columns *columns;
    struct replay_result r;
    pthread_rwlock_rdlock(&live->lock);
    bool ok = live->base == week->base || select_stale(err);
    if (ok) {
        plan_begin(&plan, live);
        for (size_t i = 0; i < n; i++)
            plan_add(&plan, live, slots[i]);
    }
    pthread_rwlock_unlock(&live->lock);
    if (!ok)
        return false;
    struct arena *arena = arena_new();
    ok = gather(&plan, data_log(reader), used, week->at, &columns, err);
    if (ok) {
        uint32_t *index = gathered_index(&plan, columns, arena);
        replay_run(week->model->program, columns,
                &(struct replay_options){.at = week->at, .threads = 1, .standings = true}, &r);
        for (size_t i = 0; i < n; i++)
            week->stage[slots[i]] = index[i] == NO_INDEX ? BOARD_ABSENT : stage_at(week, &r, index[i]);
        replay_result_free(&r);
        columns_free(columns);
    }
    plan_free(&plan);
    arena_free(arena);
    return ok;
}

static bool replay_others(struct live *live, struct data *reader, struct week *week, struct err *err)
{
    struct arena *arena = arena_new();
    struct used used;
    number_list rest = {0};
    bool ok = true;
    used_by(week->model->program, week->base->columns, arena, &used);
    look_at_others(live, week, &rest);
    for (size_t i = 0; ok && i < rest.n; i += CHUNK_GATHERED)
        ok = replay_some(live, reader, week, &used, rest.v + i,
                rest.n - i > CHUNK_GATHERED ? CHUNK_GATHERED : rest.n - i, err);
    vec_free(&rest);
    arena_free(arena);
    return ok;
}

static int64_t week_before(int64_t now)
{
    int64_t at = now - BOARD_WEEK;
    return at - at % HOUR;
}

static void put_stage(struct week *week, uint32_t slot, uint16_t stage)
{
    if (slot >= week->n) {
        size_t n = (size_t)slot + slot / 16 + 64;
        week->stage = mem_resize(week->stage, n, sizeof *week->stage);
        while (week->n < n)
            week->stage[week->n++] = BOARD_ABSENT;
    }
    week->stage[slot] = stage;
}

// From here on the qualifier tells it of whom it replays.
static struct week *enlist(struct live *live)
{
    struct week *week = mem_zero(1, sizeof *week);
    week->at = week_before(app_now(live->app));
    pthread_rwlock_wrlock(&live->lock);
    week->base = base_borrow(live->base);
    week->model = live_model_borrow(live->model);
    week->n = live->states.n;
    live->week_next = week;
    pthread_rwlock_unlock(&live->lock);
    week->stage = mem_alloc((week->n + 1) * sizeof *week->stage);
    for (size_t i = 0; i < week->n; i++)
        week->stage[i] = BOARD_ABSENT;
    return week;
}

// With the lock.
static bool fits(const struct live *live, const struct week *week)
{
    return week && week->base == live->base && week->model == live->model;
}

static bool current(const struct live *live)
{
    return fits(live, live->week);
}

// With week_mutex.
static bool compute(struct live *live, struct data *reader, unsigned threads, struct err *err)
{
    struct week *week = enlist(live), *old = week;
    replay_base(week, threads);
    bool ok = replay_others(live, reader, week, err);
    pthread_rwlock_wrlock(&live->lock);
    live->week_next = NULL;
    ok = ok && (fits(live, week) || select_stale(err));
    if (ok) {
        for (size_t i = 0; i < week->late.n; i++)
            put_stage(week, week->late.v[i].slot, week->late.v[i].stage);
        vec_free(&week->late);
        old = live->week;
        live->week = week;
    }
    pthread_rwlock_unlock(&live->lock);
    week_free(old);
    return ok;
}

void board_moments(struct live *live, int64_t at[2])
{
    pthread_rwlock_rdlock(&live->lock);
    at[0] = current(live) ? live->week->at : 0;
    at[1] = fits(live, live->week_next) ? live->week_next->at : 0;
    pthread_rwlock_unlock(&live->lock);
}

void board_set(struct live *live, const int64_t at[2], uint32_t slot, const uint16_t stage[2])
{
    // What was being computed may be what is shown by now.
    for (unsigned i = 0; i < 2; i++) {
        if (at[i] && current(live) && live->week->at == at[i])
            put_stage(live->week, slot, stage[i]);
        if (at[i] && fits(live, live->week_next) && live->week_next->at == at[i])
            vec_push(&live->week_next->late, (struct late){slot, stage[i]});
    }
}

static bool is_current(struct live *live)
{
    pthread_rwlock_rdlock(&live->lock);
    bool is = current(live);
    pthread_rwlock_unlock(&live->lock);
    return is;
}

void board_begin(struct live *live)
{
    if (live->base->columns->n_contacts < WORTH_A_START)
        return;
    atomic_store(&live->week_asked, clock_monotonic_ns());
    app_wake(live->app, "standing-board");
}

void board_move(struct live *live, const struct state *old, size_t n_old, bool stale)
{
    struct week *week = live->week;
    if (!week || week->model != live->model)
        return;
    uint16_t *stage = mem_alloc((live->states.n + 1) * sizeof *stage);
    for (size_t i = 0; i < live->states.n; i++)
        stage[i] = BOARD_ABSENT;
    for (size_t i = 0; i < n_old && i < week->n; i++) {
        uint32_t slot = old[i].flags & STATE_ABSORBED ? NO_INDEX : slot_of(live, old[i].number);
        if (slot != NO_INDEX && live->states.v[slot].number == old[i].number)
            stage[slot] = week->stage[i];
    }
    free(week->stage);
    week->stage = stage;
    week->n = live->states.n;
    base_return(week->base); // not the last that holds it
    week->base = base_borrow(live->base);
    week->at -= stale ? HOUR : 0; // it is due
}

bool board_renew(struct app *app, struct data *reader, struct err *err)
{
    struct live *live = app_live(app);
    pthread_rwlock_rdlock(&live->lock);
    int64_t asked = atomic_load(&live->week_asked);
    bool due = asked && clock_monotonic_ns() - asked < KEPT_NS &&
               (!current(live) || live->week->at < week_before(app_now(app)));
    pthread_rwlock_unlock(&live->lock);
    if (!due)
        return true;
    struct err why = {0};
    pthread_mutex_lock(&live->week_mutex);
    bool ok = compute(live, reader, 1, &why);
    pthread_mutex_unlock(&live->week_mutex);
    if (!ok && why.code == ERR_BUSY) { // the base was renewed meanwhile
        app_wake(app, "standing-board");
        return true;
    }
    if (!ok)
        *err = why;
    return ok;
}

struct counting {
    struct live *live;
    struct live_board *board;
    uint32_t *column_of; // [names] column of a stage's number; those of older models: none
    uint32_t n_names;
    number_list *since; // [columns]
    bool (*visible)(void *ctx, uint32_t contact);
    void *ctx;
};

static uint32_t column_of(const struct counting *c, uint16_t name)
{
    return name < c->n_names ? c->column_of[name] : 0;
}

// With the lock.
static void count(struct counting *c, const uint8_t *holds, size_t n)
{
    const struct live *live = c->live;
    size_t end = holds && n < live->states.n ? n : live->states.n;
    for (size_t slot = 0; slot < end; slot++) {
        const struct state *s = &live->states.v[slot];
        if ((s->flags & STATE_ABSORBED) || (holds && !holds[slot]) ||
                (c->visible && !c->visible(c->ctx, s->number)))
            continue;
        uint32_t column = column_of(c, s->stage);
        c->board->columns[column].now++;
        vec_push(&c->since[column], s->since);
        uint16_t before = slot < live->week->n ? live->week->stage[slot] : BOARD_ABSENT;
        if (before != BOARD_ABSENT)
            c->board->columns[column_of(c, before)].before++;
    }
}

static void begin(struct counting *c, struct arena *arena)
{
    const struct live_model *model = c->live->model;
    uint32_t n = c->board->model.program->n_stages;
    c->n_names = map_count(c->live->names);
    c->column_of = ARENA_ARRAY(arena, uint32_t, c->n_names + 1);
    for (uint32_t i = 0; i < n; i++)
        c->column_of[model->stages[i]] = i + 1;
    c->board->columns = ARENA_ARRAY(arena, struct live_column, n + 1);
    c->since = mem_zero(n + 1, sizeof *c->since);
}

static void finish(struct counting *c, int64_t now)
{
    for (uint32_t i = 0; i <= c->board->model.program->n_stages; i++) {
        double median = median_u32(c->since[i].v, c->since[i].n);
        c->board->columns[i].days = isnan(median) ? NAN : fmax(0, ((double)now - median) / 86400);
        vec_free(&c->since[i]);
    }
    free(c->since);
}

static bool try_board(struct live *live, struct data *reader, struct arena *arena, struct str filter,
        struct counting *c, struct err *err)
{
    struct base *base = NULL;
    uint8_t *holds = NULL;
    size_t n = 0;
    bool ok = true;
    if (filter.n)
        ok = filters_find(live, filter, &holds, &n, &base) ||
             filters_compute(live, reader, filter, &holds, &n, &base, err);
    if (ok && !is_current(live)) {
        pthread_mutex_lock(&live->week_mutex);
        ok = is_current(live) || compute(live, reader, 2, err);
        pthread_mutex_unlock(&live->week_mutex);
    }
    ok = ok && live_program(live, arena, &c->board->model, err);
    if (ok) {
        pthread_rwlock_rdlock(&live->lock);
        ok = (current(live) && (!base || base == live->base) &&
                     live->model->program == c->board->model.program) ||
             select_stale(err);
        if (ok) {
            begin(c, arena);
            count(c, holds, n);
        }
        pthread_rwlock_unlock(&live->lock);
    }
    if (ok)
        finish(c, app_now(live->app));
    free(holds);
    base_return(base);
    return ok;
}

bool live_board(struct live *live, struct data *reader, struct arena *arena, struct str filter,
        bool (*visible)(void *ctx, uint32_t contact), void *ctx, struct live_board *ret, struct err *err)
{
    struct live_board board = {0};
    struct counting c = {.live = live, .board = &board, .visible = visible, .ctx = ctx};
    struct err why = {0};
    if (!live_ready(live, READY_MS, err))
        return false;
    atomic_store(&live->week_asked, clock_monotonic_ns());
    for (unsigned i = 0; i < TRIES; i++) {
        if (try_board(live, reader, arena, filter, &c, &why)) {
            *ret = board;
            return true;
        }
        if (why.code != ERR_BUSY) // the base was renewed meanwhile
            break;
    }
    *err = why;
    return false;
}
