// Buying without a seller (trial, shop), and life as a customer.
#include "app/demo/sim.h"

void sale(struct sim *s, uint32_t t, uint32_t euros, enum sale what)
{
    if (t >= DEMO_SECONDS)
        return;
    // One in six remembers a code; it belongs to the offer before.
    if (what != SALE_ADD_ON && chance(s, 0.16)) {
        uint32_t offer = N_OFFERS;
        while (offer && OFFERS[offer - 1].day * (uint32_t)DAY > t)
            offer--;
        if (offer)
            say(s, KIND_COUPON, t - 30, offer - 1, 0);
    }
    // Orders by mail or on account never see the checkout page.
    if (what == SALE_SHOP || (what != SALE_SERVICE && chance(s, 0.6)))
        say(s, KIND_CHECKOUT, t - 60 - (uint32_t)rng_below(&s->rng, 600), euros, 0);
    say(s, KIND_ORDER, t, euros, (uint16_t)what);
    if (t < s->p->bought)
        s->p->bought = t;
    if (s->subscription == NEVER && (what == SALE_SUBSCRIPTION || (what == SALE_SERVICE && chance(s, 0.7))))
        s->subscription = t;
}

static double odds(const struct person *p)
{
    return -5.3 + (p->fit ? 1.2 : 0) + (p->need ? 1.5 : 0) + (p->budget ? 1.4 : 0) +
           (p->authority ? 0.8 : 0) + 1.4 * p->interest;
}

// The shop's account has an id of its own; the same address shows later that it is one person. To be called
// before the account's first event.
static void join(struct sim *s, uint32_t t)
{
    if (s->p->split && s->p->joined == NEVER && t < DEMO_SECONDS) {
        s->p->joined = t;
        say_as(s, KIND_ALIAS, t, 0, 0, WHO_USER);
    }
}

// Not bought after all; some had their card out already.
static void give_up(struct sim *s, uint32_t t, bool active)
{
    if (chance(s, active ? 0.35 : 0.06))
        say(s, KIND_CHECKOUT, t + 2 * DAY + (uint32_t)rng_below(&s->rng, 11 * DAY), s->p->amount, 0);
    say(s, KIND_TRIAL_ENDED, t + 14 * DAY, 0, 0);
}

void trial_take(struct sim *s, uint32_t t)
{
    struct person *p = s->p;
    if (p->known > t)
        t = web_form(s, t, FORM_SHOP);
    join(s, t + 3 * DAY);
    if (!say(s, KIND_SIGNED_UP, t, 0, 0))
        return;
    say(s, KIND_TRIAL_STARTED, t + 5, 0, 0);
    say(s, KIND_IDENTIFY, t + 6, chance(s, 0.6) ? TRAITS_FULL : TRAITS_SHORT, 0);
    for (uint32_t n = 1; n <= 3 && mail_send(s, SERIES_TRIAL, n, mail_day(s, t, n * 4)); n++)
        ;
    bool active = chance(s, 0.2 + 0.45 * p->interest + (p->need ? 0.15 : 0));
    uint32_t use = t;
    for (uint32_t n = 1 + dice_tries(&s->rng, active ? 0.85 : 0.45, 60); n; n--) {
        use = theirs(s, use, 0.7);
        if (use > t + 14 * DAY || !say(s, KIND_SIGNED_IN, use, 0, 0))
            break;
    }
    if (active)
        say(s, KIND_TRIAL_ACTIVATED, t + DAY + (uint32_t)rng_below(&s->rng, 6 * DAY), 0, 0);
    if (chance(s, 0.25))
        raise_hand(s, t + 2 * DAY);
    if (chance(s, dice_logistic(odds(p) + (active ? 0.9 : -0.6) + 0.9 * dice_normal(&s->rng))))
        sale(s, t + 3 * DAY + (uint32_t)dice_wait(&s->rng, 9 * DAY), p->amount, SALE_SUBSCRIPTION);
    else
        give_up(s, t, active);
}

void shop_visit(struct sim *s, uint32_t t)
{
    struct person *p = s->p;
    uint32_t product = 0;
    join(s, t + DAY + (uint32_t)rng_below(&s->rng, 20 * DAY));
    for (uint32_t n = 1 + dice_tries(&s->rng, 0.5, 6); n; n--, t += 40) {
        product = dice_pick(&s->rng, PRODUCT_WEIGHTS, N_PRODUCTS);
        if (!say(s, KIND_PRODUCT, t, product, 0))
            return;
    }
    if (!chance(s, 0.45 + 0.4 * p->interest))
        return;
    say(s, KIND_CART_ADDED, t, product, 0);
    uint32_t euros = PRODUCTS[product].price;
    bool buys = chance(s, dice_logistic(odds(p) + 1.3 + dice_normal(&s->rng)));
    if (!buys && chance(s, 0.35)) {
        say(s, KIND_CART_ABANDONED, t + HOUR, product, 0);
        return;
    }
    if (p->known > t)
        t = web_form(s, t + 30, FORM_SHOP);
    say(s, KIND_IDENTIFY, t, TRAITS_FULL, 0);
    if (buys)
        sale(s, t + 120, euros, SALE_SHOP);
    else
        say(s, KIND_CHECKOUT, t + 60, euros, 0);
}

// From a few times a month to a whole team that is in and out all day.
static void use_daily(struct sim *s, uint32_t from, uint32_t to)
{
    double per_day = dice_exp(dice_normal(&s->rng) * 1.25 - 1.9) * (1 + s->p->employees / 120.0);
    double gap = per_day > 9 ? 1 / 9.0 : 1 / per_day;
    for (uint32_t t = theirs(s, from, gap); t < to && say(s, KIND_SIGNED_IN, t, 0, 0);)
        t = gap < 0.5 ? t + 60 + (uint32_t)dice_wait(&s->rng, gap * DAY) : theirs(s, t, gap);
}

static void buy_again(struct sim *s, uint32_t from, uint32_t to)
{
    double every = s->p->business ? 520 : 430;
    for (uint32_t t = theirs(s, from, every); t < to; t = theirs(s, t, every)) {
        uint32_t product = dice_pick(&s->rng, PRODUCT_WEIGHTS, N_PRODUCTS);
        sale(s, t, s->subscription < t ? 60 + s->p->amount / 5 : PRODUCTS[product].price, SALE_ADD_ON);
    }
}

void customer_live(struct sim *s)
{
    struct person *p = s->p;
    if (p->bought == NEVER)
        return;
    double content = 0.25 + 0.35 * p->interest + (p->fit ? 0.25 : 0);
    double stays = 20 + dice_wait(&s->rng, 250 + 900 * content),
           left = (DEMO_SECONDS - p->bought) / (double)DAY;
    uint32_t end = stays < left ? p->bought + (uint32_t)(stays * DAY) : DEMO_SECONDS;
    for (uint32_t n = 1; n <= 3 && mail_send(s, SERIES_ONBOARD, n, mail_day(s, p->bought, n * 3)); n++)
        ;
    if (s->subscription != NEVER) {
        use_daily(s, s->subscription, end);
        for (uint32_t t = s->subscription + 365 * DAY; t < end && say(s, KIND_RENEWED, t, p->amount, 0);
                t += 365 * DAY)
            ;
        say(s, KIND_CANCELLED, end, 0, (uint16_t)(p->fit ? LOSS_PRICE : LOSS_NO_NEED));
    }
    buy_again(s, p->bought, end);
    for (uint32_t t = p->bought + 60 * DAY; t < end; t += 180 * DAY) {
        double mark = 10.5 * content + dice_normal(&s->rng);
        if (chance(s, 0.35))
            say(s, KIND_SURVEY, theirs(s, t, 3), mark < 0 ? 0 : mark > 10 ? 10 : (uint32_t)mark, 0);
    }
    for (uint32_t n = dice_tries(&s->rng, 0.35, 5); n; n--)
        say(s, KIND_CHAT, theirs(s, p->bought, 60), 0, 0);
}
