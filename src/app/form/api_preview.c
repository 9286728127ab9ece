// POST /api/forms/preview: a draft as visitors would see it.
#include "app/form/api.h"

#include "app/setting/setting.h"

void form_preview_answer(struct request *r)
{
    struct str page = arena_str(r->arena, buf_str(r->out));
    r->out->n = 0;
    buf_put(r->out, STR("{\"html\":"));
    json_put_string(r->out, page);
    buf_char(r->out, '}');
    response_type(r, "application/json");
}

bool form_api_preview(struct request *r, struct err *err)
{
    struct form form = {.id = STR(""), .slug = STR("")};
    struct form_def def;
    struct problems *problems = problems_new(r->arena);
    if (!form_def_read(r->arena, json_get(r->json, STR("definition")), &def, problems)) {
        for (unsigned i = 0; i < problems->n; i++)
            request_problem(r, 400,
                    arena_printf(r->arena, "definition.%.*s", STR_ARG(problems->list[i].field)).p, "%.*s",
                    STR_ARG(problems->list[i].message));
        return err_set(err, ERR_INPUT, "the form cannot be shown");
    }
    struct str language = form_def_language(&def, json_get_str(r->json, STR("language")), STR_NONE);
    def = form_def_translated(r->arena, &def, language);
    def.country = setting_text(request_app(r), r->arena, "country");
    struct look look = {.language = def.language, .title = def.title};
    struct form_view view = {.form = &form,
            .def = &def,
            .words = words_in(def.language),
            .action = STR("#"),
            .start = STR("#")};
    look_begin(r, &look);
    form_render(r->out, &view);
    look_end(r, &look);
    form_preview_answer(r);
    return true;
}
