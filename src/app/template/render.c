#include "app/template/render.h"

#include "app/person/language.h"
#include "app/setting/setting.h"
#include "base/json.h"

#include <stdio.h>

enum { MISSING_MAX = 100 };

struct rendering {
    struct scene scene;
    struct liquid_value values;
    struct layout_values held;
    bool html;
    struct str *missing;
    unsigned n_missing, depth;
};

static void miss(void *ctx, struct str path)
{
    struct rendering *r = ctx;
    for (unsigned i = 0; i < r->n_missing; i++)
        if (str_eq(r->missing[i], path))
            return;
    if (r->n_missing < MISSING_MAX)
        r->missing[r->n_missing++] = arena_str(r->scene.arena, path);
}

// What of a block is for this contact: the first variant that holds, else the fallback.
static struct str chosen(struct rendering *r, const struct block *block)
{
    struct json *variants;
    struct err err;
    if (!json_parse(r->scene.arena, block->variants, &variants, &err))
        return block->fallback;
    for (const struct json *j = variants->child; j; j = j->next)
        if (scene_holds(&r->scene, json_get_str(j, STR("when"))))
            return json_get_str(j, STR("body"));
    return block->fallback;
}

static bool fill(struct rendering *r, const char *field, struct str text, bool markup, struct str *ret,
        struct err *err)
{
    const struct liquid *program;
    struct buf out = {0};
    struct err why;
    struct liquid_options options = {.now = r->scene.of->at,
            .missing = miss,
            .missing_ctx = r,
            .depth = r->depth * 10,
            .escape = !markup   ? NULL
                      : r->html ? liquid_escape_html
                                : layout_hold,
            .escape_ctx = &r->held};
    bool ok = liquid_parse(r->scene.arena, text, &program, &why) &&
              liquid_render(program, r->scene.arena, r->values, &options, &out, &why);
    if (ok)
        *ret = arena_str(r->scene.arena, (struct str){out.p ? out.p : "", out.n});
    buf_free(&out);
    return ok || err_set(err, why.code, "%s: %s", field, why.message);
}

// `blocks.name`: rendered when it is asked for. A block that is wrong says nothing.
static bool find_block(void *ctx, struct arena *arena, struct str name, struct liquid_value *ret)
{
    struct rendering *r = ctx;
    struct block block;
    struct str text;
    struct err err;
    if (!block_at(data_store(r->scene.reader), arena, name, r->scene.of->at, &block, &err))
        return false;
    r->depth++;
    bool ok = fill(r, "block", chosen(r, &block), true, &text, &err);
    r->depth--;
    if (!ok)
        return false;
    *ret = liquid_text(text);
    ret->raw = true;
    return true;
}

// One line: what an address line or a list of mails can show.
static struct str one_line(struct arena *arena, struct str text)
{
    char *out = arena_alloc(arena, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        bool blank = (unsigned char)text.p[i] <= ' ' || text.p[i] == 0x7f;
        if (!blank)
            out[n++] = text.p[i];
        else if (n && out[n - 1] != ' ')
            out[n++] = ' ';
    }
    return (struct str){out, n && out[n - 1] == ' ' ? n - 1 : n};
}

bool render_make(struct app *app, struct data *reader, struct arena *arena, const struct template_text *text,
        const struct template_scene *of, struct rendered *ret, struct err *err)
{
    struct rendering *r = ARENA_NEW(arena, struct rendering);
    struct liquid_object *blocks = ARENA_NEW(arena, struct liquid_object);
    struct str subject, preheader, body;
    r->held.arena = arena;
    r->html = text->html;
    r->missing = ARENA_ARRAY(arena, struct str, MISSING_MAX);
    if (!scene_read(app, reader, arena, of, &r->scene, err))
        return false;
    *blocks = (struct liquid_object){.find = find_block, .ctx = r};
    r->values = scene_values(&r->scene, liquid_object(blocks));
    if (!fill(r, "subject", text->subject, false, &subject, err) ||
            !fill(r, "preheader", text->preheader, false, &preheader, err) ||
            !fill(r, "body", text->body, true, &body, err))
        return false;
    struct layout_body layout = {.body = body,
            .html = text->html,
            .values = text->html ? NULL : &r->held,
            .layout = text->layout,
            .language = setting_text(app, arena, "language"),
            .subject = one_line(arena, layout_told(arena, subject, &r->held)),
            .preheader = one_line(arena, layout_told(arena, preheader, &r->held)),
            .business_name = setting_text(app, arena, "business_name"),
            .business_address = setting_text(app, arena, "business_address"),
            .unsubscribe_url = of->unsubscribe_url,
            .preferences_url = of->preferences_url,
            .footer_language = person_language(r->scene.columns, setting_text(app, arena, "language"))};
    ret->subject = layout.subject;
    ret->preheader = layout.preheader;
    ret->missing = r->missing;
    ret->n_missing = r->n_missing;
    return layout_make(arena, &layout, &ret->mail, err);
}

bool template_render(struct app *app, struct data *reader, struct arena *arena,
        const struct template_text *text, const struct template_scene *scene, struct template_mail *ret,
        struct err *err)
{
    struct rendered made;
    if (!render_make(app, reader, arena, text, scene, &made, err))
        return false;
    *ret = (struct template_mail){.subject = made.subject,
            .html = made.mail.html,
            .text = made.mail.text,
            .missing = made.missing,
            .n_missing = made.n_missing};
    return true;
}
