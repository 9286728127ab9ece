// Doing steps: people whose time has come are read in batches, what their steps ask is computed outside of
// any turn, and then each step is done and its person moved on in one transaction.
#include "app/campaign/act.h"

#include "app/standing/live.h"
#include "replay/columns.h"

#include <stdlib.h>

enum { LIVE_MS = 10000, ROUNDS = 4 };

// --- what is asked outside of the turn

static bool read_due(struct batch *b, struct store *store, struct err *err)
{
    struct query *query;
    bool row, ok;
    if (!store_ask(store,
                "SELECT " PERSON_COLUMNS " FROM campaign_person WHERE campaign = $1 AND state = 'active' AND"
                " due <= $2 ORDER BY due, contact LIMIT $3",
                PARAMS(P_INT(b->campaign.number), P_INT(b->now), P_INT(BATCH)), &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row && b->n < BATCH) {
        struct due *due = &b->due[b->n++];
        due->row = person_decode(query, b->arena);
        due->contact = live_owner(app_live(b->app), due->row.contact);
    }
    query_end(query);
    for (unsigned i = 0; ok && i < b->n; i++)
        ok = step_index(store, &b->d, b->campaign.number, b->due[i].row.step, &b->due[i].step, err);
    return ok;
}

// Of those whom `want` wants, whether a condition holds.
static bool ask(struct batch *b, struct data *reader, struct str condition,
        bool (*want)(const struct batch *b, const struct due *due, unsigned step), unsigned step,
        unsigned bit, struct err *err)
{
    uint32_t contacts[BATCH];
    uint8_t holds[BATCH];
    unsigned index[BATCH], n = 0;
    struct err why = {0};
    for (unsigned i = 0; i < b->n; i++)
        if (want(b, &b->due[i], step)) {
            index[n] = i;
            contacts[n++] = b->due[i].contact;
        }
    if (!n || !condition.n)
        return true;
    if (!live_holds(app_live(b->app), reader, condition, contacts, n, holds, &why)) {
        *err = why;
        return why.code == ERR_INPUT; // the model was changed since: it holds for nobody
    }
    for (unsigned i = 0; i < n; i++)
        if (holds[i])
            b->due[index[i]].holds |= bit;
    return true;
}

static bool anybody(const struct batch *b, const struct due *due, unsigned step)
{
    (void)b;
    (void)due;
    (void)step;
    return true;
}

static bool at_step(const struct batch *b, const struct due *due, unsigned step)
{
    (void)b;
    return due->step == (int)step;
}

static bool needs_zone(const struct batch *b, const struct due *due)
{
    if (due->step < 0)
        return false;
    const struct step *step = &b->d.steps[due->step];
    return step->kind == STEP_WAIT_UNTIL ||
           (step->kind == STEP_MAIL && (b->quiet.there || json_get(step->json, STR("variants"))));
}

static bool read_zones(struct batch *b, struct data *reader, struct err *err)
{
    uint32_t contacts[BATCH];
    unsigned n = 0;
    struct columns *columns;
    for (unsigned i = 0; i < b->n; i++) {
        b->due[i].zone = place_own(b->places);
        if (needs_zone(b, &b->due[i]))
            contacts[n++] = b->due[i].contact;
    }
    if (!n)
        return true;
    if (!live_history(app_live(b->app), reader, contacts, n, INT64_MAX, &columns, err))
        return false;
    for (unsigned i = 0; i < b->n; i++)
        for (uint32_t k = 0; needs_zone(b, &b->due[i]) && k < columns->n_contacts; k++)
            if (columns->owner[k] == b->due[i].contact)
                b->due[i].zone = place_of(b->places, columns, k);
    columns_free(columns);
    return true;
}

static bool prepare(struct batch *b, struct data *reader, struct err *err)
{
    struct str none = STR_NONE;
    bool ok = ask(b, reader, b->d.goal, anybody, 0, HOLDS_GOAL, err) &&
              ask(b, reader, b->d.stop_when, anybody, 0, HOLDS_STOP, err) && read_zones(b, reader, err);
    for (unsigned i = 0; ok && i < b->d.n_steps; i++)
        ok = ask(b, reader, b->d.steps[i].kind == STEP_BRANCH ? step_text(&b->d.steps[i], 0, "when") : none,
                at_step, i, HOLDS_BRANCH, err);
    return ok;
}

// --- in the turn

static bool same(const struct person_row *a, const struct person_row *b)
{
    return a->round == b->round && a->step == b->step && str_eq(a->state, b->state) && a->due == b->due &&
           a->since == b->since;
}

static bool do_one(struct writing *w, struct batch *b, struct due *due, struct err *err)
{
    struct person_row now;
    const char *why;
    bool there;
    if (!person_read(w->store, w->arena, b->campaign.number, due->row.contact, &there, &now, err))
        return false;
    if (!there || !same(&now, &due->row)) // somebody was here meanwhile
        return true;
    uint32_t owner = live_owner(app_live(w->app), now.contact);
    if (owner != now.contact)
        return person_merge(w, now.contact, owner, err); // the next round goes on
    if (due->holds & HOLDS_GOAL)
        return person_leave(w, &now, "goal", err);
    if (due->holds & HOLDS_STOP)
        return person_leave(w, &now, "stopped", err);
    if (!answer_stops(w, &b->d, &now, &why, err))
        return false;
    if (why)
        return person_leave(w, &now, why, err);
    if (due->step == STEP_END)
        return person_leave(w, &now, "finished", err);
    return step_do(w, b, due, &now, err);
}

static bool do_batch(struct batch *b, struct err *err)
{
    struct writing *w;
    struct campaign now;
    if (!writing_begin(b->app, &w, err))
        return false;
    bool ok = campaign_read_number(w->store, w->arena, b->campaign.number, &now, err);
    if (!ok || now.version != b->campaign.version || answers_far_behind(w)) { // the next round sees it
        writing_abort(w);
        return ok;
    }
    for (unsigned i = 0; ok && i < b->n; i++)
        ok = do_one(w, b, &b->due[i], err);
    return writing_end(w, ok, err);
}

static bool act_batch(
        struct app *app, struct data *reader, int64_t campaign, unsigned *ret_n, struct err *err)
{
    struct batch b = {.app = app, .arena = arena_new(), .now = app_now(app)};
    b.due = ARENA_ARRAY(b.arena, struct due, BATCH);
    b.places = places_new(app, b.arena);
    // What earlier steps have written counts for the conditions.
    int64_t last = app_follow(app, 0, 0);
    bool ok = campaign_read_number(data_store(reader), b.arena, campaign, &b.campaign, err) &&
              campaign_definition(data_store(reader), b.arena, &b.campaign, &b.d, err) &&
              read_due(&b, data_store(reader), err);
    if (ok && b.n && str_eq(b.campaign.state, STR("running"))) {
        b.quiet = quiet_of(app, &b.d);
        ok = (live_wait(app_live(app), last, LIVE_MS) ||
                     err_set(err, ERR_BUSY, "the standings lag behind the log")) &&
             prepare(&b, reader, err) && do_batch(&b, err);
        if (ok)
            app_publish(app, "campaign", b.campaign.id);
    } else {
        b.n = 0;
    }
    *ret_n = b.n;
    arena_free(b.arena);
    return ok;
}

static bool campaigns_in(struct store *store, const char *sql, number_list64 *ret, struct err *err)
{
    struct query *query;
    bool row, ok;
    if (!store_query(store, sql, &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row)
        vec_push(ret, query_int(query, 0));
    query_end(query);
    return ok;
}

bool act_due(struct app *app, struct data *reader, bool *ret_busy, struct err *err)
{
    number_list64 list = {0};
    bool ok = campaigns_in(data_store(reader),
            "SELECT number FROM campaign WHERE state = 'running' ORDER BY number", &list, err);
    // Steps that do not wait follow each other; a broadcast to many lets the other campaigns have their turn,
    // and whatever has come into the log since.
    bool more = true;
    for (unsigned round = 0; ok && more && round < ROUNDS; round++) {
        more = false;
        for (size_t i = 0; ok && i < list.n && !app_closing(app); i++) {
            unsigned n;
            ok = act_batch(app, reader, list.v[i], &n, err);
            more |= ok && n;
        }
        *ret_busy |= more;
    }
    vec_free(&list);
    return ok;
}

// --- campaigns that are over

static bool end_some(struct app *app, int64_t campaign, struct err *err)
{
    struct arena *arena = arena_new();
    struct person_row rows[BATCH];
    struct query *query;
    struct writing *w;
    unsigned n = 0;
    bool row, ok = writing_begin(app, &w, err);
    if (!ok) {
        arena_free(arena);
        return false;
    }
    ok = store_ask(w->store,
            "SELECT " PERSON_COLUMNS " FROM campaign_person WHERE campaign = $1 AND state IN ('active',"
            " 'mailing') ORDER BY contact LIMIT $2",
            PARAMS(P_INT(campaign), P_INT(BATCH)), &query, err);
    if (ok) {
        while ((ok = query_step(query, &row, err)) && row && n < BATCH)
            rows[n++] = person_decode(query, arena);
        query_end(query);
    }
    for (unsigned i = 0; ok && i < n; i++)
        ok = person_leave(w, &rows[i], "campaign finished", err);
    arena_free(arena);
    return writing_end(w, ok, err);
}

bool act_finished(struct app *app, struct data *reader, bool *ret_busy, struct err *err)
{
    number_list64 list = {0};
    bool ok = campaigns_in(data_store(reader),
            "SELECT number FROM campaign c WHERE state = 'finished' AND EXISTS (SELECT 1 FROM campaign_count "
            "n"
            " WHERE n.campaign = c.number AND n.what = 'at' AND n.n > 0) ORDER BY number",
            &list, err);
    for (size_t i = 0; ok && i < list.n; i++) {
        ok = end_some(app, list.v[i], err);
        *ret_busy = true;
    }
    vec_free(&list);
    return ok;
}
