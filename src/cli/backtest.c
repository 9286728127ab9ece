#include "cli/subject.h"
#include "cli/table.h"
#include "replay/results.h"

#include <math.h>

// What --stage, --outcome and --within ask for.
struct question {
    const char *stage;
    struct str outcome;
    int64_t within;
};

static bool read_question(const struct args *args, struct question *ret, struct err *err)
{
    const char *stage = args_value(args, "stage"), *outcome = args_value(args, "outcome"),
               *within = args_value(args, "within");
    struct err why;
    if (!stage || !outcome || !within)
        return err_set(err, ERR_USAGE, "--%s is missing",
                !stage     ? "stage NAME"
                : !outcome ? "outcome EVENT"
                           : "within DURATION");
    ret->stage = stage;
    ret->outcome = event_canonical(str_of(outcome));
    if (!duration_parse(str_of(within), &ret->within, &why))
        return err_set(err, ERR_USAGE, "--within %s: %s", within, why.message);
    return true;
}

static bool find_stage(
        struct cli *cli, const struct model_file *model, const char *name, uint32_t *ret, struct err *err)
{
    struct nearest nearest = {.word = str_of(name)};
    for (uint32_t i = 0; i < model->program->n_stages; i++) {
        nearest_offer(&nearest, model->program->stages[i].name);
        if (str_eq(model->program->stages[i].name, str_of(name))) {
            *ret = i;
            return true;
        }
    }
    return err_set(
            err, ERR_USAGE, "%s has no stage %s%s", model->path, name, nearest_hint(&nearest, cli->arena));
}

static void print_json(struct buf *b, const struct model_file *model, const struct backtest *t)
{
    buf_put(b, STR("{\"model\":"));
    json_put_string(b, model->title);
    buf_printf(b, ",\"entered\":%llu,\"won\":%llu,\"precision\":", (unsigned long long)t->entered,
            (unsigned long long)t->won);
    json_put_number(b, t->precision);
    buf_put(b, STR(",\"recall\":"));
    json_put_number(b, t->recall);
    buf_put(b, STR(",\"base_rate\":"));
    json_put_number(b, t->base_rate);
    buf_put(b, STR(",\"lift\":"));
    json_put_number(b, t->lift);
    buf_put(b, STR(",\"median_days\":"));
    json_put_number(b, t->median_days);
    buf_put(b, STR("}\n"));
}

static void print_csv(struct buf *b, const struct model_file *model, const struct backtest *t)
{
    const double numbers[] = {t->precision, t->recall, t->base_rate, t->lift, t->median_days};
    put_csv(b, model->title);
    buf_printf(b, ",%llu,%llu", (unsigned long long)t->entered, (unsigned long long)t->won);
    for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        buf_char(b, ',');
        if (!isnan(numbers[i]))
            json_put_number(b, numbers[i]);
    }
    buf_char(b, '\n');
}

static void put_decimal(struct buf *b, double value)
{
    if (isnan(value))
        buf_put(b, STR("–"));
    else
        buf_printf(b, "%.1f", value);
}

static struct table *backtest_table(struct out *out)
{
    static const char *const NUMBERS[] = {
            "Entered", "Won", "Precision", "Recall", "Base rate", "Lift", "Median days"};
    struct table *table = table_new(out);
    table_column(table, "Model", ALIGN_LEFT);
    for (unsigned i = 0; i < sizeof NUMBERS / sizeof *NUMBERS; i++)
        table_column(table, NUMBERS[i], ALIGN_RIGHT);
    return table;
}

static void print_row(struct table *table, const struct model_file *model, const struct backtest *t)
{
    table_text(table, model->title);
    table_count(table, t->entered);
    table_count(table, t->won);
    put_percent(table_cell(table), t->precision);
    put_percent(table_cell(table), t->recall);
    put_percent(table_cell(table), t->base_rate);
    put_decimal(table_cell(table), t->lift);
    put_decimal(table_cell(table), t->median_days);
    table_row(table);
}

static bool run(struct cli *cli, struct err *err)
{
    const struct args *args = &cli->args;
    struct model_file *models;
    struct subject subject;
    struct engine engine;
    struct question question;
    enum form form;
    unsigned n, n_models;
    if (!args_form(args, &form, err) || !engine_choose(cli, &engine, err) ||
            !read_question(args, &question, err))
        return false;
    if (!subject_begin(cli, false, &subject, err) || !subject_operands(cli, &subject, &n, err))
        return false;
    if (!subject_models(cli, &subject, args->operands, n, false, &models, &n_models, err))
        return false;
    uint32_t *stages = ARENA_ARRAY(cli->arena, uint32_t, n_models);
    for (unsigned m = 0; m < n_models; m++)
        if (!find_stage(cli, &models[m], question.stage, &stages[m], err))
            return false;
    if (!subject_history(cli, &subject, args->operands + n, args->n - n, err))
        return false;
    subject_warn_outcome(cli, &subject, question.outcome);
    struct table *table = form == FORM_TABLE ? backtest_table(&cli->out) : NULL;
    if (form == FORM_CSV)
        buf_put(&cli->out.buf, STR("model,entered,won,precision,recall,base_rate,lift,median_days\n"));
    for (unsigned m = 0; m < n_models; m++) {
        struct replay_options options = {.at = subject.at, .threads = engine.threads};
        struct replay_result result = {0};
        struct backtest test;
        subject_warn(cli, &subject, &models[m]);
        engine.run(models[m].program, subject.columns, &options, &result);
        backtest_count(
                subject.columns, &result, stages[m], question.outcome, question.within, subject.at, &test);
        replay_result_free(&result);
        if (form == FORM_TABLE)
            print_row(table, &models[m], &test);
        else if (form == FORM_JSON)
            print_json(&cli->out.buf, &models[m], &test);
        else
            print_csv(&cli->out.buf, &models[m], &test);
    }
    if (table)
        table_end(table);
    return true;
}

const struct command COMMAND_BACKTEST = {
        .name = "backtest",
        .summary = "Measures how well entering a stage foretold an outcome",
        .synopsis = "MODEL… -- EVENTS… --stage NAME --outcome EVENT --within DURATION --at TIME\n"
                    "[MODEL…] --data DIR --stage NAME --outcome EVENT --within DURATION [--at TIME]",
        .about =
                "Of the contacts that entered the stage, which had the outcome within the duration after it? "
                "Precision: their share.\nRecall: their share of all contacts with the outcome. Lift: "
                "precision against the base rate of all contacts.",
        .options =
                (const struct option[]){
                        {"stage", "NAME", "the stage whose first entry foretells", false},
                        {"outcome", "EVENT", "the event that it should foretell, as deal.won", false},
                        {"within", "DURATION", "how soon after it, as \"90 days\"", false},
                        OPTION_JSON,
                        OPTION_CSV,
                        OPTIONS_SUBJECT,
                        OPTIONS_ENGINE,
                        OPTION_END,
                },
        .separator = true,
        .run = run,
};
