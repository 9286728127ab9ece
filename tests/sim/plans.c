// People and campaigns by chance.
#include "sim/run.h"

#include "base/json_put.h"

#include <stdio.h>

const char *const ZONES[] = {"Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Kolkata",
        "America/Sao_Paulo", "Pacific/Auckland", "UTC", "Africa/Casablanca"};
const char *const CONDITIONS[] = {
        "any page.viewed", "any form.submitted", "count page.viewed >= 3", "count form.submitted >= 2"};
static const char *const AGAIN[] = {"never", "after_leaving", "always"};
static const char *const DAYS[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

bool condition_holds(const struct human *h, unsigned condition)
{
    return condition == 0   ? h->pages >= 1
           : condition == 1 ? h->forms >= 1
           : condition == 2 ? h->pages >= 3
                            : h->forms >= 2;
}

static double sometimes(struct world *w, double often, double chance)
{
    return rng_chance(&w->rng, often) ? chance : 0;
}

static void make_people(struct world *w)
{
    w->n_people = 5 + (unsigned)rng_below(&w->rng, 20);
    for (unsigned i = 0; i < w->n_people; i++) {
        struct address *a = &w->addresses[w->n_addresses++];
        snprintf(a->text, sizeof a->text, "p%u@d%u.example", i, (unsigned)rng_below(&w->rng, 4));
    }
    for (unsigned i = 0; i < 5; i++) // for those who move
        snprintf(w->addresses[w->n_addresses++].text, 60, "new%u@d%u.example", i,
                (unsigned)rng_below(&w->rng, 4));
    for (unsigned i = 0; i < w->n_addresses; i++) {
        struct address *a = &w->addresses[i];
        a->left = a->bounced = a->complained = NEVER;
        a->dead = rng_chance(&w->rng, 0.06);
        a->busy = sometimes(w, 0.3, 0.5);
        a->flaky = sometimes(w, 0.3, 0.4);
        a->replies = sometimes(w, 0.3, 0.4);
        a->leaves = sometimes(w, 0.2, 0.4);
        a->complains = sometimes(w, 0.05, 0.5);
        a->bounces_late = sometimes(w, 0.08, 0.6);
        a->away = sometimes(w, 0.15, 0.6);
    }
    for (unsigned i = 0; i < w->n_people; i++) {
        struct human *h = &w->people[i];
        snprintf(h->id, sizeof h->id, "u%u", i);
        h->address = i && rng_chance(&w->rng, 0.1) ? (unsigned)rng_below(&w->rng, i) : i;
        if (rng_chance(&w->rng, 0.04))
            h->address = ADDRESSES;
        h->zone = rng_chance(&w->rng, 0.15) ? -1 : (int)rng_below(&w->rng, N_ZONES);
        h->same_as = i;
        h->merged = NEVER;
        h->replied = NEVER;
    }
}

static enum way random_way(struct world *w)
{
    static const enum way WAYS[] = {WAY_MAIL, WAY_MAIL, WAY_MAIL, WAY_WAIT, WAY_WAIT, WAY_WAIT, WAY_UNTIL,
            WAY_FOR, WAY_BRANCH, WAY_TAG, WAY_FACT, WAY_TASK};
    return WAYS[rng_below(&w->rng, sizeof WAYS / sizeof *WAYS)];
}

static void make_step(struct world *w, struct plan *p, unsigned i, unsigned number)
{
    struct plan_step *s = &p->steps[i];
    *s = (struct plan_step){.way = random_way(w), .variants = 1, .next = -2, .then = -2, .otherwise = -2};
    s->number = number;
    snprintf(s->id, sizeof s->id, "s%u", number);
    if (s->way == WAY_MAIL && rng_chance(&w->rng, 0.25))
        s->variants = 2;
    s->waits = (unsigned)(rng_chance(&w->rng, 0.3) ? rng_range(&w->rng, 1, 20) * 3600
                                                   : rng_range(&w->rng, 1, 9) * DAY);
    s->weekdays = rng_chance(&w->rng, 0.5) ? 127 : 1 + (unsigned)rng_below(&w->rng, 126);
    s->minute = (unsigned)rng_below(&w->rng, 24) * 60 + (rng_chance(&w->rng, 0.5) ? 30 : 0);
    s->condition = (unsigned)rng_below(&w->rng, N_CONDITIONS);
    s->on_form = rng_chance(&w->rng, 0.5);
}

// Where steps lead: down, or to the end.
static void make_ways(struct world *w, struct plan *p)
{
    for (unsigned i = 0; i < p->n_steps; i++) {
        struct plan_step *s = &p->steps[i];
        int below = i + 1 < p->n_steps ? (int)i + 1 : -1;
        int far = i + 2 < p->n_steps && rng_chance(&w->rng, 0.7)
                          ? (int)rng_range(&w->rng, (int)i + 1, (int)p->n_steps - 1)
                          : -1;
        s->next = below;
        s->then = s->otherwise = below;
        if (s->way == WAY_BRANCH || s->way == WAY_FOR)
            *(rng_chance(&w->rng, 0.5) ? &s->then : &s->otherwise) = far;
    }
}

static void make_plan(struct world *w, struct campaign_plan *c, struct plan *p)
{
    p->n_steps = c->entry == BY_AUDIENCE && rng_chance(&w->rng, 0.4)
                         ? 1
                         : 1 + (unsigned)rng_below(&w->rng, STEPS - 1);
    for (unsigned i = 0; i < p->n_steps; i++)
        make_step(w, p, i, c->next_number++);
    if (p->n_steps == 1)
        p->steps[0].way = WAY_MAIL;
    make_ways(w, p);
    p->quiet = rng_chance(&w->rng, 0.5);
    p->quiet_from = (unsigned)rng_below(&w->rng, 24);
    p->quiet_to = (p->quiet_from + 1 + (unsigned)rng_below(&w->rng, 14)) % 24;
    if (rng_chance(&w->rng, 0.3)) {
        p->cap_mails = 1 + (unsigned)rng_below(&w->rng, 3);
        p->cap_days = 1 + (unsigned)rng_below(&w->rng, 6);
    }
    p->stop_reply = rng_chance(&w->rng, 0.7);
    p->stop_unsubscribe = rng_chance(&w->rng, 0.8);
}

void plan_edit(struct world *w, struct campaign_plan *c)
{
    struct plan *p = &c->plans[c->n_plans];
    *p = c->plans[c->n_plans - 1];
    if (p->n_steps > 1 && rng_chance(&w->rng, 0.5)) {
        unsigned out = (unsigned)rng_below(&w->rng, p->n_steps);
        memmove(p->steps + out, p->steps + out + 1, (p->n_steps - out - 1) * sizeof *p->steps);
        p->n_steps--;
    }
    if (p->n_steps < STEPS && rng_chance(&w->rng, 0.5)) {
        unsigned in = (unsigned)rng_below(&w->rng, p->n_steps + 1);
        memmove(p->steps + in + 1, p->steps + in, (p->n_steps - in) * sizeof *p->steps);
        p->n_steps++;
        make_step(w, p, in, c->next_number++);
    }
    make_ways(w, p);
    if (rng_chance(&w->rng, 0.3)) {
        p->quiet = !p->quiet;
        p->quiet_from = (unsigned)rng_below(&w->rng, 24);
        p->quiet_to = (p->quiet_from + 1 + (unsigned)rng_below(&w->rng, 14)) % 24;
    }
    c->n_plans++;
}

void plans_make(struct world *w)
{
    make_people(w);
    w->n_campaigns = 1 + (unsigned)rng_below(&w->rng, CAMPAIGNS);
    for (unsigned i = 0; i < w->n_campaigns; i++) {
        struct campaign_plan *c = &w->campaigns[i];
        snprintf(c->name, sizeof c->name, "Z%u", i);
        c->entry = (enum entry)rng_below(&w->rng, 3);
        c->condition = (unsigned)rng_below(&w->rng, N_CONDITIONS);
        c->again = rng_chance(&w->rng, 0.6) ? 0 : (unsigned)rng_below(&w->rng, 3);
        c->n_plans = 1;
        make_plan(w, c, &c->plans[0]);
        for (unsigned p = 0; p < PEOPLE; p++)
            c->since[p] = NEVER;
    }
}

// --- as the API takes them

static void put_target(struct buf *out, const char *name, const struct plan *p, int to)
{
    put_text(out, name, to < 0 ? STR("end") : str_of(p->steps[to].id));
}

static void put_mail(struct world *w, struct arena *arena, const struct campaign_plan *c,
        const struct plan_step *s, struct buf *out)
{
    unsigned number = (unsigned)(c - w->campaigns);
    put_text(out, "kind", STR("mail"));
    put_text(out, "subject", arena_printf(arena, "Z%u s%u v0", number, s->number));
    put_text(out, "body", STR("Good day, this is what we have for you. https://ours.example/more"));
    if (s->variants == 1)
        return;
    put_key(out, "variants");
    buf_char(out, '[');
    for (unsigned v = 0; v < s->variants; v++) {
        put_comma(out);
        buf_char(out, '{');
        put_text(out, "subject", arena_printf(arena, "Z%u s%u v%u", number, s->number, v));
        buf_char(out, '}');
    }
    buf_char(out, ']');
}

static void put_until(struct arena *arena, const struct plan_step *s, struct buf *out)
{
    put_text(out, "kind", STR("wait_until"));
    put_text(out, "hour", arena_printf(arena, "%02u:%02u", s->minute / 60, s->minute % 60));
    put_key(out, "weekdays");
    buf_char(out, '[');
    for (unsigned day = 0; day < 7; day++)
        if (s->weekdays & (1u << day)) {
            put_comma(out);
            json_put_string(out, str_of(DAYS[day]));
        }
    buf_char(out, ']');
}

static void put_step(struct world *w, struct arena *arena, const struct campaign_plan *c,
        const struct plan *p, const struct plan_step *s, struct buf *out)
{
    struct str duration = arena_printf(arena, s->waits % DAY ? "%u hours" : "%u days",
            s->waits % DAY ? s->waits / 3600 : s->waits / DAY);
    put_comma(out);
    buf_char(out, '{');
    put_text(out, "id", str_of(s->id));
    switch (s->way) {
    case WAY_MAIL:
        put_mail(w, arena, c, s, out);
        break;
    case WAY_WAIT:
        put_text(out, "kind", STR("wait"));
        put_text(out, "for", duration);
        break;
    case WAY_UNTIL:
        put_until(arena, s, out);
        break;
    case WAY_FOR:
        put_text(out, "kind", STR("wait_for"));
        put_text(out, "event", s->on_form ? STR("form.submitted") : STR("page.viewed"));
        put_text(out, "timeout", duration);
        break;
    case WAY_BRANCH:
        put_text(out, "kind", STR("branch"));
        put_text(out, "when", str_of(CONDITIONS[s->condition]));
        break;
    case WAY_TAG:
        put_text(out, "kind", STR("tag"));
        put_text(out, "tag", arena_printf(arena, "tag%u", s->number));
        break;
    case WAY_FACT:
        put_text(out, "kind", STR("fact"));
        put_text(out, "fact", STR("need"));
        break;
    case WAY_TASK:
        put_text(out, "kind", STR("task"));
        put_text(out, "title", STR("Call them"));
        break;
    case WAY_STOP:
        put_text(out, "kind", STR("stop"));
    }
    if (s->way == WAY_BRANCH || s->way == WAY_FOR) {
        put_target(out, "then", p, s->then);
        put_target(out, "otherwise", p, s->otherwise);
    }
    buf_char(out, '}');
}

static void put_entry(const struct campaign_plan *c, struct buf *out)
{
    put_text(out, "name", str_of(c->name));
    put_text(out, "kind", c->entry == BY_AUDIENCE ? STR("broadcast") : STR("sequence"));
    put_text(out, "again", str_of(AGAIN[c->again]));
    if (c->entry == BY_AUDIENCE) {
        put_text(out, "audience", str_of(CONDITIONS[c->condition]));
        return;
    }
    put_key(out, "entry");
    buf_char(out, '{');
    put_text(out, c->entry == BY_EVENT ? "event" : "when",
            c->entry == BY_EVENT ? STR("form.submitted") : str_of(CONDITIONS[c->condition]));
    buf_char(out, '}');
}

struct str plan_json(struct world *w, struct arena *arena, const struct campaign_plan *c, bool whole)
{
    const struct plan *p = &c->plans[c->n_plans - 1];
    struct buf out = {0};
    buf_char(&out, '{');
    if (whole)
        put_entry(c, &out);
    put_key(&out, "quiet");
    if (p->quiet)
        buf_printf(&out, "{\"from\":\"%02u:00\",\"to\":\"%02u:00\"}", p->quiet_from, p->quiet_to);
    else
        buf_put(&out, STR("null"));
    if (p->cap_mails) {
        put_key(&out, "cap");
        buf_printf(&out, "{\"mails\":%u,\"days\":%u}", p->cap_mails, p->cap_days);
    }
    put_key(&out, "stop");
    buf_printf(&out, "{\"reply\":%s,\"unsubscribe\":%s}", p->stop_reply ? "true" : "false",
            p->stop_unsubscribe ? "true" : "false");
    put_key(&out, "steps");
    buf_char(&out, '[');
    for (unsigned i = 0; i < p->n_steps; i++)
        put_step(w, arena, c, p, &p->steps[i], &out);
    buf_put(&out, STR("]}"));
    struct str text = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return text;
}
