#include "app/look/look.h"

__asm__(".section .rodata\n"
        ".global sluice_look_css, sluice_look_css_end\n"
        "sluice_look_css:\n"
        ".incbin \"src/app/look/look.css\"\n"
        "sluice_look_css_end:\n"
        ".previous\n");
extern const char sluice_look_css[], sluice_look_css_end[];

struct str look_css(void)
{
    return (struct str){sluice_look_css, (uintptr_t)sluice_look_css_end - (uintptr_t)sluice_look_css};
}

static struct str style_of(struct request *r, const struct look *look)
{
    return look->style.n ? arena_printf(r->arena, "%.*s%.*s", STR_ARG(look_css()), STR_ARG(look->style))
                         : look_css();
}

static void policy(struct request *r, const struct look *look, struct str style)
{
    struct str script = look->script.n ? html_hash_source(r->arena, look->script) : STR_NONE;
    struct str csp = arena_printf(r->arena,
            "default-src 'none'; style-src %.*s; img-src 'self' data:; form-action 'self'%s%.*s;"
            " frame-ancestors %.*s; base-uri 'none'",
            STR_ARG(html_hash_source(r->arena, style)), look->form_targets.n ? " " : "",
            STR_ARG(look->form_targets), STR_ARG(look->frames.n ? look->frames : STR("'none'")));
    if (script.n || look->tracker.n)
        csp = arena_printf(r->arena, "%.*s; connect-src 'self'; script-src%s%.*s%s", STR_ARG(csp),
                script.n ? " " : "", STR_ARG(script), look->tracker.n ? " 'self'" : "");
    response_type(r, "text/html; charset=utf-8");
    response_header(r, "Content-Security-Policy", csp);
    response_header(r, "X-Content-Type-Options", STR("nosniff"));
    response_header(r, "Referrer-Policy", STR("strict-origin-when-cross-origin"));
}

void look_begin(struct request *r, const struct look *look)
{
    struct buf *out = r->out;
    struct str style = style_of(r, look);
    policy(r, look, style);
    html_put(out,
            "<!doctype html>\n<html lang=\"$\"><head><meta charset=\"utf-8\">"
            "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
            "<meta name=\"color-scheme\" content=\"light dark\"><title>$</title>",
            look->language, look->title);
    if (!look->listed)
        html_literal(out, "<meta name=\"robots\" content=\"noindex\">");
    if (look->description.n)
        html_put(out, "<meta name=\"description\" content=\"$\">", look->description);
    html_literal(out, "<link rel=\"icon\" href=\"data:,\"><style>");
    buf_put(out, style);
    html_literal(out, "</style></head><body");
    if (look->framed)
        html_literal(out, " class=\"framed\"");
    if (look->wide)
        html_literal(out, " class=\"wide\"");
    html_literal(out, "><main>");
    if (!look->wide)
        html_literal(out, "<div class=\"card\">");
}

void look_end(struct request *r, const struct look *look)
{
    struct buf *out = r->out;
    if (!look->wide)
        html_literal(out, "</div>");
    html_literal(out, "</main>");
    if (look->script.n) {
        html_literal(out, "<script>");
        buf_put(out, look->script);
        html_literal(out, "</script>");
    }
    buf_put(out, look->tracker);
    html_literal(out, "</body></html>\n");
}

void look_message(struct request *r, int status, struct str language, struct str title, struct str text,
        bool framed, struct str frames)
{
    struct look look = {.language = language, .title = title, .framed = framed, .frames = frames};
    response_status(r, status);
    look_begin(r, &look);
    html_put(r->out, "<h1>$</h1><p class=\"text\">$</p>", title, text);
    look_end(r, &look);
}
