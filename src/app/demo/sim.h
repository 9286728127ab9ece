// One contact's life while it is being made: what the phases of the journey share. A phase writes its events
// in any order; batch.c sorts them by arrival.
#ifndef SLUICE_APP_DEMO_SIM_H
#define SLUICE_APP_DEMO_SIM_H

#include "app/demo/person.h"
#include "base/vec.h"

// What can happen; `a` and `b` of an event say more.
enum kind {
    KIND_PAGE,     // a: page, b: enum entry or ENTRY_CAMPAIGN + campaign
    KIND_IDENTIFY, // a: enum trait_set
    KIND_GROUP,
    KIND_ALIAS,
    KIND_FORM, // a: form
    KIND_SUBSCRIBED,
    KIND_OPTIN,
    KIND_ASSET,   // a: asset
    KIND_WEBINAR, // a: webinar; registered
    KIND_WEBINAR_ATTENDED,
    KIND_MAIL, // and all of mail: a: mail_of(series, n)
    KIND_BOUNCED,
    KIND_OPENED,
    KIND_CLICKED, // b: link
    KIND_REPLIED,
    KIND_AUTO_REPLY, // b: days until they are back
    KIND_COMPLAINED,
    KIND_UNSUBSCRIBED,
    KIND_LINKEDIN,
    KIND_FOLLOWED, // and all social: a: network
    KIND_LIKED,
    KIND_COMMENTED,
    KIND_SHARED,
    KIND_INQUIRED,
    KIND_CALL_ATTEMPTED,
    KIND_CALL_ANSWERED, // a: minutes
    KIND_CALL_RECEIVED,
    KIND_CHAT,
    KIND_MEETING_BOOKED,
    KIND_MEETING_HELD, // a: minutes
    KIND_MET,          // a: show
    KIND_SURVEY,       // a: 0 … 10
    KIND_IMPORTED,     // a: list
    KIND_CREATED,
    KIND_PRODUCT, // and the cart: a: product
    KIND_CART_ADDED,
    KIND_CART_ABANDONED,
    KIND_CHECKOUT, // a: euros
    KIND_ORDER,    // a: euros, b: enum sale
    KIND_COUPON,   // a: offer
    KIND_TRIAL_STARTED,
    KIND_TRIAL_ACTIVATED,
    KIND_TRIAL_ENDED,
    KIND_SIGNED_UP,
    KIND_SIGNED_IN,
    KIND_RENEWED,   // a: euros
    KIND_CANCELLED, // the subscription
    KIND_QUOTE,     // a: euros
    KIND_DEAL_OPENED,
    KIND_DEAL_MOVED, // b: step
    KIND_DEAL_WON,
    KIND_DEAL_LOST, // b: loss
    KIND_ACCEPTED,
    KIND_RETURNED, // b: reason
    KIND_ASSIGNED, // b: enum by_hand
    KIND_FACT,     // a: amount, b: fact * 4 + enum said
    KIND_REFERRAL, // a: number of the new contact
    KIND_NOTE,     // b: note
    KIND_TASK,
    KIND_OWNER,
    N_KINDS,
};

enum entry {
    ENTRY_NONE,
    ENTRY_SEARCH,
    ENTRY_SOCIAL,
    ENTRY_DIRECT,
    ENTRY_REFERRAL,
    ENTRY_MAIL,
    ENTRY_CAMPAIGN
};
enum sale { SALE_SHOP, SALE_SUBSCRIPTION, SALE_SERVICE, SALE_ADD_ON };
enum said { SAID_YES, SAID_NO, SAID_AMOUNT, SAID_WITHDRAWN };
enum by_hand { HAND_LEAD, HAND_PROSPECT, HAND_CUSTOMER, N_HANDS };
enum trait_set { TRAITS_ADDRESS, TRAITS_SHORT, TRAITS_FULL };

enum series {
    SERIES_NEWSLETTER,
    SERIES_WELCOME,
    SERIES_COLD,
    SERIES_OFFER,
    SERIES_TRIAL,
    SERIES_PERSONAL,
    SERIES_ONBOARD,
    N_SERIES,
};
static inline uint32_t mail_of(enum series series, uint32_t n)
{
    return (uint32_t)series << 16 | n;
}

// How a message names the contact.
enum who {
    WHO_ANONYMOUS = 1, // the browser's id
    WHO_USER = 2,
    WHO_ACCOUNT = 4,    // the shop's id instead of the user's
    WHO_SECOND = 8,     // the browser of a second device
    WHO_COLLEAGUE = 16, // a colleague's browser
    WHO_MACHINE = 32,   // properties.machine
};

struct event {
    uint32_t time, arrival; // seconds from DEMO_START
    uint32_t person;        // in the batch
    uint32_t seq;           // within the person: part of the messageId
    uint32_t a;
    uint16_t b;
    uint8_t kind, who;
};

typedef VEC(struct event) event_log;

struct sim {
    uint64_t seed;
    struct person *p;
    struct rng rng;
    event_log *log;
    uint32_t index; // of the person in the batch
    uint32_t seq;
    uint32_t raised;       // first moment they ask to talk, NEVER
    uint32_t warm;         // first sign of interest that a seller may follow up, NEVER
    uint32_t quiet;        // no more mail from here on (unsubscribed, bounced), NEVER
    uint32_t subscribed;   // to the newsletter, NEVER
    uint32_t subscription; // when the subscription began, NEVER
};

// Writes an event; false when t lies behind the end of the demo (nothing is written then).
bool say(struct sim *s, enum kind kind, uint32_t t, uint32_t a, uint16_t b);
bool say_as(struct sim *s, enum kind kind, uint32_t t, uint32_t a, uint16_t b, unsigned who);
bool chance(struct sim *s, double p);
// Their next moment, in their own time and habit; our own next moment, in our office hours.
uint32_t theirs(struct sim *s, uint32_t t, double mean_days);
uint32_t ours(struct sim *s, uint32_t t, double mean_days);
void raise_hand(struct sim *s, uint32_t t);
// Somebody of ours types in who they are.
void note_card(struct sim *s, uint32_t t, enum trait_set set);
// Days after t in the first half hour of our working day, a Monday for a weekend: when series of mails go
// out.
uint32_t mail_day(struct sim *s, uint32_t t, uint32_t days);

// journey.c: all of a contact's events. web.c: visits and forms. mail.c: series of mails. sales.c: talks and
// deals. customer.c: trials, the shop, life as a customer.
void journey(struct sim *s);
enum visit { VISIT_BROWSE, VISIT_STUDY };
// A visit to the site; returns its end.
uint32_t web_visit(struct sim *s, uint32_t t, enum visit visit, unsigned entry, unsigned who);
unsigned web_entry(struct sim *s);
// They fill in a form and are known from then on; returns the end.
uint32_t web_form(struct sim *s, uint32_t t, enum form_id form);
void web_bot(struct sim *s);
// One mail and what it sets off; false: no further mail.
bool mail_send(struct sim *s, enum series series, uint32_t n, uint32_t t);
void mail_cold(struct sim *s, uint32_t t);
void mail_nurture(struct sim *s);
void sales_follow(struct sim *s);
void trial_take(struct sim *s, uint32_t t);
void shop_visit(struct sim *s, uint32_t t);
void customer_live(struct sim *s);
void sale(struct sim *s, uint32_t t, uint32_t euros, enum sale what);

#endif
