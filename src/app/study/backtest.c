// Definitions against the sales: does having entered a stage foretell the outcome?
#include "app/study/study.h"

#include "base/datetime.h"
#include "rules/event.h"
#include "rules/model.h"

struct question {
    struct str stage; // empty: every stage
    struct str outcome;
    int64_t within; // seconds
};

static bool ask(
        struct request *r, struct str stage, struct str outcome, struct str within, struct question *ret)
{
    struct err why;
    *ret = (struct question){stage, event_canonical(outcome), 0};
    if (!outcome.n)
        return request_problem(r, 400, "outcome", "the name of an event is expected, such as order.placed");
    if (!duration_parse(within, &ret->within, &why))
        return request_problem(r, 400, "within", "%s", why.message);
    return true;
}

static void put_row(
        const struct study *study, unsigned model, uint32_t stage, const struct backtest *t, struct buf *out)
{
    const struct study_model *m = &study->models[model];
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"precision", t->precision}, {"recall", t->recall}, {"base_rate", t->base_rate},
            {"lift", t->lift}, {"median_days", t->median_days}};
    buf_printf(out, "{\"model\":%u,\"title\":", model);
    json_put_string(out, m->title);
    buf_put(out, STR(",\"stage\":"));
    json_put_string(out, m->program->stages[stage].name);
    buf_printf(out, ",\"entered\":%llu,\"won\":%llu", (unsigned long long)t->entered,
            (unsigned long long)t->won);
    for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        buf_printf(out, ",\"%s\":", numbers[i].name);
        json_put_number(out, numbers[i].value);
    }
    buf_char(out, '}');
}

static void test_model(
        const struct study *study, unsigned model, const struct question *q, bool *first, struct buf *out)
{
    const struct program *program = study->models[model].program;
    struct replay_options options = {.at = study->at, .threads = STUDY_THREADS};
    struct replay_result result = {0};
    replay_run(program, study->columns, &options, &result);
    for (uint32_t s = 0; s < program->n_stages; s++) {
        struct backtest test;
        if (q->stage.n && !str_eq(q->stage, program->stages[s].name))
            continue;
        backtest_count(study->columns, &result, s, q->outcome, q->within, study->at, &test);
        buf_put(out, *first ? STR("") : STR(","));
        *first = false;
        put_row(study, model, s, &test, out);
    }
    replay_result_free(&result);
}

// A stage that no model has is a mistake; one that only some have is not.
static bool stage_known(struct request *r, const struct study *study, struct str stage)
{
    bool found = !stage.n;
    for (unsigned m = 0; m < study->n; m++)
        for (uint32_t s = 0; s < study->models[m].program->n_stages; s++)
            found |= str_eq(stage, study->models[m].program->stages[s].name);
    return found ||
           request_problem(r, 400, "stage", "no stage of these models is called %.*s", STR_ARG(stage));
}

struct testing {
    struct request *r;
    struct study *study;
    const struct question *q;
};

static void test_everybody(void *ctx)
{
    struct testing *t = ctx;
    struct buf *out = t->r->out;
    char time[DATETIME_SIZE];
    bool first = true;
    buf_put(out, STR("{\"at\":"));
    json_put_string(out, datetime_format(t->study->at, time));
    buf_put(out, STR(",\"outcome\":"));
    json_put_string(out, t->q->outcome);
    buf_printf(out, ",\"within_seconds\":%lld,\"rows\":[", (long long)t->q->within);
    for (unsigned m = 0; m < t->study->n; m++)
        test_model(t->study, m, t->q, &first, out);
    buf_put(out, STR("]}"));
}

static bool backtest(struct request *r, struct study *study, const struct question *q, struct err *err)
{
    struct testing t = {r, study, q};
    return stage_known(r, study, q->stage) && study_run(r, study, test_everybody, &t, err);
}

bool study_backtest(struct request *r, struct err *err)
{
    struct study study = {0};
    struct question q;
    return study_moment(r, request_query(r, "at"), &study, err) &&
           ask(r, request_query(r, "stage"), request_query(r, "outcome"), request_query(r, "within"), &q) &&
           study_add_stored(r, request_param(r, "id"), &study, err) && backtest(r, &study, &q, err);
}

bool study_backtest_texts(struct request *r, struct err *err)
{
    struct study study = {0};
    struct question q;
    return study_moment(r, json_get_str(r->json, STR("at")), &study, err) &&
           ask(r, json_get_str(r->json, STR("stage")), json_get_str(r->json, STR("outcome")),
                   json_get_str(r->json, STR("within")), &q) &&
           study_add_all(r, json_get(r->json, STR("models")), &study, err) && backtest(r, &study, &q, err);
}
