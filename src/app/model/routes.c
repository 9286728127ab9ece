#include "app/model/routes.h"

#include "app/listing.h"
#include "app/model/check.h"
#include "app/model/store.h"
#include "app/user/principal.h"
#include "base/datetime.h"
#include "rules/model.h"

#include <stdio.h>

enum { MODEL_TEXT_MAX = 1 << 20 }; // code points

// The title that stands in the text, else what it is called.
static struct str title_of(struct arena *arena, const struct stored_model *model)
{
    const struct program *program = model_compile(arena, model->name, model->text, diagnostics_new(arena));
    return program && program->title.n ? program->title : model->name;
}

static void put_model(struct arena *arena, const struct stored_model *model, bool with_text, struct buf *out)
{
    char time[DATETIME_SIZE];
    buf_put(out, STR("{\"id\":"));
    json_put_string(out, model->id);
    buf_printf(out, ",\"version\":%lld,\"title\":", (long long)model->version);
    json_put_string(out, title_of(arena, model));
    buf_put(out, STR(",\"name\":"));
    json_put_string(out, model->name);
    buf_put(out, STR(",\"note\":"));
    json_put_string(out, model->note);
    buf_printf(out, ",\"state\":\"%s\",\"added\":",
            model->active     ? "active"
            : model->archived ? "archived"
                              : "candidate");
    json_put_string(out, datetime_format(model->added, time));
    if (with_text) {
        buf_put(out, STR(",\"text\":"));
        json_put_string(out, model->text);
    }
    buf_char(out, '}');
}

struct gathering {
    struct listing *list;
    struct arena *arena;
};

static void gather(void *ctx, const struct stored_model *model)
{
    struct gathering *g = ctx;
    struct buf item = {0};
    put_model(g->arena, model, false, &item);
    listing_add(g->list, model->id, buf_str(&item));
    buf_free(&item);
}

static bool list_models(struct request *r, struct err *err)
{
    struct gathering g = {.arena = r->arena};
    return listing_new(r, "-version", &g.list, err) &&
           model_list(data_store(request_data(r)), gather, &g, err) && listing_end(g.list, err);
}

static bool find(struct request *r, struct stored_model *ret, struct err *err)
{
    return model_find(data_store(request_data(r)), r->arena, request_param(r, "id"), ret, err);
}

static bool get_model(struct request *r, struct err *err)
{
    struct stored_model model;
    const struct principal *who = request_principal(r);
    if (!find(r, &model, err))
        return false;
    put_model(r->arena, &model, true, r->out);
    if (who && who->session.n) // a person looks at it, and may edit it next
        app_wake(request_app(r), "preview.open");
    return true;
}

// A text that does not compile is refused with every error.
static const struct program *compile(struct request *r, struct str text, struct err *err)
{
    struct diagnostics *d = diagnostics_new(r->arena);
    const struct program *program = model_compile(r->arena, STR("text"), text, d);
    for (size_t i = 0; !program && i < d->list.n; i++) {
        const struct diagnostic *one = &d->list.v[i];
        if (one->severity == SEVERITY_ERROR)
            request_problem(r, 400, "text", "line %u, column %u: %.*s%s%.*s", one->line, one->column,
                    STR_ARG(one->message), one->suggestion.n ? "; " : "", STR_ARG(one->suggestion));
    }
    if (!program)
        err_set(err, ERR_INPUT, "the model has %u error%s", d->errors, d->errors == 1 ? "" : "s");
    return program;
}

static void put_summary(const void *thing, struct buf *out)
{
    const struct stored_model *model = thing;
    buf_printf(out, "{\"version\":%lld,\"name\":", (long long)model->version);
    json_put_string(out, model->name);
    buf_put(out, STR(",\"note\":"));
    json_put_string(out, model->note);
    buf_printf(out, ",\"active\":%s,\"archived\":%s}", model->active ? "true" : "false",
            model->archived ? "true" : "false");
}

// Writes the audit line of a change, commits, and answers with the model as it is now.
static bool conclude(struct request *r, struct writing *w, const char *action,
        const struct stored_model *before, int64_t version, struct err *err)
{
    struct stored_model after;
    char number[24];
    int n = snprintf(number, sizeof number, "%lld", (long long)version);
    bool ok = model_find(w->store, r->arena, (struct str){number, (size_t)n}, &after, err);
    ok = ok && audit_change(w, request_principal(r), action, after.id, put_summary, before, &after, err);
    struct app *app = w->app;
    if (!writing_end(w, ok, err))
        return false;
    app_publish(app, "model", after.id);
    put_model(r->arena, &after, true, r->out);
    return true;
}

static bool add_model(struct request *r, struct err *err)
{
    struct str text = json_get_str(r->json, STR("text")), name = json_get_str(r->json, STR("name"));
    struct str note = json_get_str(r->json, STR("note"));
    struct writing *w;
    int64_t version;
    const struct program *program = compile(r, text, err);
    if (!program || !writing_begin(request_app(r), &w, err))
        return false;
    if (!name.n)
        name = program->title.n ? program->title : STR("unnamed");
    if (!model_insert(w->store, text, name, note.p ? note : STR(""), false, w->now, &version, err)) {
        writing_abort(w);
        return false;
    }
    return conclude(r, w, "model.add", NULL, version, err);
}

static bool change_model(struct request *r, struct err *err)
{
    struct stored_model model;
    struct writing *w;
    if (!find(r, &model, err))
        return false;
    const struct json *name = json_get(r->json, STR("name")), *note = json_get(r->json, STR("note")),
                      *archived = json_get(r->json, STR("archived"));
    bool hide = archived ? archived->kind == JSON_TRUE : model.archived;
    if (hide && model.active)
        return err_set(err, ERR_CONFLICT, "the active model cannot be archived: activate another one first");
    if (!writing_begin(request_app(r), &w, err))
        return false;
    if (!model_describe(w->store, model.version, name ? name->text : model.name,
                note ? note->text : model.note, hide, err)) {
        writing_abort(w);
        return false;
    }
    return conclude(r, w, "model.change", &model, model.version, err);
}

static bool activate_model(struct request *r, struct err *err)
{
    struct stored_model model;
    struct writing *w;
    if (!find(r, &model, err) || !writing_begin(request_app(r), &w, err))
        return false;
    if (!model_activate(w->store, model.version, err)) {
        writing_abort(w);
        return false;
    }
    return conclude(r, w, "model.activate", &model, model.version, err);
}

static const struct member MODEL_MEMBERS[] = {
        {"id", "text", "UUID", true, 0},
        {"version", "integer", "Counts the models of this business from 1", true, 0},
        {"title", "text", "The title that stands in the text, else the name", true, 0},
        {"name", "text", "What it is called, or the file it came from", true, 0},
        {"note", "text", "Why it was made", true, 0},
        {"state", "enum:active|candidate|archived", "One model is active", true, 0},
        {"added", "time", "When it was added", true, 0},
        {"text", "text", "The definition, in the model language; not in lists", false, MODEL_TEXT_MAX},
        {0},
};

static const struct member MODELS_MEMBERS[] = {
        {"items", "[Model]", "The models, newest first", true, 0},
        {"next", "text?", "Pass it as `after` for the next page; null on the last one", true, 0},
        {0},
};

static const struct member NEW_MODEL_MEMBERS[] = {
        {"text", "text", "The definition, in the model language", true, MODEL_TEXT_MAX},
        {"name", "text", "What to call it; its title if it is left out", false, 200},
        {"note", "text", "Why it was made", false, 0},
        {0},
};

static const struct member MODEL_CHANGE_MEMBERS[] = {
        {"name", "text", "What to call it", false, 200},
        {"note", "text", "Why it was made", false, 0},
        {"archived", "flag", "Archived models are left out of what is offered", false, 0},
        {0},
};

static const struct member CHECK_MEMBERS[] = {
        {"text", "text", "A definition, finished or not", true, MODEL_TEXT_MAX},
        {0},
};

static const struct member DIAGNOSTIC_MEMBERS[] = {
        {"severity", "enum:error|warning", "A model with an error cannot be used", true, 0},
        {"line", "integer", "From 1", true, 0},
        {"column", "integer", "From 1, in characters", true, 0},
        {"length", "integer", "Of what stands there, in characters; at least 1", true, 0},
        {"message", "text", "What is wrong, and what was expected", true, 0},
        {"suggestion", "text?", "What may have been meant", true, 0},
        {0},
};

// What else there is depends on its kind: docs/models.md, "As a tree".
static const struct member STATEMENT_MEMBERS[] = {
        {"kind", "enum:model|about|half-life|trait|signal|fact|persona|points|stage|grade", "Its keyword",
                true, 0},
        {"name", "text?", "What it declares; of `model` and `about` the text", true, MODEL_TEXT_MAX},
        {"line", "integer", "From 1", true, 0},
        {"column", "integer", "From 1, in characters", true, 0},
        {"end_line", "integer", "Where it ends", true, 0},
        {"end_column", "integer", "Behind its last character", true, 0},
        {"from", "integer", "The same place in bytes of the text", true, 0},
        {"to", "integer", "Behind its last byte", true, 0},
        {"ok", "flag", "It could be read; else only its name is known", true, 0},
        {0},
};

static const struct member EXPRESSIONS_MEMBERS[] = {
        {"text", "text", "One condition", false, 0},
        {"texts", "[text]", "Or several", false, EXPRESSIONS_MAX},
        {0},
};

static const struct member EXPRESSION_MEMBERS[] = {
        {"text", "text", "As it was sent", true, 0},
        {"ok", "flag", "It can be used as a filter", true, 0},
        {"canonical", "text?", "The canonical form; null if it cannot be read", true, MODEL_TEXT_MAX},
        {"tree", "object?", "As a tree (docs/models.md); null if it cannot be read", true, 0},
        {"problems", "[Diagnostic]", "Errors and warnings, by line", true, 0},
        {0},
};

static const struct member CHECKED_EXPRESSIONS_MEMBERS[] = {
        {"items", "[CheckedExpression]", "In the order of the texts", true, EXPRESSIONS_MAX},
        {0},
};

static const struct member STAGE_NAME_MEMBERS[] = {
        {"name", "text", "As conditions call it", true, 0},
        {"label", "text", "As people read it", true, 0},
        {0},
};

static const struct member CHECKED_MEMBERS[] = {
        {"ok", "flag", "It can be used", true, 0},
        {"diagnostics", "[Diagnostic]", "Errors and warnings, by line", true, 0},
        {"statements", "[Statement]", "What it says, statement by statement", true, MODEL_TEXT_MAX},
        {"formatted", "text?", "The canonical form; null for a text that cannot be read", true,
                MODEL_TEXT_MAX},
        {"title", "text", "Its title, or empty", true, 0},
        {"stages", "[StageName]", "In order", true, 0},
        {"grades", "[text]", "Names", true, 0},
        {"personas", "[text]", "Names", true, 0},
        {"facts", "[text]", "Names, the built-in ones first", true, 0},
        {"traits", "[text]", "Names, the built-in ones first", true, 0},
        {0},
};

static const struct schema SCHEMAS[] = {
        {"Model", "A definition of stages, grades, scores and personas", MODEL_MEMBERS, false},
        {"Models", "A page of models", MODELS_MEMBERS, false},
        {"NewModel", "A model to add", NEW_MODEL_MEMBERS, false},
        {"ModelChange", "What to change of a model; its text never changes", MODEL_CHANGE_MEMBERS, false},
        {"ModelText", "A text to check", CHECK_MEMBERS, false},
        {"Diagnostic", "What is wrong with a model's text, and where", DIAGNOSTIC_MEMBERS, false},
        {"Statement", "A statement of a model, with its conditions as trees", STATEMENT_MEMBERS, true},
        {"Expressions", "Conditions to check", EXPRESSIONS_MEMBERS, false},
        {"CheckedExpression", "What a condition says, or what is wrong with it", EXPRESSION_MEMBERS, false},
        {"CheckedExpressions", "Conditions that were checked", CHECKED_EXPRESSIONS_MEMBERS, false},
        {"StageName", "A stage's name and label", STAGE_NAME_MEMBERS, false},
        {"CheckedModel", "What a text says, or what is wrong with it", CHECKED_MEMBERS, false},
        {0},
};

static const struct member LIST_PARAMETERS[] = {LIST_QUERY, {0}};

static const struct route ROUTES[] = {
        {.method = "GET",
                .path = "/api/models",
                .summary = "Lists the models",
                .right = "model.read",
                .query = LIST_PARAMETERS,
                .answer = "Models",
                .handle = list_models},
        {.method = "POST",
                .path = "/api/models",
                .summary = "Adds a model as a candidate",
                .right = "model.write",
                .body = "NewModel",
                .answer = "Model",
                .status = 201,
                .max_body = 4 << 20,
                .handle = add_model},
        {.method = "POST",
                .path = "/api/models/check",
                .summary = "Checks a model's text without keeping it",
                .right = "model.read",
                .body = "ModelText",
                .answer = "CheckedModel",
                .max_body = 4 << 20,
                .handle = model_check_text},
        {.method = "POST",
                .path = "/api/expressions/check",
                .summary = "Checks conditions, such as filters of contacts, against the active model",
                .right = "contact.read",
                .body = "Expressions",
                .answer = "CheckedExpressions",
                .max_body = 4 << 20,
                .handle = model_check_expressions},
        {.method = "GET",
                .path = "/api/models/{id}",
                .summary = "A model with its text, by id or version",
                .right = "model.read",
                .answer = "Model",
                .handle = get_model},
        {.method = "PATCH",
                .path = "/api/models/{id}",
                .summary = "Renames a model, notes something about it, archives it",
                .right = "model.write",
                .body = "ModelChange",
                .answer = "Model",
                .handle = change_model},
        {.method = "POST",
                .path = "/api/models/{id}/activate",
                .summary = "Makes it the active model: standings move to it",
                .right = "model.write",
                .answer = "Model",
                .handle = activate_model},
        {0},
};

const struct routes MODEL_ROUTES = {"Models", ROUTES, SCHEMAS};
