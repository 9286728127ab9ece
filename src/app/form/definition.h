// A form as data: what it asks, what the answers mean, what a visitor agrees to, what happens afterwards.
// docs/forms.md describes the JSON.
#ifndef SLUICE_APP_FORM_DEFINITION_H
#define SLUICE_APP_FORM_DEFINITION_H

#include "app/form/problems.h"
#include "base/json.h"
#include "rules/cond.h"

enum field_type {
    FIELD_TEXT,
    FIELD_EMAIL,
    FIELD_PHONE,
    FIELD_SELECT,
    FIELD_CHECKBOX,
    FIELD_TEXTAREA,
    FIELD_NUMBER,
    FIELD_DATE,
    FIELD_HIDDEN,
};

enum {
    FORM_FIELDS_MAX = 50,
    FORM_OPTIONS_MAX = 200,
    FORM_CONSENTS_MAX = 10,
    FORM_LANGUAGES_MAX = 30,
    FORM_LABEL_MAX = 500,   // code points
    FORM_TEXT_MAX = 5000,   // code points, of introductions, thanks, consents
    FORM_VALUE_MAX = 10000, // code points, of one answer
    FORM_NAME_MAX = 40,
    FORM_DEFINITION_MAX = 256 << 10, // bytes
};

// What an answer says about a fact: "yes", "no" or nothing, and an amount.
struct fact_answer {
    struct str answer; // "yes", "no", or STR_NONE
    struct str amount; // a JSON number, or STR_NONE
};

struct form_option {
    struct str value, label;
    struct fact_answer means;
};

struct question {
    struct str name;
    enum field_type type;
    struct str label, help;
    struct str trait; // key it becomes; STR_NONE: none
    struct str fact;  // name of the fact it answers; STR_NONE: none
    struct form_option *options;
    unsigned n_options;
    struct fact_answer checked, unchecked; // of a check box with a fact
    unsigned max;                          // code points
    double least, most;                    // of a number; -INFINITY, INFINITY: none
    struct str value;                      // of a hidden field where nothing else says it
    struct str query;                      // parameter of the page's address that fills a hidden field
    bool required;
    bool once; // not asked again when the answer is known
};

// A box to tick, never ticked beforehand.
struct form_consent {
    struct str id, purpose, label, version;
    struct str list; // a subscription that comes with it; STR_NONE: none
    bool required;
};

enum disposable {
    DISPOSABLE_DEFAULT /* the setting says */,
    DISPOSABLE_SUSPECT,
    DISPOSABLE_ALLOW,
    DISPOSABLE_REFUSE
};

struct form_def {
    struct str language; // of the texts below
    struct str title, intro, submit;
    struct question *fields;
    unsigned n_fields;
    struct form_consent *consents;
    unsigned n_consents;
    struct str thanks_title, thanks, redirect, download;
    bool double_opt_in;
    struct str mailbox; // id of the one that the mail to confirm goes out by; STR_NONE: any
    enum disposable disposable;
    struct str *frames; // origins that may show it in a frame; "*": all
    unsigned n_frames;
    const struct json *translations; // language → texts
    struct str country; // of phone numbers without a country code: not of the definition, a setting
};

// Reads a definition; everything that is wrong with it goes to problems, with the path of the member
// ("fields[2].options"). false if there was any. Texts live in arena or in what json was read from.
bool form_def_read(
        struct arena *arena, const struct json *json, struct form_def *ret, struct problems *problems);
// The same form with its texts in another language where they are translated.
struct form_def form_def_translated(struct arena *arena, const struct form_def *def, struct str language);
// The language of the form that fits best what a browser accepts ("de-AT,de;q=0.9,en;q=0.5"); wanted (may be
// STR_NONE) goes before.
struct str form_def_language(const struct form_def *def, struct str wanted, struct str accepted);

const struct question *form_def_field(const struct form_def *def, struct str name);
// Whether it is the name of a field or the id of a consent.
bool form_def_has(const struct form_def *def, struct str name);
struct str field_type_word(enum field_type type);
// Names of fields: a letter, then letters, digits and _, small ones; ours begin with _.
bool form_name_fits(struct str name);
bool form_label_fits(struct str name); // a text in one line, not blank
// Addresses of forms and pages: small letters, digits, inner hyphens, at most 60.
bool form_slug_fits(struct str slug);

#endif
