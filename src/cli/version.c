#include "cli/command.h"

#ifndef SLUICE_VERSION
#define SLUICE_VERSION "0.1.0"
#endif

static bool run(struct cli *cli, struct err *err)
{
    if (cli->args.n)
        return err_set(err, ERR_USAGE, "it takes no operands");
    buf_put(&cli->out.buf, STR("sluice " SLUICE_VERSION "\n"));
    return true;
}

const struct command COMMAND_VERSION = {
        .name = "version",
        .summary = "Prints the version",
        .run = run,
};
