// Reports: the routes and what is kept for them.
#include "app/report/slice.h"

#include "app/report/keep.h"
#include "app/report/report.h"

#include <stdlib.h>

enum { STALE_PARTS = 20 };
static const int64_t QUICK_NS = 50000000, STALE_LATEST_NS = INT64_C(60000000000);

bool report_is_stale(int64_t made, int64_t took, bool changed, int64_t now)
{
    int64_t age = now - made;
    return age >= STALE_LATEST_NS || (changed && (took < QUICK_NS || age >= STALE_PARTS * took));
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
    state->keep = keep_new();
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
    keep_free(state->keep);
    free(state);
}

static const struct job JOBS[] = {
        {"report.tidy", 60, keep_tidy}, {"report.renew", 3600, keep_renew}, {NULL, 0, NULL}};

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

static const struct member STEP_MEMBERS[] = {
        {"id", "enum:owner|business|model|invite|snippet|contacts|prospect", "Which step", true, 0},
        {"done", "flag", "Whether the data show that it is done", true, 0},
        {0},
};
static const struct member CHECKLIST_MEMBERS[] = {
        {"steps", "[ChecklistStep]", "In order", true, 0},
        {"finished", "flag", "The first prospect is there", true, 0},
        {"dismissed", "flag", "Somebody has put the list away", true, 0},
        {0},
};

#define MODEL_AND_AT                                                \
    {"model", "text", "The model", true, 0},                        \
    {                                                               \
        "at", "time", "The moment that the numbers are of", true, 0 \
    }
#define QUERY_ABOUT "Query of GET /api/contacts for them"

static const struct member FUNNEL_STAGE_MEMBERS[] = {
        {"stage", "text", "As conditions call it", true, 0},
        {"label", "text", "As people read it", true, 0},
        {"now", "integer", "Contacts that are there", true, 0},
        {"reached", "integer", "Contacts that have entered it at some time", true, 0},
        {"conversion", "number?",
                "Of the contacts that entered the stage before, the share that entered this one", true, 0},
        {"median_days", "number?", "From entering the stage before to entering this one", true, 0},
        {"contacts", "text?", "Query of GET /api/contacts for `now`", true, 0},
        {"reached_contacts", "text?", "Query of GET /api/contacts for `reached`", true, 0},
        {0},
};
static const struct member FUNNEL_MEMBERS[] = {
        MODEL_AND_AT,
        {"stages", "[FunnelReportStage]", "In order", true, 0},
        {"benchmark", "number", "A conversion that is said to be usual: one in five", true, 0},
        {0},
};
static const struct member REACHED_MEMBERS[] = {
        {"reached", "integer", "Contacts of the source that have entered the stage", true, 0},
        {"share", "number?", "Of all contacts of the source", true, 0},
        {"contacts", "text?", QUERY_ABOUT, true, 0},
        {0},
};
static const struct member SOURCE_MEMBERS[] = {
        {"source", "text?", "Null: nobody knows where they came from", true, 0},
        {"medium", "text?", "search, social, cpc … as it was recorded", true, 0},
        {"contacts", "text?", QUERY_ABOUT, true, 0},
        {"count", "integer", "Contacts that came from there", true, 0},
        {"stages", "{SourceStage}", "By the name of the stage", true, 0},
        {"median_days", "number?", "From the first event to the sale", true, 0},
        {0},
};
static const struct member SOURCES_MEMBERS[] = {
        MODEL_AND_AT,
        {"sale", "text?", "The stage that is the sale: customer, else the model's last", true, 0},
        {"sources", "[Source]", "The largest first, at most 500", true, 0},
        {0},
};
static const struct member PERIOD_MEMBERS[] = {
        {"start", "time", "Its first moment", true, 0},
        {"day", "date", "The day it begins with, in the business's time zone", true, 0},
        {"unfinished", "flag", "It goes on behind the moment of the report", true, 0},
        {"up", "{integer}", "Contacts that moved up into a stage, by its name", true, 0},
        {"down", "{integer}", "Contacts that fell back into a stage, or into `none`", true, 0},
        {"contacts", "{text}", "Queries of GET /api/contacts for `up`", true, 0},
        {"down_contacts", "{text}", "Queries of GET /api/contacts for `down`", true, 0},
        {0},
};
static const struct member TRANSITIONS_MEMBERS[] = {
        MODEL_AND_AT,
        {"periods", "[TransitionPeriod]", "In order", true, 0},
        {0},
};
static const struct member COHORT_REACHED_MEMBERS[] = {
        {"after", "integer", "Periods after the one in which they were first seen", true, 0},
        {"count", "integer", "Had entered the stage by the end of it", true, 0},
        {"share", "number?", "Of the cohort", true, 0},
        {"contacts", "text?", QUERY_ABOUT, true, 0},
        {0},
};
static const struct member COHORT_MEMBERS[] = {
        {"start", "time", "First moment of the period in which they were first seen", true, 0},
        {"day", "date", "The day it begins with, in the business's time zone", true, 0},
        {"size", "integer", "How many they are", true, 0},
        {"contacts", "text?", QUERY_ABOUT, true, 0},
        {"reached", "[CohortReached]", "From its own period to that of the report", true, 0},
        {0},
};
static const struct member COHORTS_MEMBERS[] = {
        MODEL_AND_AT,
        {"stage", "text?", "The stage that counts; null of a model without stages", true, 0},
        {"cohorts", "[Cohort]", "In order", true, 0},
        {0},
};

#define PARAMETERS                                                                                         \
    {"at", "time", "As it was at this moment; now if it is left out", false, 0},                           \
            {"filter", "text", "Only contacts that this condition of the model language holds for", false, \
                    0},                                                                                    \
    {                                                                                                      \
        "model", "text", "Under this model: its id or version; else the active one", false, 0              \
    }
static const struct member FUNNEL_QUERY[] = {
        {"from", "time", "Only contacts first seen then or later", false, 0},
        {"to", "time", "Only contacts first seen before", false, 0}, PARAMETERS, {0}};
static const struct member SOURCES_QUERY[] = {
        {"from", "time", "Only contacts first seen then or later", false, 0},
        {"to", "time", "Only contacts first seen before", false, 0},
        {"first", "flag", "false: by the last source instead of the first", false, 0}, PARAMETERS, {0}};
static const struct member TRANSITIONS_QUERY[] = {
        {"from", "time", "From the period that holds this moment; else twelve of them", false, 0},
        {"to", "time", "Up to this moment, the period that holds it included; else to `at`", false, 0},
        {"every", "enum:day|week|month", "How long a period is; else a month", false, 0}, PARAMETERS, {0}};
static const struct member COHORTS_QUERY[] = {
        {"from", "time", "From the period that holds this moment; else twelve of them", false, 0},
        {"to", "time", "Up to this moment, the period that holds it included; else to `at`", false, 0},
        {"every", "enum:week|month", "How long a period is; else a month", false, 0},
        {"stage", "text", "The stage that counts; else prospect, or the last but one", false, 0}, PARAMETERS,
        {0}};

static const struct schema SCHEMAS[] = {
        {"ChecklistStep", "A first step", STEP_MEMBERS, false},
        {"Checklist", "The first steps", CHECKLIST_MEMBERS, false},
        {"FunnelReportStage", "A stage of a funnel", FUNNEL_STAGE_MEMBERS, false},
        {"FunnelReport", "How many are where, and how many came how far", FUNNEL_MEMBERS, false},
        {"SourceStage", "How many contacts of a source have entered a stage", REACHED_MEMBERS, false},
        {"Source", "Where contacts came from", SOURCE_MEMBERS, false},
        {"SourcesReport", "Sources side by side", SOURCES_MEMBERS, false},
        {"TransitionPeriod", "A day, week or month", PERIOD_MEMBERS, false},
        {"TransitionsReport", "Who moved when", TRANSITIONS_MEMBERS, false},
        {"CohortReached", "How many of a cohort had entered the stage by then", COHORT_REACHED_MEMBERS,
                false},
        {"Cohort", "Contacts that were first seen in the same period", COHORT_MEMBERS, false},
        {"CohortsReport", "How far the contacts of each period came", COHORTS_MEMBERS, false},
        {"DefinitionStage", "A stage and how many contacts it has", DEFINITION_STAGE_MEMBERS, false},
        {"Definition", "A model to begin with", DEFINITION_MEMBERS, false},
        {"Definitions", "The models to begin with", DEFINITIONS_MEMBERS, false},
        {0},
};

static const struct route ROUTES[] = {
        {.method = "GET",
                .path = "/api/reports/funnel",
                .summary = "How many contacts are in each stage, and how many of one reach the next",
                .right = "contact.read",
                .query = FUNNEL_QUERY,
                .answer = "FunnelReport",
                .handle = report_show},
        {.method = "GET",
                .path = "/api/reports/transitions",
                .summary = "How many contacts moved into each stage, by day, week or month",
                .right = "contact.read",
                .query = TRANSITIONS_QUERY,
                .answer = "TransitionsReport",
                .handle = report_show},
        {.method = "GET",
                .path = "/api/reports/cohorts",
                .summary = "How many of the contacts first seen in a period reached a stage, and when",
                .right = "contact.read",
                .query = COHORTS_QUERY,
                .answer = "CohortsReport",
                .handle = report_show},
        {.method = "GET",
                .path = "/api/reports/sources",
                .summary = "Where contacts came from, and how far they came",
                .right = "contact.read",
                .query = SOURCES_QUERY,
                .answer = "SourcesReport",
                .handle = report_show},
        {.method = "GET",
                .path = "/api/definitions",
                .summary = "The definitions that Sluice brings along, each with its numbers",
                .right = "model.read",
                .answer = "Definitions",
                .handle = report_definitions},
        {.method = "GET",
                .path = "/api/checklist",
                .summary = "The first steps, and which are done",
                .right = "contact.read",
                .answer = "Checklist",
                .handle = report_checklist},
        {.method = "POST",
                .path = "/api/checklist/dismiss",
                .summary = "Puts the first steps away, for everybody",
                .right = "setting.write",
                .status = 204,
                .handle = report_dismiss},
        {0},
};

static const struct routes REPORT_ROUTES = {"Reports", ROUTES, SCHEMAS};

const struct slice REPORT_SLICE = {
        .name = "report",
        .routes = &REPORT_ROUTES,
        .jobs = JOBS,
        .start = start,
        .stop = stop,
};
