#include "cli/folder.h"

static bool run(struct cli *cli, struct err *err)
{
    struct data *data;
    if (!operands_are(cli, 1, 1, "one file to write", err) || !folder_open(cli, DATA_READ, &data, err))
        return false;
    struct progress progress = progress_start("backup", "pages", 0);
    bool fine = data_backup(data, cli->args.operands[0], &progress, err);
    progress_end(&progress);
    return fine;
}

const struct command COMMAND_BACKUP = {
        .name = "backup",
        .summary = "Writes the database into one file, while others may write",
        .synopsis = "FILE --data DIR",
        .about = "FILE must not be there yet. It gets its name when it is complete and checked. "
                 "The folders assets and imports\nare not in it.",
        .options = (const struct option[]){OPTION_DATA, OPTION_END},
        .run = run,
};
