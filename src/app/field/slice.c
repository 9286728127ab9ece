// GET /api/fields.
#include "app/field/slice.h"

#include "app/contact/contact.h"
#include "app/field/sums.h"
#include "app/standing/everybody.h"
#include "app/user/principal.h"
#include "base/clock.h"
#include "base/json_put.h"
#include "rules/model.h"

#include <ctype.h>
#include <pthread.h>
#include <stdlib.h>

enum { VALUES_SHOWN = 20, SOURCES_SHOWN = 100, TRIES = 8, KEPT_TIMES = 50 };
// What takes as long as this to count is shown while it is counted anew, if it is not older than that.
static const int64_t SLOW_NS = INT64_C(50000000), STALE_NS = INT64_C(300000000000);

// What was counted of everybody is kept for as long as counting it took, fifty times over.
struct state {
    pthread_mutex_t counting; // one at a time: who waits finds what the other has counted
    pthread_mutex_t mutex;    // of what follows
    struct buf counted;       // the members of the answer that are counted, or empty
    int64_t version;          // of the model
    int64_t made, took;       // monotonic nanoseconds
};

static const char *const TYPES[] = {
        [TYPE_NUMBER] = "number", [TYPE_TEXT] = "text", [TYPE_FLAG] = "flag", [TYPE_DATE] = "date"};

static bool add(void *ctx, const struct columns *columns, const uint8_t *skip, struct err *err)
{
    (void)err;
    sums_add(ctx, columns, skip);
    return true;
}

static bool visible(void *ctx, uint32_t contact)
{
    return contact_visible(ctx, contact);
}

static void put_top(struct buf *out, const char *name, const struct tally *tally, unsigned most)
{
    uint32_t top[SOURCES_SHOWN];
    unsigned n = tally_top(tally, most, top);
    put_key(out, name);
    buf_char(out, '[');
    for (unsigned i = 0; i < n; i++) {
        put_comma(out);
        json_put_string(out, map_key(tally->texts, top[i]));
    }
    buf_char(out, ']');
}

static void put_trait(struct buf *out, struct str name, enum value_type type, const struct trait_sum *sum)
{
    static const struct tally NOTHING = {.many = true};
    put_comma(out);
    buf_char(out, '{');
    put_text(out, "name", name);
    put_text(out, "type", str_of(TYPES[type]));
    put_flag(out, "built_in", model_built_in(name));
    put_int(out, "contacts", sum ? (int64_t)sum->contacts : 0);
    put_top(out, "values", sum && type == TYPE_TEXT ? &sum->values : &NOTHING, VALUES_SHOWN);
    buf_char(out, '}');
}

// Those of the model, then what messages have said besides: texts, until a model declares them otherwise.
static void put_traits(const struct sums *sums, const struct program *p, struct buf *out)
{
    put_key(out, "traits");
    buf_char(out, '[');
    for (uint32_t i = 0; i < p->n_traits; i++) {
        uint32_t number = map_get(sums->traits, p->traits[i].name);
        put_trait(out, p->traits[i].name, p->traits[i].type,
                number == MAP_NONE ? NULL : &sums->trait_sums.v[number]);
    }
    for (uint32_t k = 0; k < sums->trait_sums.n; k++) {
        bool declared = false;
        for (uint32_t i = 0; i < p->n_traits; i++)
            declared |= str_eq(p->traits[i].name, map_key(sums->traits, k));
        if (!declared && sums->trait_sums.v[k].contacts)
            put_trait(out, map_key(sums->traits, k), TYPE_TEXT, &sums->trait_sums.v[k]);
    }
    buf_char(out, ']');
}

static int by_name(const void *a, const void *b)
{
    const struct event_sum *x = a, *y = b;
    int order = str_cmp(x->name, y->name);
    return order ? order : (int)x->direction - (int)y->direction;
}

static void put_events(struct sums *sums, struct buf *out)
{
    if (sums->event_sums.n)
        qsort(sums->event_sums.v, sums->event_sums.n, sizeof *sums->event_sums.v, by_name);
    put_key(out, "events");
    buf_char(out, '[');
    for (size_t i = 0; i < sums->event_sums.n; i++) {
        const struct event_sum *e = &sums->event_sums.v[i];
        put_comma(out);
        buf_char(out, '{');
        put_text(out, "name", e->name);
        put_text(out, "direction", direction_word(e->direction));
        put_int(out, "count", (int64_t)e->count);
        put_time(out, "last_seen", e->last);
        buf_char(out, '}');
    }
    buf_char(out, ']');
}

// r: whose contacts count; NULL: everybody's.
static bool count(struct app *app, struct data *reader, struct request *r, const struct program *p,
        struct buf *out, struct err *err)
{
    struct err why = {0};
    bool ok = false;
    for (unsigned i = 0; i < TRIES && !ok && (i == 0 || why.code == ERR_BUSY); i++) {
        struct sums sums;
        sums_init(&sums);
        sums.visible = r ? visible : NULL;
        sums.ctx = r;
        ok = live_everybody(app_live(app), reader, add, &sums, &why);
        if (ok) {
            put_traits(&sums, p, out);
            put_events(&sums, out);
            put_top(out, "sources", &sums.sources, SOURCES_SHOWN);
        }
        sums_free(&sums);
    }
    if (!ok)
        *err = why;
    return ok;
}

// Counts everybody and keeps it. With state->counting.
static bool renew(struct app *app, struct data *reader, const struct live_program *model, struct err *err)
{
    struct state *state = app_state(app, &FIELD_SLICE);
    struct buf counted = {0};
    int64_t start = clock_monotonic_ns();
    buf_char(&counted, '{');
    if (!count(app, reader, NULL, model->program, &counted, err)) {
        buf_free(&counted);
        return false;
    }
    pthread_mutex_lock(&state->mutex);
    buf_free(&state->counted);
    state->counted = counted;
    state->version = model->version;
    state->made = clock_monotonic_ns();
    state->took = state->made - start;
    pthread_mutex_unlock(&state->mutex);
    return true;
}

// Puts what is kept, if it serves; *ret_old: it is to be counted anew.
static bool put_kept(struct state *state, int64_t version, struct buf *out, bool *ret_old)
{
    pthread_mutex_lock(&state->mutex);
    int64_t age = clock_monotonic_ns() - state->made;
    bool old = age >= state->took * KEPT_TIMES;
    bool serves = state->counted.n && state->version == version &&
                  (!old || (state->took >= SLOW_NS && age < STALE_NS));
    if (serves)
        buf_put(out, str_sub(buf_str(&state->counted), 1, state->counted.n));
    pthread_mutex_unlock(&state->mutex);
    *ret_old = serves && old;
    return serves;
}

static bool put_counted(struct request *r, const struct live_program *model, struct err *err)
{
    struct app *app = request_app(r);
    struct state *state = app_state(app, &FIELD_SLICE);
    const struct principal *who = request_principal(r);
    bool old, ok = true;
    if (who && who->own_only)
        return count(app, request_data(r), r, model->program, r->out, err);
    if (!put_kept(state, model->version, r->out, &old)) {
        pthread_mutex_lock(&state->counting);
        if (!put_kept(state, model->version, r->out, &old)) {
            ok = renew(app, request_data(r), model, err);
            if (ok) // nobody else counts now
                buf_put(r->out, str_sub(buf_str(&state->counted), 1, state->counted.n));
        }
        pthread_mutex_unlock(&state->counting);
    }
    if (old)
        app_wake(app, "field");
    return ok;
}

// The job: after the start, so that the first who asks need not wait, and when somebody has found it old.
static bool renew_kept(struct app *app, struct data *reader, struct err *err)
{
    struct state *state = app_state(app, &FIELD_SLICE);
    struct live_program model;
    struct err unready;
    while (!live_ready(app_live(app), 1000, &unready))
        if (app_closing(app))
            return true;
    struct arena *arena = arena_new();
    pthread_mutex_lock(&state->counting);
    bool ok = live_program(app_live(app), arena, &model, err) && renew(app, reader, &model, err);
    pthread_mutex_unlock(&state->counting);
    arena_free(arena);
    return ok;
}

static const struct job JOBS[] = {{"field", 86400, renew_kept}, {NULL, 0, NULL}};

// Facts have no label of their own: the name with blanks and a capital.
static struct str label_of(struct arena *arena, struct str name)
{
    char *text = arena_alloc(arena, name.n + 1);
    for (size_t i = 0; i < name.n; i++)
        text[i] = name.p[i] == '_' || name.p[i] == '-' ? ' ' : name.p[i];
    if (name.n)
        text[0] = (char)toupper((unsigned char)text[0]);
    return (struct str){text, name.n};
}

static void put_names(struct buf *out, const char *key, const struct str *names, uint32_t n)
{
    put_key(out, key);
    buf_char(out, '[');
    for (uint32_t i = 0; i < n; i++) {
        put_comma(out);
        json_put_string(out, names[i]);
    }
    buf_char(out, ']');
}

static void put_model(struct request *r, const struct program *p)
{
    struct buf *out = r->out;
    put_key(out, "facts");
    buf_char(out, '[');
    for (uint32_t i = 0; i < p->n_facts; i++) {
        put_comma(out);
        buf_char(out, '{');
        put_text(out, "name", p->facts[i].name);
        put_text(out, "label", label_of(r->arena, p->facts[i].name));
        put_flag(out, "built_in", model_built_in(p->facts[i].name));
        buf_char(out, '}');
    }
    buf_char(out, ']');
    put_key(out, "stages");
    buf_char(out, '[');
    for (uint32_t i = 0; i < p->n_stages; i++) {
        put_comma(out);
        buf_char(out, '{');
        put_text(out, "name", p->stages[i].name);
        put_text(out, "label", p->stages[i].label);
        buf_char(out, '}');
    }
    buf_char(out, ']');
    put_names(out, "grades", p->grade_names, p->n_grade_names);
    put_names(out, "personas", p->persona_names, p->n_persona_names);
}

static bool list_fields(struct request *r, struct err *err)
{
    struct live_program model;
    if (!live_program(app_live(request_app(r)), r->arena, &model, err))
        return false;
    buf_char(r->out, '{');
    if (!put_counted(r, &model, err))
        return false;
    put_model(r, model.program);
    buf_char(r->out, '}');
    return true;
}

static bool start(struct app *app, void **ret_state, struct err *err)
{
    (void)app, (void)err;
    struct state *state = mem_zero(1, sizeof *state);
    pthread_mutex_init(&state->counting, NULL);
    pthread_mutex_init(&state->mutex, NULL);
    *ret_state = state;
    return true;
}

static void stop(struct app *app, void *p)
{
    struct state *state = p;
    (void)app;
    pthread_mutex_destroy(&state->counting);
    pthread_mutex_destroy(&state->mutex);
    buf_free(&state->counted);
    free(state);
}

static const struct member TRAIT_MEMBERS[] = {
        {"name", "text", "As conditions name it", true, 0},
        {"type", "enum:number|text|flag|date", "What it can be compared with", true, 0},
        {"built_in", "flag", "It need not be declared in a model", true, 0},
        {"contacts", "integer", "Contacts that have it", true, 0},
        {"values", "[text]",
                "The most frequent texts first, at most 20; none where there are over 1,000 different ones",
                true, 0},
        {0},
};
static const struct member FACT_MEMBERS[] = {
        {"name", "text", "As conditions name it", true, 0},
        {"label", "text", "The name as people write it", true, 0},
        {"built_in", "flag", "It need not be declared in a model", true, 0},
        {0},
};
static const struct member EVENT_FIELD_MEMBERS[] = {
        {"name", "text", "As patterns name it", true, 0},
        {"direction", "enum:inbound|outbound|internal", "From them, from us, or bookkeeping", true, 0},
        {"count", "integer", "How many there are", true, 0},
        {"last_seen", "time", "The last one", true, 0},
        {0},
};
static const struct member STAGE_MEMBERS[] = {
        {"name", "text", "As conditions name it", true, 0},
        {"label", "text", "What people call it", true, 0},
        {0},
};
static const struct member MEMBERS[] = {
        {"traits", "[TraitField]", "Of the active model, then others that messages have set", true, 0},
        {"events", "[EventField]", "By name", true, 0},
        {"sources", "[text]", "Of events, the most frequent first, at most 100", true, 0},
        {"facts", "[FactField]", "Of the active model, in its order", true, 0},
        {"stages", "[StageField]", "Of the active model, in its order", true, 0},
        {"grades", "[text]", "Of the active model, in its order", true, 0},
        {"personas", "[text]", "Of the active model, in its order", true, 0},
        {0},
};

static const struct schema SCHEMAS[] = {
        {"Fields", "What conditions can ask for", MEMBERS, false},
        {"TraitField", "A trait", TRAIT_MEMBERS, false},
        {"FactField", "A fact", FACT_MEMBERS, false},
        {"EventField", "Events of one name and direction", EVENT_FIELD_MEMBERS, false},
        {"StageField", "A stage", STAGE_MEMBERS, false},
        {0},
};

static const struct route ROUTES[] = {
        {.method = "GET",
                .path = "/api/fields",
                .summary = "What conditions can ask for, with what there is",
                .right = "contact.read",
                .answer = "Fields",
                .handle = list_fields},
        {0},
};

static const struct routes FIELD_ROUTES = {"Fields", ROUTES, SCHEMAS};

const struct slice FIELD_SLICE = {
        .name = "field",
        .routes = &FIELD_ROUTES,
        .jobs = JOBS,
        .start = start,
        .stop = stop,
};
