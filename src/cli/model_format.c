#include "cli/models.h"

static bool run(struct cli *cli, struct err *err)
{
    struct diagnostics *d = diagnostics_new(cli->arena);
    struct str text;
    if (cli->args.n != 1)
        return err_set(err, ERR_USAGE, "it takes one model file");
    const char *path = cli->args.operands[0];
    if (!model_text(cli, path, &text, err))
        return false;
    if (model_format(text, &cli->out.buf, d))
        return true;
    print_diagnostics(d, str_of(path));
    cli->out.buf.n = 0; // nothing half-written
    return err_set(err, ERR_INPUT, "%s", "");
}

const struct command COMMAND_MODEL_FORMAT = {
        .name = "model format",
        .summary = "Prints a model in its canonical form, comments kept",
        .synopsis = "FILE",
        .run = run,
};
