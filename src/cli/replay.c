#include "cli/replay_print.h"

enum print { PRINT_FUNNEL, PRINT_TRANSITIONS, PRINT_STANDINGS };

static bool choose_print(const struct args *args, enum print *ret, struct err *err)
{
    static const char *const NAMES[] = {"funnel", "transitions", "standings"};
    const char *name = args_value(args, "print");
    *ret = PRINT_FUNNEL;
    if (!name)
        return true;
    for (unsigned i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        if (strcmp(name, NAMES[i]) == 0) {
            *ret = (enum print)i;
            return true;
        }
    }
    return err_set(err, ERR_USAGE, "--print %s: expected transitions, standings or funnel", name);
}

static bool run(struct cli *cli, struct err *err)
{
    const struct args *args = &cli->args;
    struct model_file *model;
    struct subject subject;
    struct engine engine;
    struct replay_result result = {0};
    enum print print;
    enum form form;
    if (!choose_print(args, &print, err) || !args_form(args, &form, err) || !engine_choose(cli, &engine, err))
        return false;
    if (!subject_begin(cli, false, &subject, err))
        return false;
    unsigned named = args->n && (!subject.data || !args_value(args, "model")) ? 1 : 0, n_models;
    if (!subject_models(cli, &subject, args->operands, named, false, &model, &n_models, err))
        return false;
    if (!subject_history(cli, &subject, args->operands + named, args->n - named, err))
        return false;
    subject_warn(cli, &subject, model);
    struct replay_options options = {.at = subject.at,
            .threads = engine.threads,
            .transitions = print == PRINT_TRANSITIONS,
            .evidence = print == PRINT_TRANSITIONS,
            .standings = print == PRINT_STANDINGS};
    engine.run(model->program, subject.columns, &options, &result);
    const struct replay_view view = {cli, model, &subject, &result, form};
    if (print == PRINT_TRANSITIONS)
        print_transitions(&view);
    else if (print == PRINT_STANDINGS)
        print_standings(&view);
    else
        print_funnel(&view);
    replay_result_free(&result);
    return true;
}

const struct command COMMAND_REPLAY = {
        .name = "replay",
        .summary = "Replays a history through a model: its funnel, its standings, its transitions",
        .synopsis = "MODEL EVENTS… --at TIME [--print funnel | transitions | standings]\n"
                    "[MODEL] --data DIR [--at TIME] [--print funnel | transitions | standings]",
        .about = "EVENTS are files of messages in the Segment format, one a line; plain, gzip or zstd, - for "
                 "standard input.",
        .options =
                (const struct option[]){
                        OPTIONS_SUBJECT,
                        OPTIONS_ENGINE,
                        {"print", "WHAT", "funnel (the default), transitions or standings", false},
                        OPTION_JSON,
                        OPTION_CSV,
                        OPTION_END,
                },
        .run = run,
};
