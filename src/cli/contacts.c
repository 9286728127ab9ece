#include "cli/replay_print.h"

static bool run(struct cli *cli, struct err *err)
{
    const struct args *args = &cli->args;
    struct subject subject;
    struct model_file *model;
    struct engine engine;
    struct replay_result result = {0};
    enum form form;
    unsigned n;
    if (args->n > 1)
        return err_set(err, ERR_USAGE, "it takes one condition (in quotes, if it has blanks)");
    if (!args_form(args, &form, err) || !engine_choose(cli, &engine, err))
        return false;
    if (!subject_begin(cli, true, &subject, err) ||
            !subject_models(cli, &subject, NULL, 0, false, &model, &n, err))
        return false;
    if (args->n && !subject_filter(cli, model, args->operands[0], err))
        return false;
    if (!subject_history(cli, &subject, NULL, 0, err))
        return false;
    struct replay_options options = {.at = subject.at, .threads = engine.threads, .standings = true};
    engine.run(model->program, subject.columns, &options, &result);
    uint64_t found = 0;
    for (uint32_t i = 0; i < result.n_contacts; i++) {
        if (args->n && result.exists[i] && !result.standings[i].filter)
            result.exists[i] = 0; // for print_standings: leave it out
        found += result.exists[i];
    }
    if (args_flag(args, "count")) {
        buf_printf(&cli->out.buf, "%llu\n", (unsigned long long)found);
    } else {
        const struct replay_view view = {cli, model, &subject, &result, form};
        print_standings(&view);
    }
    replay_result_free(&result);
    return true;
}

const struct command COMMAND_CONTACTS = {
        .name = "contacts",
        .summary = "Lists contacts and where they stand, all or those that a condition holds for",
        .synopsis = "[EXPR] --data DIR [--at TIME] [--count | --json | --csv]",
        .about = "EXPR is any condition of the model language that a grade could have: 'is prospect and "
                 "silent "
                 "inbound for 30 days'.",
        .options =
                (const struct option[]){
                        OPTIONS_SUBJECT,
                        OPTIONS_ENGINE,
                        {"count", NULL, "print only how many there are", false},
                        OPTION_JSON,
                        OPTION_CSV,
                        OPTION_END,
                },
        .run = run,
};
