#include "app/page/definition.h"

#include "app/form/definition.h"
#include "app/form/members.h"
#include "base/html.h"

static const char *const TYPES[] = {[BLOCK_TEXT] = "text",
        [BLOCK_HERO] = "hero",
        [BLOCK_FORM] = "form",
        [BLOCK_BUTTONS] = "buttons",
        [BLOCK_TESTIMONIALS] = "testimonials",
        [BLOCK_DOWNLOAD] = "download",
        NULL};

static bool href_fits(struct str href)
{
    return href.n && (href.p[0] == '#' || html_target(href) ||
                             (str_starts(href, STR("mailto:")) && str_eq(html_url(href), href)));
}

static void read_buttons(const struct members *m, struct block *block)
{
    static const char *const KNOWN[] = {"label", "href", "name", "plain", NULL};
    const struct json *item = members_list(m, "buttons", PAGE_ITEMS_MAX, &block->n_buttons);
    block->buttons = ARENA_ARRAY(m->arena, struct page_button, block->n_buttons);
    for (unsigned i = 0; i < block->n_buttons; i++, item = item->next) {
        struct members b = members_item(m, "buttons", i, item);
        struct page_button *button = &block->buttons[i];
        members_known(&b, KNOWN);
        button->label = members_text(&b, "label", PAGE_LABEL_MAX, true);
        button->href = members_text(&b, "href", 2000, true);
        button->name = members_text(&b, "name", 100, false);
        button->plain = members_flag(&b, "plain");
        if (button->href.n && !href_fits(button->href))
            members_problem(
                    &b, "href", "must be a whole https address, a path of this server, #form, or mailto:");
    }
}

static void read_testimonials(const struct members *m, struct block *block)
{
    static const char *const KNOWN[] = {"quote", "name", "role", NULL};
    const struct json *item = members_list(m, "items", PAGE_ITEMS_MAX, &block->n_items);
    block->items = ARENA_ARRAY(m->arena, struct testimonial, block->n_items);
    for (unsigned i = 0; i < block->n_items; i++, item = item->next) {
        struct members t = members_item(m, "items", i, item);
        members_known(&t, KNOWN);
        block->items[i] = (struct testimonial){.quote = members_text(&t, "quote", 2000, true),
                .name = members_text(&t, "name", PAGE_LABEL_MAX, true),
                .role = members_text(&t, "role", PAGE_LABEL_MAX, false)};
    }
}

static void read_block(const struct members *m, struct block *block)
{
    static const char *const KNOWN[][7] = {
            [BLOCK_TEXT] = {"type", "markdown", NULL},
            [BLOCK_HERO] = {"type", "title", "text", "buttons", NULL},
            [BLOCK_FORM] = {"type", "form", NULL},
            [BLOCK_BUTTONS] = {"type", "buttons", NULL},
            [BLOCK_TESTIMONIALS] = {"type", "title", "items", NULL},
            [BLOCK_DOWNLOAD] = {"type", "title", "text", "asset", "label", "form", NULL},
    };
    block->type = (enum block_type)members_word(m, "type", TYPES);
    members_known(m, KNOWN[block->type]);
    block->title = members_text(m, "title", PAGE_LABEL_MAX, block->type == BLOCK_HERO);
    block->text = members_text(m, "text", 2000, false);
    block->markdown = members_text(m, "markdown", PAGE_TEXT_MAX, block->type == BLOCK_TEXT);
    block->form = members_text(m, "form", 60, block->type == BLOCK_FORM);
    block->asset = members_text(m, "asset", 60, block->type == BLOCK_DOWNLOAD && !block->form.n);
    block->label = members_text(m, "label", PAGE_LABEL_MAX, block->type == BLOCK_DOWNLOAD);
    read_buttons(m, block);
    read_testimonials(m, block);
    if (block->type == BLOCK_BUTTONS && !block->n_buttons)
        members_problem(m, "buttons", "is missing");
    if (block->type == BLOCK_TESTIMONIALS && !block->n_items)
        members_problem(m, "items", "is missing");
}

static bool is_key(struct str key)
{
    for (size_t i = 0; i < key.n; i++)
        if ((unsigned char)key.p[i] <= 0x20 || (unsigned char)key.p[i] >= 0x7F)
            return false;
    return key.n > 0;
}

bool page_def_read(
        struct arena *arena, const struct json *json, struct page_def *ret, struct problems *problems)
{
    static const char *const KNOWN[] = {
            "language", "title", "description", "write_key", "listed", "blocks", NULL};
    struct members m = members_of(arena, problems, json);
    struct page_def def = {0};
    unsigned before = problems->n, n, forms = 0;
    members_known(&m, KNOWN);
    def.language = members_text(&m, "language", 12, false);
    if (!def.language.n)
        def.language = STR("en");
    def.title = members_text(&m, "title", PAGE_LABEL_MAX, true);
    def.description = members_text(&m, "description", 1000, false);
    def.write_key = members_text(&m, "write_key", 200, false);
    if (def.write_key.n && !is_key(def.write_key))
        members_problem(&m, "write_key", "is no key");
    def.listed = members_flag(&m, "listed");
    const struct json *item = members_list(&m, "blocks", PAGE_BLOCKS_MAX, &n);
    if (!n)
        members_problem(&m, "blocks", "is missing");
    def.blocks = ARENA_ARRAY(arena, struct block, n);
    for (unsigned i = 0; i < n; i++, item = item->next) {
        struct members b = members_item(&m, "blocks", i, item);
        read_block(&b, &def.blocks[i]);
        if (def.blocks[i].type == BLOCK_FORM && ++forms > 1)
            members_problem(&b, "type", "a page has one form at most");
        def.n_blocks = i + 1;
    }
    if (problems->n != before)
        return false;
    *ret = def;
    return true;
}
