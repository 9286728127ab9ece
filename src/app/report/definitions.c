// The definitions that are built in, each with its stages' numbers: on the business's own contacts, or, where
// there are too few to tell them apart, on a small demo that is made in memory.
#include "app/report/report.h"

#include "app/demo/demo.h"
#include "app/model/builtin.h"
#include "app/standing/live.h"
#include "base/json_put.h"
#include "base/map.h"
#include "replay/build.h"
#include "replay/results.h"
#include "rules/model.h"

#include <pthread.h>

enum { OWN_LEAST = 50, SMALL_DEMO_CONTACTS = 2000, SMALL_DEMO_SEED = 1, THREADS = 2 };

// Numbers of all definitions over the same histories.
struct counted {
    bool there;
    uint32_t contacts;
    uint32_t *now[BUILTIN_MODELS]; // [stage]
    int64_t position, made, took;  // of own contacts: log row; monotonic nanoseconds
};

struct definitions {
    struct arena *arena;
    const struct program *programs[BUILTIN_MODELS];
    pthread_mutex_t lock;
    struct counted own, demo;
};

struct definitions *definitions_new(void)
{
    struct arena *arena = arena_new();
    struct definitions *d = ARENA_NEW(arena, struct definitions);
    d->arena = arena;
    pthread_mutex_init(&d->lock, NULL);
    for (unsigned i = 0; i < BUILTIN_MODELS; i++) {
        struct builtin_model model = builtin_model(i);
        d->programs[i] = model_compile(arena, model.file, model.text, diagnostics_new(arena));
        if (!d->programs[i])
            continue; // what is built in compiles: a test sees to it
        d->own.now[i] = ARENA_ARRAY(arena, uint32_t, d->programs[i]->n_stages + 1);
        d->demo.now[i] = ARENA_ARRAY(arena, uint32_t, d->programs[i]->n_stages + 1);
    }
    return d;
}

void definitions_free(struct definitions *d)
{
    if (!d)
        return;
    pthread_mutex_destroy(&d->lock);
    arena_free(d->arena);
}

static void count(const struct definitions *d, const struct columns *columns, int64_t at, struct counted *out)
{
    struct replay_options options = {.at = at, .threads = THREADS};
    for (unsigned i = 0; i < BUILTIN_MODELS; i++) {
        const struct program *program = d->programs[i];
        struct replay_result result;
        if (!program)
            continue;
        replay_run(program, columns, &options, &result);
        memset(out->now[i], 0, program->n_stages * sizeof *out->now[i]);
        out->contacts = 0;
        for (uint32_t c = 0; c < result.n_contacts; c++) {
            uint32_t stage = result_current_stage(&result, c);
            out->contacts += result.exists[c];
            if (stage != NO_INDEX)
                out->now[i][stage]++;
        }
        replay_result_free(&result);
    }
}

// A message of the demo on its way into columns.
struct taking {
    struct arena *arena;
    struct builder *builder;
    struct map *ids; // messageIds: some messages come twice
    uint32_t log;
};

static bool take(void *ctx, struct str text, struct err *err)
{
    struct taking *t = ctx;
    struct message message;
    arena_reset(t->arena);
    if (!message_decode(t->arena, text, &message, err))
        return false;
    uint32_t known = map_count(t->ids);
    if (message.message_id.n && map_intern(t->ids, message.message_id) < known)
        return true;
    builder_message(t->builder, ++t->log, &message);
    return true;
}

static bool count_demo(struct definitions *d, struct err *err)
{
    struct taking t = {.arena = arena_new(), .builder = builder_new(), .ids = map_new()};
    struct columns *columns;
    bool ok = demo_write(SMALL_DEMO_SEED, SMALL_DEMO_CONTACTS, DEMO_END, take, &t, err) &&
              builder_finish(t.builder, DEMO_END, &columns, err);
    if (ok) {
        count(d, columns, DEMO_END, &d->demo);
        d->demo.there = true;
        columns_free(columns);
    }
    map_free(t.ids);
    builder_free(t.builder);
    arena_free(t.arena);
    return ok;
}

struct counting {
    struct definitions *definitions;
    int64_t at;
};

static bool count_own(void *ctx, const struct columns *columns, struct err *err)
{
    struct counting *c = ctx;
    (void)err;
    count(c->definitions, columns, c->at, &c->definitions->own);
    return true;
}

// The numbers to show, with d->lock held.
static bool numbers(
        struct request *r, struct definitions *d, const struct counted **ret, bool *ret_own, struct err *err)
{
    struct live *live = app_live(request_app(r));
    int64_t start = clock_monotonic_ns();
    struct app_numbers log;
    app_numbers(request_app(r), &log);
    struct counted *own = &d->own;
    if (!own->there || report_is_stale(own->made, own->took, own->position != log.position, start)) {
        struct counting c = {d, r->now};
        if (!live_past(live, INT64_MAX, count_own, &c, err))
            return false;
        int64_t end = clock_monotonic_ns();
        own->there = true;
        own->position = log.position;
        own->made = end;
        own->took = end - start;
    }
    *ret_own = own->contacts >= OWN_LEAST;
    *ret = *ret_own ? own : &d->demo;
    return *ret_own || d->demo.there || count_demo(d, err);
}

static void put_definition(
        unsigned number, const struct program *program, const uint32_t *now, struct buf *out)
{
    struct builtin_model model = builtin_model(number);
    put_comma(out);
    buf_char(out, '{');
    put_text(out, "slug", model.slug);
    put_text(out, "title", program->title);
    put_text(out, "about", model.about);
    put_text(out, "source", model.source);
    put_text(out, "text", model.text);
    put_key(out, "stages");
    buf_char(out, '[');
    for (uint32_t s = 0; s < program->n_stages; s++) {
        put_comma(out);
        buf_char(out, '{');
        put_text(out, "name", program->stages[s].name);
        put_text(out, "label", program->stages[s].label);
        put_int(out, "count", now[s]);
        buf_char(out, '}');
    }
    buf_put(out, STR("]}"));
}

bool report_definitions(struct request *r, struct err *err)
{
    struct definitions *d = report_state(request_app(r))->definitions;
    const struct counted *counted;
    bool own;
    pthread_mutex_lock(&d->lock);
    bool ok = numbers(r, d, &counted, &own, err);
    if (ok) {
        buf_char(r->out, '{');
        put_text(r->out, "data", own ? STR("own") : STR("demo"));
        put_int(r->out, "contacts", counted->contacts);
        put_key(r->out, "items");
        buf_char(r->out, '[');
        for (unsigned i = 0; i < BUILTIN_MODELS; i++)
            if (d->programs[i])
                put_definition(i, d->programs[i], counted->now[i], r->out);
        buf_put(r->out, STR("]}"));
    }
    pthread_mutex_unlock(&d->lock);
    return ok;
}
