// What is wrong with texts and conditions, before they are kept.
#include "app/template/private.h"

#include "app/model/store.h"
#include "mail/liquid.h"
#include "rules/model.h"

// Whether it is Liquid that can be read; else a problem with the place.
static bool readable(struct request *r, const char *field, struct str text)
{
    const struct liquid *program;
    struct err err;
    return liquid_parse(r->arena, text, &program, &err) || request_problem(r, 400, field, "%s", err.message);
}

bool template_check(struct request *r, const struct template_text *text)
{
    return readable(r, "subject", text->subject) && readable(r, "preheader", text->preheader) &&
           readable(r, "body", text->body);
}

bool block_check_body(struct request *r, const char *field, struct str body)
{
    return readable(r, field, body);
}

// A block's condition may say whatever an audience may.
bool block_check_condition(struct request *r, struct str when)
{
    struct err err;
    struct stored_model model;
    struct diagnostics *d = diagnostics_new(r->arena);
    if (!when.n)
        return request_problem(r, 400, "variants",
                "Each needs a condition; what is for all others is the "
                "fallback");
    if (str_starts(when, STR("grade is ")))
        return true;
    if (!model_active(data_store(request_data(r)), r->arena, &model, &err))
        return request_problem(r, 400, "variants", "%s", err.message);
    const struct program *base = model_compile(r->arena, model.name, model.text, diagnostics_new(r->arena));
    if (!base)
        return request_problem(r, 409, NULL, "the active model cannot be read");
    if (model_compile_filter(r->arena, base, model.text, when, d))
        return true;
    for (size_t i = 0; i < d->list.n; i++)
        if (d->list.v[i].severity == SEVERITY_ERROR)
            request_problem(r, 400, "variants", "%.*s: line %u, column %u: %.*s%s%.*s", STR_ARG(when),
                    d->list.v[i].line, d->list.v[i].column, STR_ARG(d->list.v[i].message),
                    d->list.v[i].suggestion.n ? "; " : "", STR_ARG(d->list.v[i].suggestion));
    return false;
}
