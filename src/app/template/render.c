#include "app/template/private.h"

bool template_render(struct app *app, struct data *reader, struct arena *arena,
        const struct template_text *text, const struct template_scene *scene, struct template_mail *ret,
        struct err *err)
{
    (void)app, (void)reader, (void)arena, (void)scene, (void)err;
    *ret = (struct template_mail){.subject = text->subject, .html = text->body, .text = text->body};
    return true;
}
