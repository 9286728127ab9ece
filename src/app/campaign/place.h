// In which time zone a contact lives, and when its day allows a mail.
#ifndef SLUICE_APP_CAMPAIGN_PLACE_H
#define SLUICE_APP_CAMPAIGN_PLACE_H

#include "app/campaign/definition.h"
#include "base/zone.h"
#include "replay/columns.h"

struct places;
// Zones that were read once, for as long as the arena. One owner, one thread.
struct places *places_new(struct app *app, struct arena *arena);
// By the trait time_zone (timezone); else by the country (traits country, country_code, address_country: two
// letters), else by the phone number's (trait phone), where all its clocks show the same; else the
// business's.
const struct zone *place_of(struct places *places, const struct columns *columns, uint32_t index);
// The zone of this name, or NULL.
const struct zone *place_named(struct places *places, struct str name);
// The business's.
const struct zone *place_own(struct places *places);

// Hours in which nothing is sent: the campaign's, else the setting's.
struct quiet {
    bool there;
    unsigned from, to; // minutes of the day; from > to: over midnight
};
struct quiet quiet_of(const struct app *app, const struct definition *d);
// The first moment from `utc` on that is not in them.
int64_t quiet_end(const struct quiet *quiet, const struct zone *zone, int64_t utc);
// The first moment behind `utc`, which is not in them, that is; INT64_MAX: never.
int64_t quiet_start(const struct quiet *quiet, const struct zone *zone, int64_t utc);

#endif
