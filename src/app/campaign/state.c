// What this slice keeps in memory, and answers that are in the log already but not followed yet.
#include "app/campaign/ahead.h"
#include "app/campaign/follow.h"

#include "app/event/log.h"
#include "app/standing/live.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { REMEMBERED = 1 << 14 };

struct campaign_state {
    atomic_llong followed; // rows up to here, -1: none yet
    pthread_mutex_t mutex;
    // Mails that were composed: until when their reader's day allows them.
    struct {
        int64_t send, until;
    } allowed[REMEMBERED];
};

struct campaign_state *campaign_state_new(void)
{
    struct campaign_state *state = mem_zero(1, sizeof *state);
    atomic_store(&state->followed, -1);
    pthread_mutex_init(&state->mutex, NULL);
    return state;
}

void campaign_state_free(void *p)
{
    struct campaign_state *state = p;
    pthread_mutex_destroy(&state->mutex);
    free(state);
}

struct campaign_state *campaign_state(const struct app *app)
{
    return app_state(app, &CAMPAIGN_SLICE);
}

void campaign_followed(struct app *app, int64_t position)
{
    atomic_store(&campaign_state(app)->followed, position);
}

int64_t campaign_position(struct app *app)
{
    return atomic_load(&campaign_state(app)->followed);
}

void allowed_until(struct app *app, int64_t send, int64_t until)
{
    struct campaign_state *state = campaign_state(app);
    pthread_mutex_lock(&state->mutex);
    state->allowed[send % REMEMBERED].send = send;
    state->allowed[send % REMEMBERED].until = until;
    pthread_mutex_unlock(&state->mutex);
}

bool still_allowed(struct app *app, int64_t send, int64_t now)
{
    struct campaign_state *state = campaign_state(app);
    pthread_mutex_lock(&state->mutex);
    bool known = state->allowed[send % REMEMBERED].send == send;
    bool allowed = known && now < state->allowed[send % REMEMBERED].until;
    pthread_mutex_unlock(&state->mutex);
    return allowed;
}

// --- answers

static bool flag_of(const struct json *properties, const char *name)
{
    const struct json *j = json_get(properties, str_of(name));
    return j && j->kind == JSON_TRUE;
}

struct str answer_of(struct arena *arena, struct str name, bool machine, const struct json *properties)
{
    struct str topic = json_get_str(properties, STR("topic"));
    if (str_eq(name, STR("email.replied")) && !machine && !flag_of(properties, "auto"))
        return STR("replied");
    if (str_eq(name, STR("email.complained")))
        return STR("complained");
    if (str_eq(name, STR("email.bounced")) && str_eq(json_get_str(properties, STR("kind")), STR("hard")))
        return STR("bounced");
    if (str_eq(name, STR("list.unsubscribed")))
        return topic.n ? arena_printf(arena, "unsubscribed:%.*s", STR_ARG(topic)) : STR("unsubscribed");
    return STR_NONE;
}

int64_t answer_time(const struct json *properties, int64_t time, int64_t now)
{
    return json_get(properties, STR("send")) && now > time ? now : time;
}

bool answer_note(struct writing *w, uint32_t contact, struct str what, int64_t at, struct err *err)
{
    return store_do(w->store,
            "INSERT INTO campaign_answer (contact, what, at) VALUES ($1, $2, $3) ON CONFLICT (contact, what)"
            " DO UPDATE SET at = excluded.at WHERE excluded.at > campaign_answer.at",
            PARAMS(P_INT(contact), P_TEXT(what), P_INT(at)), err);
}

static bool stops(const struct definition *d, struct str what)
{
    struct str topic = str_starts(what, STR("unsubscribed:")) ? str_sub(what, 13, what.n) : STR_NONE;
    if (str_eq(what, STR("replied")))
        return d->stop_reply;
    if (topic.n)
        return d->stop_unsubscribe && str_eq(topic, d->topic);
    return str_eq(what, STR("unsubscribed")) ? d->stop_unsubscribe : true;
}

static const char *why_of(struct str what)
{
    return str_eq(what, STR("replied"))      ? "replied"
           : str_eq(what, STR("bounced"))    ? "bounced"
           : str_eq(what, STR("complained")) ? "complained"
                                             : "unsubscribed";
}

// Rows behind what was followed: few, but for moments after an import.
struct ahead {
    struct writing *w;
    const struct definition *d;
    uint32_t contact;
    int64_t entered;
    const char *why;
};

static bool look_ahead(void *ctx, const struct log_row *row, struct err *err)
{
    struct ahead *ahead = ctx;
    struct json *body;
    struct err unread;
    (void)err;
    if (row->kind != MESSAGE_EVENT || row->undo || ahead->why ||
            (!str_starts(row->type->name, STR("email.")) && !str_starts(row->type->name, STR("list."))) ||
            str_eq(row->type->name, STR("email.sent")))
        return true;
    uint32_t owner = live_owner(app_live(ahead->w->app), (uint32_t)(row->user ? row->user : row->anonymous));
    if (owner != ahead->contact)
        return true;
    struct str text = arena_str(ahead->w->arena, row->body);
    if (!json_parse(ahead->w->arena, text, &body, &unread))
        return true;
    const struct json *properties = json_get(body, STR("properties"));
    struct str what = answer_of(ahead->w->arena, row->type->name, row->type->machine, properties);
    if (what.n && stops(ahead->d, what) &&
            answer_time(properties, row->time, ahead->w->now) >= ahead->entered)
        ahead->why = why_of(what);
    return true;
}

bool answer_stops(struct writing *w, const struct definition *d, const struct person_row *row,
        const char **ret_why, struct err *err)
{
    struct query *query;
    struct ahead ahead = {
            .w = w, .d = d, .contact = live_owner(app_live(w->app), row->contact), .entered = row->entered};
    bool there, ok;
    *ret_why = NULL;
    if (!store_ask(w->store, "SELECT what FROM campaign_answer WHERE contact = $1 AND at >= $2 ORDER BY what",
                PARAMS(P_INT(row->contact), P_INT(row->entered)), &query, err))
        return false;
    while ((ok = query_step(query, &there, err)) && there)
        if (!*ret_why && stops(d, query_text(query, 0)))
            *ret_why = why_of(query_text(query, 0));
    query_end(query);
    int64_t position = campaign_position(w->app), last = log_last(w->log);
    if (ok && !*ret_why && position < last) {
        ok = log_scan(w->log, position > 0 ? position : last, last, false, look_ahead, &ahead, err);
        *ret_why = ahead.why;
    }
    return ok;
}

bool answers_far_behind(struct writing *w)
{
    int64_t position = campaign_position(w->app);
    return position < 0 || log_last(w->log) - position > 2 * FOLLOW_ROWS;
}
