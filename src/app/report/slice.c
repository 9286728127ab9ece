// Reports: the routes and what is kept for them.
#include "app/report/slice.h"

#include "app/report/report.h"

#include <stdlib.h>

enum { STALE_PARTS = 20 };
static const int64_t STALE_LATEST_NS = INT64_C(60000000000);

bool report_is_stale(int64_t made, int64_t took, bool changed, int64_t now)
{
    int64_t age = now - made;
    return age >= STALE_LATEST_NS || (changed && age >= STALE_PARTS * took);
}

struct report_state *report_state(const struct app *app)
{
    return app_state(app, &REPORT_SLICE);
}

static bool start(struct app *app, void **ret_state, struct err *err)
{
    (void)app;
    (void)err;
    struct report_state *state = mem_zero(1, sizeof *state);
    state->definitions = definitions_new();
    *ret_state = state;
    return true;
}

static void stop(struct app *app, void *context)
{
    struct report_state *state = context;
    (void)app;
    if (!state)
        return;
    definitions_free(state->definitions);
    free(state);
}

static const struct member DEFINITION_STAGE_MEMBERS[] = {
        {"name", "text", "As conditions call it", true, 0},
        {"label", "text", "As people read it", true, 0},
        {"count", "integer", "Contacts that are there", true, 0},
        {0},
};
static const struct member DEFINITION_MEMBERS[] = {
        {"slug", "text", "Names it: recommended, agency, two-way, form, connected, tunnel", true, 0},
        {"title", "text", "Of the model", true, 0},
        {"about", "text", "What it says and whom it suits, in two sentences", true, 0},
        {"source", "text", "Whose definition it is", true, 0},
        {"text", "text", "The model, for POST /api/models", true, 0},
        {"stages", "[DefinitionStage]", "In order", true, 0},
        {0},
};
static const struct member DEFINITIONS_MEMBERS[] = {
        {"data", "enum:own|demo", "Whose contacts are counted: with fewer than 50 of one's own, a demo's",
                true, 0},
        {"contacts", "integer", "How many they are", true, 0},
        {"items", "[Definition]", "The recommended one first", true, 0},
        {0},
};

static const struct schema SCHEMAS[] = {
        {"DefinitionStage", "A stage and how many contacts it has", DEFINITION_STAGE_MEMBERS, false},
        {"Definition", "A model to begin with", DEFINITION_MEMBERS, false},
        {"Definitions", "The models to begin with", DEFINITIONS_MEMBERS, false},
        {0},
};

static const struct route ROUTES[] = {
        {.method = "GET",
                .path = "/api/definitions",
                .summary = "The definitions that Sluice brings along, each with its numbers",
                .right = "model.read",
                .answer = "Definitions",
                .handle = report_definitions},
        {0},
};

static const struct routes REPORT_ROUTES = {"Reports", ROUTES, SCHEMAS};

const struct slice REPORT_SLICE = {
        .name = "report",
        .routes = &REPORT_ROUTES,
        .start = start,
        .stop = stop,
};
