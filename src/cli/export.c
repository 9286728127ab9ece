#include "cli/folder.h"

static bool put(void *ctx, struct str text, struct err *err)
{
    struct out *out = ctx;
    buf_put(&out->buf, text);
    return out_step(out) || err_set(err, ERR_IO, "%s", ""); // out_end says why
}

static bool run(struct cli *cli, struct err *err)
{
    struct data *data;
    uint64_t messages;
    if (!operands_are(cli, 0, 0, "no operands", err) || !folder_open(cli, DATA_READ, &data, err))
        return false;
    return data_export(data, put, &cli->out, &messages, err);
}

const struct command COMMAND_EXPORT = {
        .name = "export",
        .summary = "Prints the log as messages, a line each",
        .synopsis = "--data DIR",
        .about = "What replay sees: undone imports and ended joins are left out. Replayed as files, it gives "
                 "the same standings.",
        .options = (const struct option[]){OPTION_DATA, OPTION_END},
        .run = run,
};
