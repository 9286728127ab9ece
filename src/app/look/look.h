// The frame of every page that visitors see: head, style, policy. Pages bring no request but their own.
#ifndef SLUICE_APP_LOOK_LOOK_H
#define SLUICE_APP_LOOK_LOOK_H

#include "base/html.h"
#include "http/request.h"

struct look {
    struct str language, title;
    struct str description;  // STR_NONE: none
    struct str script;       // inline; STR_NONE: none
    struct str style;        // further style of ours; STR_NONE: none
    struct str tracker;      // the tag of the tracker's script, as markup; STR_NONE: none
    struct str form_targets; // further origins that forms may end at (a redirect); STR_NONE: none
    struct str frames;       // frame-ancestors; STR_NONE: 'none'
    bool framed;             // shown in somebody's page: no margins
    bool wide;               // a page, not a card
    bool listed;             // search engines may keep it
};

// Sets type and policy of the answer and writes everything up to <main>.
void look_begin(struct request *r, const struct look *look);
void look_end(struct request *r, const struct look *look);
// A page that says one thing: title and text, in the visitor's language.
void look_message(struct request *r, int status, struct str language, struct str title, struct str text,
        bool framed, struct str frames);

struct str look_css(void); // built in

#endif
