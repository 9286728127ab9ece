// The text of an HTML mail, as a person would read it: linear, never fails, whatever the markup is.
#ifndef SLUICE_MAIL_HTML_TEXT_H
#define SLUICE_MAIL_HTML_TEXT_H

#include "base/arena.h"

enum html_text_flags {
    HTML_TEXT_PLAIN = 0,
    HTML_TEXT_QUOTES = 1, // quoted mails (blockquote, gmail_quote, divRplyFwdMsg …) get "> " before each line
    HTML_TEXT_LINKS = 2, // the address of a link in < > behind its words, where they differ
};

enum { HTML_TEXT_MAX = 2 << 20, HTML_TEXT_DEPTH_MAX = 1000 }; // more is left out

// Paragraphs are apart by an empty line, lines end with \n; what is hidden by its style, scripts and comments
// is left out; entities are resolved. In arena, valid UTF-8 if html was.
struct str html_to_text(struct arena *arena, struct str html, unsigned flags);

#endif
