// A page as HTML.
#include "app/page/serve.h"

#include "app/page/slice.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <stdlib.h>

__asm__(".section .rodata\n"
        ".global sluice_page_css, sluice_page_css_end\n"
        "sluice_page_css:\n"
        ".incbin \"src/app/page/page.css\"\n"
        "sluice_page_css_end:\n"
        ".previous\n");
extern const char sluice_page_css[], sluice_page_css_end[];

struct str page_css(void)
{
    return (struct str){sluice_page_css, (uintptr_t)sluice_page_css_end - (uintptr_t)sluice_page_css};
}

bool page_start(struct app *app, void **ret_state, struct err *err)
{
    (void)app;
    (void)ret_state;
    (void)err;
    cmark_gfm_core_extensions_ensure_registered(); // once, before there are threads
    return true;
}

void page_markdown(struct str text, struct buf *out)
{
    static const char *const EXTENSIONS[] = {"table", "strikethrough", "autolink"};
    int options = CMARK_OPT_VALIDATE_UTF8; // raw HTML and unsafe addresses are left out unless asked for
    cmark_parser *parser = cmark_parser_new(options);
    for (size_t i = 0; i < sizeof EXTENSIONS / sizeof *EXTENSIONS; i++) {
        cmark_syntax_extension *extension = cmark_find_syntax_extension(EXTENSIONS[i]);
        if (extension)
            cmark_parser_attach_syntax_extension(parser, extension);
    }
    cmark_parser_feed(parser, text.p ? text.p : "", text.n);
    cmark_node *document = cmark_parser_finish(parser);
    char *html = cmark_render_html(document, options, cmark_parser_get_syntax_extensions(parser));
    buf_put(out, str_of(html));
    free(html);
    cmark_node_free(document);
    cmark_parser_free(parser);
}

static void put_buttons(struct buf *out, const struct block *block)
{
    if (!block->n_buttons)
        return;
    html_literal(out, "<div class=\"buttons\">");
    for (unsigned i = 0; i < block->n_buttons; i++) {
        const struct page_button *button = &block->buttons[i];
        html_put(out, "<a class=\"$\" href=\"$\" data-sluice=\"$\">$</a>",
                button->plain ? STR("button plain") : STR("button"), html_url(button->href),
                button->name.n ? button->name : button->label, button->label);
    }
    html_literal(out, "</div>");
}

static void put_testimonials(struct buf *out, const struct block *block)
{
    html_literal(out, "<section class=\"said\">");
    if (block->title.n)
        html_put(out, "<h2>$</h2>", block->title);
    html_literal(out, "<ul>");
    for (unsigned i = 0; i < block->n_items; i++) {
        html_put(out, "<li><blockquote>$</blockquote><p class=\"who\">$", block->items[i].quote,
                block->items[i].name);
        if (block->items[i].role.n)
            html_put(out, "<span class=\"role\">$</span>", block->items[i].role);
        html_literal(out, "</p></li>");
    }
    html_literal(out, "</ul></section>");
}

static void put_hero(struct buf *out, const struct block *block)
{
    html_put(out, "<section class=\"hero\"><h1>$</h1>", block->title);
    if (block->text.n)
        html_put(out, "<p>$</p>", block->text);
    put_buttons(out, block);
    html_literal(out, "</section>");
}

// A gated asset is behind its form: on this page, or on a page of its own.
static void put_download(struct request *r, struct buf *out, const struct block *block, struct str form_here)
{
    struct str href = arena_printf(r->arena, "/d/%.*s", STR_ARG(block->asset));
    if (block->form.n)
        href = str_eq(block->form, form_here) ? STR("#form")
                                              : arena_printf(r->arena, "/f/%.*s", STR_ARG(block->form));
    html_literal(out, "<section><div class=\"card\">");
    if (block->title.n)
        html_put(out, "<h2 class=\"title\">$</h2>", block->title);
    if (block->text.n)
        html_put(out, "<p class=\"text\">$</p>", block->text);
    html_put(out, "<a class=\"button\" href=\"$\" data-sluice=\"$\">$</a></div></section>", html_url(href),
            block->label, block->label);
}

static void put_form(struct request *r, struct buf *out, const struct block *block, struct page_form *form)
{
    if (!form->s)
        return;
    struct form_view view = serving_view(form->s);
    view.second = true;
    view.action = arena_printf(r->arena, "/f/%.*s%s%.*s", STR_ARG(form->s->form.slug),
            r->query_string.n ? "?" : "", STR_ARG(r->query_string));
    view.referrer = request_header(r, "Referer");
    html_literal(out, "<section><div class=\"card\" id=\"form\">");
    form_render(out, &view);
    html_literal(out, "</div></section>");
    (void)block;
}

void page_render(struct request *r, const struct page_def *def, struct page_form *form, struct buf *out)
{
    struct str here = STR_NONE;
    for (unsigned i = 0; i < def->n_blocks; i++)
        if (def->blocks[i].type == BLOCK_FORM)
            here = def->blocks[i].form;
    for (unsigned i = 0; i < def->n_blocks; i++) {
        const struct block *block = &def->blocks[i];
        switch (block->type) {
        case BLOCK_TEXT:
            html_literal(out, "<section><div class=\"prose\">");
            page_markdown(block->markdown, out);
            html_literal(out, "</div></section>");
            break;
        case BLOCK_HERO:
            put_hero(out, block);
            break;
        case BLOCK_FORM:
            put_form(r, out, block, form);
            break;
        case BLOCK_BUTTONS:
            html_literal(out, "<section>");
            put_buttons(out, block);
            html_literal(out, "</section>");
            break;
        case BLOCK_TESTIMONIALS:
            put_testimonials(out, block);
            break;
        case BLOCK_DOWNLOAD:
            put_download(r, out, block, here);
            break;
        }
    }
}
