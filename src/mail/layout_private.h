// Shared by the files of the layout.
#ifndef SLUICE_MAIL_LAYOUT_PRIVATE_H
#define SLUICE_MAIL_LAYOUT_PRIVATE_H

#include "mail/layout.h"

// What a body becomes.
struct layout_made {
    struct buf html; // styled
    struct str text; // in arena
    struct layout_link *links;
    size_t n_links;
    bool whole; // the body was a document of its own, and is one now
};
// A body in HTML: styles, buttons, what must not be left out. whole: it begins as a document does.
void layout_body_make(struct arena *arena, struct str body, const struct layout_body *options,
        const char *color, struct layout_made *ret);

// The color of links and buttons, checked; and one that can be read on it.
const char *layout_color(struct arena *arena, struct str wanted);
const char *layout_color_on(const char *color);

// --- layout_markup.c: tags and texts, one after another

struct markup_attribute {
    struct str name, value; // value: as written
};
struct markup_piece {
    enum { MARKUP_END, MARKUP_TEXT, MARKUP_OPEN, MARKUP_CLOSE, MARKUP_COMMENT } kind;
    struct str whole, name; // name: lower case, in arena
    struct markup_attribute attributes[30];
    unsigned n;
};
// From *at, which moves.
void markup_piece(struct arena *arena, struct str html, size_t *at, struct markup_piece *ret);
struct str markup_attribute(const struct markup_piece *piece, const char *name); // STR_NONE: not there
// Entities resolved, values put in their places; in arena. ret_held (may be NULL): a value was in it.
struct str markup_text(struct arena *arena, struct str escaped, const struct layout_values *values);

// --- layout_text.c: the text part

struct layout_text;
struct layout_text *layout_text_new(struct arena *arena);
void layout_text_put(struct layout_text *t, struct str text);  // white space is one blank
void layout_text_break(struct layout_text *t, unsigned lines); // 1: a new line, 2: an empty one before
void layout_text_line(struct layout_text *t, struct str line); // as it is
// What begins each line from now on; what it was before is given back by the counterpart.
void layout_text_indent(struct layout_text *t, struct str first, struct str rest);
void layout_text_outdent(struct layout_text *t);
void layout_text_keep(struct layout_text *t, bool keep); // pre: white space stays
size_t layout_text_here(const struct layout_text *t);
struct str layout_text_since(const struct layout_text *t, size_t here);
struct str layout_text_end(struct layout_text *t); // in arena

#endif
