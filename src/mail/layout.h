// A mail's body as people write it, Markdown or HTML, → HTML that mail programs show well (tables, inline
// styles, dark mode, narrow screens), and the text part. Pure and linear; any thread.
#ifndef SLUICE_MAIL_LAYOUT_H
#define SLUICE_MAIL_LAYOUT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum { LAYOUT_BODY_MAX = 512 << 10, LAYOUT_LINKS_MAX = 1000, LAYOUT_DEPTH_MAX = 100 };

// Texts from outside (names, what people typed) that stand in a body: marks of letters take their places in
// Markdown, so that nothing in them is taken for markup. For liquid_options.escape: layout_hold, ctx a struct
// layout_values. `struct layout_values v = {.arena = arena};`
struct layout_values {
    struct arena *arena;
    struct str *v;
    size_t n, cap;
};
void layout_hold(void *values, struct str value, struct buf *out);
// The text with its values in it, as plain text (subject lines, preheaders).
struct str layout_told(struct arena *arena, struct str text, const struct layout_values *values);

struct layout_body {
    struct str body;
    bool html;                          // else Markdown (GitHub's, without raw HTML)
    const struct layout_values *values; // NULL: none
    struct str layout;                  // "plain", "card"
    struct str language;                // "en", for the html element; empty: not said
    struct str subject;                 // the document's title
    struct str preheader;               // what lists of mails show behind the subject; empty: none
    // The footer. Empty ones are left out.
    struct str business_name, business_address; // several lines are fine
    struct str unsubscribe_url, preferences_url;
    struct str footer_language; // of its words: the reader's; empty: English
    struct str logo_url;        // of the card; empty: the business's name
    struct str color;           // of buttons and links, "#1a73e8"; empty or no such color: the layout's own
};

struct layout_link {
    struct str url, text; // as the reader gets it; text: its words, or the picture's alternative
    bool button, image;   // image: the address is that of a picture
    const char *problem;  // NULL, or what is wrong with it: "it has no address" …
};

struct layout_mail {
    struct str html, text; // in arena; html is a whole document
    const struct layout_link *links;
    size_t n_links; // of the body, in its order; the footer's own are not among them
};

// "plain" and "card"; NULL ends it.
extern const char *const LAYOUTS[];

// Nothing in a body is wrong: what must not be in a mail (scripts, forms, frames, addresses that are no
// https, http, mailto or tel) is left out. ERR_LIMIT: it is too large.
//
// A Markdown link [Book a call](https://… "button") becomes a button; so does <a class="button"> in HTML.
bool layout_make(
        struct arena *arena, const struct layout_body *body, struct layout_mail *ret, struct err *err);

// The words of the footer in a language ("de", "de-AT"); English for those that we do not speak.
struct layout_words {
    struct str language, unsubscribe, preferences;
};
const struct layout_words *layout_words(struct str language);

// What is wrong with the address of a link in a mail; NULL: nothing. No network.
const char *layout_link_problem(struct str url);

// Calls rewrite() for the address of every link (a href) of a finished document, in its order, and copies the
// document with what it returns: for click links. In arena.
struct str layout_relink(
        struct arena *arena, struct str html, struct str (*rewrite)(void *ctx, struct str url), void *ctx);

#endif
