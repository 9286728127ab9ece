// Sweeps over everybody, a part at a time: for what the clock brings until the next one, and after a change
// of the model.
#include "app/standing/heap.h"
#include "app/standing/marks.h"
#include "app/standing/qualify.h"

#include <stdlib.h>

enum {
    SWEEP_CONTACTS = 1 << 15,
};

void sweep_begin(struct live *live, enum cause cause)
{
    live->swept = app_now(live->app);
    live->sweeping = true;
    live->sweep_next = 0;
    live->lazy.n = 0;
    live->sweep_cause = cause;
    live->due.n = 0;
}

// Whom the base does not tell all of. After a change of the model nothing but the model moves them.
static void sweep_later(struct live *live, uint32_t slot)
{
    struct state *s = &live->states.v[slot];
    if (live->sweep_cause != CAUSE_MODEL)
        vec_push(&live->lazy, slot);
    else if (!(s->flags & STATE_PENDING)) {
        s->flags |= STATE_PENDING | STATE_BY_MODEL;
        vec_push(&live->pending, slot);
    }
}

static void sweep_contact(
        struct live *live, uint32_t slot, const struct announced *now, const struct marks *marks)
{
    struct state *s = &live->states.v[slot];
    if (s->flags & STATE_ABSORBED)
        return;
    if (s->rows || s->parts) { // the base does not tell all of it
        sweep_later(live, slot);
        return;
    }
    if (!same_standing(s, now) && !(s->flags & STATE_PENDING)) {
        s->flags |= STATE_PENDING | (live->sweep_cause == CAUSE_MODEL ? STATE_BY_MODEL : 0);
        vec_push(&live->pending, slot);
    }
    s->stage = now->stage;
    s->grade = now->grade;
    s->persona = now->persona;
    s->since = now->since;
    s->score = now->score;
    s->marks = *marks;
}

// Of all contacts of the columns; free().
static struct marks *find_marks(const struct columns *c, const struct replay_result *ahead, int64_t now)
{
    struct marks *marks = mem_alloc(((size_t)c->n_contacts + 1) * sizeof *marks);
    uint8_t *classes = marks_classes(c);
    for (uint32_t i = 0; i < c->n_contacts; i++)
        marks[i] = marks_of(c, classes, i, now);
    free(classes);
    for (size_t i = 0; i < ahead->transitions.n; i++) {
        const struct transition *t = &ahead->transitions.v[i];
        int64_t at = c->epoch + step_time(t->step);
        if (t->kind == CHANGE_GRADE && at <= now)
            marks[t->contact].graded = clamped(at);
    }
    return marks;
}

static void sweep_due(
        struct live *live, const struct columns *c, const struct replay_result *ahead, int64_t now)
{
    uint32_t last = NO_INDEX;
    for (uint32_t i = 0; i < c->n_contacts; i++) { // who begins to be there
        int64_t first = c->epoch + c->time[c->off[i]];
        if (first > now && first <= now + HORIZON)
            heap_push(&live->due, (struct due){first, c->owner[i]});
    }
    for (size_t i = 0; i < ahead->transitions.n; i++) {
        const struct transition *t = &ahead->transitions.v[i];
        int64_t at = c->epoch + step_time(t->step);
        if (at <= now || t->contact == last)
            continue;
        last = t->contact;
        heap_push(&live->due, (struct due){at, c->owner[t->contact]});
    }
}

static void sweep_base(struct live *live, uint32_t from, uint32_t to, int64_t now, unsigned threads)
{
    struct columns view = columns_view(live->base->columns, from, to);
    struct replay_result result, ahead;
    replay_run(live->model->program, &view,
            &(struct replay_options){.at = now, .threads = threads, .standings = true}, &result);
    replay_run(live->model->program, &view,
            &(struct replay_options){.at = now + HORIZON, .threads = threads, .transitions = true}, &ahead);
    struct marks *marks = find_marks(&view, &ahead, now);
    pthread_rwlock_wrlock(&live->lock);
    for (uint32_t i = 0; i < view.n_contacts; i++) {
        struct announced a = standing_now(live->model, &view, &result, i);
        sweep_contact(live, from + i, &a, &marks[i]);
    }
    pthread_rwlock_unlock(&live->lock);
    free(marks);
    sweep_due(live, &view, &ahead, now);
    replay_result_free(&result);
    replay_result_free(&ahead);
}

// A part of the sweep: enough for the figures, not so much that rows wait for it.
void sweep(struct live *live, unsigned threads)
{
    uint32_t from = live->sweep_next, base = live->base->columns->n_contacts;
    uint32_t to = base - from > SWEEP_CONTACTS ? from + SWEEP_CONTACTS : base;
    if (from < to)
        sweep_base(live, from, to, app_now(live->app), threads);
    live->sweep_next = to;
    if (to < base)
        return;
    pthread_rwlock_wrlock(&live->lock);
    for (uint32_t slot = base; slot < live->states.n; slot++)
        if (!(live->states.v[slot].flags & STATE_ABSORBED))
            sweep_later(live, slot);
    pthread_rwlock_unlock(&live->lock);
    live->sweep_next = NO_INDEX;
    live->sweeping = false;
    data_rest(live->base->data);
}
