// A submission: what came with the answers, what is stored of it, what it says in the log.
#ifndef SLUICE_APP_FORM_SUBMISSION_H
#define SLUICE_APP_FORM_SUBMISSION_H

#include "app/form/answers.h"
#include "app/form/store.h"

enum submission_via { VIA_PAGE, VIA_SCRIPT, VIA_POST, VIA_JSON, VIA_HUBSPOT };

enum { CAMPAIGN_MAX = 24, CONTEXT_TEXT_MAX = 500 /* bytes of a campaign's word */, CONTEXT_URL_MAX = 2000 };

// Around the answers.
struct submission_context {
    enum submission_via via;
    struct str page, referrer, title;   // of the page that showed the form
    struct str language;                // that the visitor read
    struct str address;                 // hash of the IP address, as hex
    struct pair campaign[CAMPAIGN_MAX]; // "source" … as context.campaign has them
    struct pair clicks[CAMPAIGN_MAX];   // "gclid" …
    unsigned n_campaign, n_clicks;
};
// Reads utm_* and click ids; those already there stay.
void context_campaign(struct arena *arena, struct submission_context *context, const struct pairs *query);

struct submission {
    struct str id, form, state;
    int64_t version; // of the form
    int64_t time;
    int64_t confirmed;                  // 0: not
    struct str user_id;                 // STR_NONE: nobody known by name, or not in the log
    struct str visitor;                 // anonymousId; STR_NONE: none
    struct str answers;                 // JSON: names of fields and consents with what was answered
    struct str context;                 // JSON
    unsigned points;                    // of suspicion
    struct str reasons;                 // JSON: list of words
    struct str address, content, token; // hashes; token may be STR_NONE
};

bool submission_insert(struct store *store, const struct submission *s, struct err *err);
// Sets state, user_id and confirmed of the row with this id.
bool submission_update(struct store *store, const struct submission *s, struct err *err);
bool submission_find(
        struct store *store, struct arena *arena, struct str id, struct submission *ret, struct err *err);
// Those of a form, newest first: before an id (STR_NONE: from the start), of a state (STR_NONE: all).
bool submission_page(struct store *store, struct arena *arena, struct str form, struct str state,
        struct str before, unsigned limit, void (*visit)(void *ctx, const struct submission *s), void *ctx,
        struct err *err);

// Number of the contact that it belongs to, once its messages are appended; 0: nobody known by name.
bool submission_contact(struct writing *w, const struct submission *s, uint32_t *ret, struct err *err);

enum { FORM_RATE_SECONDS = 600 }; // how far back the sender's past is looked at

// Submissions to a form from an address (its hash) since a time.
bool submission_count(struct store *store, struct str form, struct str address, int64_t since, int64_t *ret,
        struct err *err);
// What has been seen of the sender and the same answers, before this one.
struct submission_past {
    int64_t from_address; // of this form, within ten minutes
    bool token_used;
    struct str same; // id of a submission with the same answers within ten minutes; STR_NONE
};
bool submission_past(struct store *store, struct arena *arena, const struct submission *s,
        struct submission_past *ret, struct err *err);

// JSON of answers and context, and back.
void answers_write(const struct answers *answers, const struct form_def *def, struct buf *out);
void context_write(const struct submission_context *context, struct buf *out);
bool context_read(struct arena *arena, struct str json, struct submission_context *ret, struct err *err);
struct str via_word(enum submission_via via);

// The messages of a submission, each a JSON object: who (traits), form.submitted, facts, and, unless the
// address is still to be confirmed, consents and subscriptions. phase: both for a form without double
// opt-in.
enum { PHASE_SUBMIT = 1, PHASE_CONFIRM = 2 };
struct messages {
    struct str list[2 * FORM_FIELDS_MAX + 2 * FORM_CONSENTS_MAX + 3];
    unsigned n;
};
void submission_messages(struct arena *arena, const struct form *form, const struct form_def *def,
        const struct submission *s, const struct submission_context *context, const struct answers *answers,
        unsigned phase, int64_t time, struct messages *ret);

#endif
