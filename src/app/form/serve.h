// What visitors get and send: shared by the page, the post, the script, HubSpot's form.
#ifndef SLUICE_APP_FORM_SERVE_H
#define SLUICE_APP_FORM_SERVE_H

#include "app/form/render.h"
#include "app/form/submit.h"
#include "app/look/look.h"

struct serving {
    struct request *r;
    struct form form;
    struct form_def def; // in the visitor's language
    const struct words *words;
    struct pairs query;
    bool framed;
    struct str frames;  // frame-ancestors
    struct str person;  // userId of a signed link
    struct str visitor; // anonymousId
    bool *known;        // [def.n_fields], or NULL
    bool again;         // not the first page that they see: how long they need for it says nothing
};

// The form that the path names, if it is published, and who asks in which language. ERR_NOT_FOUND.
bool serving_open(struct request *r, struct str name, struct serving *ret, struct err *err);
// Which questions need no asking, into s->known.
bool serving_known(struct serving *s, struct err *err);
// A page that says that there is nothing (or what else err says); returns true.
bool serving_missing(struct request *r, const struct err *err);
// The visitor's language, of those of a text that is not a form's.
struct str serving_language(struct request *r);

// Says that this form was shown at this version. seconds: how long ago it is to have been.
struct str serving_token(struct serving *s, enum token_kind kind, int64_t seconds);
// What the visitor saw counts, not what the form became meanwhile: the definition at the token's version.
bool serving_version(struct serving *s, struct str token, struct err *err);
// The view of the form to fill in, with a new token.
struct form_view serving_view(struct serving *s);
void serving_page(struct serving *s, const struct form_view *view, int status);
struct look serving_look(struct serving *s, struct str title);
// An anonymousId, or STR_NONE for what is none.
struct str serving_visitor(struct str id);
// Where a submission leads: our thank-you page, or the form's redirect.
struct str serving_after(struct serving *s, struct str submission);
// Address of a download for whoever submitted; STR_NONE: there is none, or not yet.
struct str serving_download(
        struct request *r, const struct form_def *def, struct str state, struct str submission);
// "https://host" of this server as the request names it.
struct str serving_origin(struct request *r);

struct str form_js(void); // what pages with forms run; built in

// Handlers.
bool form_get(struct request *r, struct err *err); // also the script: {form} ends with .js
bool form_post(struct request *r, struct err *err);
bool form_preflight(struct request *r, struct err *err);
bool form_started(struct request *r, struct err *err);
bool form_thanks(struct request *r, struct err *err);
bool form_confirm_get(struct request *r, struct err *err);
bool form_confirm_post(struct request *r, struct err *err);
bool form_hubspot(struct request *r, struct err *err);
bool form_script(struct request *r, struct str slug, struct err *err);

// Fills what a submission has in common whatever its way.
void serving_input(struct serving *s, const struct pairs *sent, struct submit_input *ret);
bool serving_trusted(struct request *r); // came with a key
// Answers with JSON: what became of it. problems are the request's.
bool serving_json(struct serving *s, const struct submit_result *result);

#endif
