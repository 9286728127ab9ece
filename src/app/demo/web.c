// Visits, forms, and the machines among the visitors.
#include "app/demo/sim.h"

unsigned web_entry(struct sim *s)
{
    if (s->p->campaign != CAMPAIGN_NONE && s->p->channel != CHANNEL_SEARCH)
        return ENTRY_CAMPAIGN + s->p->campaign;
    switch (s->p->channel) {
    case CHANNEL_SEARCH:
        return ENTRY_SEARCH;
    case CHANNEL_SOCIAL:
        return ENTRY_SOCIAL;
    case CHANNEL_REFERRAL:
        return ENTRY_REFERRAL;
    default:
        return ENTRY_DIRECT;
    }
}

uint32_t web_visit(struct sim *s, uint32_t t, enum visit visit, unsigned entry, unsigned who)
{
    const uint16_t *weights = visit == VISIT_STUDY ? PAGE_STUDY : PAGE_BROWSE;
    double on = visit == VISIT_STUDY ? 0.66 : 0.46 + 0.28 * s->p->interest;
    if (s->p->shares && visit == VISIT_STUDY && (who & WHO_USER))
        who = WHO_USER | WHO_COLLEAGUE;
    uint32_t page = N_PAGES;
    for (uint32_t n = 1 + dice_tries(&s->rng, on, 24); n; n--) {
        uint32_t before = page;
        while (page == before)
            page = dice_pick(&s->rng, weights, N_PAGES);
        if (!say_as(s, KIND_PAGE, t, page, (uint16_t)entry, who))
            return t;
        entry = ENTRY_NONE;
        t += 8 + (uint32_t)dice_wait(&s->rng, 55);
    }
    return t;
}

static void webinar(struct sim *s, uint32_t t)
{
    uint32_t n = 0;
    while (n < N_WEBINARS && WEBINARS[n].day * (uint32_t)DAY <= t)
        n++;
    if (n == N_WEBINARS)
        return; // none is planned any more
    say(s, KIND_WEBINAR, t, n, 0);
    if (chance(s, 0.3 + 0.4 * s->p->interest))
        say(s, KIND_WEBINAR_ATTENDED,
                WEBINARS[n].day * (uint32_t)DAY + 16 * HOUR + (uint32_t)rng_below(&s->rng, 900), n, 0);
}

uint32_t web_form(struct sim *s, uint32_t t, enum form_id form)
{
    struct person *p = s->p;
    if (t < p->known)
        p->known = t;
    say(s, KIND_FORM, t, form, 0);
    bool curt = form == FORM_NEWSLETTER || form == FORM_SHOP;
    say(s, KIND_IDENTIFY, t + 1, curt ? (chance(s, 0.35) ? TRAITS_SHORT : TRAITS_ADDRESS) : TRAITS_FULL, 0);
    if (!curt && p->business && chance(s, 0.4))
        say(s, KIND_GROUP, t + 2, 0, 0);
    if (form == FORM_NEWSLETTER || chance(s, 0.5)) {
        say(s, KIND_SUBSCRIBED, t + 3, 0, 0);
        if (chance(s, 0.85)) { // double opt-in
            s->subscribed = t + 60 + (uint32_t)rng_below(&s->rng, 2 * HOUR);
            say(s, KIND_OPTIN, s->subscribed, 0, 0);
        }
    }
    if (form == FORM_DOWNLOAD)
        say(s, KIND_ASSET, t + 5, (uint32_t)rng_below(&s->rng, N_ASSETS), 0);
    if (form == FORM_WEBINAR)
        webinar(s, t + 4);
    if (form == FORM_CONTACT || form == FORM_DEMO)
        raise_hand(s, t);
    else if (s->warm == NEVER && form != FORM_NEWSLETTER)
        s->warm = t;
    return t + 90;
}

// Crawlers that say what they are, and some that do not; a few of them come every day and read everything.
void web_bot(struct sim *s)
{
    unsigned who = WHO_ANONYMOUS | (chance(s, 0.7) ? WHO_MACHINE : 0);
    double per_day = dice_exp(dice_normal(&s->rng) * 1.1 - 0.6);
    if (per_day > 6)
        per_day = 6;
    uint32_t t = s->p->start;
    while (say_as(s, KIND_PAGE, t, (uint32_t)rng_below(&s->rng, N_PAGES),
            t == s->p->start ? ENTRY_DIRECT : ENTRY_NONE, who)) {
        // In bursts of pages, many in one second.
        if (chance(s, 0.8))
            t += (uint32_t)rng_below(&s->rng, 4);
        else
            t += 1 + (uint32_t)dice_wait(&s->rng, 5 * DAY / per_day);
        if (chance(s, 0.0008))
            return;
    }
}
