// Answers of people, as events say them, and what is remembered between composing a mail and handing it over.
// Within this slice.
#ifndef SLUICE_APP_CAMPAIGN_AHEAD_H
#define SLUICE_APP_CAMPAIGN_AHEAD_H

#include "app/campaign/private.h"

// What an event of this name is as an answer: "replied", "unsubscribed", "unsubscribed:TOPIC", "bounced",
// "complained"; STR_NONE: none.
struct str answer_of(struct arena *arena, struct str name, bool machine, const struct json *properties);
// When it counts: what answers a mail of ours counts from when it came, all else from when it happened.
int64_t answer_time(const struct json *properties, int64_t time, int64_t now);
bool answer_note(struct writing *w, uint32_t contact, struct str what, int64_t at, struct err *err);
// Why an answer since the person came in ends their way in this campaign; NULL: none does. In w's turn: all
// that is in the log by now counts.
bool answer_stops(struct writing *w, const struct definition *d, const struct person_row *row,
        const char **ret_why, struct err *err);
// So many rows are not followed yet that nobody can look through them in a turn.
bool answers_far_behind(struct writing *w);

void allowed_until(struct app *app, int64_t send, int64_t until);
bool still_allowed(struct app *app, int64_t send, int64_t now); // false also where it is not known

#endif
