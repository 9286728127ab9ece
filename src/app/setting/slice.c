// The settings over the API, and in memory for whoever asks often.
#include "app/setting/slice.h"

#include "app/setting/setting.h"
#include "app/setting/table.h"
#include "base/json_put.h"
#include "base/mem.h"

#include <pthread.h>
#include <stdlib.h>

struct state {
    pthread_rwlock_t lock;
    struct arena *arena; // of the values
    struct str values[SETTINGS];
    int64_t revision;
};

static bool refresh(struct state *state, struct store *store, struct err *err)
{
    struct arena *arena = arena_new(), *old;
    struct str values[SETTINGS];
    int64_t revision;
    if (!settings_read(store, arena, values, &revision, err)) {
        arena_free(arena);
        return false;
    }
    pthread_rwlock_wrlock(&state->lock);
    if (revision >= state->revision) { // a reader may come late with what was
        old = state->arena;
        state->arena = arena;
        memcpy(state->values, values, sizeof values);
        state->revision = revision;
    } else {
        old = arena;
    }
    pthread_rwlock_unlock(&state->lock);
    arena_free(old);
    return true;
}

static struct state *state_of(const struct app *app)
{
    return app_state(app, &SETTING_SLICE);
}

static void stop(struct app *app, void *context)
{
    struct state *state = context;
    (void)app;
    if (!state)
        return;
    arena_free(state->arena);
    pthread_rwlock_destroy(&state->lock);
    free(state);
}

static bool start(struct app *app, void **ret_state, struct err *err)
{
    struct data *reader;
    if (!app_reader(app, &reader, err))
        return false;
    struct state *state = mem_zero(1, sizeof *state);
    pthread_rwlock_init(&state->lock, NULL);
    bool ok = refresh(state, data_store(reader), err);
    data_close(reader);
    if (!ok) {
        stop(app, state);
        return false;
    }
    *ret_state = state;
    return true;
}

static bool look(struct app *app, struct data *reader, struct err *err)
{
    struct state *state = state_of(app);
    int64_t revision;
    if (!settings_revision(data_store(reader), &revision, err))
        return false;
    pthread_rwlock_rdlock(&state->lock);
    bool changed = revision != state->revision;
    pthread_rwlock_unlock(&state->lock);
    return !changed || refresh(state, data_store(reader), err);
}

static const struct job JOBS[] = {{"setting.look", 2, look}, {NULL, 0, NULL}};

struct str setting_text(const struct app *app, struct arena *arena, const char *name)
{
    struct state *state = state_of(app);
    unsigned number = setting_number(name);
    pthread_rwlock_rdlock(&state->lock);
    struct str value = arena_str(arena, state->values[number]);
    pthread_rwlock_unlock(&state->lock);
    return value;
}

int64_t setting_int(const struct app *app, const char *name)
{
    struct state *state = state_of(app);
    unsigned number = setting_number(name);
    int64_t value = 0;
    pthread_rwlock_rdlock(&state->lock);
    for (size_t i = 0; i < state->values[number].n && i < 18; i++)
        value = value * 10 + (state->values[number].p[i] - '0');
    pthread_rwlock_unlock(&state->lock);
    return value;
}

bool setting_flag(const struct app *app, const char *name)
{
    struct state *state = state_of(app);
    unsigned number = setting_number(name);
    pthread_rwlock_rdlock(&state->lock);
    bool value = str_eq(state->values[number], STR("true"));
    pthread_rwlock_unlock(&state->lock);
    return value;
}

static bool get(struct request *r, struct err *err)
{
    struct str values[SETTINGS];
    int64_t revision;
    if (!settings_read(data_store(request_data(r)), r->arena, values, &revision, err))
        return false;
    response_etag(r, revision);
    settings_json(values, r->out);
    return true;
}

// A whole number of at most 18 digits without a sign.
static bool is_count(struct str text, unsigned max)
{
    uint64_t value = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9' || text.n > 9)
            return false;
        value = value * 10 + (uint64_t)(text.p[i] - '0');
    }
    return text.n && value <= max;
}

// One member of the body. ret: STR_NONE for the default.
static bool read_member(struct request *r, unsigned number, const struct json *value, struct str *ret)
{
    const struct setting *known = &KNOWN_SETTINGS[number];
    struct err why = {0};
    switch (value->kind) {
    case JSON_NULL:
        *ret = STR_NONE;
        return true;
    case JSON_TRUE:
    case JSON_FALSE:
        *ret = value->kind == JSON_TRUE ? STR("true") : STR("false");
        return true;
    case JSON_NUMBER:
        *ret = value->text;
        return is_count(value->text, known->max) ||
               request_problem(r, 400, known->name, "it must be a whole number from 0 to %u", known->max);
    default:
        return setting_normal(r->arena, number, value->text, ret, &why) ||
               request_problem(r, 400, known->name, "%s", why.message);
    }
}

// Writes what differs; says in the audit trail what that is.
static bool change(
        struct request *r, struct writing *w, const bool *given, const struct str *wanted, struct err *err)
{
    struct str values[SETTINGS];
    int64_t revision;
    struct buf was = {0}, is = {0};
    bool ok = settings_read(w->store, r->arena, values, &revision, err) && request_matches(r, revision, err);
    if (!ok)
        return false;
    buf_char(&was, '{');
    buf_char(&is, '{');
    for (unsigned i = 0; ok && i < SETTINGS; i++) {
        struct str to = given[i] && wanted[i].p ? wanted[i] : str_of(KNOWN_SETTINGS[i].otherwise);
        if (!given[i] || str_eq(values[i], to))
            continue;
        put_text(&was, KNOWN_SETTINGS[i].name, values[i]);
        put_text(&is, KNOWN_SETTINGS[i].name, to);
        values[i] = to;
        ok = setting_write(w, i, wanted[i], revision + 1, err);
    }
    buf_char(&was, '}');
    buf_char(&is, '}');
    if (ok && was.n > 2) {
        revision++;
        ok = audit_write(
                w, request_principal(r), "setting.update", STR("settings"), buf_str(&was), buf_str(&is), err);
    }
    buf_free(&was);
    buf_free(&is);
    response_etag(r, revision);
    settings_json(values, r->out);
    return ok;
}

static bool patch(struct request *r, struct err *err)
{
    struct writing *w;
    bool given[SETTINGS] = {false}, fine = true;
    struct str wanted[SETTINGS];
    for (unsigned i = 0; i < SETTINGS; i++) {
        const struct json *value = json_get(r->json, str_of(KNOWN_SETTINGS[i].name));
        given[i] = value != NULL;
        wanted[i] = STR_NONE;
        if (value && !read_member(r, i, value, &wanted[i]))
            fine = false; // all that is wrong is said at once
    }
    if (!fine || !writing_begin(request_app(r), &w, err))
        return false;
    if (!change(r, w, given, wanted, err)) {
        writing_abort(w);
        return false;
    }
    return writing_commit(w, err) && refresh(state_of(request_app(r)), data_store(request_data(r)), err);
}

static bool write_one(
        struct request *r, struct writing *w, unsigned number, struct str value, struct err *err)
{
    struct str values[SETTINGS];
    struct buf was = {0}, is = {0};
    int64_t revision;
    if (!settings_read(w->store, r->arena, values, &revision, err))
        return false;
    if (str_eq(values[number], value))
        return true;
    buf_char(&was, '{');
    put_text(&was, KNOWN_SETTINGS[number].name, values[number]);
    buf_char(&was, '}');
    buf_char(&is, '{');
    put_text(&is, KNOWN_SETTINGS[number].name, value);
    buf_char(&is, '}');
    bool ok = setting_write(w, number, value, revision + 1, err) &&
              audit_write(w, request_principal(r), "setting.update", STR("settings"), buf_str(&was),
                      buf_str(&is), err);
    buf_free(&was);
    buf_free(&is);
    return ok;
}

bool setting_change(struct request *r, const char *name, struct str value, struct err *err)
{
    struct writing *w;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    if (!write_one(r, w, setting_number(name), value, err)) {
        writing_abort(w);
        return false;
    }
    return writing_commit(w, err) && refresh(state_of(request_app(r)), data_store(request_data(r)), err);
}

static const struct member VALUES[] = {
#define SETTING(name, type, otherwise, about, max) {#name, type, about, true, 0},
#include "app/setting/settings.def"
#undef SETTING
        {NULL, NULL, NULL, false, 0},
};

static const struct member CHANGES[] = {
#define SETTING(name, type, otherwise, about, max) {#name, type "?", about, false, max},
#include "app/setting/settings.def"
#undef SETTING
        {NULL, NULL, NULL, false, 0},
};

static const struct schema SCHEMAS[] = {
        {"Settings", "What the business has set", VALUES, false},
        {"SettingsChange", "What is to be changed; null: back to the default", CHANGES, false},
        {NULL, NULL, NULL, false},
};

static const struct route ROUTES[] = {
        {.method = "GET",
                .path = "/api/settings",
                .summary = "The settings of the business",
                .right = "setting.read",
                .answer = "Settings",
                .handle = get},
        {.method = "PATCH",
                .path = "/api/settings",
                .summary = "Changes some of the settings",
                .right = "setting.write",
                .body = "SettingsChange",
                .answer = "Settings",
                .handle = patch},
        {.path = NULL},
};

static const struct routes SETTING_ROUTES = {"Settings", ROUTES, SCHEMAS};

const struct slice SETTING_SLICE = {
        .name = "setting",
        .migration = &SETTING_MIGRATION,
        .routes = &SETTING_ROUTES,
        .jobs = JOBS,
        .start = start,
        .stop = stop,
};
