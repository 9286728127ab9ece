#include "app/standing/waiting.h"

#include "app/standing/live_private.h"

enum { READY_MS = 20000 };

static void look(const struct state *s, uint16_t hot, const struct waiting_query *q)
{
    const struct marks *m = &s->marks;
    if (m->wrote && m->wrote >= q->since)
        q->visit(q->ctx, &(struct waiting){WAITING_ANSWER, s->number, m->wrote, m->wrote_row});
    if (hot && s->grade == hot && m->graded && m->graded >= q->since && m->reached < m->graded)
        q->visit(q->ctx, &(struct waiting){WAITING_HOT, s->number, m->graded, 0});
    if (m->deal && m->lived <= q->rot && m->lived >= q->since)
        q->visit(q->ctx, &(struct waiting){WAITING_DEAL, s->number, m->lived, 0});
}

bool live_waiting(struct live *live, const struct waiting_query *q, struct err *err)
{
    if (!live_ready(live, READY_MS, err))
        return false;
    pthread_rwlock_rdlock(&live->lock);
    uint16_t hot = live->model->program->n_grade_names ? live->model->grades[0] : 0;
    for (size_t slot = 0; slot < live->states.n; slot++)
        if (!(live->states.v[slot].flags & STATE_ABSORBED))
            look(&live->states.v[slot], hot, q);
    pthread_rwlock_unlock(&live->lock);
    return true;
}
