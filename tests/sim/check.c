// What must hold, by what the world saw.
#include "sim/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

// Wall clock of a zone, by the C library's own rules.
static unsigned hour_in(int zone, int64_t at)
{
    time_t when = (time_t)at;
    struct tm tm;
    setenv("TZ", zone < 0 ? "UTC" : ZONES[zone], 1);
    tzset();
    localtime_r(&when, &tm);
    return (unsigned)tm.tm_hour;
}

static bool is_quiet(const struct plan *p, unsigned hour)
{
    return p->quiet && (p->quiet_from < p->quiet_to ? hour >= p->quiet_from && hour < p->quiet_to
                                                    : hour >= p->quiet_from || hour < p->quiet_to);
}

static const char *name_of(const struct handed_mail *m)
{
    static _Thread_local char text[80];
    snprintf(text, sizeof text, "Z%u s%u of u%u", m->campaign, m->step, m->person);
    return text;
}

static const struct plan *plan_now(const struct campaign_plan *c)
{
    return &c->plans[c->n_plans - 1];
}

// The program may not know that this one did not arrive.
static bool may_be_there(const struct handed_mail *m)
{
    return !m->settled || m->landed || m->unknown;
}

// Sluice's own record of the person, for whoever looks for the reason.
static void show_record(struct world *w, unsigned campaign, unsigned person)
{
    struct arena *arena = arena_new();
    struct str answer = STR_NONE, path = arena_printf(arena, "/api/campaigns/%s/people/%s",
                                          w->campaigns[campaign].uuid, w->people[person_root(w, person)].id);
    if (w->verbose && call_api(w, arena, "GET", path.p, STR(""), &answer) == 200)
        printf("%.*s\n%.*s\n", STR_ARG(answer), STR_ARG(plan_json(w, arena, &w->campaigns[campaign], true)));
    arena_free(arena);
}

// handing: else it has landed, and whoever it was handed to may have become one with somebody since who had
// it.
static void check_once(struct world *w, const struct handed_mail *mail, bool handing)
{
    const struct campaign_plan *c = &w->campaigns[mail->campaign];
    unsigned root = person_root(w, mail->person), same_address = 0, same_person = 0, rounds = 0;
    for (size_t i = 0; i < w->mails.n; i++) {
        const struct handed_mail *m = w->mails.v[i];
        if (m == mail || m->campaign != mail->campaign || m->step != mail->step || !may_be_there(m))
            continue;
        same_address += m->address == mail->address;
        same_person += person_root(w, m->person) == root;
    }
    for (unsigned p = 0; p < w->n_people; p++)
        if (person_root(w, p) == root || w->people[p].address == mail->address)
            rounds += person_root(w, p) == p ? c->entries[p] : 0;
    if (c->again == 0)
        rounds = 1;
    if (same_address >= rounds)
        fault(w, "%s: the address gets it again (%u times before)", name_of(mail), same_address);
    else if (handing && same_person >= rounds)
        fault(w, "%s: the person gets it again (%u times before)", name_of(mail), same_person);
}

static void check_allowed(struct world *w, const struct handed_mail *mail)
{
    const struct address *a = &w->addresses[mail->address];
    if (a->left != NEVER)
        fault(w, "%s: mailed after unsubscribing", name_of(mail));
    if (a->bounced != NEVER)
        fault(w, "%s: mailed after a hard bounce", name_of(mail));
    if (a->complained != NEVER)
        fault(w, "%s: mailed after a complaint", name_of(mail));
}

static void check_campaign(struct world *w, const struct handed_mail *mail)
{
    const struct campaign_plan *c = &w->campaigns[mail->campaign];
    unsigned root = person_root(w, mail->person);
    const struct human *h = &w->people[root];
    const struct plan *p = plan_now(c);
    if (!c->running || c->paused || c->finished)
        fault(w, "%s: mailed while the campaign was %s", name_of(mail),
                !c->running ? "not begun"
                : c->paused ? "paused"
                            : "finished");
    if (!c->entries[root])
        fault(w, "%s: never came into the campaign (entry %d, condition %u, again %u)", name_of(mail),
                c->entry, c->condition, c->again);
    else if (p->stop_reply && h->replied != NEVER && h->replied >= c->since[root] && h->replied < mail->at)
        fault(w, "%s: mailed after their reply at %lld (in since %lld; entry %d, again %u)", name_of(mail),
                (long long)h->replied, (long long)c->since[root], c->entry, c->again);
    unsigned hour = hour_in(h->zone, mail->at);
    if (is_quiet(p, hour))
        fault(w, "%s: mailed in quiet hours: %u o'clock in %s", name_of(mail), hour,
                h->zone < 0 ? "our zone" : ZONES[h->zone]);
    unsigned before = 0;
    for (size_t i = 0; i < w->mails.n && p->cap_mails; i++) {
        const struct handed_mail *m = w->mails.v[i];
        before += m->settled && m->landed && person_root(w, m->person) == root &&
                  m->at > mail->at - (int64_t)p->cap_days * DAY && m != mail;
    }
    if (p->cap_mails && before >= p->cap_mails)
        fault(w, "%s: %u mails within %u days, %u are allowed", name_of(mail), before + 1, p->cap_days,
                p->cap_mails);
}

void check_hand_over(struct world *w, const struct handed_mail *mail)
{
    check_once(w, mail, true);
    check_allowed(w, mail);
    unsigned before = w->n_faults;
    check_campaign(w, mail);
    if (w->n_faults > before)
        show_record(w, mail->campaign, mail->person);
}

void check_landed(struct world *w, const struct handed_mail *mail)
{
    check_once(w, mail, false);
}
