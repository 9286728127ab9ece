#include "app/standing/everybody.h"

#include "app/standing/select.h"

#include <stdlib.h>

enum { READY_MS = 20000, CHUNK = 2048 };

struct rest {
    struct base *base;
    uint8_t *skip;     // [the base's contacts]
    number_list slots; // whom the base does not tell all of
};

static void look(struct live *live, struct rest *rest)
{
    pthread_rwlock_rdlock(&live->lock);
    rest->base = base_borrow(live->base);
    uint32_t n_base = rest->base->columns->n_contacts;
    rest->skip = mem_zero((size_t)n_base + 1, 1);
    for (uint32_t slot = 0; slot < live->states.n; slot++) {
        const struct state *s = &live->states.v[slot];
        bool absorbed = s->flags & STATE_ABSORBED, other = slot >= n_base || s->rows || s->parts;
        if (slot < n_base)
            rest->skip[slot] = absorbed || other;
        if (!absorbed && other)
            vec_push(&rest->slots, slot);
    }
    pthread_rwlock_unlock(&live->lock);
}

static bool visit_some(struct live *live, struct data *reader, const struct rest *rest, size_t from, size_t n,
        bool (*visit)(void *ctx, const struct columns *columns, const uint8_t *skip, struct err *err),
        void *ctx, struct err *err)
{
    struct plan plan;
    struct columns *columns;
    pthread_rwlock_rdlock(&live->lock);
    bool same = live->base == rest->base;
    if (same) {
        plan_begin(&plan, live);
        for (size_t i = 0; i < n; i++)
            plan_add(&plan, live, rest->slots.v[from + i]);
    }
    pthread_rwlock_unlock(&live->lock);
    if (!same)
        return select_stale(err);
    bool ok = gather(&plan, data_log(reader), NULL, INT64_MAX, &columns, err);
    if (ok) {
        ok = visit(ctx, columns, NULL, err);
        columns_free(columns);
    }
    plan_free(&plan);
    return ok;
}

bool live_everybody(struct live *live, struct data *reader,
        bool (*visit)(void *ctx, const struct columns *columns, const uint8_t *skip, struct err *err),
        void *ctx, struct err *err)
{
    struct rest rest = {0};
    if (!live_ready(live, READY_MS, err))
        return false;
    look(live, &rest);
    bool ok = visit(ctx, rest.base->columns, rest.skip, err);
    data_rest(rest.base->data);
    for (size_t i = 0; ok && i < rest.slots.n; i += CHUNK)
        ok = visit_some(
                live, reader, &rest, i, rest.slots.n - i > CHUNK ? CHUNK : rest.slots.n - i, visit, ctx, err);
    base_return(rest.base);
    vec_free(&rest.slots);
    free(rest.skip);
    return ok;
}
