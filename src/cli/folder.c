#include "cli/folder.h"

#include <stdlib.h>

bool folder_named(const struct cli *cli, const char **ret, struct err *err)
{
    const char *folder = args_value(&cli->args, "data");
    if (!folder)
        folder = getenv("SLUICE_DATA");
    if (!folder || !*folder)
        return err_set(err, ERR_USAGE, "--data DIR is missing");
    *ret = folder;
    return true;
}

static void close_data(void *data)
{
    data_close(data);
}

bool folder_open(struct cli *cli, enum data_mode mode, struct data **ret, struct err *err)
{
    const char *folder;
    if (!folder_named(cli, &folder, err) || !data_open(folder, mode, ret, err))
        return false;
    arena_defer(cli->arena, close_data, *ret);
    return true;
}

bool operands_are(const struct cli *cli, unsigned min, unsigned max, const char *what, struct err *err)
{
    if (cli->args.n >= min && cli->args.n <= max)
        return true;
    return err_set(err, ERR_USAGE, "it takes %s", what);
}
