#include "app/study/study.h"

#include "app/model/store.h"
#include "app/report/keep.h"
#include "app/standing/live.h"
#include "base/datetime.h"
#include "rules/model.h"

bool study_moment(struct request *r, struct str at, struct study *study, struct err *err)
{
    study->at = r->now;
    if (!at.n || datetime_parse(at, &study->at))
        return true;
    (void)err;
    return request_problem(r, 400, "at", "a time like 2026-03-01T10:00:00Z is expected");
}

static bool room(struct request *r, const struct study *study)
{
    return study->n < STUDY_MODELS_MAX ||
           request_problem(r, 400, "models", "at most %d models at once", STUDY_MODELS_MAX);
}

static bool take(struct request *r, struct study *study, struct str id, struct str name, struct str text,
        const char *member)
{
    struct diagnostics *d = diagnostics_new(r->arena);
    if (!room(r, study))
        return false;
    const struct program *program = model_compile(r->arena, name, text, d);
    for (size_t i = 0; !program && i < d->list.n; i++)
        if (d->list.v[i].severity == SEVERITY_ERROR)
            request_problem(r, 400, member, "line %u, column %u: %.*s", d->list.v[i].line,
                    d->list.v[i].column, STR_ARG(d->list.v[i].message));
    if (!program)
        return false;
    study->models[study->n++] = (struct study_model){id, program->title.n ? program->title : name, program};
    return true;
}

bool study_add_active(struct request *r, struct study *study, struct err *err)
{
    struct stored_model model;
    return model_active(data_store(request_data(r)), r->arena, &model, err) &&
           take(r, study, model.id, model.name, model.text, NULL);
}

bool study_add_stored(struct request *r, struct str id, struct study *study, struct err *err)
{
    struct stored_model model;
    return model_find(data_store(request_data(r)), r->arena, id, &model, err) &&
           take(r, study, model.id, model.name, model.text, NULL);
}

bool study_add_text(
        struct request *r, struct str text, const char *member, struct study *study, struct err *err)
{
    (void)err;
    return take(r, study, STR(""), STR("draft"), text, member);
}

bool study_add_all(struct request *r, const struct json *models, struct study *study, struct err *err)
{
    unsigned i = 0;
    for (const struct json *m = models ? models->child : NULL; m; m = m->next, i++) {
        struct str id = json_get_str(m, STR("id")), text = json_get_str(m, STR("text"));
        const char *member = arena_printf(r->arena, "models[%u]", i).p;
        if ((id.p != NULL) == (text.p != NULL))
            return request_problem(r, 400, member, "either `id` or `text` is expected");
        if (id.p ? !study_add_stored(r, id, study, err) : !study_add_text(r, text, member, study, err))
            return false;
    }
    return study->n > 0 || request_problem(r, 400, "models", "at least one model is expected");
}

struct work {
    struct study *study;
    void (*work)(void *ctx);
    void *ctx;
};

static bool with_columns(void *ctx, const struct columns *columns, struct err *err)
{
    struct work *work = ctx;
    (void)err;
    work->study->columns = columns;
    work->work(work->ctx);
    work->study->columns = NULL;
    return true;
}

bool study_run(struct request *r, struct study *study, void (*work)(void *ctx), void *ctx, struct err *err)
{
    struct work w = {study, work, ctx};
    const struct columns *columns;
    if (study->at >= r->now)
        return live_past(app_live(request_app(r)), INT64_MAX, with_columns, &w, err);
    return keep_columns(r, study->at, &columns, err) && with_columns(&w, columns, err);
}
