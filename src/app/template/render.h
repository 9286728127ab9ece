// A template and a scene put together. Private to app/template.
#ifndef SLUICE_APP_TEMPLATE_RENDER_H
#define SLUICE_APP_TEMPLATE_RENDER_H

#include "app/template/scene.h"
#include "mail/layout.h"

struct rendered {
    struct str subject, preheader;
    struct layout_mail mail;
    struct str *missing;
    unsigned n_missing;
};
// ERR_INPUT: "body: line 1, column 2: …".
bool render_make(struct app *app, struct data *reader, struct arena *arena, const struct template_text *text,
        const struct template_scene *of, struct rendered *ret, struct err *err);

#endif
