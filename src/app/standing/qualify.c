// The qualifier: follows the log, replays whom it touches and who is due, writes down what is news, and only
// then shows it. Also taking over another model and a new base.
#include "app/standing/qualify.h"

#include "app/event/log.h"
#include "app/standing/board.h"
#include "app/standing/heap.h"
#include "app/standing/marks.h"
#include "base/random.h"

#include <stdlib.h>

enum {
    ROUND_ROWS = 4000, // of the log in one round
    ROUND_PENDING = 1000,
    ROUND_DUE = 1000,
    ROUND_LAZY = 1000,
    ROUND_TOUCHED = 8000,
    WAIT_MS = 200, // for rows; then the clock and the model are looked at
    MODEL_LOOK_MS = 500,
    PUBLISH_ALL = 200, // of so many touched contacts each is told of, of more only those that moved
    BASE_PART = 25,    // a new base when more than this part of it came behind it
    BASE_LEAST = 20000,
};

struct scan {
    VEC(struct arrival) rows;
};

static bool take_row(void *ctx, const struct log_row *row, struct err *err)
{
    struct scan *scan = ctx;
    (void)err;
    vec_push(&scan->rows, (struct arrival){.row = (uint32_t)row->id,
                                  .user = (uint32_t)row->user,
                                  .anonymous = (uint32_t)row->anonymous,
                                  .time = row->time,
                                  .undone = row->undo && row->import < 0 ? (uint32_t)-row->import : 0,
                                  .event = row->kind == MESSAGE_EVENT && !row->undo});
    return true;
}

static bool take_undone(void *ctx, const struct log_row *row, struct err *err)
{
    struct arrival *a = ctx;
    (void)err;
    a->user = (uint32_t)row->user;
    a->anonymous = (uint32_t)row->anonymous;
    return true;
}

// Whose the rows are that were taken back.
static bool find_undone(struct data *reader, struct scan *scan, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < scan->rows.n; i++) {
        struct arrival *a = &scan->rows.v[i];
        if (a->undone)
            ok = log_scan(data_log(reader), (int64_t)a->undone - 1, a->undone, true, take_undone, a, err);
    }
    return ok;
}

static void take_rows(struct live *live, const struct scan *scan, int64_t upto)
{
    for (size_t i = 0; i < scan->rows.n; i++)
        if (!states_take(live, &scan->rows.v[i]) && !live->odd)
            live->odd = scan->rows.v[i].row;
    if (upto > live->applied) // rows that are hidden
        live->applied = upto;
}

static void want_base(struct live *live)
{
    pthread_mutex_lock(&live->mutex);
    bool asked = live->wanted;
    live->wanted = true;
    pthread_mutex_unlock(&live->mutex);
    if (!asked)
        app_wake(live->app, "standing-base");
}

bool follow(struct live *live, struct data *reader, struct err *err)
{
    struct scan scan = {0};
    int64_t last;
    if (!store_number(data_store(reader), "SELECT max(id) FROM event", 0, &last, err))
        return false;
    if (last > live->applied + ROUND_ROWS)
        last = live->applied + ROUND_ROWS;
    bool ok = last <= live->applied ||
              (log_scan(data_log(reader), live->applied, last, false, take_row, &scan, err) &&
                      find_undone(reader, &scan, err));
    if (ok && last > live->applied) {
        pthread_rwlock_wrlock(&live->lock);
        take_rows(live, &scan, last);
        pthread_rwlock_unlock(&live->lock);
    }
    vec_free(&scan.rows);
    uint64_t most = live->base->columns->n_events / BASE_PART;
    if (live->odd || live->stale || live->extra_rows > (most > BASE_LEAST ? most : BASE_LEAST))
        want_base(live);
    return ok;
}

static void take_due(struct live *live, int64_t now)
{
    struct due due;
    pthread_rwlock_wrlock(&live->lock);
    for (unsigned n = 0; n < ROUND_DUE && heap_pop(&live->due, now, &due); n++) {
        uint32_t slot = slot_of(live, due.number);
        if (slot != NO_INDEX)
            state_touch(live, slot);
    }
    pthread_rwlock_unlock(&live->lock);
}

static void take_pending(struct live *live)
{
    pthread_rwlock_wrlock(&live->lock);
    for (unsigned n = 0; n < ROUND_PENDING && live->pending_from < live->pending.n; n++) {
        uint32_t slot = live->pending.v[live->pending_from++];
        struct state *s = &live->states.v[slot];
        if (!(s->flags & STATE_PENDING) || (s->flags & STATE_ABSORBED))
            continue;
        s->flags |= STATE_NOW;
        state_touch(live, slot);
    }
    if (live->pending_from == live->pending.n)
        live->pending.n = live->pending_from = 0;
    pthread_rwlock_unlock(&live->lock);
}

// Whom a sweep could not tell from the base.
static void take_lazy(struct live *live)
{
    pthread_rwlock_wrlock(&live->lock);
    for (unsigned n = 0; n < ROUND_LAZY && live->lazy.n; n++) {
        uint32_t slot = live->lazy.v[--live->lazy.n];
        if (!(live->states.v[slot].flags & STATE_ABSORBED))
            state_touch(live, slot);
    }
    pthread_rwlock_unlock(&live->lock);
}

static void index_transitions(struct round *round)
{
    const struct replay_result *r = &round->ahead;
    round->first_transition = ARENA_ARRAY(round->arena, size_t, (size_t)r->n_contacts + 2);
    for (size_t i = 0; i < r->transitions.n; i++)
        round->first_transition[r->transitions.v[i].contact + 1]++;
    for (uint32_t c = 0; c < r->n_contacts; c++)
        round->first_transition[c + 1] += round->first_transition[c];
}

static bool decide_all(
        struct live *live, struct data *reader, struct round *round, const struct plan *plan, struct err *err)
{
    uint32_t *index = gathered_index(plan, round->columns, round->arena);
    for (uint32_t i = 0; i < plan->contacts.n; i++)
        if (!decide(live, reader, round, plan->contacts.v[i].slot, index[i], err))
            return false;
    return true;
}

// What the kept conditions say of the touched contacts.
static void ask_filters(struct round *round, const struct plan *plan)
{
    uint32_t *index = gathered_index(plan, round->columns, round->arena);
    struct replay_options options = {.at = round->now, .threads = 1, .standings = true};
    round->holds = ARENA_ARRAY(round->arena, uint8_t *, round->filters.n + 1);
    for (size_t i = 0; i < round->filters.n; i++) {
        struct replay_result r;
        replay_run(round->filters.v[i]->selecting.program, round->columns, &options, &r);
        round->holds[i] = ARENA_ARRAY(round->arena, uint8_t, plan->contacts.n + 1);
        for (size_t k = 0; k < plan->contacts.n; k++)
            round->holds[i][k] = index[k] != NO_INDEX && r.exists[index[k]] && r.standings[index[k]].filter;
        replay_result_free(&r);
    }
}

static bool replay_plan(
        struct live *live, struct data *reader, struct round *round, const struct plan *plan, struct err *err)
{
    struct replay_options now = {.at = round->now, .threads = 1, .standings = true},
                          ahead = {.at = round->now + HORIZON, .threads = 1, .transitions = true};
    struct used used = live->used;
    filters_begin(live, &round->filters);
    board_moments(live, round->weeks);
    filters_used(&round->filters, live->base->columns, round->arena, &used);
    if (!gather(plan, data_log(reader), &used, INT64_MAX, &round->columns, err))
        return false;
    replay_run(round->model->program, round->columns, &now, &round->result);
    replay_run(round->model->program, round->columns, &ahead, &round->ahead);
    index_transitions(round);
    round->classes = marks_classes(round->columns);
    ask_filters(round, plan);
    return decide_all(live, reader, round, plan, err);
}

static void keep_state(struct live *live, const struct outcome *o)
{
    struct state *s = &live->states.v[o->slot];
    s->stage = o->now.stage;
    s->grade = o->now.grade;
    s->persona = o->now.persona;
    s->since = o->now.since;
    s->score = o->now.score;
    s->marks = o->marks;
    if (!o->later) {
        s->moved = o->now.moved;
        s->flags &= (uint16_t) ~(STATE_PENDING | STATE_BY_MODEL | STATE_INHERITED | STATE_NOW);
    }
    if (o->due)
        heap_push(&live->due, (struct due){o->due, s->number});
}

// What was written down becomes visible.
static void show(struct live *live, struct round *round)
{
    pthread_rwlock_wrlock(&live->lock);
    for (size_t i = 0; i < round->outcomes.n; i++) {
        keep_state(live, &round->outcomes.v[i]);
        board_set(live, round->weeks, round->outcomes.v[i].slot, round->outcomes.v[i].week);
    }
    for (size_t i = 0; i < round->filters.n; i++) // outcomes are in the plan's order
        for (size_t k = 0; k < round->outcomes.n; k++)
            filter_set(round->filters.v[i], round->outcomes.v[k].slot, round->holds[i][k]);
    for (size_t i = 0; i < round->n_touched; i++)
        live->states.v[live->touched.v[i]].flags &= (uint16_t)~STATE_TOUCHED;
    live->touched.n -= round->n_touched;
    if (live->touched.n)
        memmove(live->touched.v, live->touched.v + round->n_touched,
                live->touched.n * sizeof *live->touched.v);
    live->gone.n = live->vanished.n = 0;
    pthread_rwlock_unlock(&live->lock);
}

static void tell(struct live *live, const struct round *round)
{
    char uuid[UUID_SIZE];
    if (round->outcomes.n <= PUBLISH_ALL) {
        for (size_t i = 0; i < round->outcomes.n; i++)
            app_publish(live->app, "contact", contact_uuid(live->app, round->outcomes.v[i].now.number, uuid));
        return;
    }
    for (size_t i = 0; i < round->standings.n && i < PUBLISH_ALL; i++)
        app_publish(live->app, "contact", contact_uuid(live->app, round->standings.v[i].number, uuid));
}

static void round_free(struct round *round)
{
    columns_free(round->columns);
    replay_result_free(&round->result);
    replay_result_free(&round->ahead);
    vec_free(&round->moves);
    vec_free(&round->standings);
    vec_free(&round->outcomes);
    free(round->classes);
    filters_end(&round->filters);
    arena_free(round->arena);
}

// A base that is behind an odd row does not show what that row did.
void advance(struct live *live)
{
    pthread_mutex_lock(&live->mutex);
    if (!live->touched.n)
        live->position = live->odd && live->odd <= live->applied ? live->odd - 1 : live->applied;
    pthread_cond_broadcast(&live->progress);
    pthread_mutex_unlock(&live->mutex);
}

static void add_vanished(struct live *live, struct round *round)
{
    for (size_t i = 0; i < live->vanished.n; i++) {
        const struct announced *a = &live->vanished.v[i];
        const uint16_t was[] = {a->persona, a->stage, a->grade}; // by enum transition_kind
        for (uint8_t kind = 0; kind < 3; kind++)
            if (was[kind])
                vec_push(&round->moves, (struct move){.number = a->number,
                                                .kind = kind,
                                                .from = was[kind],
                                                .at = round->now,
                                                .cause = CAUSE_GONE});
    }
}

static bool settle(struct live *live, struct data *reader, struct err *err)
{
    struct round round = {.arena = arena_new(), .now = app_now(live->app), .model = live->model};
    struct plan plan;
    // More than the rows of one round bring only wait at the start.
    round.n_touched = live->touched.n < ROUND_TOUCHED ? live->touched.n : ROUND_TOUCHED;
    plan_begin(&plan, live);
    for (size_t i = 0; i < round.n_touched; i++)
        if (!(live->states.v[live->touched.v[i]].flags & STATE_ABSORBED))
            plan_add(&plan, live, live->touched.v[i]);
    bool ok = replay_plan(live, reader, &round, &plan, err);
    plan_free(&plan);
    add_vanished(live, &round);
    if (ok && (round.moves.n || round.standings.n || live->gone.n))
        ok = announce(live, &round.moves, &round.standings, &live->gone, live->applied, err);
    if (ok) {
        show(live, &round);
        tell(live, &round);
    }
    round_free(&round);
    return ok;
}

// --- model and base

void use(struct live *live)
{
    arena_free(live->used_arena);
    live->used_arena = arena_new();
    used_by(live->model->program, live->base->columns, live->used_arena, &live->used);
}

static bool look_at_model(struct live *live, struct data *reader, struct err *err)
{
    int64_t version, now = clock_monotonic_ns();
    struct live_model *model;
    if (now - live->looked < (int64_t)MODEL_LOOK_MS * 1000000)
        return true;
    live->looked = now;
    if (!store_number(data_store(reader), "SELECT version FROM model WHERE active = 1", 0, &version, err))
        return false;
    if (version == live->model->version)
        return true;
    if (!live_model_load(live, reader, &model, err))
        return false;
    struct live_model *old = live->model;
    int64_t before = old->version;
    pthread_rwlock_wrlock(&live->lock);
    live->model = model;
    pthread_rwlock_unlock(&live->lock);
    live_model_return(old);
    app_wake(live->app, "standing-filters");
    app_wake(live->app, "standing-board");
    use(live);
    sweep_begin(live, CAUSE_MODEL);
    return announce_model(live, before, err);
}

// Slots of the new base take over what was announced of the contacts of the old one.
static void carry_over(struct live *live, const struct state *old, size_t n_old)
{
    for (unsigned exact = 2; exact-- > 0;)
        for (size_t i = 0; i < n_old; i++) {
            const struct state *from = &old[i];
            uint32_t slot = slot_of(live, from->number);
            if (from->flags & STATE_ABSORBED)
                continue;
            struct state *to = slot == NO_INDEX ? NULL : &live->states.v[slot];
            if ((to && to->number == from->number) != (exact == 1))
                continue;
            if (exact || (to && !to->moved && !(to->flags & STATE_PENDING))) {
                to->stage = from->stage;
                to->grade = from->grade;
                to->persona = from->persona;
                to->since = from->since;
                to->moved = from->moved;
                to->score = from->score;
                to->marks = from->marks;
                to->flags |= from->flags & (STATE_PENDING | STATE_BY_MODEL | STATE_INHERITED);
            }
            if (exact) {
                if (from->flags & STATE_PENDING)
                    vec_push(&live->pending, slot);
                continue;
            }
            vec_push(&live->gone, from->number);
            if (!to && !(from->flags & (STATE_PENDING | STATE_INHERITED)))
                vec_push(&live->vanished, (struct announced){.number = from->number,
                                                  .stage = from->stage,
                                                  .grade = from->grade,
                                                  .persona = from->persona});
            if (to) {
                to->flags |= STATE_INHERITED;
                state_touch(live, slot);
            }
        }
}

static bool take_over(struct live *live, struct data *reader, struct base *base, struct err *err)
{
    struct scan scan = {0};
    int64_t applied = live->applied;
    // Rows that the new base does not have, and those that it has and nobody was told of.
    int64_t from = base->ids.last < applied ? base->ids.last : applied;
    if (!log_scan(data_log(reader), from, applied, false, take_row, &scan, err) ||
            !find_undone(reader, &scan, err)) {
        vec_free(&scan.rows);
        return false;
    }
    struct base *old_base = live->base;
    filter_moves filters = {0};
    filters_prepare(live, base, &filters);
    pthread_rwlock_wrlock(&live->lock);
    size_t n_old = live->states.n;
    struct state *old = live->states.v;
    memset(&live->states, 0, sizeof live->states);
    number_list touched = live->touched;
    memset(&live->touched, 0, sizeof live->touched);
    live->pending.n = live->pending_from = 0;
    bool odd = live->odd != 0;
    live->odd = 0;
    live->stale = false;
    states_reset(live, base);
    carry_over(live, old, n_old);
    filters_move(live, &filters, old, n_old, odd);
    board_move(live, old, n_old, odd);
    live->applied = from;
    take_rows(live, &scan, applied);
    for (size_t i = 0; i < touched.n; i++) {
        uint32_t slot = slot_of(live, old[touched.v[i]].number);
        if (slot != NO_INDEX)
            state_touch(live, slot);
    }
    pthread_rwlock_unlock(&live->lock);
    filters_moved(&filters);
    free(old);
    vec_free(&touched);
    vec_free(&scan.rows);
    base_return(old_base);
    app_wake(live->app, "standing-filters");
    app_wake(live->app, "standing-board");
    use(live);
    sweep_begin(live, CAUSE_START);
    return true;
}

static bool look_at_base(struct live *live, struct data *reader, struct err *err)
{
    pthread_mutex_lock(&live->mutex);
    struct base *next = live->next;
    live->next = NULL;
    pthread_mutex_unlock(&live->mutex);
    if (!next)
        return true;
    // One from before an odd row would not help.
    if (!take_over(live, reader, next, err)) {
        base_return(next);
        return false;
    }
    pthread_mutex_lock(&live->mutex);
    live->wanted = false;
    pthread_mutex_unlock(&live->mutex);
    return true;
}

bool rebase(struct app *app, struct data *reader, struct err *err)
{
    struct live *live = app_live(app);
    struct base *base;
    (void)reader;
    pthread_mutex_lock(&live->mutex);
    bool wanted = live->wanted && !live->next;
    pthread_mutex_unlock(&live->mutex);
    if (!wanted)
        return true;
    if (!base_open(app, false, &base, err))
        return false;
    pthread_mutex_lock(&live->mutex);
    live->next = base;
    pthread_mutex_unlock(&live->mutex);
    return true;
}

// One look at everything that may have changed.
static bool look(struct live *live, struct data *reader, struct err *err)
{
    int64_t now = app_now(live->app);
    if (!look_at_base(live, reader, err) || !look_at_model(live, reader, err) || !follow(live, reader, err))
        return false;
    if (!live->sweeping && now >= live->swept + HORIZON / 2)
        sweep_begin(live, CAUSE_START);
    take_due(live, now);
    take_pending(live);
    take_lazy(live);
    if (live->sweeping)
        sweep(live, 1);
    if ((live->touched.n || live->gone.n) && !settle(live, reader, err))
        return false;
    advance(live);
    return true;
}

static bool is_busy(const struct live *live)
{
    return live->sweeping || live->pending.n > 0 || live->lazy.n > 0 || live->touched.n > 0;
}

bool qualify(struct app *app, struct data *reader, struct err *err)
{
    struct live *live = app_live(app);
    if (!live->base && !standing_begin(live, reader, err))
        return false;
    while (!app_closing(app)) {
        if (!is_busy(live))
            app_follow(app, live->applied, WAIT_MS);
        if (!look(live, reader, err))
            return false;
    }
    return true;
}

bool live_tick(struct app *app, struct data *reader, struct err *err)
{
    struct live *live = app_live(app);
    if (!live->base && !standing_begin(live, reader, err))
        return false;
    do
        if (!look(live, reader, err) || !rebase(app, reader, err))
            return false;
    while (is_busy(live) || live->next || live->applied < app_follow(app, 0, 0));
    return true;
}
