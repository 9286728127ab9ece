#include "app/study/slice.h"

#include "app/study/preview.h"
#include "app/study/study.h"

enum { MODEL_TEXT_MAX = 1 << 20 }; // code points

static const struct member REFERENCE_MEMBERS[] = {
        {"id", "text", "A stored model's id or version", false, 0},
        {"text", "text", "Or a definition", false, MODEL_TEXT_MAX},
        {0},
};

#define AT                                                         \
    {                                                              \
        "at", "time", "As of this moment instead of now", false, 0 \
    }
#define PAGE_MEMBERS                                                                \
    {"limit", "integer", "At most so many contacts (1 to 500, else 50)", false, 0}, \
    {                                                                               \
        "after", "text", "The `next` of the page before", false, 0                  \
    }
#define QUESTION                                                                                          \
    {"stage", "text", "The stage whose first entry should foretell the outcome; else every stage", false, \
            0},                                                                                           \
            {"outcome", "text", "Name of the event that is the success: order.placed", true, 0},          \
    {                                                                                                     \
        "within", "text", "How long after the entry it still counts: 90 days", true, 0                    \
    }

static const struct member PREVIEW_PARAMETERS[] = {AT, PAGE_MEMBERS, {0}};
static const struct member PREVIEW_MEMBERS[] = {
        {"text", "text", "The draft", true, MODEL_TEXT_MAX}, AT, PAGE_MEMBERS, {0}};
static const struct member COMPARE_PARAMETERS[] = {
        {"with", "text", "Ids of the others, with commas; else the active model", false, 0}, AT, PAGE_MEMBERS,
        {0}};
static const struct member COMPARE_MEMBERS[] = {
        {"models", "[ModelReference]", "One is compared with the active model", true, STUDY_MODELS_MAX}, AT,
        PAGE_MEMBERS, {0}};
static const struct member BACKTEST_PARAMETERS[] = {QUESTION, AT, {0}};
static const struct member BACKTEST_MEMBERS[] = {
        {"models", "[ModelReference]", "The models to test", true, STUDY_MODELS_MAX}, QUESTION, AT, {0}};

static const struct member FUNNEL_STAGE_MEMBERS[] = {
        {"name", "text", "As conditions call it", true, 0},
        {"label", "text", "As people read it", true, 0},
        {"ever", "integer", "Contacts that reached it", true, 0},
        {"now", "integer", "Contacts that are there", true, 0},
        {"median_days", "number?", "From entering the stage before to entering this one", true, 0},
        {0},
};
static const struct member FUNNEL_MEMBERS[] = {
        {"id", "text?", "Of the model; null for a text", true, 0},
        {"title", "text", "Of the model", true, 0},
        {"stages", "[FunnelStage]", "In order", true, 0},
        {"none", "integer", "Contacts in no stage", true, 0},
        {0},
};
static const struct member FLOW_MEMBERS[] = {
        {"model", "integer", "Index of the model that it leads to, in `models`", true, 0},
        {"from", "text", "Stage under the first model", true, 0},
        {"to", "text", "Stage under that model", true, 0},
        {"contacts", "integer", "How many", true, 0},
        {0},
};
static const struct member DIFFERING_MEMBERS[] = {
        {"contact", "text", "Its id", true, 0},
        {"name", "text", "Its userId, or the visitor's id", true, 0},
        {"stages", "[text]", "Under each model", true, 0},
        {0},
};
static const struct member COMPARISON_MEMBERS[] = {
        {"at", "time", "The moment", true, 0},
        {"contacts", "integer", "That existed then", true, 0},
        {"agree", "integer", "Contacts in the same stage under all models", true, 0},
        {"models", "[Funnel]", "A funnel each", true, 0},
        {"flows", "[Flow]", "From the first model to the others", true, 0},
        {"differ", "[Differing]", "Contacts whose stages differ", true, 0},
        {"next", "text?", "Pass it as `after` for more of `differ`", true, 0},
        {0},
};
static const struct member PREVIEW_MODEL_MEMBERS[] = {
        {"id", "text?", "Null for a text", true, 0},
        {"title", "text", "As it stands in the text", true, 0},
        {0},
};
static const struct member STAGE_COUNT_MEMBERS[] = {
        {"stage", "text", "As conditions call it; the first one is none", true, 0},
        {"label", "text", "As people read it", true, 0},
        {"count", "integer", "Contacts that are there", true, 0},
        {0},
};
static const struct member MOVE_MEMBERS[] = {
        {"from", "text", "Stage under the active model", true, 0},
        {"to", "text", "Stage under the draft, another one", true, 0},
        {"count", "integer", "How many", true, 0},
        {0},
};
static const struct member MOVER_MEMBERS[] = {
        {"id", "text", "Of the contact", true, 0},
        {"name", "text", "Its name, else its e-mail address, else its userId", true, 0},
        {"company", "text?", "Where it works", true, 0},
        {"from", "text", "Stage under the active model", true, 0},
        {"to", "text", "Stage under the draft", true, 0},
        {"grade_from", "text", "Grade under the active model, or none", true, 0},
        {"grade_to", "text", "Grade under the draft, or none", true, 0},
        {0},
};
static const struct member MOVERS_MEMBERS[] = {
        {"items", "[Mover]", "A page of them", true, 0},
        {"next", "text?", "Pass it as `after` for more", true, 0},
        {0},
};
static const struct member PREVIEWED_MEMBERS[] = {
        {"model", "PreviewModel", "What was asked about", true, 0},
        {"active", "PreviewModel", "What it is held against", true, 0},
        {"at", "time", "The moment that both are looked at: now, or up to a minute before", true, 0},
        {"contacts", "integer", "That existed then", true, 0},
        {"before", "[StageCount]", "Under the active model", true, 0},
        {"after", "[StageCount]", "Under the draft", true, 0},
        {"flows", "[Move]", "Of those whose stages differ in name", true, 0},
        {"movers", "Movers", "Who they are", true, 0},
        {"milliseconds", "integer", "What it took", true, 0},
        {0},
};
static const struct member BACKTEST_ROW_MEMBERS[] = {
        {"model", "integer", "Index in the models asked for", true, 0},
        {"title", "text", "Of the model", true, 0},
        {"stage", "text", "The stage that was entered", true, 0},
        {"entered", "integer", "Contacts whose first entry is old enough, or that have won", true, 0},
        {"won", "integer", "Of them, those with the outcome in time", true, 0},
        {"precision", "number?", "won / entered", true, 0},
        {"recall", "number?", "won / all contacts with the outcome", true, 0},
        {"base_rate", "number?", "Contacts with the outcome / all", true, 0},
        {"lift", "number?", "precision / base_rate", true, 0},
        {"median_days", "number?", "From entry to outcome", true, 0},
        {0},
};
static const struct member BACKTEST_ANSWER_MEMBERS[] = {
        {"at", "time", "The moment", true, 0},
        {"outcome", "text", "The event", true, 0},
        {"within_seconds", "integer", "The time allowed", true, 0},
        {"rows", "[BacktestRow]", "A row a model and stage", true, 0},
        {0},
};

static const struct schema SCHEMAS[] = {
        {"ModelReference", "A stored model or a text", REFERENCE_MEMBERS, false},
        {"PreviewRequest", "A draft to hold against the active model", PREVIEW_MEMBERS, false},
        {"CompareRequest", "Models to compare", COMPARE_MEMBERS, false},
        {"BacktestRequest", "Models to test", BACKTEST_MEMBERS, false},
        {"FunnelStage", "A stage of a funnel", FUNNEL_STAGE_MEMBERS, false},
        {"Funnel", "How many contacts are where under a model", FUNNEL_MEMBERS, false},
        {"Flow", "Contacts that are in one stage under the first model and in another under a second",
                FLOW_MEMBERS, false},
        {"Differing", "A contact that models see in different stages", DIFFERING_MEMBERS, false},
        {"Comparison", "Models side by side", COMPARISON_MEMBERS, false},
        {"PreviewModel", "A model in a preview", PREVIEW_MODEL_MEMBERS, false},
        {"StageCount", "How many are in a stage", STAGE_COUNT_MEMBERS, false},
        {"Move", "How many would go from one stage to another", MOVE_MEMBERS, false},
        {"Mover", "Somebody who would", MOVER_MEMBERS, false},
        {"Movers", "A page of those who would", MOVERS_MEMBERS, false},
        {"Preview", "Who would move if a model became the active one", PREVIEWED_MEMBERS, false},
        {"BacktestRow", "How well entering a stage foretells the outcome", BACKTEST_ROW_MEMBERS, false},
        {"Backtest", "Models against the sales", BACKTEST_ANSWER_MEMBERS, false},
        {0},
};

static const struct route ROUTES[] = {
        {.method = "GET",
                .path = "/api/models/{id}/preview",
                .summary = "Who would move if this model became the active one",
                .right = "model.read",
                .query = PREVIEW_PARAMETERS,
                .answer = "Preview",
                .handle = study_preview},
        {.method = "POST",
                .path = "/api/models/preview",
                .summary = "Who would move if this text became the active model",
                .right = "model.read",
                .body = "PreviewRequest",
                .answer = "Preview",
                .max_body = 4 << 20,
                .handle = study_preview_text},
        {.method = "GET",
                .path = "/api/models/{id}/compare",
                .summary = "A model beside others",
                .right = "model.read",
                .query = COMPARE_PARAMETERS,
                .answer = "Comparison",
                .handle = study_compare},
        {.method = "POST",
                .path = "/api/models/compare",
                .summary = "Models or texts side by side",
                .right = "model.read",
                .body = "CompareRequest",
                .answer = "Comparison",
                .max_body = 8 << 20,
                .handle = study_compare_texts},
        {.method = "GET",
                .path = "/api/models/{id}/backtest",
                .summary = "How well a model's stages foretell a sale",
                .right = "model.read",
                .query = BACKTEST_PARAMETERS,
                .answer = "Backtest",
                .handle = study_backtest},
        {.method = "POST",
                .path = "/api/models/backtest",
                .summary = "How well the stages of models or texts foretell a sale",
                .right = "model.read",
                .body = "BacktestRequest",
                .answer = "Backtest",
                .max_body = 8 << 20,
                .handle = study_backtest_texts},
        {0},
};

static const struct routes STUDY_ROUTES = {"Studies", ROUTES, SCHEMAS};

static const struct job JOBS[] = {{.name = "preview", .seconds = 10, .run = previews_renew},
        {.name = "preview.open", .seconds = 86400, .run = previews_open}, {0}};

const struct slice STUDY_SLICE = {
        .name = "study",
        .routes = &STUDY_ROUTES,
        .jobs = JOBS,
        .start = previews_start,
        .stop = previews_stop,
};
