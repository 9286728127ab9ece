// Sellers at work: they call who raised a hand, find out what they can, hand over or give back, and close.
#include "app/demo/sim.h"

static void record(struct sim *s, uint32_t t, enum fact_id fact, enum said said, uint32_t amount)
{
    say(s, KIND_FACT, t, amount, (uint16_t)((unsigned)fact * 4 + said));
}

// What a talk brings to light; people misjudge and exaggerate.
static void learn(struct sim *s, uint32_t t, double asks)
{
    struct person *p = s->p;
    const bool truth[] = {[DEMO_FIT] = p->fit,
            [DEMO_NEED] = p->need,
            [DEMO_BUDGET] = p->budget,
            [DEMO_AUTHORITY] = p->authority};
    for (uint32_t fact = DEMO_FIT; fact <= DEMO_AUTHORITY; fact++) {
        if (!chance(s, asks))
            continue;
        bool said = chance(s, 0.88) ? truth[fact] : !truth[fact];
        if (fact == DEMO_BUDGET && said && chance(s, 0.7))
            record(s, t + fact, DEMO_BUDGET, SAID_AMOUNT,
                    (uint32_t)(p->amount * (0.6 + 0.8 * rng_unit(&s->rng))) / 50 * 50 + 50);
        else
            record(s, t + fact, (enum fact_id)fact, said ? SAID_YES : SAID_NO, 0);
    }
    if (chance(s, asks * 0.7))
        record(s, t + 5, DEMO_TIMELINE, SAID_AMOUNT,
                (uint32_t)(p->timeline * (0.7 + 0.6 * rng_unit(&s->rng))) / 5 * 5 + 5);
    if (chance(s, asks * 0.4))
        record(s, t + 6, DEMO_TRUST, chance(s, 0.2 + 0.7 * p->interest) ? SAID_YES : SAID_NO, 0);
    if (chance(s, 0.5))
        say(s, KIND_NOTE, t + 20, 0, (uint16_t)rng_below(&s->rng, N_NOTES));
    if (chance(s, 0.25))
        note_card(s, t + 30, TRAITS_FULL);
}

// Calls and mails until somebody answers: the moment of the talk, or NEVER.
static uint32_t reach(struct sim *s, uint32_t t, bool expected)
{
    double answers = 0.14 + 0.55 * s->p->interest + (expected ? 0.2 : 0);
    for (uint32_t n = 1 + dice_tries(&s->rng, 0.65, 4); n; n--) {
        t = ours(s, t, expected ? 0.4 : 1.5);
        if (s->p->phone && chance(s, 0.7)) {
            if (!say(s, KIND_CALL_ATTEMPTED, t, 0, 0))
                return NEVER;
            if (chance(s, answers)) {
                say(s, KIND_CALL_ANSWERED, t + 20, 2 + (uint32_t)dice_wait(&s->rng, 9), 0);
                return t + 20;
            }
        } else {
            uint32_t before = s->raised;
            s->raised = NEVER;
            bool on = mail_send(s, SERIES_PERSONAL, n, t);
            uint32_t reply = s->raised;
            s->raised = before;
            if (reply != NEVER)
                return reply;
            if (!on)
                return NEVER;
        }
    }
    return NEVER;
}

// What the seller makes of them: the truth, seen through one talk.
static bool promising(struct sim *s)
{
    const struct person *p = s->p;
    double seen = (p->fit ? 0.7 : -0.8) + (p->need ? 0.9 : -0.9) + (p->budget ? 0.6 : -0.7) +
                  (p->authority ? 0.5 : -0.6) + p->interest;
    return seen + 0.9 * dice_normal(&s->rng) > 0.95;
}

static double odds(const struct person *p)
{
    return -6.3 + (p->fit ? 1.6 : 0) + (p->need ? 2.0 : 0) + (p->budget ? 1.8 : 0) +
           (p->authority ? 1.4 : 0) + 1.6 * p->interest;
}

static enum loss why_lost(struct sim *s)
{
    const struct person *p = s->p;
    if (!p->budget && chance(s, 0.7))
        return LOSS_PRICE;
    if (!p->need)
        return chance(s, 0.5) ? LOSS_NO_NEED : LOSS_NO_DECISION;
    if (p->timeline > 120 && chance(s, 0.6))
        return LOSS_TIMING;
    return !p->authority ? LOSS_NO_DECISION : chance(s, 0.5) ? LOSS_COMPETITOR : LOSS_PRICE;
}

// From the opening of a deal to its end, the moment of which is returned.
static uint32_t deal(struct sim *s, uint32_t t)
{
    struct person *p = s->p;
    double pace = 6 + p->timeline / 12.0;
    say(s, KIND_DEAL_OPENED, t, p->amount, 0);
    for (unsigned step = 0; step < N_STEPS; step++) {
        t = ours(s, t, pace / 3);
        if (step == 1)
            say(s, KIND_QUOTE, t, p->amount, 0);
        if (!say(s, KIND_DEAL_MOVED, t + 60, p->amount, (uint16_t)step))
            return NEVER; // still open
        if (chance(s, 0.5))
            learn(s, t + 120, 0.4);
        if (chance(s, 0.12))
            break;
    }
    t = ours(s, t, pace);
    if (chance(s, dice_logistic(odds(p) + 0.9 * dice_normal(&s->rng)))) {
        say(s, KIND_DEAL_WON, t, p->amount, 0);
        sale(s, t + HOUR + (uint32_t)rng_below(&s->rng, 2 * DAY), p->amount, SALE_SERVICE);
    } else {
        say(s, KIND_DEAL_LOST, t, p->amount, (uint16_t)why_lost(s));
    }
    return t;
}

static void assign_by_hand(struct sim *s, uint32_t t)
{
    static const uint16_t WEIGHTS[N_HANDS] = {4, 5, 1};
    say(s, KIND_ASSIGNED, t, 0, (uint16_t)dice_pick(&s->rng, WEIGHTS, N_HANDS));
}

// After a talk: the verdict, meetings, the deal. Returns the end, NEVER if there was no deal.
static uint32_t pursue(struct sim *s, uint32_t t)
{
    if (!promising(s)) {
        if (chance(s, 0.85)) {
            const struct person *p = s->p;
            say(s, KIND_RETURNED, t + HOUR, 0,
                    (uint16_t)(!p->fit         ? 1
                               : !p->budget    ? 0
                               : !p->authority ? 2
                                               : 3));
        }
        return NEVER;
    }
    say(s, KIND_ACCEPTED, t + 2 * HOUR, 0, 0);
    t += 3 * HOUR;
    for (uint32_t n = 1 + dice_tries(&s->rng, 0.4, 3); n && chance(s, 0.45 + 0.5 * s->p->interest); n--) {
        say(s, KIND_MEETING_BOOKED, t, 0, 0);
        t = theirs(s, t, 5);
        if (chance(s, 0.15))
            continue; // did not turn up
        if (!say(s, KIND_MEETING_HELD, t, 20 + (uint32_t)rng_below(&s->rng, 50), 0))
            return NEVER;
        learn(s, t + HOUR, 0.8);
    }
    return chance(s, 0.78) ? deal(s, ours(s, t, 2)) : NEVER;
}

void sales_follow(struct sim *s)
{
    struct person *p = s->p;
    bool expected = s->raised != NEVER;
    // Without a raised hand, sellers try some of those who showed an interest.
    uint32_t t = expected ? s->raised : chance(s, p->business ? 0.45 : 0.08) ? s->warm : NEVER;
    if (t == NEVER || p->known > t || p->bought <= t)
        return;
    if (!say(s, KIND_OWNER, t + 300, 0, 0))
        return;
    t = reach(s, t + 600, expected);
    if (t == NEVER) {
        if (chance(s, 0.25) && s->seq > 6)
            say(s, KIND_TASK, s->raised == NEVER ? s->warm + 9 * DAY : s->raised + 9 * DAY, 0, 0);
        return;
    }
    learn(s, t + 600, 0.7);
    if (chance(s, 0.02))
        assign_by_hand(s, t + 900);
    uint32_t end = pursue(s, t);
    if (end == NEVER || p->bought != NEVER || !(p->need || chance(s, 0.2)) || !chance(s, 0.4))
        return;
    // No for now: months later they are asked again, and the money may be there.
    t = ours(s, end, 150);
    if (chance(s, 0.4))
        p->budget = true;
    t = reach(s, t, true);
    if (t == NEVER)
        return;
    learn(s, t + 600, 0.7);
    if (chance(s, 0.06))
        record(s, t + 700, DEMO_BUDGET, SAID_WITHDRAWN, 0);
    pursue(s, t);
}
