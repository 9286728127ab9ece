// A page as data: blocks from top to bottom. docs/forms.md describes the JSON.
#ifndef SLUICE_APP_PAGE_DEFINITION_H
#define SLUICE_APP_PAGE_DEFINITION_H

#include "app/form/problems.h"
#include "base/json.h"

enum block_type { BLOCK_TEXT, BLOCK_HERO, BLOCK_FORM, BLOCK_BUTTONS, BLOCK_TESTIMONIALS, BLOCK_DOWNLOAD };

enum {
    PAGE_BLOCKS_MAX = 50,
    PAGE_ITEMS_MAX = 20,
    PAGE_TEXT_MAX = 50000, // code points of Markdown
    PAGE_LABEL_MAX = 300,
    PAGE_DEFINITION_MAX = 512 << 10,
};

// A button: where it leads and what its click is called in the log.
struct page_button {
    struct str label, href, name;
    bool plain; // not filled
};

struct testimonial {
    struct str quote, name, role;
};

struct block {
    enum block_type type;
    struct str title, text;      // hero, testimonials, download
    struct str markdown;         // text
    struct str form;             // form, download: slug or id
    struct str asset, label;     // download
    struct page_button *buttons; // hero, buttons
    struct testimonial *items;
    unsigned n_buttons, n_items;
};

struct page_def {
    struct str language, title, description;
    struct str write_key; // of the tracker; STR_NONE: no tracker
    bool listed;          // search engines may keep it
    struct block *blocks;
    unsigned n_blocks;
};

// As form_def_read.
bool page_def_read(
        struct arena *arena, const struct json *json, struct page_def *ret, struct problems *problems);

#endif
