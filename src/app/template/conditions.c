#include "app/template/conditions.h"

#include "app/model/store.h"
#include "app/template/slice.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/vec.h"
#include "rules/model.h"

#include <pthread.h>
#include <stdlib.h>

enum { CONDITIONS_MAX = 5000 };

// Those of one model.
struct conditions {
    unsigned refs; // under the keeper's lock
    struct keeper *keeper;
    struct arena *arena;
    int64_t version;
    struct str text; // of the model
    const struct program *base;
    struct map *names;
    VEC(const struct program *) programs; // by number of the name; NULL: it cannot be read
};

struct keeper {
    pthread_mutex_t lock;
    struct conditions *now;
};

bool conditions_start(struct app *app, void **ret_state, struct err *err)
{
    struct keeper *keeper = mem_zero(1, sizeof *keeper);
    (void)app, (void)err;
    pthread_mutex_init(&keeper->lock, NULL);
    *ret_state = keeper;
    return true;
}

static void unref(struct conditions *c)
{
    if (!c || --c->refs)
        return;
    arena_free(c->arena);
    map_free(c->names);
    vec_free(&c->programs);
    free(c);
}

void conditions_stop(struct app *app, void *state)
{
    struct keeper *keeper = state;
    (void)app;
    if (!keeper)
        return;
    unref(keeper->now);
    pthread_mutex_destroy(&keeper->lock);
    free(keeper);
}

static struct conditions *of_model(struct keeper *keeper, struct data *reader, int64_t version)
{
    struct stored_model model;
    struct err err;
    struct conditions *c = mem_zero(1, sizeof *c);
    *c = (struct conditions){
            .refs = 1, .keeper = keeper, .arena = arena_new(), .version = version, .names = map_new()};
    if (model_active(data_store(reader), c->arena, &model, &err) && model.version == version) {
        c->text = model.text;
        c->base = model_compile(c->arena, model.name, model.text, diagnostics_new(c->arena));
    }
    if (c->base)
        return c;
    unref(c);
    return NULL;
}

const struct program *conditions_get(struct app *app, struct data *reader, int64_t version,
        struct str condition, struct conditions **ret_of)
{
    struct keeper *keeper = app_state(app, &TEMPLATE_SLICE);
    const struct program *program = NULL;
    pthread_mutex_lock(&keeper->lock);
    struct conditions *c = keeper->now;
    if (!c || c->version != version || map_count(c->names) >= CONDITIONS_MAX) {
        unref(c);
        c = keeper->now = of_model(keeper, reader, version);
    }
    if (c) {
        uint32_t number = map_intern(c->names, condition);
        while (c->programs.n <= number)
            vec_push(&c->programs, model_compile_filter(c->arena, c->base, c->text,
                                           arena_str(c->arena, condition), diagnostics_new(c->arena)));
        program = c->programs.v[number];
        c->refs += program != NULL;
    }
    pthread_mutex_unlock(&keeper->lock);
    *ret_of = c;
    return program;
}

void conditions_put(struct conditions *of)
{
    struct keeper *keeper = of->keeper;
    pthread_mutex_lock(&keeper->lock);
    unref(of);
    pthread_mutex_unlock(&keeper->lock);
}
