// Following the log: what happened since is looked at row by row, and what follows from it for people in
// campaigns is written down together with how far we have come.
#include "app/campaign/follow.h"

#include "app/event/log.h"
#include "app/standing/live.h"
#include "base/map.h"
#include "replay/context_key.h"

#include <stdlib.h>

enum { WRITE_DOWN_ROWS = 50000, LIVE_MS = 10000 };

static const struct value *look_up(void *ctx, unsigned prop)
{
    static const struct {
        struct str key, other;
    } OTHERS[] = {{{"value", 5}, {"revenue", 7}}, {{"source", 6}, CONTEXT_SOURCE},
            {{"channel", 7}, CONTEXT_MEDIUM}, {{"campaign", 8}, CONTEXT_CAMPAIGN}};
    const struct asking *asking = ctx;
    struct str key = asking->program->props[prop];
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 0; i < asking->message->n_props; i++)
            if (str_eq(asking->message->props[i].key, key))
                return &asking->message->props[i].value;
        unsigned other = 0;
        while (other < 4 && !str_eq(OTHERS[other].key, key))
            other++;
        if (other == 4)
            return NULL;
        key = OTHERS[other].other;
    }
    return NULL;
}

bool pattern_takes(const struct pattern *pattern, const struct message *m)
{
    struct asking asking = {pattern->program, m};
    for (unsigned i = 0; pattern->matcher && i < pattern->matcher->n_pats; i++) {
        const struct pat *pat = &pattern->matcher->pats[i];
        if (pat_takes(pat, m->type.name, m->type.direction, m->type.machine) &&
                (!pat->cond || cond_holds(pat->cond, look_up, &asking)))
            return true;
    }
    return false;
}

static bool may_take(const struct pattern *pattern, const struct event_type *type)
{
    for (unsigned i = 0; pattern->matcher && i < pattern->matcher->n_pats; i++)
        if (pat_takes(&pattern->matcher->pats[i], type->name, type->direction, type->machine))
            return true;
    return false;
}

// --- what the campaigns that run look for

static struct pattern compile(struct live *live, struct arena *arena, struct str text)
{
    struct pattern pattern = {0};
    struct err unread; // the model was changed since: such an event cannot come
    if (text.n && !live_pattern(live, arena, text, &pattern.program, &pattern.matcher, &unread))
        pattern.matcher = NULL;
    return pattern;
}

static bool add_watched(struct look *look, struct store *store, struct campaign campaign, struct err *err)
{
    struct watched w = {.campaign = campaign};
    struct live *live = app_live(look->app);
    if (!campaign_definition(store, look->arena, &campaign, &w.d, err))
        return false;
    w.entry = compile(live, look->arena, w.d.entry_event);
    w.waits = ARENA_ARRAY(look->arena, struct pattern, w.d.n_steps + 1ul);
    for (unsigned i = 0; i < w.d.n_steps; i++)
        if (w.d.steps[i].kind == STEP_WAIT_FOR)
            w.waits[i] = compile(live, look->arena, json_get_str(w.d.steps[i].json, STR("event")));
    look->conditions |= w.d.goal.n || w.d.stop_when.n || w.d.entry_when.n;
    vec_push(&look->watched, w);
    return true;
}

static bool read_watched(struct look *look, struct store *store, struct err *err)
{
    struct query *query;
    VEC(struct campaign) campaigns = {0};
    bool row, ok;
    if (!store_query(store,
                "SELECT " CAMPAIGN_COLUMNS
                " FROM campaign WHERE state IN ('running', 'paused') ORDER BY number",
                &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row)
        vec_push(&campaigns, campaign_decode(query, look->arena));
    query_end(query);
    for (size_t i = 0; ok && i < campaigns.n; i++)
        ok = add_watched(look, store, campaigns.v[i], err);
    vec_free(&campaigns);
    return ok;
}

// --- what the rows say

static bool wanted(const struct look *look, const struct event_type *type)
{
    if (str_starts(type->name, STR("email.")) || str_eq(type->name, STR("list.unsubscribed")))
        return true;
    for (size_t i = 0; i < look->watched.n; i++) {
        const struct watched *w = &look->watched.v[i];
        if (may_take(&w->entry, type))
            return true;
        for (unsigned k = 0; k < w->d.n_steps; k++)
            if (may_take(&w->waits[k], type))
                return true;
    }
    return false;
}

static bool visit(void *ctx, const struct log_row *row, struct err *err)
{
    struct look *look = ctx;
    struct happening h = {.row = row->id,
            .time = row->time,
            .user = (uint32_t)row->user,
            .anonymous = (uint32_t)row->anonymous};
    if (row->undo)
        return true;
    h.joins = row->kind != MESSAGE_EVENT ? JOINS_ALL : row->user && row->anonymous ? JOINS_ONE : JOINS_NOBODY;
    if (row->kind == MESSAGE_EVENT && wanted(look, row->type)) {
        h.message = ARENA_NEW(look->arena, struct message);
        struct log_row copy = *row;
        copy.body = row->body.n ? arena_str(look->arena, row->body) : STR("{}");
        if (!message_of_row(look->arena, &copy, h.message, err))
            return false;
        h.message->type.name = arena_str(look->arena, h.message->type.name);
    }
    if (h.message || h.joins || look->conditions)
        vec_push(&look->happenings, h);
    return true;
}

// Contacts that something happened to, each once.
static void touched(struct look *look)
{
    struct map *seen = map_new();
    for (size_t i = 0; i < look->happenings.n; i++) {
        const struct happening *h = &look->happenings.v[i];
        uint32_t owner = live_owner(app_live(look->app), h->user ? h->user : h->anonymous);
        uint32_t before = map_count(seen);
        map_intern(seen, (struct str){(const char *)&owner, sizeof owner});
        if (map_count(seen) > before)
            vec_push(&look->touched, owner);
    }
    map_free(seen);
}

// --- conditions of whom it touches

static bool ask(struct look *look, struct data *reader, struct str condition, uint8_t **ret, struct err *err)
{
    struct err why = {0};
    *ret = arena_zero(look->arena, look->touched.n + 1, 1);
    if (live_holds(app_live(look->app), reader, condition, look->touched.v, (unsigned)look->touched.n, *ret,
                &why) ||
            why.code == ERR_INPUT) // the model was changed since: it holds for nobody
        return true;
    *err = why;
    return false;
}

static bool ask_all(struct look *look, struct data *reader, struct err *err)
{
    bool ok = true;
    touched(look);
    for (size_t i = 0; ok && i < look->watched.n; i++) {
        struct watched *w = &look->watched.v[i];
        ok = (!w->d.goal.n || ask(look, reader, w->d.goal, &w->goal, err)) &&
             (!w->d.stop_when.n || ask(look, reader, w->d.stop_when, &w->stop, err)) &&
             (!w->d.entry_when.n || ask(look, reader, w->d.entry_when, &w->when, err));
    }
    return ok;
}

// --- the position

static bool stored_position(struct store *store, int64_t *ret, struct err *err)
{
    return store_number(store, "SELECT event FROM campaign_position WHERE name = 'log'", -1, ret, err);
}

static bool move_position(struct writing *w, int64_t to, struct err *err)
{
    return store_do(w->store,
            "INSERT INTO campaign_position (name, event) VALUES ('log', $1) ON CONFLICT (name) DO UPDATE"
            " SET event = excluded.event",
            PARAMS(P_INT(to)), err);
}

bool follow_begin(struct writing *w, int64_t campaign, struct err *err)
{
    int64_t position, last = log_last(w->log);
    return stored_position(w->store, &position, err) && (position >= 0 || move_position(w, last, err)) &&
           store_do(w->store, "UPDATE campaign SET from_event = $2 WHERE number = $1",
                   PARAMS(P_INT(campaign), P_INT(last)), err);
}

// What was found, and how far we have come, in one transaction.
static bool write_down(struct look *look, int64_t to, struct err *err)
{
    struct writing *w;
    if (!writing_begin(look->app, &w, err))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < look->happenings.n; i++)
        ok = happen_join(w, &look->happenings.v[i], err);
    for (size_t i = 0; ok && i < look->happenings.n; i++)
        ok = happen(w, look, &look->happenings.v[i], err);
    ok = ok && happen_conditions(w, look, err);
    for (size_t i = 0; ok && i < look->watched.n; i++)
        ok = results_decide(w, &look->watched.v[i].campaign, &look->watched.v[i].d, err);
    ok = ok && move_position(w, to, err);
    return writing_end(w, ok, err);
}

static bool round_of(struct app *app, struct data *reader, int64_t from, int64_t to, int64_t stored,
        bool *ret_busy, struct err *err)
{
    struct look look = {.app = app, .arena = arena_new()};
    bool ok = read_watched(&look, data_store(reader), err) &&
              log_scan(data_log(reader), from, to, false, visit, &look, err);
    if (ok && look.happenings.n && !live_wait(app_live(app), to, LIVE_MS))
        ok = err_set(err, ERR_BUSY, "the standings lag behind the log");
    ok = ok && (!look.conditions || ask_all(&look, reader, err));
    if (ok && (look.happenings.n || to - stored >= WRITE_DOWN_ROWS)) {
        ok = write_down(&look, to, err);
        *ret_busy = true;
    }
    if (ok)
        campaign_followed(app, to);
    vec_free(&look.watched);
    vec_free(&look.happenings);
    vec_free(&look.touched);
    arena_free(look.arena);
    return ok;
}

bool follow_log(struct app *app, struct data *reader, bool *ret_busy, struct err *err)
{
    int64_t stored, position, last = app_follow(app, 0, 0);
    if (!stored_position(data_store(reader), &stored, err))
        return false;
    position = campaign_position(app);
    position = position > stored ? position : stored;
    // Also where nothing has come since: else it looks as if all of a large log were still to be read.
    if (stored >= 0)
        campaign_followed(app, position);
    while (stored >= 0 && position < last && !app_closing(app)) {
        int64_t to = last - position > FOLLOW_ROWS ? position + FOLLOW_ROWS : last;
        if (!round_of(app, reader, position, to, stored, ret_busy, err))
            return false;
        position = to;
    }
    return true;
}
