// Which contacts a condition of the model language holds for: the base's by chunks of its columns, the others
// from histories of their own.
#include "app/standing/select.h"

#include "rules/model.h"

#include <stdlib.h>

enum { CHUNK_CONTACTS = 1 << 16, CHUNK_GATHERED = 2048 };

bool filter_compile(struct live_model *model, struct arena *arena, struct str filter,
        const struct program **ret, struct err *err)
{
    struct diagnostics *d = diagnostics_new(arena);
    *ret = model_compile_filter(arena, model->program, model->text, filter, d);
    if (*ret)
        return true;
    for (size_t i = 0; i < d->list.n; i++) {
        const struct diagnostic *first = &d->list.v[i];
        if (first->severity == SEVERITY_ERROR)
            return err_set(err, ERR_INPUT, "filter, line %u, column %u: %.*s%s%.*s", first->line,
                    first->column, STR_ARG(first->message), first->suggestion.n ? " — " : "",
                    STR_ARG(first->suggestion));
    }
    return err_set(err, ERR_INPUT, "the filter cannot be understood");
}

// What of a contact's standing a condition asks.
enum { ASKS_STANDING = 1 /* stage, persona */, ASKS_MORE = 2 /* score, what stages were reached */ };

static unsigned asks(const struct program *p, const struct expr *e)
{
    unsigned what = 0;
    for (uint32_t i = 0; i < e->n_children; i++)
        what |= asks(p, e->children[i]);
    if (e->op == EXPR_IS || e->op == EXPR_PERSONA)
        what |= ASKS_STANDING;
    if (e->op == EXPR_SCORE || e->op == EXPR_REACHED || e->op == EXPR_IN_FOR)
        what |= ASKS_MORE;
    if (e->op == EXPR_FACT && p->facts[e->index].rule)
        what |= asks(p, p->facts[e->index].rule);
    return what;
}

// Stages and personas are not asked here: whom the clock moves is touched.
bool select_by_clock(const struct program *p, const struct expr *e)
{
    if (e->window.kind == WINDOW_WITHIN || e->op == EXPR_SILENT || e->op == EXPR_IN_FOR ||
            e->op == EXPR_SCORE ||
            (e->op == EXPR_FACT && p->facts[e->index].rule && select_by_clock(p, p->facts[e->index].rule)))
        return true;
    for (uint32_t i = 0; i < e->n_children; i++)
        if (select_by_clock(p, e->children[i]))
            return true;
    return false;
}

bool select_stale(struct err *err)
{
    return err_set(err, ERR_BUSY, "the histories were just renewed: try again");
}

// Stages and personas as they stand, for conditions that ask no more.
static bool known_standings(struct live *live, const struct selecting *sel, uint32_t from, uint32_t n,
        struct standing *out, struct err *err)
{
    const struct program *p = sel->model->program;
    pthread_rwlock_rdlock(&live->lock);
    bool same = live->base == sel->base && live->model == sel->model;
    for (uint32_t i = 0; same && i < n; i++) {
        const struct state *s = &live->states.v[from + i];
        out[i] = (struct standing){.stage = NO_INDEX, .persona = NO_INDEX, .grade = NO_INDEX};
        for (uint32_t k = 0; k < p->n_stages; k++)
            if (sel->model->stages[k] == s->stage)
                out[i].stage = k;
        for (uint32_t k = 0; k < p->n_persona_names; k++)
            if (sel->model->personas[k] == s->persona)
                out[i].persona = k;
    }
    pthread_rwlock_unlock(&live->lock);
    return same || select_stale(err);
}

static bool select_chunk(struct live *live, const struct selecting *s, uint32_t from, uint32_t to,
        uint8_t *holds, struct err *err)
{
    struct columns view = columns_view(s->base->columns, from, to);
    unsigned what = asks(s->program, s->program->filter);
    struct replay_options options = {.at = s->at, .threads = s->threads, .standings = true};
    struct replay_result known = {0};
    bool ok = true;
    if (what & ASKS_MORE) {
        replay_run(s->program, &view, &options, &known);
        for (uint32_t i = 0; i < view.n_contacts; i++)
            holds[i] = known.exists[i] && known.standings[i].filter;
    } else {
        known.standings = what ? mem_alloc((size_t)view.n_contacts * sizeof *known.standings) : NULL;
        ok = !what || known_standings(live, s, from, view.n_contacts, known.standings, err);
        if (ok)
            replay_filter(s->program, &view, &options, &known, holds);
    }
    replay_result_free(&known);
    return ok;
}

bool select_gathered(struct live *live, struct log *log, const struct selecting *s, const uint32_t *slots,
        size_t n, uint8_t *holds, struct err *err)
{
    struct arena *arena = arena_new();
    struct plan plan;
    struct columns *columns;
    struct replay_result result;
    pthread_rwlock_rdlock(&live->lock);
    bool ok = live->base == s->base || select_stale(err);
    if (ok) {
        plan_begin(&plan, live);
        for (size_t i = 0; i < n; i++)
            plan_add(&plan, live, slots[i]);
    }
    pthread_rwlock_unlock(&live->lock);
    if (ok) {
        ok = gather(&plan, log, &s->used, INT64_MAX, &columns, err);
        if (ok) {
            uint32_t *index = gathered_index(&plan, columns, arena);
            replay_run(s->program, columns,
                    &(struct replay_options){.at = s->at, .threads = 1, .standings = true}, &result);
            for (size_t i = 0; i < n; i++)
                holds[i] =
                        index[i] != NO_INDEX && result.exists[index[i]] && result.standings[index[i]].filter;
            replay_result_free(&result);
            columns_free(columns);
        }
        plan_free(&plan);
    }
    arena_free(arena);
    return ok;
}

// Slots that the base does not tell all of.
static void others(struct live *live, uint32_t n, number_list *out)
{
    pthread_rwlock_rdlock(&live->lock);
    uint32_t n_base = live->base->columns->n_contacts;
    for (uint32_t slot = 0; slot < n && slot < live->states.n; slot++) {
        const struct state *s = &live->states.v[slot];
        if (!(s->flags & STATE_ABSORBED) && (slot >= n_base || s->rows || s->parts))
            vec_push(out, slot);
    }
    pthread_rwlock_unlock(&live->lock);
}

bool select_all(struct live *live, struct log *log, const struct selecting *s, uint32_t n, uint8_t *holds,
        struct err *err)
{
    uint32_t base = s->base->columns->n_contacts;
    number_list rest = {0};
    uint8_t part[CHUNK_GATHERED];
    bool ok = n >= base || select_stale(err);
    memset(holds, 0, n);
    for (uint32_t from = 0; ok && from < base; from += CHUNK_CONTACTS)
        ok = select_chunk(live, s, from, base - from > CHUNK_CONTACTS ? from + CHUNK_CONTACTS : base,
                holds + from, err);
    others(live, n, &rest);
    for (size_t i = 0; ok && i < rest.n; i += CHUNK_GATHERED) {
        size_t some = rest.n - i > CHUNK_GATHERED ? CHUNK_GATHERED : rest.n - i;
        ok = select_gathered(live, log, s, rest.v + i, some, part, err);
        for (size_t k = 0; ok && k < some; k++)
            holds[rest.v[i + k]] = part[k];
    }
    vec_free(&rest);
    return ok;
}
