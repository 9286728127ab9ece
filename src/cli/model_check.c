#include "cli/models.h"

#include <stdio.h>

static bool run(struct cli *cli, struct err *err)
{
    struct diagnostics *d = diagnostics_new(cli->arena);
    bool json = args_flag(&cli->args, "json");
    struct str text;
    if (cli->args.n != 1)
        return err_set(err, ERR_USAGE, "it takes one model file");
    const char *path = cli->args.operands[0];
    if (!model_text(cli, path, &text, err))
        return false;
    const struct program *program = model_compile(cli->arena, str_of(path), text, d);
    if (program)
        model_warn_names(program, NULL, NULL, d);
    for (size_t i = 0; i < d->list.n; i++) {
        if (json)
            diagnostic_print_json(&d->list.v[i], str_of(path), &cli->out.buf);
        else
            diagnostic_print(&d->list.v[i], str_of(path), &cli->out.buf);
    }
    size_t warnings = d->list.n - d->errors;
    fprintf(stderr, "%s: %u error%s, %zu warning%s\n", path, d->errors, d->errors == 1 ? "" : "s", warnings,
            warnings == 1 ? "" : "s");
    return program || err_set(err, ERR_INPUT, "%s", "");
}

const struct command COMMAND_MODEL_CHECK = {
        .name = "model check",
        .summary = "Says what is wrong or doubtful in a model",
        .synopsis = "FILE [--json]",
        .about = "Each error and warning names file, line and column. Exit status 1 if there is an error.",
        .options = (const struct option[]){OPTION_JSON, OPTION_END},
        .run = run,
};
