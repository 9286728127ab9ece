// What the server adds to a message of a visitor before it is stored: where the visit came from, and whether
// a machine made it. Pure; nothing that the client said is changed.
//
// Added to properties of `page`, `screen` and `track` messages, each only where the client did not set it:
// - source, medium, campaign, campaign_id, content, term: of a page whose visit began there. medium is one of
//   `search social paid email referral ai direct`; source and campaign not if context.campaign has them
// - machine: true, machine_reason: a bot, a scanner, a prefetch, a browser driven by a program
// Added to traits of `identify`, from context.touch of the tracker (first and last touch of the browser):
// - first_source first_medium first_campaign first_term first_page first_referrer first_touch_at, last_… the
//   same, and the newest click ids under their names (gclid, msclkid …).
#ifndef SLUICE_APP_TRACKER_ENRICH_H
#define SLUICE_APP_TRACKER_ENRICH_H

#include "base/json.h"

// The first-party cookie of the tracker: holds the visitor's anonymousId.
#define TRACKER_COOKIE "sluice_id"

// What the HTTP request says of its sender, header by header; STR_NONE where it is silent. Servers send
// events of others, so User-Agent counts only if a browser speaks (it sends Origin or Sec-Fetch-Site) or
// `own` is set; otherwise the message's context.userAgent alone does.
struct visit {
    struct str user_agent; // User-Agent
    struct str origin;     // Origin
    struct str fetch_site; // Sec-Fetch-Site
    struct str purpose;    // Sec-Purpose, else Purpose, else X-Purpose, else X-Moz
    struct str referrer;   // Referer
    bool own;              // the request itself is the visit (a pixel, a page of ours)
};

// The message with what can be added, or `message` itself if that is nothing. Members that were not changed
// are shared with `message`; both live as long as the arena and the message. Any thread.
const struct json *tracker_enrich(struct arena *arena, const struct json *message, const struct visit *visit);

#endif
