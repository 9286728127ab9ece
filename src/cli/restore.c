#include "cli/folder.h"

static bool run(struct cli *cli, struct err *err)
{
    const char *folder;
    return operands_are(cli, 1, 1, "one backup file", err) && folder_named(cli, &folder, err) &&
           data_restore(cli->args.operands[0], folder, args_flag(&cli->args, "force"), err);
}

const struct command COMMAND_RESTORE = {
        .name = "restore",
        .summary = "Makes a data folder from a backup",
        .synopsis = "FILE --data DIR [--force]",
        .options =
                (const struct option[]){
                        OPTION_DATA,
                        {"force", NULL, "replace the data that is in the folder", false},
                        OPTION_END,
                },
        .run = run,
};
