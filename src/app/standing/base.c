// What is borrowed: a base of columns, a compiled model.
#include "app/standing/live_private.h"
#include "replay/cache.h"
#include "rules/model.h"

#include <stdlib.h>

bool base_open(struct app *app, bool stored, struct base **ret, struct err *err)
{
    struct base *base = mem_zero(1, sizeof *base);
    atomic_init(&base->refs, 1);
    bool ok = app_reader(app, &base->data, err) &&
              (!stored || data_columns_stored(base->data, &base->columns, err));
    if (ok && !base->columns)
        ok = data_columns(base->data, INT64_MAX, &base->columns, err);
    if (!ok) {
        base_return(base);
        return false;
    }
    if (!data_identifiers(base->data, &base->ids)) {
        base_return(base);
        return err_set(err, ERR_CORRUPT, "the columns do not know their identifiers");
    }
    data_rest(base->data); // opening has read all of it
    *ret = base;
    return true;
}

void base_return(struct base *base)
{
    if (!base || atomic_fetch_sub(&base->refs, 1) > 1)
        return;
    data_close(base->data);
    free(base);
}

void live_model_return(struct live_model *model)
{
    if (!model || atomic_fetch_sub(&model->refs, 1) > 1)
        return;
    arena_free(model->arena);
    free(model);
}

static uint16_t *names(
        struct live *live, struct arena *arena, const struct program *p, uint32_t n, unsigned kind)
{
    uint16_t *numbers = ARENA_ARRAY(arena, uint16_t, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        struct str name = kind == 0 ? p->stages[i].name : kind == 1 ? p->grade_names[i] : p->persona_names[i];
        numbers[i] = (uint16_t)map_intern(live->names, name);
    }
    return numbers;
}

static void know_names(struct live *live, struct live_model *model)
{
    const struct program *p = model->program;
    pthread_rwlock_wrlock(&live->lock);
    model->stages = names(live, model->arena, p, p->n_stages, 0);
    model->grades = names(live, model->arena, p, p->n_grade_names, 1);
    model->personas = names(live, model->arena, p, p->n_persona_names, 2);
    pthread_rwlock_unlock(&live->lock);
}

bool live_model_load(struct live *live, struct data *reader, struct live_model **ret, struct err *err)
{
    struct live_model *model = mem_zero(1, sizeof *model);
    struct data_model stored = {.text = STR("")};
    struct err why;
    atomic_init(&model->refs, 1);
    model->arena = arena_new();
    if (!data_model_active(reader, model->arena, &stored, &why) && why.code != ERR_NOT_FOUND) {
        *err = why;
        live_model_return(model);
        return false;
    }
    struct diagnostics *d = diagnostics_new(model->arena);
    model->program = model_compile(model->arena, STR("model"), stored.text, d);
    if (!model->program) {
        live_model_return(model);
        return err_set(err, ERR_INPUT, "the active model does not compile");
    }
    model->text = stored.text;
    model->version = stored.version;
    model->title = model->program->title.n ? model->program->title : stored.name;
    know_names(live, model);
    *ret = model;
    return true;
}
