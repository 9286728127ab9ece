// GET /f/FORM.js: puts the form into the page that loads it, behind the script or into the element that its
// attribute data-into names.
#include "app/form/serve.h"

__asm__(".section .rodata\n"
        ".global sluice_form_js, sluice_form_js_end\n"
        "sluice_form_js:\n"
        ".incbin \"src/app/form/form.js\"\n"
        "sluice_form_js_end:\n"
        ".previous\n");
extern const char sluice_form_js[], sluice_form_js_end[];

struct str form_js(void)
{
    return (struct str){sluice_form_js, (uintptr_t)sluice_form_js_end - (uintptr_t)sluice_form_js};
}

static void put_js_string(struct buf *out, struct str text)
{
    size_t from = out->n;
    json_put_string(out, text);
    for (size_t i = from; i < out->n; i++) // "</script>" must not end a script that this is pasted into
        if (out->p[i] == '<') {
            static const char ESCAPE[] = "\\u003c";
            buf_room(out, sizeof ESCAPE);
            memmove(out->p + i + 6, out->p + i + 1, out->n - i - 1);
            memcpy(out->p + i, ESCAPE, 6);
            out->n += 5;
            i += 5;
        }
}

static const char BEFORE[] =
        "(function () {\n"
        "var script = document.currentScript, base = new URL(script.src).origin;\n"
        "var place = script.dataset.into && document.querySelector(script.dataset.into);\n"
        "if (!place) { place = document.createElement(\"div\"); script.after(place); }\n"
        "var shadow = place.attachShadow({ mode: \"open\" });\n";
static const char AFTER[] =
        "try { var sheet = new CSSStyleSheet(); sheet.replaceSync(css); shadow.adoptedStyleSheets = [sheet]; "
        "}\n"
        "catch (e) { var style = document.createElement(\"style\"); style.textContent = css; "
        "shadow.prepend(style); }\n"
        "var form = shadow.querySelector(\"form\");\n"
        "form.setAttribute(\"action\", base + form.getAttribute(\"action\"));\n"
        "form.setAttribute(\"data-start\", base + form.getAttribute(\"data-start\"));\n"
        "function add(name, value) { if (value) { var i = document.createElement(\"input\"); i.type = "
        "\"hidden\";"
        " i.name = name; i.value = value; form.appendChild(i); } }\n"
        "add(\"_page\", location.href);\n"
        "add(\"_referrer\", document.referrer);\n"
        "add(\"_visitor\", (document.cookie.match(/(?:^|; )sluice_id=([^;]*)/) || [])[1]);\n"
        "sluiceForm(form, { shadow: shadow, place: place });\n"
        "})();\n";

// The page's rules stand for the place's own element. Dark only where the page around it can be dark (the
// class is the script's), and never see-through: what is behind is not ours to know.
static struct str css_for_shadow(struct arena *arena)
{
    static const struct {
        struct str from, to;
    } RULES[] = {
            {{":root{color-scheme:light dark;", 30}, {":host(.dark){color-scheme:light dark}:host{", 43}},
            {{"(prefers-color-scheme:dark){:root{", 34}, {"(prefers-color-scheme:dark){:host(.dark){", 41}},
            {{":root{", 6}, {":host{", 6}},
            {{"\nbody{margin:0;background:var(--canvas);", 40}, {"\n.place{max-width:35rem;", 24}}};
    struct str css = look_css();
    struct buf out = {0};
    for (size_t i = 0; i < css.n;) {
        size_t k = 0, rules = sizeof RULES / sizeof *RULES;
        while (k < rules && !str_starts(str_sub(css, i, css.n), RULES[k].from))
            k++;
        if (k < rules)
            buf_put(&out, RULES[k].to);
        else
            buf_char(&out, css.p[i]);
        i += k < rules ? RULES[k].from.n : 1;
    }
    struct str text = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

bool form_script(struct request *r, struct str slug, struct err *err)
{
    struct serving *s = ARENA_NEW(r->arena, struct serving);
    struct buf html = {0};
    if (!serving_open(r, slug, s, err))
        return serving_missing(r, err);
    struct form_view view = serving_view(s);
    html_literal(&html, "<div class=\"place\"><div class=\"card\">");
    form_render(&html, &view);
    html_literal(&html, "</div></div>");
    if (!answer_machine(request_header(r, "User-Agent")) && str_eq(r->method, STR("GET")))
        form_count(request_app(r), s->form.id, false);
    response_type(r, "text/javascript; charset=utf-8");
    response_header(r, "Cache-Control", STR("no-store"));
    response_header(r, "Access-Control-Allow-Origin", STR("*"));
    response_header(r, "Cross-Origin-Resource-Policy", STR("cross-origin"));
    buf_put(r->out, STR(BEFORE));
    buf_put(r->out, STR("var css = "));
    put_js_string(r->out, css_for_shadow(r->arena));
    buf_put(r->out, STR(";\nshadow.innerHTML = "));
    put_js_string(r->out, buf_str(&html));
    buf_put(r->out, STR(";\n"));
    buf_put(r->out, form_js());
    buf_put(r->out, STR(AFTER));
    buf_free(&html);
    return true;
}
