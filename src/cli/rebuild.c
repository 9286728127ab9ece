#include "cli/folder.h"

static bool run(struct cli *cli, struct err *err)
{
    struct data *data;
    uint64_t events;
    if (!operands_are(cli, 0, 0, "no operands", err) || !folder_open(cli, DATA_WRITE, &data, err))
        return false;
    if (!data_rebuild(data, &events, err))
        return false;
    put_count(&cli->out.buf, events);
    buf_put(&cli->out.buf, STR(" events\n"));
    return true;
}

const struct command COMMAND_REBUILD = {
        .name = "rebuild",
        .summary = "Drops everything derived and builds it anew from the log",
        .synopsis = "--data DIR",
        .options = (const struct option[]){OPTION_DATA, OPTION_END},
        .run = run,
};
