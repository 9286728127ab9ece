// Follows the log, and tells webhooks of the events that they asked for by name.
#include "app/webhook/private.h"

#include "app/event/log.h"
#include "app/event/view.h"
#include "app/standing/live.h"
#include "base/vec.h"
#include "store/ask.h"

enum {
    ROUND_ROWS = 5000,
    FRESH_SECONDS = 24 * 3600, // what happened earlier is history: imports, late messages
    // The position is written down with what was found; without a find, after so many rows.
    WRITE_DOWN_ROWS = 50000,
    PAUSE_MS = 100, // between two rounds: one look for many commits
};

struct found {
    int64_t id;
    uint32_t identifier; // whose event it is, by the row
    struct str name, json;
};

struct look {
    struct app *app;
    struct arena *arena;
    const struct str *wanted; // what webhooks ask for: names, and patterns
    unsigned n_wanted;
    int64_t since;
    VEC(struct found) found;
};

static bool wanted(const struct look *look, struct str name)
{
    for (unsigned i = 0; i < look->n_wanted; i++) {
        struct str w = look->wanted[i];
        if (str_eq(w, name) || (str_ends(w, STR(".*")) && str_starts(name, str_sub(w, 0, w.n - 1))))
            return true;
    }
    return false;
}

static bool visit(void *ctx, const struct log_row *row, struct err *err)
{
    (void)err;
    struct look *look = ctx;
    char uuid[UUID_SIZE];
    struct buf json = {0};
    if (row->kind != MESSAGE_EVENT || row->undo || row->time < look->since || !row->type->name.n ||
            !wanted(look, row->type->name))
        return true;
    uint32_t identifier = (uint32_t)(row->user ? row->user : row->anonymous);
    uint32_t contact = live_owner(app_live(look->app), identifier);
    event_put(look->arena, row, contact_uuid(look->app, contact, uuid), &json);
    vec_push(&look->found, (struct found){row->id, identifier, arena_str(look->arena, row->type->name),
                                   arena_str(look->arena, buf_str(&json))});
    buf_free(&json);
    return true;
}

// All names and patterns of active webhooks, but for those that never stand in the log.
static bool read_wanted(struct look *look, struct store *store, struct err *err)
{
    static const char *const OWN[] = {WEBHOOK_TYPES, NULL};
    struct query *query;
    bool row, ok;
    VEC(struct str) names = {0};
    if (!store_query(store, "SELECT events FROM webhook WHERE state = 'active'", &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row) {
        struct json *list;
        if (!json_parse(look->arena, arena_str(look->arena, query_text(query, 0)), &list, NULL))
            continue;
        for (const struct json *j = list->child; j; j = j->next) {
            unsigned own = 0;
            while (OWN[own] && !str_eq(j->text, str_of(OWN[own])))
                own++;
            if (!OWN[own])
                vec_push(&names, j->text);
        }
    }
    query_end(query);
    struct str *copy = ARENA_ARRAY(look->arena, struct str, names.n + 1);
    if (names.n)
        memcpy(copy, names.v, names.n * sizeof *copy);
    look->wanted = copy;
    look->n_wanted = (unsigned)names.n;
    vec_free(&names);
    return ok;
}

static bool stored_position(struct store *store, int64_t *ret, struct err *err)
{
    return store_number(store, "SELECT event FROM webhook_position WHERE name = 'log'", -1, ret, err);
}

static bool move_position(struct store *store, int64_t to, struct err *err)
{
    return store_do(store,
            "INSERT INTO webhook_position (name, event) VALUES ('log', $1) ON CONFLICT (name) DO UPDATE"
            " SET event = excluded.event",
            PARAMS(P_INT(to)), err);
}

static bool emit_found(struct writing *w, const struct look *look, struct err *err)
{
    for (size_t i = 0; i < look->found.n; i++) {
        const struct found *f = &look->found.v[i];
        uint32_t contact = live_owner(app_live(w->app), f->identifier);
        struct buf data = {0};
        buf_char(&data, '{');
        bool ok = webhook_put_contact(w, contact, &data, err);
        buf_put(&data, STR(",\"event\":"));
        buf_put(&data, f->json);
        buf_char(&data, '}');
        ok = ok && message_emit_event(w, f->name, f->id, contact, buf_str(&data), err);
        buf_free(&data);
        if (!ok)
            return false;
    }
    return true;
}

// What was found, and how far we have come, in one transaction; nothing where somebody else has been here
// meanwhile.
static bool write_down(struct look *look, int64_t from, int64_t to, int64_t stored, struct err *err)
{
    struct writing *w;
    int64_t now_stored;
    if (!writing_begin(look->app, &w, err))
        return false;
    bool ok = stored_position(w->store, &now_stored, err);
    if (ok && now_stored != stored && now_stored > from) {
        writing_abort(w);
        return true;
    }
    ok = ok && emit_found(w, look, err) && move_position(w->store, to, err);
    return writing_end(w, ok, err);
}

static bool round_of(struct app *app, struct data *reader, int64_t from, int64_t to, struct err *err)
{
    int64_t stored;
    struct look look = {.app = app, .arena = arena_new(), .since = app_now(app) - FRESH_SECONDS};
    bool ok =
            stored_position(data_store(reader), &stored, err) && read_wanted(&look, data_store(reader), err);
    if (ok && look.n_wanted) {
        live_wait(app_live(app), to, 1000); // so that whose event it is is known
        ok = log_scan(data_log(reader), from, to, false, visit, &look, err);
    }
    if (ok && (look.found.n || to - stored >= WRITE_DOWN_ROWS))
        ok = write_down(&look, from, to, stored, err);
    if (ok)
        atomic_store(&webhook_state(app)->position, to);
    if (ok && look.found.n)
        wake_senders(app);
    vec_free(&look.found);
    arena_free(look.arena);
    return ok;
}

static bool begin_here(struct app *app, int64_t position, struct err *err)
{
    struct writing *w;
    if (!writing_begin(app, &w, err))
        return false;
    return writing_end(w, move_position(w->store, position, err), err);
}

bool run_follower(struct app *app, struct data *reader, struct err *err)
{
    struct webhook_state *state = webhook_state(app);
    int64_t position = atomic_load(&state->position);
    if (position < 0) {
        if (!stored_position(data_store(reader), &position, err))
            return false;
        // The first time there is nothing to tell of what was there before.
        if (position < 0 && !begin_here(app, position = app_follow(app, 0, 0), err))
            return false;
        atomic_store(&state->position, position);
    }
    while (!app_closing(app)) {
        int64_t last = app_follow(app, position, 1000);
        if (last <= position)
            continue;
        int64_t to = last - position > ROUND_ROWS ? position + ROUND_ROWS : last;
        if (!round_of(app, reader, position, to, err))
            return false;
        position = to;
        if (to == last)
            app_follow(app, INT64_MAX, PAUSE_MS);
    }
    return true;
}
