// What follows from something that happened, for people in campaigns.
#include "app/campaign/ahead.h"
#include "app/campaign/follow.h"

#include "app/standing/live.h"

#include <stdlib.h>

static bool send_of(const struct json *properties, int64_t *ret)
{
    const struct json *j = json_get(properties, STR("send"));
    double number;
    if (!j || (j->kind != JSON_STRING && j->kind != JSON_NUMBER) || !json_number(j->text, &number) ||
            number < 1 || number > 9e15)
        return false;
    *ret = (int64_t)number;
    return true;
}

static bool mark_of(const struct message *m, enum mark *ret)
{
    static const struct {
        struct str name;
        enum mark mark, machine; // machine: the same where a machine did it; MARKS: it does not count
    } OF[] = {
            {{"email.opened", 12}, MARK_OPENED, MARK_OPENED_MACHINE},
            {{"email.clicked", 13}, MARK_CLICKED, MARK_CLICKED_MACHINE},
            {{"email.replied", 13}, MARK_REPLIED, MARKS},
            {{"email.bounced", 13}, MARK_BOUNCED, MARK_BOUNCED},
            {{"email.complained", 16}, MARK_COMPLAINED, MARK_COMPLAINED},
            {{"list.unsubscribed", 17}, MARK_UNSUBSCRIBED, MARKS},
    };
    for (unsigned i = 0; i < sizeof OF / sizeof *OF; i++)
        if (str_eq(OF[i].name, m->type.name)) {
            *ret = m->type.machine ? OF[i].machine : OF[i].mark;
            return *ret != MARKS;
        }
    return false;
}

static bool answered(
        struct writing *w, struct look *look, const struct happening *h, uint32_t contact, struct err *err)
{
    const struct json *properties = json_get(h->message->json, STR("properties"));
    struct str what = answer_of(w->arena, h->message->type.name, h->message->type.machine, properties);
    enum mark mark;
    int64_t send;
    if (mark_of(h->message, &mark) && send_of(properties, &send) && !mail_mark(w, send, mark, err))
        return false;
    if (!what.n)
        return true;
    if (!answer_note(w, contact, what, answer_time(properties, h->time, w->now), err))
        return false;
    for (size_t i = 0; i < look->watched.n; i++) {
        const struct watched *c = &look->watched.v[i];
        struct person_row row;
        const char *why = NULL;
        bool there;
        if (!person_read(w->store, w->arena, c->campaign.number, contact, &there, &row, err))
            return false;
        if (!there || str_eq(row.state, STR("left")))
            continue;
        if (!answer_stops(w, &c->d, &row, &why, err) || (why && !person_leave(w, &row, why, err)))
            return false;
    }
    return true;
}

// Whether they stand at a step that waits for such an event.
static bool came(struct writing *w, const struct watched *c, const struct happening *h, uint32_t contact,
        struct err *err)
{
    struct person_row row;
    bool there, waits = false;
    int step;
    for (unsigned i = 0; i < c->d.n_steps; i++)
        waits |= c->waits[i].matcher && pattern_takes(&c->waits[i], h->message);
    if (!waits)
        return true;
    if (!person_read(w->store, w->arena, c->campaign.number, contact, &there, &row, err) ||
            (there && !step_index(w->store, &c->d, row.campaign, row.step, &step, err)))
        return false;
    if (!there || !str_eq(row.state, STR("active")) || step < 0 || c->d.steps[step].kind != STEP_WAIT_FOR ||
            h->time < row.since || !pattern_takes(&c->waits[step], h->message))
        return true;
    return person_log(w, row.campaign, contact, row.round, row.step, "came", h->message->type.name, err) &&
           person_move(w, &c->d, &row, c->d.steps[step].then, err);
}

static bool join(struct writing *w, uint32_t number, struct err *err)
{
    uint32_t owner = number ? live_owner(app_live(w->app), number) : 0;
    return owner == number || person_merge(w, number, owner, err);
}

bool happen_join(struct writing *w, const struct happening *h, struct err *err)
{
    uint32_t *numbers;
    unsigned n;
    if (h->joins == JOINS_ONE)
        return join(w, h->user, err) && join(w, h->anonymous, err);
    if (h->joins == JOINS_NOBODY)
        return true;
    live_numbers(app_live(w->app), h->user ? h->user : h->anonymous, w->arena, &numbers, &n);
    for (unsigned i = 0; i < n; i++)
        if (!join(w, numbers[i], err))
            return false;
    return true;
}

bool happen(struct writing *w, struct look *look, const struct happening *h, struct err *err)
{
    if (!h->message)
        return true;
    uint32_t contact = live_owner(app_live(w->app), h->user ? h->user : h->anonymous);
    if (!answered(w, look, h, contact, err))
        return false;
    for (size_t i = 0; i < look->watched.n; i++) {
        const struct watched *c = &look->watched.v[i];
        if (h->row <= c->campaign.from_event)
            continue;
        if (!came(w, c, h, contact, err))
            return false;
        if (pattern_takes(&c->entry, h->message) &&
                !person_enter(w, &c->campaign, &c->d, contact, "event", NULL, err))
            return false;
    }
    return true;
}

static bool leave_where(struct writing *w, const struct look *look, const struct watched *c,
        const uint8_t *holds, const char *why, struct err *err)
{
    for (size_t i = 0; holds && i < look->touched.n; i++) {
        struct person_row row;
        bool there;
        if (!holds[i])
            continue;
        if (!person_read(w->store, w->arena, c->campaign.number, look->touched.v[i], &there, &row, err))
            return false;
        if (there && !str_eq(row.state, STR("left")) && !person_leave(w, &row, why, err))
            return false;
    }
    return true;
}

bool happen_conditions(struct writing *w, struct look *look, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < look->watched.n; i++) {
        const struct watched *c = &look->watched.v[i];
        ok = (!c->when || entries_change(w, &c->campaign, &c->d, look->touched.v, c->when,
                                  (unsigned)look->touched.n, err)) &&
             leave_where(w, look, c, c->goal, "goal", err) &&
             leave_where(w, look, c, c->stop, "stopped", err);
    }
    return ok;
}
