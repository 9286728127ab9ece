// The start: a base, the model, the rows behind the base, what was announced before, and a sweep.
#include "app/standing/board.h"
#include "app/standing/qualify.h"

struct filling {
    struct live *live;
    size_t n;
    announced_list others; // whose contact is another one's part now
};

static void fill_state(struct state *s, const struct announced *a)
{
    s->stage = a->stage;
    s->grade = a->grade;
    s->persona = a->persona;
    s->since = a->since;
    s->moved = a->moved;
}

static void take_announced(void *ctx, const struct announced *a)
{
    struct filling *f = ctx;
    uint32_t slot = slot_of(f->live, a->number);
    f->n++;
    if (slot != NO_INDEX && f->live->states.v[slot].number == a->number)
        fill_state(&f->live->states.v[slot], a);
    else
        vec_push(&f->others, *a);
}

static bool fill(struct live *live, struct data *reader, int64_t *ret_version, struct err *err)
{
    struct filling f = {.live = live};
    if (!announced_all(live, data_store(reader), take_announced, &f, ret_version, err)) {
        vec_free(&f.others);
        return false;
    }
    for (size_t i = 0; i < f.others.n; i++) {
        uint32_t slot = slot_of(live, f.others.v[i].number);
        vec_push(&live->gone, f.others.v[i].number);
        if (slot == NO_INDEX)
            vec_push(&live->vanished, f.others.v[i]);
        if (slot == NO_INDEX || live->states.v[slot].moved)
            continue;
        fill_state(&live->states.v[slot], &f.others.v[i]);
        live->states.v[slot].flags |= STATE_INHERITED;
        state_touch(live, slot);
    }
    vec_free(&f.others);
    // Of a store that was filled before the first start, or whose first start did not come to its end, only
    // the net changes are announced.
    live->first = f.n * 2 < live->states.n;
    return true;
}

// The rows behind the base, before anybody looks: a contact that only they know is there, too.
static bool follow_all(struct live *live, struct data *reader, struct err *err)
{
    int64_t last;
    bool ok = store_number(data_store(reader), "SELECT max(id) FROM event", 0, &last, err);
    while (ok && live->applied < last && !app_closing(live->app))
        ok = follow(live, reader, err);
    return ok;
}

bool standing_begin(struct live *live, struct data *reader, struct err *err)
{
    struct base *base;
    struct live_model *model;
    int64_t version;
    if (!base_open(live->app, true, &base, err))
        return false;
    if (!live_model_load(live, reader, &model, err)) {
        base_return(base);
        return false;
    }
    pthread_rwlock_wrlock(&live->lock);
    live->model = model;
    live->touched.n = live->gone.n = live->vanished.n = 0;
    states_reset(live, base);
    pthread_rwlock_unlock(&live->lock);
    bool ok = follow_all(live, reader, err);
    pthread_rwlock_wrlock(&live->lock);
    ok = ok && fill(live, reader, &version, err);
    pthread_rwlock_unlock(&live->lock);
    if (!ok) {
        pthread_rwlock_wrlock(&live->lock);
        live->base = NULL;
        live->model = NULL;
        pthread_rwlock_unlock(&live->lock);
        base_return(base);
        live_model_return(model);
        return false;
    }
    use(live);
    bool changed = version >= 0 && version != model->version;
    sweep_begin(live, changed ? CAUSE_MODEL : CAUSE_START);
    while (live->sweeping && !app_closing(live->app))
        sweep(live, 2);
    pthread_mutex_lock(&live->mutex);
    live->ready = true;
    pthread_mutex_unlock(&live->mutex);
    advance(live);
    board_begin(live);
    return !changed || announce_model(live, version, err);
}
