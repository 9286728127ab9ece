// What a visitor sent, against what the form asks: cleaned, checked, all at once.
#ifndef SLUICE_APP_FORM_ANSWERS_H
#define SLUICE_APP_FORM_ANSWERS_H

#include "app/form/definition.h"
#include "app/form/words.h"
#include "http/uri.h"

enum { FORM_PAIRS_MAX = 200 };

// What was sent, whatever the way: the last value of a name counts.
struct pairs {
    struct pair list[FORM_PAIRS_MAX];
    unsigned n;
};
// Further pairs are left out, also those whose name is longer than 100 bytes.
void pairs_add(struct pairs *pairs, struct str name, struct str value);
struct str pairs_get(const struct pairs *pairs, struct str name); // STR_NONE: it was not sent
// Parameters of an address, or a form's body, as uri_text() reads them: one odd sign must not cost the
// others.
void pairs_of_query(struct arena *arena, struct pairs *pairs, struct str query);
// Members of a JSON object as pairs: texts, numbers, true as "yes", false and null as "".
void pairs_of_json(struct arena *arena, struct pairs *pairs, const struct json *object);
// A number of JSON as people would write it: in 1.250 the point is no thousands'.
struct str number_typed(struct arena *arena, struct str number);

struct given {
    const struct question *field;
    struct str typed; // as sent
    struct str value; // cleaned; empty: none, or one with a problem. Of a check box "yes" or ""
    const struct form_option *option; // of a select
};

struct answers {
    struct given *given; // [def->n_fields]
    bool *agreed;        // [def->n_consents]
    unsigned n;
    struct str email, phone; // first of each kind, normalised
};

// Reads and checks; problems' fields are the names of fields and consents, their messages the visitor's
// words. known(ctx, field): the field is known already and was not asked; may be NULL. query: parameters of
// the page's address, for hidden fields.
void answers_read(struct arena *arena, const struct form_def *def, const struct words *words,
        const struct pairs *sent, const struct pairs *query, const bool *known, struct answers *ret,
        struct problems *problems);

// Hash of all that was answered, to recognise the same sent twice. Where nothing says who it is, two people
// may well say the same: then the sender (the page's token, the browser) counts, too.
void answers_hash(
        const struct answers *answers, const struct form_def *def, struct str sender, uint8_t out[16]);

// The usual form of an address, a phone number; false if it is none.
bool answer_email(struct arena *arena, struct str text, struct str *ret);
bool answer_phone(struct arena *arena, struct str text, struct str country, struct str *ret);
bool answer_disposable(struct str email);   // of a throw-away provider
bool answer_machine(struct str user_agent); // a crawler's, a library's

#endif
