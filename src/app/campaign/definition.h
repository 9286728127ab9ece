// What a campaign does: its definition, JSON as the API takes it (docs/campaigns.md), checked and read.
#ifndef SLUICE_APP_CAMPAIGN_DEFINITION_H
#define SLUICE_APP_CAMPAIGN_DEFINITION_H

#include "app/app.h"
#include "base/json.h"

enum {
    STEPS_MAX = 200,
    VARIANTS_MAX = 10,
    STEP_ID_MAX = 40,
    STEP_WAIT_MAX = 3 * 366 * 86400, // seconds that a wait may last
    STEP_END = -1,                   // where a person goes who has no step left
};

enum step_kind {
    STEP_MAIL,
    STEP_WAIT,
    STEP_WAIT_UNTIL,
    STEP_WAIT_FOR,
    STEP_BRANCH,
    STEP_FACT,
    STEP_TAG,
    STEP_TASK,
    STEP_WEBHOOK,
    STEP_STOP,
};
#define STEP_KINDS "enum:mail|wait|wait_until|wait_for|branch|fact|tag|task|webhook|stop"

struct step {
    enum step_kind kind;
    struct str id;
    int64_t number; // as rows name it; 0: not looked up yet
    const struct json *json;
    int next, then, otherwise; // indices of steps, or STEP_END
    int64_t seconds;           // STEP_WAIT; STEP_WAIT_FOR: the time-out
    unsigned weekdays;         // STEP_WAIT_UNTIL: bit 0 Monday … bit 6 Sunday
    unsigned minute;           // STEP_WAIT_UNTIL: of the day
    unsigned n_variants;       // STEP_MAIL: 1 or more
};

enum again { AGAIN_NEVER, AGAIN_AFTER_LEAVING, AGAIN_ALWAYS };

struct definition {
    const struct json *json;
    struct str audience, entry_when, entry_event, goal, stop_when, topic; // STR_NONE: none
    enum again again;
    bool stop_reply, stop_unsubscribe;
    bool quiet;
    unsigned quiet_from, quiet_to; // minutes of the day
    unsigned cap_mails, cap_days;  // 0: none of its own
    int64_t start_at;              // 0: none
    struct step *steps;
    unsigned n_steps;
};

// Members of a campaign that make up its definition, NULL behind the last.
extern const char *const DEFINITION_MEMBERS[];

// Reads one. Wrong ones: the first thing that is wrong as field ("steps.2.event") and text in err
// (ERR_INPUT). Conditions are not looked into here.
bool definition_read(
        struct arena *arena, struct str text, struct definition *ret, char field[80], struct err *err);
// The text of a definition: what `change` says over what `before` (may be empty) said; steps get ids.
struct str definition_text(struct arena *arena, const struct json *before, const struct json *change);

// The variant's own text of a member ("subject"), else the step's.
struct str step_text(const struct step *step, unsigned variant, const char *member);
const struct json *step_variant(const struct step *step, unsigned variant);
const struct step *definition_step(const struct definition *d, struct str id); // NULL: none
// "09:30" as minutes of the day.
bool minute_parse(struct str text, unsigned *ret);

#endif
