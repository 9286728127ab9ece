// The invented world of the demo: constant tables, no logic. Names are common ones of their countries.
#ifndef SLUICE_APP_DEMO_TABLES_H
#define SLUICE_APP_DEMO_TABLES_H

#include <stdbool.h>
#include <stdint.h>

enum { N_COUNTRIES = 14, N_GIVEN = 10, N_FAMILY = 16, N_CITIES = 4 };

struct country {
    const char *name, *cities[N_CITIES];
    int offset; // hours ahead of UTC (standard time all year)
    uint16_t weight;
    const char *female[N_GIVEN], *male[N_GIVEN], *family[N_FAMILY];
};
extern const struct country COUNTRIES[N_COUNTRIES];
extern const uint16_t COUNTRY_WEIGHTS[N_COUNTRIES];

struct title {
    const char *name;
    uint16_t weight, decides; // per cent of the people with this title
};

// A kind of buyer (or of somebody who never buys). Shares are per cent.
struct segment {
    const char *industry; // NULL: a private person
    const char *nouns[6]; // of company names
    struct title titles[5];
    uint16_t employees_low, employees_high;
    uint32_t income_low, income_high; // a private person's, euros a year
    uint8_t fit, need, budget;        // the hidden truth
    uint8_t self_serve;               // buys without talking
    uint8_t curiosity;                // reads, whether or not there is a need
    uint16_t worth_low, worth_high;   // of a sale, euros
};
enum { N_SEGMENTS = 9 };
extern const struct segment SEGMENTS[N_SEGMENTS];

enum channel_id {
    CHANNEL_SEARCH,
    CHANNEL_ADS,
    CHANNEL_SOCIAL,
    CHANNEL_REFERRAL,
    CHANNEL_SHOW,
    CHANNEL_LIST,
    CHANNEL_NEWSLETTER,
    CHANNEL_LINKEDIN,
    CHANNEL_WEBINAR,
    CHANNEL_DIRECT,
    N_CHANNELS,
};
struct channel {
    const char *name; // the trait `source`
    uint16_t weight;
    uint8_t need;                  // per cent of the segment's need: how good the channel's people are
    uint8_t known;                 // per cent that are known by name from the first moment
    uint16_t segments[N_SEGMENTS]; // weights
};
extern const struct channel CHANNELS[N_CHANNELS];
extern const uint16_t CHANNEL_WEIGHTS[N_CHANNELS];

struct campaign {
    enum channel_id channel;
    uint16_t from, to; // days of the demo
    const char *source, *medium, *name, *term, *content;
};
enum { N_CAMPAIGNS = 18 };
extern const struct campaign CAMPAIGNS[N_CAMPAIGNS];

struct page {
    const char *path, *title;
};
enum page_id {
    PAGE_HOME,
    PAGE_FEATURES,
    PAGE_BLOG_BOOKING,
    PAGE_BLOG_INVOICES,
    PAGE_BLOG_WEBSITES,
    PAGE_BLOG_NOSHOWS,
    PAGE_ABOUT,
    PAGE_JOBS,
    PAGE_SHOP,
    PAGE_SERVICES,
    PAGE_CASES,
    PAGE_COMPARE,
    PAGE_PRICING,
    PAGE_CONTACT,
    PAGE_TRIAL,
    PAGE_WEBINARS,
    PAGE_DOWNLOADS,
    PAGE_HELP,
    N_PAGES,
};
extern const struct page PAGES[N_PAGES];
// How much people look at a page: while they browse, and while they have a project.
extern const uint16_t PAGE_BROWSE[N_PAGES], PAGE_STUDY[N_PAGES];

struct dated {
    uint16_t day; // of the demo
    const char *name;
};
enum { N_WEBINARS = 12, N_SHOWS = 8, N_LISTS = 6, N_OFFERS = 7 };
extern const struct dated WEBINARS[N_WEBINARS], SHOWS[N_SHOWS], LISTS[N_LISTS], OFFERS[N_OFFERS];

struct product {
    const char *name, *sku;
    uint16_t price; // euros
    uint16_t weight;
};
enum { N_PRODUCTS = 8 };
extern const struct product PRODUCTS[N_PRODUCTS];
extern const uint16_t PRODUCT_WEIGHTS[N_PRODUCTS];

enum form_id { FORM_CONTACT, FORM_DEMO, FORM_NEWSLETTER, FORM_DOWNLOAD, FORM_WEBINAR, FORM_SHOP, N_FORMS };
extern const char *const FORMS[N_FORMS];
enum { N_ASSETS = 5, N_SELLERS = 5, N_NETWORKS = 3, N_NOTES = 8, N_LOSSES = 5, N_RETURNS = 4, N_STEPS = 3 };
extern const char *const ASSETS[N_ASSETS], *const SELLERS[N_SELLERS], *const NETWORKS[N_NETWORKS],
                                                                              *const NOTES[N_NOTES];
enum loss { LOSS_PRICE, LOSS_TIMING, LOSS_NO_DECISION, LOSS_COMPETITOR, LOSS_NO_NEED };
extern const char *const LOSSES[N_LOSSES], *const RETURNS[N_RETURNS], *const STEPS[N_STEPS];
enum link_id { LINK_ARTICLE, LINK_OFFER, LINK_PRICING, LINK_WEBINAR, LINK_UNSUBSCRIBE, N_LINKS };
extern const char *const LINKS[N_LINKS];
enum fact_id { DEMO_FIT, DEMO_NEED, DEMO_BUDGET, DEMO_AUTHORITY, DEMO_TIMELINE, DEMO_TRUST, N_FACTS };
extern const char *const FACTS[N_FACTS];
enum { N_ADJECTIVES = 40 };
extern const char *const ADJECTIVES[N_ADJECTIVES];

#endif
