// A form as HTML. The same markup stands on the hosted page, in a frame, in a landing page, and in what the
// script puts into somebody's page.
#ifndef SLUICE_APP_FORM_RENDER_H
#define SLUICE_APP_FORM_RENDER_H

#include "app/form/answers.h"
#include "app/form/store.h"

struct form_view {
    const struct form *form;
    const struct form_def *def; // in the visitor's language
    const struct words *words;
    struct str action;               // address to send to, with the query of the page
    struct str start;                // address that counts a start
    struct str token, visitor, page; // hidden fields; STR_NONE: left out
    struct str referrer, person;
    const struct answers *answers;   // what was typed, or NULL
    const struct problems *problems; // what is wrong with it, or NULL
    const struct pairs *query;       // of the page's address, for hidden fields
    const bool *known;               // [n_fields] left out, or NULL
    unsigned bits;                   // of the proof of work
    bool second;                     // on a page that has a heading of its own
};

void form_render(struct buf *out, const struct form_view *view);
// What was answered, to look over, with buttons to send and to change it.
void form_render_check(
        struct buf *out, const struct form_view *view, const struct pairs *sent, struct str checked);
// "2 answers need another look".
struct str form_errors_title(struct arena *arena, const struct words *words, unsigned n);

#endif
