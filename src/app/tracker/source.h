// Where a visit comes from: by the address of the page that was linked from, and by the parameters of the
// page that was reached. Pure; any thread.
#ifndef SLUICE_APP_TRACKER_SOURCE_H
#define SLUICE_APP_TRACKER_SOURCE_H

#include "base/arena.h"

// The first six as lists/referrers.mjs numbers them.
enum medium {
    MEDIUM_SEARCH,
    MEDIUM_SOCIAL,
    MEDIUM_PAID,
    MEDIUM_EMAIL,
    MEDIUM_REFERRAL,
    MEDIUM_AI,
    MEDIUM_DIRECT,   // nothing linked here
    MEDIUM_INTERNAL, // another page of the same site
    MEDIUM_UNKNOWN,  // something did, but it is no address
};

struct source {
    enum medium medium;
    struct str source; // "Google", "newsletter", "example.org"; STR_NONE where there is none
    struct str term;   // what was searched for, or the campaign's keyword
    struct str campaign, campaign_id, content; // utm_campaign, utm_id, utm_content
};

const char *medium_word(enum medium medium);

// What linked here. site: the host of the page that was reached, STR_NONE: not known, so that nothing is
// internal.
struct source source_of_referrer(struct arena *arena, struct str referrer, struct str site);
// The parameters of a page's URL (utm_…, click ids). false: they say nothing.
bool source_of_page(struct arena *arena, struct str page, struct source *ret);
// What a link says of itself, wherever it was read: utm_source …, each may be STR_NONE; medium is the words
// of utm_medium. MEDIUM_UNKNOWN: they do not tell.
struct source source_of_campaign(
        struct arena *arena, struct str source, struct str medium, struct str campaign, struct str term);
// Both: campaign parameters before the referrer.
struct source source_of_visit(struct arena *arena, struct str page, struct str referrer);

// The ids that ad networks, mail programs and the like put behind a link.
struct click_id {
    const char *name; // "gclid"
    const char *source;
    enum medium medium;
};
extern const struct click_id CLICK_IDS[]; // ends with a NULL name

#endif
