// Starting, pausing, resuming and finishing a campaign.
#include "app/campaign/private.h"

#include "app/standing/live.h"
#include "app/user/principal.h"
#include "base/json_put.h"

#include <stdlib.h>

static void put_state(const void *thing, struct buf *out)
{
    const struct campaign *c = thing;
    buf_char(out, '{');
    put_text(out, "state", c->state);
    buf_char(out, '}');
}

// Brings a campaign from one of the states `from` to another one.
struct move {
    const char *from, *also, *to, *action;
    bool (*more)(struct writing *w, struct campaign *c, struct err *err); // or NULL
};

static bool steer(struct request *r, const struct move *move, struct err *err)
{
    struct campaign before, c;
    struct writing *w;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = campaign_read(w->store, r->arena, request_param(r, "id"), &before, err) &&
              request_matches(r, before.version, err) &&
              (str_eq(before.state, str_of(move->from)) || str_eq(before.state, str_of(move->also)) ||
                      err_set(err, ERR_CONFLICT, "the campaign is %.*s", STR_ARG(before.state)));
    c = ok ? before : (struct campaign){0};
    ok = ok && (!move->more || move->more(w, &c, err)) && campaign_set_state(w, &c, move->to, err) &&
         audit_change(w, request_principal(r), move->action, c.id, put_state, &before, &c, err);
    if (!writing_end(w, ok, err))
        return false;
    app_publish(request_app(r), "campaign", c.id);
    app_wake(request_app(r), "campaign");
    response_etag(r, c.version);
    return campaign_put(data_store(request_data(r)), &c, r->out, err);
}

bool campaign_begin(struct app *app, const struct campaign *c, const struct principal *who, struct err *err)
{
    struct arena *arena = arena_new();
    struct definition d;
    struct writing *w = NULL;
    uint32_t *contacts = NULL, n = 0, *holding = NULL, n_holding = 0;
    struct campaign now;
    char field[80];
    bool ok = definition_read(arena, c->definition, &d, field, err) &&
              (!d.audience.n || live_select(app_live(app), d.audience, &contacts, &n, err)) &&
              (!d.entry_when.n || live_select(app_live(app), d.entry_when, &holding, &n_holding, err)) &&
              writing_begin(app, &w, err);
    if (ok) {
        // Somebody may have begun it meanwhile.
        ok = campaign_read_number(w->store, arena, c->number, &now, err) &&
             (now.version == c->version || err_set(err, ERR_CONFLICT, "somebody has changed it meanwhile")) &&
             campaign_freeze(w, &now, contacts, n, err) && follow_begin(w, now.number, err) &&
             entries_begin(w, &now, holding, n_holding, err) && campaign_set_state(w, &now, "running", err) &&
             audit_change(w, who, "campaign.start", now.id, put_state, c, &now, err);
        ok = writing_end(w, ok, err);
    }
    free(contacts);
    free(holding);
    arena_free(arena);
    if (!ok)
        return false;
    app_publish(app, "campaign", c->id);
    app_wake(app, "campaign");
    return true;
}

bool campaign_unschedule(struct app *app, const struct campaign *c, struct err *err)
{
    struct arena *arena = arena_new();
    struct writing *w;
    struct campaign now;
    bool ok = writing_begin(app, &w, err);
    if (ok) {
        ok = campaign_read_number(w->store, arena, c->number, &now, err);
        if (ok && str_eq(now.state, STR("scheduled")))
            ok = campaign_set_state(w, &now, "draft", err) &&
                 audit_change(w, NULL, "campaign.unschedule", now.id, put_state, c, &now, err);
        ok = writing_end(w, ok, err);
    }
    if (ok)
        app_publish(app, "campaign", c->id);
    arena_free(arena);
    return ok;
}

static bool check_startable(
        struct request *r, const struct campaign *c, struct definition *d, struct err *err)
{
    char field[80];
    if (!str_eq(c->state, STR("draft")) && !str_eq(c->state, STR("scheduled")))
        return err_set(err, ERR_CONFLICT, "the campaign is %.*s", STR_ARG(c->state));
    if (!definition_read(r->arena, c->definition, d, field, err))
        return false;
    if (!d->n_steps)
        return request_problem(r, 400, "steps", "A campaign without steps does nothing");
    if (str_eq(c->kind, STR("broadcast")) && !d->audience.n)
        return request_problem(r, 400, "audience", "Say who gets it");
    return true;
}

bool campaign_route_start(struct request *r, struct err *err)
{
    static const struct move SCHEDULE = {"draft", "", "scheduled", "campaign.schedule", NULL};
    struct campaign c;
    struct definition d;
    if (!campaign_read(data_store(request_data(r)), r->arena, request_param(r, "id"), &c, err) ||
            !request_matches(r, c.version, err) || !check_startable(r, &c, &d, err))
        return false;
    if (d.start_at > r->now && str_eq(c.state, STR("draft")))
        return steer(r, &SCHEDULE, err);
    if (!campaign_begin(request_app(r), &c, request_principal(r), err) ||
            !campaign_read(data_store(request_data(r)), r->arena, c.id, &c, err))
        return false;
    response_etag(r, c.version);
    return campaign_put(data_store(request_data(r)), &c, r->out, err);
}

bool campaign_route_pause(struct request *r, struct err *err)
{
    static const struct move PAUSE = {"running", "", "paused", "campaign.pause", NULL};
    static const struct move BACK = {"scheduled", "", "draft", "campaign.unschedule", NULL};
    struct campaign c;
    return campaign_read(data_store(request_data(r)), r->arena, request_param(r, "id"), &c, err) &&
           steer(r, str_eq(c.state, STR("scheduled")) ? &BACK : &PAUSE, err);
}

bool campaign_route_resume(struct request *r, struct err *err)
{
    static const struct move RESUME = {"paused", "", "running", "campaign.resume", NULL};
    return steer(r, &RESUME, err);
}

// Nobody comes in any more. Everybody leaves as the job gets to them (act_finished); what is queued meanwhile
// is not admitted.
static bool end_all(struct writing *w, struct campaign *c, struct err *err)
{
    return store_do(w->store, "DELETE FROM campaign_audience WHERE campaign = $1", PARAMS(P_INT(c->number)),
                   err) &&
           store_do(w->store, "UPDATE campaign SET next_chunk = audience WHERE number = $1",
                   PARAMS(P_INT(c->number)), err);
}

bool campaign_route_finish(struct request *r, struct err *err)
{
    static const struct move FINISH = {"running", "paused", "finished", "campaign.finish", end_all};
    return steer(r, &FINISH, err);
}
