// How a contact's life goes: it arrives, perhaps has a project, gets mail, talks with sales, buys. The hidden
// truth (fit, need, budget, authority, interest) decides at every step, with chance; it is never written down
// but through what the contact does and what sellers find out.
#include "app/demo/sim.h"

bool chance(struct sim *s, double p)
{
    return rng_chance(&s->rng, p);
}

uint32_t theirs(struct sim *s, uint32_t t, double mean_days)
{
    enum rhythm rhythm = s->p->business ? RHYTHM_OFFICE : RHYTHM_HOME;
    return calendar_later(&s->rng, t, mean_days, rhythm, COUNTRIES[s->p->country].offset);
}

uint32_t ours(struct sim *s, uint32_t t, double mean_days)
{
    return calendar_later(&s->rng, t, mean_days, RHYTHM_OFFICE, 1);
}

void raise_hand(struct sim *s, uint32_t t)
{
    if (t < s->raised)
        s->raised = t;
}

void note_card(struct sim *s, uint32_t t, enum trait_set set)
{
    say_as(s, KIND_IDENTIFY, t, set, 0, WHO_USER);
}

// Most messages arrive at once; what people write down by hand comes hours later, what a stand or a phone
// without a network collected comes days later.
static uint32_t arrival(struct sim *s, enum kind kind, uint32_t t)
{
    bool by_hand =
            kind == KIND_CALL_ANSWERED || kind == KIND_MEETING_HELD || kind == KIND_FACT || kind == KIND_NOTE;
    if (kind == KIND_MET)
        return t + DAY + (uint32_t)rng_below(&s->rng, 2 * DAY);
    if (by_hand && chance(s, 0.12))
        return t + HOUR + (uint32_t)rng_below(&s->rng, 20 * HOUR);
    if (chance(s, 0.002))
        return t + HOUR + (uint32_t)rng_below(&s->rng, 5 * DAY);
    return t + (uint32_t)rng_below(&s->rng, 3);
}

bool say_as(struct sim *s, enum kind kind, uint32_t t, uint32_t a, uint16_t b, unsigned who)
{
    if (t >= DEMO_SECONDS)
        return false;
    struct event e = {.time = t,
            .person = s->index,
            .seq = s->seq++,
            .a = a,
            .b = b,
            .kind = (uint8_t)kind,
            .who = (uint8_t)who};
    e.arrival = arrival(s, kind, t);
    vec_push(s->log, e);
    // A sender that did not hear the answer in time sends once more.
    if (chance(s, 0.003)) {
        e.arrival += 2 + (uint32_t)rng_below(&s->rng, chance(s, 0.9) ? 600 : 2 * DAY);
        vec_push(s->log, e);
    }
    return true;
}

// Kinds that come out of a browser, and those of the shop's account.
static bool is_web(enum kind kind)
{
    return kind <= KIND_WEBINAR || (kind >= KIND_PRODUCT && kind <= KIND_CHECKOUT) || kind == KIND_COUPON ||
           kind == KIND_CHAT;
}

static bool is_account(enum kind kind)
{
    return (kind >= KIND_PRODUCT && kind <= KIND_SIGNED_IN) || kind == KIND_RENEWED;
}

bool say(struct sim *s, enum kind kind, uint32_t t, uint32_t a, uint16_t b)
{
    unsigned who = WHO_USER;
    if (t < s->p->known)
        who = WHO_ANONYMOUS;
    else if (s->p->joined != NEVER && is_account(kind) && t < s->p->joined)
        who = WHO_ACCOUNT;
    else if (is_web(kind))
        who = WHO_USER | WHO_ANONYMOUS;
    return say_as(s, kind, t, a, b, who);
}

// Comments and likes come before the first visit; the connector knows the profile, not the person.
static uint32_t arrive_social(struct sim *s, uint32_t t)
{
    uint32_t network = (uint32_t)rng_below(&s->rng, N_NETWORKS);
    for (uint32_t n = 1 + dice_tries(&s->rng, 0.35 + 0.4 * s->p->interest, 12); n; n--) {
        static const uint16_t WEIGHTS[] = {70, 18, 12};
        bool follows = t == s->p->start && chance(s, 0.4);
        say(s, follows ? KIND_FOLLOWED : KIND_LIKED + dice_pick(&s->rng, WEIGHTS, 3), t, network, 0);
        t = theirs(s, t, 9);
    }
    if (s->p->need && chance(s, 0.12 * s->p->interest))
        say(s, KIND_INQUIRED, t, network, 0);
    return t;
}

// Visits by and by, until they leave an address or stop coming.
static void browse(struct sim *s, uint32_t t)
{
    struct person *p = s->p;
    double again = 0.32 + 0.5 * p->interest, ask = 0.02 + 0.22 * p->interest + (p->need ? 0.05 : 0);
    for (uint32_t n = 1 + dice_tries(&s->rng, again, 15); n; n--) {
        // At first with whatever brought them here, then of their own accord; some change to a second device.
        bool second = t > p->start && chance(s, 0.06);
        unsigned who = second ? WHO_SECOND : p->known <= t ? WHO_USER | WHO_ANONYMOUS : WHO_ANONYMOUS;
        uint32_t end = web_visit(s, t, VISIT_BROWSE, t == p->start ? web_entry(s) : ENTRY_DIRECT, who);
        if (!second && p->known == NEVER && chance(s, ask)) {
            static const uint16_t FORM_WEIGHTS[] = {8, 4, 42, 32, 14};
            web_form(s, end + 5, (enum form_id)dice_pick(&s->rng, FORM_WEIGHTS, 5));
        }
        t = theirs(s, end, 11);
    }
}

static void arrive_known(struct sim *s)
{
    struct person *p = s->p;
    uint32_t t = p->start;
    p->known = t;
    if (p->channel == CHANNEL_LIST) {
        uint32_t list = 0;
        while (list + 1 < N_LISTS && LISTS[list + 1].day <= t / DAY)
            list++;
        say(s, KIND_IMPORTED, t, list, 0);
        note_card(s, t, TRAITS_FULL);
        mail_cold(s, t);
    } else if (p->channel == CHANNEL_SHOW) {
        uint32_t show = 0;
        while (show + 1 < N_SHOWS && SHOWS[show + 1].day <= t / DAY)
            show++;
        say(s, KIND_MET, t, show, 0);
        say(s, KIND_CREATED, t + DAY, 0, 0);
        note_card(s, t + DAY, TRAITS_FULL);
        if (chance(s, 0.45))
            s->subscribed = t + DAY;
        if (chance(s, p->need ? 0.5 : 0.15))
            raise_hand(s, t + DAY);
        s->warm = t + DAY;
    } else if (p->channel == CHANNEL_LINKEDIN) {
        say(s, KIND_CREATED, t, 0, 0);
        note_card(s, t, TRAITS_FULL);
        for (uint32_t n = 1 + dice_tries(&s->rng, 0.5, 3); n && say(s, KIND_LINKEDIN, t + 60, 0, 0); n--)
            t = ours(s, t + 60, 6);
        if (chance(s, 0.02 + (p->need ? 0.25 : 0.06) * p->interest)) {
            uint32_t answer = theirs(s, t, 2);
            say(s, KIND_INQUIRED, answer, 0, 0);
            raise_hand(s, answer);
        }
    } else {
        p->known = NEVER; // a form makes them known
        uint32_t end = web_visit(s, t, VISIT_BROWSE, web_entry(s), WHO_ANONYMOUS);
        web_form(s, end, p->channel == CHANNEL_WEBINAR ? FORM_WEBINAR : FORM_NEWSLETTER);
        if (p->need || chance(s, p->interest))
            browse(s, theirs(s, end, 14));
    }
}

static void referred(struct sim *s)
{
    s->p->known = s->p->start;
    say(s, KIND_CREATED, s->p->start, 0, 0);
    note_card(s, s->p->start, TRAITS_SHORT);
    if (chance(s, 0.3 + 0.4 * s->p->interest))
        raise_hand(s, ours(s, s->p->start, 1));
    browse(s, theirs(s, s->p->start, 4));
}

// They look into it in earnest: most who have a need, few others.
static void project(struct sim *s)
{
    struct person *p = s->p;
    const struct segment *segment = &SEGMENTS[p->segment];
    bool cold = p->channel == CHANNEL_LIST || p->channel == CHANNEL_LINKEDIN;
    double p_project = p->need ? (cold ? 0.22 : 0.4 + 0.5 * p->interest)
                               : 0.02 + 0.0012 * segment->curiosity * p->interest;
    if (!chance(s, p_project))
        return;
    uint32_t t = theirs(s, p->start, cold ? 110 : 32);
    for (uint32_t n = 1 + dice_tries(&s->rng, 0.62, 9); n && t < DEMO_SECONDS; n--) {
        unsigned who = p->known <= t ? WHO_USER | WHO_ANONYMOUS : WHO_ANONYMOUS;
        t = web_visit(s, t, VISIT_STUDY, chance(s, 0.4) ? ENTRY_SEARCH : ENTRY_DIRECT, who);
        t = theirs(s, t, 3);
    }
    bool alone = rng_below(&s->rng, 100) < segment->self_serve;
    if (!p->business && alone && chance(s, 0.75)) {
        shop_visit(s, t);
        return;
    }
    if (alone && chance(s, 0.4 + 0.3 * p->interest)) {
        trial_take(s, t);
        return;
    }
    if (!chance(s, 0.35 + 0.6 * p->interest))
        return;
    if (p->known > t || chance(s, 0.5))
        t = web_form(s, t, chance(s, 0.4) ? FORM_DEMO : FORM_CONTACT);
    else
        say(s,
                chance(s, 0.5)   ? KIND_CALL_RECEIVED
                : chance(s, 0.5) ? KIND_CHAT
                                 : KIND_MEETING_BOOKED,
                t, 0, 0);
    raise_hand(s, t);
}

void journey(struct sim *s)
{
    struct person *p = s->p;
    if (p->channel == CHANNEL_SEARCH && chance(s, 0.012)) {
        web_bot(s);
        return;
    }
    if (CHANNELS[p->channel].known == 100)
        arrive_known(s);
    else if (p->channel == CHANNEL_REFERRAL && chance(s, CHANNELS[p->channel].known / 100.0))
        referred(s);
    else
        browse(s, p->channel == CHANNEL_SOCIAL ? arrive_social(s, p->start) : p->start);
    project(s);
    mail_nurture(s);
    sales_follow(s);
    customer_live(s);
}
