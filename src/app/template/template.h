// Templates of mails: subject and body in Liquid (mail/liquid.h) and Markdown or HTML, in versions that never
// change, so that a mail can be shown as it was sent by rendering it again as of that moment.
#ifndef SLUICE_APP_TEMPLATE_TEMPLATE_H
#define SLUICE_APP_TEMPLATE_TEMPLATE_H

#include "app/app.h"

// What a mail is made of; all texts may hold Liquid.
struct template_text {
    struct str subject, preheader, body;
    bool html;         // body is HTML, else Markdown
    struct str layout; // "plain" (looks typed by a person) or "card" (logo, box, buttons)
};
bool template_read(struct store *store, struct arena *arena, struct str id, int64_t version /* 0: newest */,
        struct template_text *ret, int64_t *ret_version, struct err *err);

// For whom and from where.
struct template_scene {
    uint32_t contact; // 0: an invented one
    int64_t at;       // what is known of the contact as of this moment
    struct str sender_name, sender_address, campaign_name;
    struct str offer_code, offer_text; // empty: none
    int64_t offer_ends;                // 0: never
    struct str unsubscribe_url, preferences_url;
};
struct template_mail {
    struct str subject, html, text; // in arena
    struct str *missing;            // what the texts use and nothing is known of, "contact.company"
    unsigned n_missing;
};
// ERR_INPUT: the template is wrong, with its place.
bool template_render(struct app *app, struct data *reader, struct arena *arena,
        const struct template_text *text, const struct template_scene *scene, struct template_mail *ret,
        struct err *err);

#endif
