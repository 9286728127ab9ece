// The end: whoever had to come in did and came to an end, and each record says what the world saw.
#include "sim/run.h"

#include <stdio.h>

struct record {
    const struct json *person, *lines;
    unsigned entered, sent, unclear;
};

static bool is(const struct json *j, const char *member, const char *text)
{
    return str_eq(json_get_str(j, str_of(member)), str_of(text));
}

static bool read_record(
        struct world *w, struct arena *arena, unsigned campaign, unsigned person, struct record *ret)
{
    struct str answer = STR_NONE, path = arena_printf(arena, "/api/campaigns/%s/people/%s",
                                          w->campaigns[campaign].uuid, w->people[person].id);
    struct json *j;
    int status = call_api(w, arena, "GET", path.p, STR(""), &answer);
    if (status != 200 || !json_parse(arena, answer, &j, NULL)) {
        fault(w, "no record of %s in Z%u: %d", w->people[person].id, campaign, status);
        return false;
    }
    *ret = (struct record){.person = json_get(j, STR("person")), .lines = json_get(j, STR("record"))};
    for (const struct json *l = ret->lines->child; l; l = l->next) {
        ret->entered += is(l, "what", "entered");
        ret->sent += is(l, "what", "sent");
        ret->unclear += is(l, "what", "unclear");
    }
    return true;
}

static void check_person(struct world *w, unsigned campaign, unsigned person)
{
    const struct campaign_plan *c = &w->campaigns[campaign];
    const struct human *h = &w->people[person];
    struct arena *arena = arena_new();
    struct record r;
    unsigned told = 0, unknown = 0, unsure = 0;
    if (!read_record(w, arena, campaign, person, &r)) {
        arena_free(arena);
        return;
    }
    for (size_t i = 0; i < w->mails.n; i++) {
        const struct handed_mail *m = w->mails.v[i];
        if (m->campaign != campaign || person_root(w, m->person) != person)
            continue;
        told += m->landed && !m->unknown && !m->unsure;
        unknown += m->unknown && !m->unsure;
        unsure += m->unsure;
    }
    // (the records of two that became one are together, but who came in how often is not told apart)
    if (h->merged == NEVER && c->wanted[person] && !r.entered && !c->finished)
        fault(w, "%s had to come into Z%u and did not", h->id, campaign);
    if (h->merged == NEVER && !c->wanted[person] && r.entered)
        fault(w, "%s came into Z%u and need not", h->id, campaign);
    if (r.person && r.person->kind == JSON_OBJECT && !is(r.person, "state", "left"))
        fault(w, "%s is still in Z%u at the end, at %.*s", h->id, campaign,
                STR_ARG(json_get_str(r.person, STR("step"))));
    if (r.sent < told || r.sent > told + unsure)
        fault(w, "%s in Z%u: %u mails arrived, the record says %u", h->id, campaign, told, r.sent);
    // (also one that the program died over before it was handed over)
    if (r.unclear < unknown || r.unclear > unknown + unsure + w->crashes)
        fault(w, "%s in Z%u: of %u mails nobody knows, the record says %u", h->id, campaign, unknown,
                r.unclear);
    arena_free(arena);
}

// Whoever must not be written to stands on the list, with the proof.
static void check_suppressed(struct world *w, unsigned address)
{
    const struct address *a = &w->addresses[address];
    struct arena *arena = arena_new();
    struct str answer = STR_NONE, path = arena_printf(arena, "/api/suppressions?search=%s", a->text);
    struct json *j;
    bool wanted = a->left != NEVER || a->bounced != NEVER || a->complained != NEVER;
    if (call_api(w, arena, "GET", path.p, STR(""), &answer) != 200 || !json_parse(arena, answer, &j, NULL)) {
        fault(w, "the suppression list does not answer: %.*s", STR_ARG(answer));
    } else {
        const struct json *first = json_get(j, STR("items"))->child;
        if (wanted && (!first || !json_get_str(first, STR("proof")).n))
            fault(w, "%s is not suppressed, or without a proof", a->text);
        if (!wanted && first)
            fault(w, "%s is suppressed without a reason", a->text);
    }
    arena_free(arena);
}

void check_end(struct world *w)
{
    for (unsigned c = 0; c < w->n_campaigns; c++)
        for (unsigned p = 0; p < w->n_people && w->campaigns[c].running; p++)
            if (w->people[p].known && person_root(w, p) == p)
                check_person(w, c, p);
    for (unsigned a = 0; a < w->n_addresses; a++)
        check_suppressed(w, a);
}
