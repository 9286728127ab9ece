// What happens: each thing is done to the program, again after it has died over it, and noted as the world
// knows it.
#include "app/inbox/inbox.h"
#include "sim/run.h"

#include <stdio.h>

enum { TRIES = 20 };

// --- the log

static bool append(struct world *w, const char *text)
{
    struct writing *writing;
    struct err err = {0};
    if (!writing_begin(w->app, &writing, &err) ||
            !writing_end(writing, writing_append(writing, str_of(text), NULL, &err), &err)) {
        if (!w->death.dead)
            fault(w, "an event was refused: %s: %s", text, err.message);
        return false;
    }
    return true;
}

// Events have a messageId, so that who sends them may do so again.
static void event(struct world *w, const char *type, const char *who, const char *rest)
{
    char text[500];
    snprintf(text, sizeof text, "{\"type\":\"%s\",\"userId\":\"%s\",\"messageId\":\"w%llu\"%s}", type, who,
            (unsigned long long)w->order++, rest);
    for (unsigned i = 0; i < TRIES && !append(w, text) && world_revived(w); i++)
        ;
}

static void introduce(struct world *w, unsigned person)
{
    struct human *h = &w->people[person];
    char rest[300], zone[80] = "", email[100] = "";
    if (h->zone >= 0)
        snprintf(zone, sizeof zone, ",\"time_zone\":\"%s\"", ZONES[h->zone]);
    if (h->address < ADDRESSES)
        snprintf(email, sizeof email, ",\"email\":\"%s\"", w->addresses[h->address].text);
    snprintf(rest, sizeof rest, ",\"traits\":{\"name\":\"%s\"%s%s}", h->id, email, zone);
    event(w, "identify", h->id, rest);
    h->known = true;
    h->told = w->time;
    note(w, "%s is known", h->id);
}

// Somebody may have come in, and had to.
static void enters(struct world *w, struct campaign_plan *c, unsigned person)
{
    if (c->since[person] == NEVER || c->again)
        c->since[person] = program_now(w);
    c->entries[person]++;
    c->wanted[person] = true;
}

static void look_at_entries(struct world *w, unsigned person, bool form)
{
    const struct human *h = &w->people[person];
    for (unsigned i = 0; i < w->n_campaigns; i++) {
        struct campaign_plan *c = &w->campaigns[i];
        bool open = c->running && !c->finished, holds = condition_holds(h, c->condition);
        if (open && c->entry == BY_EVENT && form)
            enters(w, c, person);
        if (open && c->entry == BY_CONDITION && holds && !c->held[person])
            enters(w, c, person);
        c->held[person] = holds;
    }
}

static void does(struct world *w, unsigned person, bool form)
{
    struct human *h = &w->people[person];
    unsigned root = person_root(w, person);
    if (!h->known)
        return;
    event(w, "track", h->id, form ? ",\"event\":\"form.submitted\"" : ",\"event\":\"page.viewed\"");
    w->people[root].pages += !form;
    w->people[root].forms += form;
    note(w, "%s %s", h->id, form ? "submits a form" : "views a page");
    look_at_entries(w, root, form);
}

static void moves(struct world *w, unsigned person, unsigned address)
{
    if (!w->people[person].known || person_root(w, person) != person)
        return;
    w->people[person].address = address;
    introduce(w, person);
}

static void merge(struct world *w, unsigned a, unsigned b)
{
    char rest[100];
    if (!w->people[a].known || !w->people[b].known || person_root(w, a) != a || person_root(w, b) != b ||
            a == b)
        return;
    snprintf(rest, sizeof rest, ",\"previousId\":\"%s\"", w->people[b].id);
    event(w, "alias", w->people[a].id, rest);
    struct human *to = &w->people[a], *from = &w->people[b];
    from->same_as = a;
    to->merged = from->merged = program_now(w);
    to->pages += from->pages;
    to->forms += from->forms;
    if (from->replied != NEVER && (to->replied == NEVER || from->replied > to->replied))
        to->replied = from->replied;
    if (from->told > to->told) {
        to->told = from->told;
        to->zone = from->zone >= 0 ? from->zone : to->zone;
    } else if (to->zone < 0) {
        to->zone = from->zone;
    }
    note(w, "%s is %s", from->id, to->id);
    for (unsigned i = 0; i < w->n_campaigns; i++) {
        struct campaign_plan *c = &w->campaigns[i];
        c->entries[a] += c->entries[b];
        c->since[a] = c->since[a] == NEVER || (c->since[b] != NEVER && c->since[b] > c->since[a])
                              ? c->since[b]
                              : c->since[a];
        c->by_hand_out[a] |= c->by_hand_out[b];
    }
    look_at_entries(w, a, false);
}

// --- the operator

// The API's answer, again after a death. *ret_died: it was asked more than once.
static int ask(struct world *w, struct arena *arena, const char *method, const char *path, struct str body,
        struct str *ret_body, bool *ret_died)
{
    int status = 0;
    *ret_died = false;
    for (unsigned i = 0; i < TRIES; i++) {
        status = call_api(w, arena, method, path, body, ret_body);
        if (!world_revived(w))
            break;
        *ret_died = true;
    }
    return status;
}

static bool steer(struct world *w, struct campaign_plan *c, const char *what, struct str body)
{
    struct arena *arena = arena_new();
    struct str answer = STR_NONE;
    bool died;
    struct str path = arena_printf(arena, "/api/campaigns/%s%s%s", c->uuid, *what ? "/" : "", what);
    int status = ask(w, arena, *what ? "POST" : "PATCH", path.p, body, &answer, &died);
    bool done = status == 200 || (died && status == 409);
    if (!done)
        fault(w, "%s of %s: %d %.*s", *what ? what : "editing", c->name, status, STR_ARG(answer));
    note(w, "%s %s", *what ? what : "edit", c->name);
    arena_free(arena);
    return done;
}

static void start_campaign(struct world *w, struct campaign_plan *c)
{
    struct arena *arena = arena_new();
    struct str answer = STR_NONE, json = plan_json(w, arena, c, true);
    struct json *j;
    bool died;
    int status = ask(w, arena, "POST", "/api/campaigns", json, &answer, &died);
    c->created = status == 201 && json_parse(arena, answer, &j, NULL);
    if (c->created)
        snprintf(c->uuid, sizeof c->uuid, "%.*s", STR_ARG(json_get_str(j, STR("id"))));
    else
        fault(w, "making %s: %d %.*s\n%.*s", c->name, status, STR_ARG(answer), STR_ARG(json));
    arena_free(arena);
    if (!c->created || !steer(w, c, "start", STR("")))
        return;
    c->running = true;
    c->started = program_now(w);
    for (unsigned p = 0; p < w->n_people; p++) {
        struct human *h = &w->people[p];
        c->held[p] = condition_holds(h, c->condition);
        if (c->entry == BY_AUDIENCE && h->known && person_root(w, p) == p && c->held[p])
            enters(w, c, p);
    }
}

// A broadcast ends by itself.
static bool ended(struct world *w, const struct campaign_plan *c)
{
    struct arena *arena = arena_new();
    struct str answer = STR_NONE;
    struct json *j;
    bool died, over = ask(w, arena, "GET", arena_printf(arena, "/api/campaigns/%s", c->uuid).p, STR(""),
                              &answer, &died) == 200 &&
                      json_parse(arena, answer, &j, NULL) &&
                      str_eq(json_get_str(j, STR("state")), STR("finished"));
    arena_free(arena);
    return over;
}

static void operate(struct world *w, const struct coming *e)
{
    struct campaign_plan *c = &w->campaigns[e->a];
    struct arena *arena = arena_new();
    bool open = c->running && !c->finished;
    if (e->what == HAPPEN_START)
        start_campaign(w, c);
    if (e->what == HAPPEN_PAUSE && open && !c->paused && !ended(w, c))
        c->paused = steer(w, c, "pause", STR(""));
    else if (e->what == HAPPEN_RESUME && open && c->paused)
        c->paused = !steer(w, c, "resume", STR(""));
    else if (e->what == HAPPEN_FINISH && open && !ended(w, c))
        c->finished = steer(w, c, "finish", STR(""));
    else if (e->what == HAPPEN_EDIT && open && c->n_plans < VERSIONS) {
        plan_edit(w, c);
        steer(w, c, "", plan_json(w, arena, c, false));
    }
    arena_free(arena);
}

static void by_hand(struct world *w, const struct coming *e, bool in)
{
    struct campaign_plan *c = &w->campaigns[e->a];
    struct arena *arena = arena_new();
    const struct human *h = &w->people[e->b];
    struct str answer;
    bool died;
    if (c->running && !c->finished && h->known && person_root(w, e->b) == e->b && !ended(w, c)) {
        struct str path =
                arena_printf(arena, "/api/campaigns/%s/people%s%s", c->uuid, in ? "" : "/", in ? "" : h->id);
        struct str body = in ? arena_printf(arena, "{\"contacts\":[\"%s\"]}", h->id) : STR("");
        int status = ask(w, arena, in ? "POST" : "DELETE", path.p, body, &answer, &died);
        if (in && (status == 200 || died)) {
            enters(w, c, e->b);
            c->entries[e->b] += died;
        } else if (!in && (status < 300 || died)) {
            c->by_hand_out[e->b] = true;
        } else if (in || status != 404) {
            fault(w, "by hand %s: %d %.*s", c->name, status, STR_ARG(answer));
        }
        note(w, "by hand %s %s %s: %d", in ? "in" : "out", h->id, c->name, status);
    }
    arena_free(arena);
}

static void release_brake(struct world *w)
{
    struct arena *arena = arena_new();
    struct str path = arena_printf(arena, "/api/mailboxes/%s", w->mailbox), answer;
    bool died;
    int status = ask(w, arena, "PATCH", path.p, STR("{\"release\":true}"), &answer, &died);
    if (status != 200)
        fault(w, "the mailbox is not released: %d %.*s", status, STR_ARG(answer));
    arena_free(arena);
}

// --- what comes back

static bool take(struct world *w, struct str raw, struct str recipient, const char *class)
{
    struct inbox_mail mail = {.raw = raw, .recipient = recipient};
    struct inbox_taken taken;
    struct err err = {0};
    for (unsigned i = 0; i < TRIES; i++) {
        if (inbox_take(w->app, w->reader, &mail, &taken, &err)) {
            if (!taken.copy && (strcmp(taken.class, class) != 0 || !taken.send))
                fault(w, "a %s was taken for a %s%s", class, taken.class, taken.send ? "" : " of no send");
            return true;
        }
        if (!world_revived(w))
            break;
    }
    fault(w, "a mail was not taken: %s", err.message);
    return false;
}

static void replies(struct world *w, struct handed_mail *mail)
{
    struct arena *arena = arena_new();
    unsigned root = person_root(w, mail->person);
    // The same letter once more says nothing new.
    if (take(w, letter_reply(w, arena, mail, false), str_of(OUR_ADDRESS), "reply") && !mail->answered) {
        mail->answered = true;
        w->people[root].replied = program_now(w);
    }
    note(w, "u%u replies to Z%u s%u", mail->person, mail->campaign, mail->step);
    arena_free(arena);
}

static void returns(struct world *w, struct handed_mail *mail, enum happening what)
{
    struct arena *arena = arena_new();
    struct address *a = &w->addresses[mail->address];
    if (what == HAPPEN_BOUNCE && take(w, letter_bounce(w, arena, mail), mail->from, "bounce") &&
            a->bounced == NEVER)
        a->bounced = program_now(w);
    if (what == HAPPEN_COMPLAINT &&
            take(w, letter_complaint(w, arena, mail), str_of(OUR_ADDRESS), "complaint") &&
            a->complained == NEVER)
        a->complained = program_now(w);
    if (what == HAPPEN_AWAY)
        take(w, letter_reply(w, arena, mail, true), mail->from, "autoreply");
    note(w, "%s of %u",
            what == HAPPEN_BOUNCE      ? "bounce"
            : what == HAPPEN_COMPLAINT ? "complaint"
                                       : "away",
            mail->address);
    arena_free(arena);
}

static void leaves(struct world *w, const struct handed_mail *mail)
{
    struct address *a = &w->addresses[mail->address];
    int status = 0;
    for (unsigned i = 0; i < TRIES; i++) {
        status = call_form(w, mail->leave_url.p, "List-Unsubscribe", "One-Click");
        if (!world_revived(w))
            break;
    }
    if (status != 200)
        fault(w, "one-click unsubscribe at %.*s: %d", STR_ARG(mail->leave_url), status);
    else if (a->left == NEVER)
        a->left = program_now(w);
    note(w, "%u leaves", mail->address);
}

static void calm_down(struct world *w)
{
    w->calm = true;
    note(w, "calm");
    for (unsigned i = 0; i < w->n_campaigns; i++)
        operate(w, &(struct coming){.what = HAPPEN_RESUME, .a = i});
}

void world_happens(struct world *w, const struct coming *c)
{
    switch (c->what) {
    case HAPPEN_CONTACT:
        introduce(w, c->a);
        break;
    case HAPPEN_PAGE:
    case HAPPEN_FORM:
        does(w, c->a, c->what == HAPPEN_FORM);
        break;
    case HAPPEN_MOVE:
        moves(w, c->a, c->b);
        break;
    case HAPPEN_MERGE:
        merge(w, c->a, c->b);
        break;
    case HAPPEN_START:
    case HAPPEN_PAUSE:
    case HAPPEN_RESUME:
    case HAPPEN_EDIT:
    case HAPPEN_FINISH:
        operate(w, c);
        break;
    case HAPPEN_HAND_IN:
    case HAPPEN_HAND_OUT:
        by_hand(w, c, c->what == HAPPEN_HAND_IN);
        break;
    case HAPPEN_CRASH:
        w->death.at = w->death.calls + 1 + c->a;
        w->death.written = c->b;
        break;
    case HAPPEN_CLOCK:
        w->skew += (int64_t)c->a - 120;
        note(w, "the clock is turned by %lld", (long long)c->a - 120);
        break;
    case HAPPEN_REPLY:
        replies(w, c->thing);
        break;
    case HAPPEN_BOUNCE:
    case HAPPEN_COMPLAINT:
    case HAPPEN_AWAY:
        returns(w, c->thing, c->what);
        break;
    case HAPPEN_LEAVE:
        leaves(w, c->thing);
        break;
    case HAPPEN_DAY:
        release_brake(w);
        break;
    case HAPPEN_END:
        calm_down(w);
        break;
    case HAPPEN_DONE:
        break;
    }
}
