// /api/campaigns: making, changing and steering them.
#include "app/campaign/private.h"

#include "app/listing.h"
#include "app/standing/live.h"
#include "app/user/principal.h"
#include "base/json_put.h"

#include <stdlib.h>

// Without the definition, which has a history of its own.
static void put_plain(const void *thing, struct buf *out)
{
    const struct campaign *c = thing;
    buf_char(out, '{');
    put_text(out, "name", c->name);
    put_text(out, "kind", c->kind);
    put_text(out, "state", c->state);
    put_int(out, "version", c->version);
    buf_char(out, '}');
}

static bool answer(struct request *r, const struct campaign *campaign, struct err *err)
{
    response_etag(r, campaign->version);
    return campaign_put(data_store(request_data(r)), campaign, r->out, err);
}

static bool answer_fresh(struct request *r, struct str id, struct err *err)
{
    struct campaign campaign;
    return campaign_read(data_store(request_data(r)), r->arena, id, &campaign, err) &&
           answer(r, &campaign, err);
}

bool campaign_route_list(struct request *r, struct err *err)
{
    struct listing *list;
    struct query *query;
    struct store *store = data_store(request_data(r));
    VEC(struct campaign) campaigns = {0};
    bool row, ok;
    if (!listing_new(r, "-created", &list, err) ||
            !store_query(store, "SELECT " CAMPAIGN_COLUMNS " FROM campaign ORDER BY number DESC LIMIT 10000",
                    &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row)
        vec_push(&campaigns, campaign_decode(query, r->arena));
    query_end(query);
    for (size_t i = 0; ok && i < campaigns.n; i++) {
        struct buf item = {0};
        ok = campaign_put(store, &campaigns.v[i], &item, err);
        if (ok)
            listing_add(list, campaigns.v[i].id, buf_str(&item));
        buf_free(&item);
    }
    vec_free(&campaigns);
    return ok && listing_end(list, err);
}

bool campaign_route_get(struct request *r, struct err *err)
{
    return answer_fresh(r, request_param(r, "id"), err);
}

// A condition, or a pattern, that the active model must understand.
static bool check_condition(
        struct request *r, struct str text, bool pattern, const char *field, struct err *err)
{
    struct live *live = app_live(request_app(r));
    const struct program *program;
    const struct matcher *matcher;
    struct err why = {0};
    if (!text.n || (pattern ? live_pattern(live, r->arena, text, &program, &matcher, &why)
                            : live_check(live, text, &why)))
        return true;
    if (why.code == ERR_INPUT)
        return request_problem(r, 400, field, "%s", why.message);
    *err = why;
    return false;
}

static bool check_conditions(struct request *r, const struct definition *d, struct err *err)
{
    bool ok = check_condition(r, d->audience, false, "audience", err) &&
              check_condition(r, d->entry_when, false, "entry.when", err) &&
              check_condition(r, d->entry_event, true, "entry.event", err) &&
              check_condition(r, d->goal, false, "goal", err) &&
              check_condition(r, d->stop_when, false, "stop.when", err);
    for (unsigned i = 0; ok && i < d->n_steps; i++) {
        const struct step *s = &d->steps[i];
        const char *member = s->kind == STEP_BRANCH ? "when" : "event";
        if (s->kind == STEP_BRANCH || s->kind == STEP_WAIT_FOR)
            ok = check_condition(r, json_get_str(s->json, str_of(member)), s->kind == STEP_WAIT_FOR,
                    arena_printf(r->arena, "steps.%u.%s", i, member).p, err);
    }
    return ok;
}

// Reads and checks a definition; problems name the member.
static bool check_definition(
        struct request *r, struct str kind, struct str text, struct definition *d, struct err *err)
{
    char field[80];
    struct err why = {0};
    if (text.n > DEFINITION_BYTES_MAX)
        return request_problem(r, 413, "steps", "A campaign may have %d bytes", DEFINITION_BYTES_MAX);
    if (!definition_read(r->arena, text, d, field, &why))
        return request_problem(r, 400, *field ? field : NULL, "%s", why.message);
    if (str_eq(kind, STR("broadcast")) && (d->entry_when.n || d->entry_event.n))
        return request_problem(r, 400, "entry", "People come into sequences over time, not into broadcasts");
    return check_conditions(r, d, err);
}

static bool write_version(
        struct writing *w, const struct principal *who, const struct campaign *c, struct err *err)
{
    return store_do(w->store,
            "INSERT INTO campaign_version (campaign, version, definition, at, by_whom)"
            " VALUES ($1, $2, $3, $4, $5)",
            PARAMS(P_INT(c->number), P_INT(c->version), P_TEXT(c->definition), P_INT(w->now),
                    P_TEXT_OR_NULL(who ? who->id : STR_NONE)),
            err);
}

static bool insert(struct writing *w, struct campaign *c, const struct definition *d, struct err *err)
{
    int64_t n;
    return store_number(w->store, "SELECT count(*) FROM campaign", 0, &n, err) &&
           (n < CAMPAIGNS_MAX ||
                   err_set(err, ERR_CONFLICT, "there are %d campaigns already", CAMPAIGNS_MAX)) &&
           store_ask_number(w->store,
                   "INSERT INTO campaign (id, name, kind, state, definition, version, created, changed,"
                   " next_chunk, looked, from_event) VALUES ($1, $2, $3, 'draft', $4, 1, $5, $5, 0, $6, 0) "
                   "RETURNING number",
                   PARAMS(P_TEXT(c->id), P_TEXT(c->name), P_TEXT(c->kind), P_TEXT(c->definition),
                           P_INT(w->now), P_INT(d->entry_when.n ? 0 : INT64_MAX)),
                   0, &c->number, err);
}

bool campaign_route_create(struct request *r, struct err *err)
{
    struct campaign c = {.name = str_trim(json_get_str(r->json, STR("name"))),
            .kind = json_get_str(r->json, STR("kind")),
            .state = STR("draft"),
            .version = 1};
    struct definition d = {0};
    struct writing *w;
    char id[UUID_SIZE];
    c.definition = definition_text(r->arena, NULL, r->json);
    if (!c.name.n)
        return request_problem(r, 400, "name", "Say what people call it");
    if (!check_definition(r, c.kind, c.definition, &d, err) || !writing_begin(request_app(r), &w, err))
        return false;
    c.id = uuid_v7(app_now_ms(w->app), id);
    if (!writing_end(w,
                insert(w, &c, &d, err) && campaign_number_steps(w, c.number, &d, err) &&
                        write_version(w, request_principal(r), &c, err) &&
                        audit_change(
                                w, request_principal(r), "campaign.create", c.id, put_plain, NULL, &c, err),
                err))
        return false;
    app_publish(request_app(r), "campaign", c.id);
    return answer_fresh(r, c.id, err);
}

// The step that people go on at whose step was taken out: of those below it, the first that is left.
static int64_t successor(const struct definition *old, unsigned i, const struct definition *d)
{
    for (i++; i < old->n_steps; i++) {
        const struct step *left = definition_step(d, old->steps[i].id);
        if (left)
            return left->number;
    }
    return STEP_END;
}

static bool is_test(const struct step *step)
{
    return step->kind == STEP_MAIL && step->n_variants > 1;
}

// Whoever waits there goes on at once.
static bool wake(struct writing *w, int64_t campaign, const struct step *step, struct err *err)
{
    return store_do(w->store,
            "UPDATE campaign_person SET due = $3 WHERE campaign = $1 AND step = $2 AND state = 'active' AND"
            " due > $3",
            PARAMS(P_INT(campaign), P_INT(step->number), P_INT(w->now)), err);
}

// Steps that are gone, and tests that were to spare some people until there is a winner.
static bool steps_removed(
        struct writing *w, const struct campaign *before, const struct definition *d, struct err *err)
{
    struct definition old;
    if (!campaign_definition(w->store, w->arena, before, &old, err))
        return false;
    for (unsigned i = 0; i < old.n_steps; i++) {
        const struct step *step = &old.steps[i];
        const struct step *now = definition_step(d, step->id);
        if (now && (!is_test(step) || is_test(now)))
            continue;
        if (!now && !store_do(w->store,
                            "UPDATE campaign_step SET follows = $3 WHERE campaign = $1 AND number = $2",
                            PARAMS(P_INT(before->number), P_INT(step->number), P_INT(successor(&old, i, d))),
                            err))
            return false;
        if (!wake(w, before->number, step, err))
            return false;
    }
    return true;
}

static bool update(struct request *r, struct writing *w, const struct campaign *before, struct err *err)
{
    struct campaign c = *before;
    struct json *old;
    struct definition d = {0};
    struct str name = str_trim(json_get_str(r->json, STR("name")));
    c.name = name.n ? name : c.name;
    if (!json_parse(r->arena, c.definition, &old, err))
        return false;
    c.definition = definition_text(r->arena, old, r->json);
    c.version++;
    c.changed = w->now;
    return check_definition(r, c.kind, c.definition, &d, err) &&
           store_do(w->store,
                   "UPDATE campaign SET name = $2, definition = $3, version = $4, changed = $5, looked = $6"
                   " WHERE number = $1",
                   PARAMS(P_INT(c.number), P_TEXT(c.name), P_TEXT(c.definition), P_INT(c.version),
                           P_INT(c.changed), P_INT(d.entry_when.n ? 0 : INT64_MAX)),
                   err) &&
           campaign_number_steps(w, c.number, &d, err) && steps_removed(w, before, &d, err) &&
           write_version(w, request_principal(r), &c, err) &&
           audit_change(w, request_principal(r), "campaign.update", c.id, put_plain, before, &c, err);
}

bool campaign_route_patch(struct request *r, struct err *err)
{
    struct campaign before;
    struct writing *w;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = campaign_read(w->store, r->arena, request_param(r, "id"), &before, err) &&
              request_matches(r, before.version, err) && update(r, w, &before, err);
    if (!writing_end(w, ok, err))
        return false;
    app_publish(request_app(r), "campaign", before.id);
    app_wake(request_app(r), "campaign");
    return answer_fresh(r, before.id, err);
}

#define PEOPLE "SELECT contact FROM campaign_person WHERE campaign = $1"

static bool remove_rows(struct writing *w, int64_t campaign, struct err *err)
{
    static const char *const SQL[] = {
            "DELETE FROM campaign WHERE number = $1",
            "DELETE FROM campaign_version WHERE campaign = $1",
            "DELETE FROM campaign_step WHERE campaign = $1",
            "DELETE FROM campaign_audience WHERE campaign = $1",
            "DELETE FROM campaign_count WHERE campaign = $1",
            "DELETE FROM campaign_holds WHERE campaign = $1",
            // Their keys begin with the contact.
            "DELETE FROM campaign_log WHERE campaign = $1 AND contact IN (" PEOPLE ")",
            "DELETE FROM campaign_mail WHERE campaign = $1 AND contact IN (" PEOPLE ")",
            "DELETE FROM campaign_person WHERE campaign = $1",
    };
    for (unsigned i = 0; i < sizeof SQL / sizeof *SQL; i++)
        if (!store_do(w->store, SQL[i], PARAMS(P_INT(campaign)), err))
            return false;
    return true;
}

bool campaign_route_delete(struct request *r, struct err *err)
{
    struct campaign c;
    struct writing *w;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = campaign_read(w->store, r->arena, request_param(r, "id"), &c, err) &&
              request_matches(r, c.version, err) &&
              (str_eq(c.state, STR("draft")) || str_eq(c.state, STR("finished")) ||
                      err_set(err, ERR_CONFLICT, "finish it first: it is %.*s", STR_ARG(c.state))) &&
              remove_rows(w, c.number, err) &&
              audit_change(w, request_principal(r), "campaign.delete", c.id, put_plain, &c, NULL, err);
    if (!writing_end(w, ok, err))
        return false;
    app_publish(request_app(r), "campaign", c.id);
    return true;
}

bool campaign_route_versions(struct request *r, struct err *err)
{
    struct campaign c;
    struct query *query;
    struct str next = STR_NONE;
    unsigned limit, n = 0;
    int64_t before = INT64_MAX;
    bool row, ok;
    if (!listing_limit(r, &limit, err) || !listing_after(r, before, &before) ||
            !campaign_read(data_store(request_data(r)), r->arena, request_param(r, "id"), &c, err) ||
            !store_ask(data_store(request_data(r)),
                    "SELECT version, at, by_whom, definition FROM campaign_version WHERE campaign = $1 AND"
                    " version < $2 ORDER BY version DESC LIMIT $3",
                    PARAMS(P_INT(c.number), P_INT(before), P_INT(limit + 1)), &query, err))
        return false;
    buf_put(r->out, STR("{\"items\":["));
    while ((ok = query_step(query, &row, err)) && row && n++ < limit) {
        put_comma(r->out);
        buf_char(r->out, '{');
        put_int(r->out, "version", query_int(query, 0));
        put_time(r->out, "at", query_int(query, 1));
        put_text(r->out, "by", query_is_null(query, 2) ? STR_NONE : query_text(query, 2));
        put_raw(r->out, "definition", query_text(query, 3));
        buf_char(r->out, '}');
        if (n == limit)
            next = arena_printf(r->arena, "%lld", (long long)query_int(query, 0));
    }
    query_end(query);
    buf_char(r->out, ']');
    put_text(r->out, "next", ok && row ? next : STR_NONE);
    buf_char(r->out, '}');
    return ok;
}
