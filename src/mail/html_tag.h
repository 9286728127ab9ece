// The tags of an HTML mail, as far as its text needs them.
#ifndef SLUICE_MAIL_HTML_TAG_H
#define SLUICE_MAIL_HTML_TAG_H

#include "base/str.h"

enum html_tag {
    TAG_OTHER,
    TAG_INLINE, // span, font, b, …: regions may be in it, else nothing
    TAG_A,
    TAG_BLOCK, // a line of its own
    TAG_DIV,
    TAG_PARAGRAPH, // empty lines around it
    TAG_BLOCKQUOTE,
    TAG_TABLE,
    TAG_ROW,
    TAG_CELL,
    TAG_ITEM,
    TAG_BR,
    TAG_HR,
    TAG_PRE,
    TAG_SKIPPED, // script, style, title: what is in it is no text
    TAG_COUNT,
};

struct html_token {
    enum html_tag tag;
    bool closing;
    struct str name;       // as written
    struct str attributes; // all of them, as written
};

// The tag (or comment, or declaration) at s.p[at], a "<": returns the place behind it, or at if it is none.
size_t html_token(struct str s, size_t at, struct html_token *ret);
// The value of an attribute as written, without quotes; STR_NONE: it has none of that name.
struct str html_attribute(struct str attributes, const char *name);

#endif
