// Series of mails and what they set off: opened, clicked, answered, bounced, unsubscribed; answers by
// machines and clicks by scanners.
#include "app/demo/sim.h"

// A gateway fetches every link within a minute, the one to unsubscribe too, and never answers.
static void scan(struct sim *s, uint32_t mail, uint32_t t)
{
    t += 2 + (uint32_t)rng_below(&s->rng, 30);
    say_as(s, KIND_OPENED, t, mail, 0, WHO_USER | WHO_MACHINE);
    say_as(s, KIND_CLICKED, t + 1, mail, LINK_ARTICLE, WHO_USER | WHO_MACHINE);
    if (chance(s, 0.6))
        say_as(s, KIND_CLICKED, t + 1, mail, LINK_UNSUBSCRIBE, WHO_USER | WHO_MACHINE);
}

static enum link_id link_of(struct sim *s, enum series series)
{
    static const uint16_t WEIGHTS[N_SERIES][N_LINKS - 1] = {{70, 8, 8, 14}, {50, 15, 25, 10}, {45, 35, 15, 5},
            {5, 80, 15, 0}, {35, 25, 40, 0}, {30, 25, 40, 5}, {75, 10, 10, 5}};
    return (enum link_id)dice_pick(&s->rng, WEIGHTS[series], N_LINKS - 1);
}

static void click(struct sim *s, enum series series, uint32_t mail, uint32_t t)
{
    enum link_id link = link_of(s, series);
    say(s, KIND_CLICKED, t, mail, (uint16_t)link);
    bool second = chance(s, 0.15);
    // The landing page tells whose click it was, so a second device becomes known here.
    unsigned who = WHO_USER | (second ? WHO_SECOND : WHO_ANONYMOUS);
    uint32_t end = web_visit(s, t + 2, link == LINK_PRICING ? VISIT_STUDY : VISIT_BROWSE, ENTRY_MAIL, who);
    if (link == LINK_OFFER && chance(s, 0.06))
        web_form(s, end, FORM_DOWNLOAD);
    if (link == LINK_WEBINAR && chance(s, 0.4))
        web_form(s, end, FORM_WEBINAR);
}

// How ready they are to answer each series, beside their interest.
static const double ANSWERS[N_SERIES] = {0.003, 0.012, 0.05, 0.01, 0.06, 0.3, 0.03};

static bool stops(struct sim *s, enum series series, uint32_t mail, uint32_t t)
{
    double leave = (series == SERIES_COLD ? 0.012 : 0.004) * (1.3 - s->p->interest);
    if (series != SERIES_PERSONAL && chance(s, leave)) {
        s->quiet = theirs(s, t, 0.3);
        say(s, KIND_UNSUBSCRIBED, s->quiet, mail, 0);
        return true;
    }
    if (chance(s, series == SERIES_COLD ? 0.0015 : 0.0002)) {
        s->quiet = theirs(s, t, 0.3);
        say(s, KIND_COMPLAINED, s->quiet, mail, 0);
        return true;
    }
    return false;
}

bool mail_send(struct sim *s, enum series series, uint32_t n, uint32_t t)
{
    struct person *p = s->p;
    uint32_t mail = mail_of(series, n);
    if (t >= s->quiet || !say(s, KIND_MAIL, t, mail, 0))
        return false;
    if (chance(s, series == SERIES_COLD && n == 1 ? 0.07 : 0.002)) {
        say(s, KIND_BOUNCED, t + 20, mail, 0);
        s->quiet = t;
        return false;
    }
    if (p->scanned)
        scan(s, mail, t);
    // Holidays are answered by the mailbox.
    unsigned month = calendar_month(t) % 12; // 0: October
    if (chance(s, month == 9 || month == 10 || month == 2 ? 0.03 : 0.008))
        say_as(s, KIND_AUTO_REPLY, t + 30, mail, (uint16_t)rng_range(&s->rng, 2, 20), WHO_USER | WHO_MACHINE);
    double reads = (series == SERIES_COLD ? 0.08 : 0.16) + 0.5 * p->interest;
    uint32_t opened = theirs(s, t, 0.5);
    if (chance(s, reads)) {
        say(s, KIND_OPENED, opened, mail, 0);
        if (chance(s, 0.05 + 0.3 * p->interest))
            click(s, series, mail, opened + 10 + (uint32_t)rng_below(&s->rng, 100));
        double answer = ANSWERS[series] * (0.25 + p->interest) * (p->need ? 2.2 : 1);
        if (chance(s, answer)) {
            uint32_t reply = theirs(s, opened, 0.4);
            say(s, KIND_REPLIED, reply, mail, 0);
            // Some answer only to say no.
            if (chance(s, p->need ? 0.8 : 0.35))
                raise_hand(s, reply);
        }
    } else if (chance(s, 0.12)) {
        say(s, KIND_OPENED, t + 40, mail, 0); // a mail program that loads images for everybody
    }
    return !stops(s, series, mail, opened);
}

uint32_t mail_day(struct sim *s, uint32_t t, uint32_t days)
{
    uint32_t day = t / DAY + days;
    if (day % 7 >= 5)
        day += 7 - day % 7;
    return day * DAY + 8 * HOUR + (uint32_t)rng_below(&s->rng, 1800);
}

void mail_cold(struct sim *s, uint32_t t)
{
    static const uint32_t GAPS[] = {1, 4, 8, 20};
    uint32_t steps = 2 + (uint32_t)rng_below(&s->rng, 3);
    for (uint32_t n = 1; n <= steps; n++) {
        t = mail_day(s, t, GAPS[n - 1]);
        if (!mail_send(s, SERIES_COLD, n, t) || s->raised < t)
            return;
    }
}

// The newsletter goes out on a fixed day of the month, in a few minutes to everybody.
static uint32_t issue_of(uint32_t month)
{
    uint32_t day = calendar_month_start(month) / DAY;
    return (day + (8 - day % 7) % 7) * (uint32_t)DAY + 8 * HOUR; // the first Tuesday
}

void mail_nurture(struct sim *s)
{
    if (s->subscribed == NEVER || s->p->known == NEVER)
        return;
    uint32_t t = s->subscribed;
    for (uint32_t n = 1; n <= 3; n++) {
        t = mail_day(s, t, n == 1 ? 1 : 4);
        if (!mail_send(s, SERIES_WELCOME, n, t))
            return;
    }
    for (uint32_t month = calendar_month(t) + 1; month < 24; month++) {
        if (!mail_send(s, SERIES_NEWSLETTER, month, issue_of(month) + (uint32_t)rng_below(&s->rng, 1500)))
            return;
        for (uint32_t offer = 0; offer < N_OFFERS; offer++) {
            uint32_t day = OFFERS[offer].day * (uint32_t)DAY;
            if (calendar_month(day) == month &&
                    !mail_send(s, SERIES_OFFER, offer, day + 9 * HOUR + (uint32_t)rng_below(&s->rng, 1800)))
                return;
        }
        // Who never opens is taken off the list by and by.
        if (chance(s, 0.06 * (1 - s->p->interest)))
            return;
    }
}
