#include "cli/subject.h"

#include <stdio.h>

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
    struct buf messages = {0};
    for (size_t i = 0; i < d->list.n; i++)
        diagnostic_print(&d->list.v[i], str_of(path), &messages);
    fwrite(messages.p, 1, messages.n, stderr);
    buf_free(&messages);
    cli->out.buf.n = 0; // nothing half-written
    return err_set(err, ERR_INPUT, "%s", "");
}

const struct command COMMAND_MODEL_FORMAT = {
        .name = "model format",
        .summary = "Prints a model in its canonical form, comments kept",
        .synopsis = "FILE",
        .run = run,
};
