#include "app/data.h"
#include "app/database.h"
#include "cli/folder.h"
#include "cli/table.h"

static bool run(struct cli *cli, struct err *err)
{
    const char *to = args_value(&cli->args, "to"), *folder;
    uint64_t rows;
    if (!operands_are(cli, 0, 0, "no operands", err) || !folder_named(cli, &folder, err))
        return false;
    bool file = to && strcmp(to, "sqlite") == 0;
    if (!to || (!file && !postgres_is_url(str_of(to))))
        return err_set(err, ERR_USAGE, "--to: expected postgres://… or sqlite");
    struct progress progress = progress_start("moving", "rows", 0);
    bool ok = data_move(folder, file ? NULL : to, &progress, &rows, err);
    progress_end(&progress);
    if (!ok)
        return false;
    put_count(&cli->out.buf, rows);
    buf_printf(&cli->out.buf, " rows moved and compared; what was there before stays as %s\n",
            file ? DATA_URL ".moved" : DATA_DATABASE ".moved");
    return true;
}

const struct command COMMAND_MOVE = {
        .name = "move",
        .summary = "Moves a data folder's store to PostgreSQL, or back into the folder",
        .synopsis = "--to postgres://… --data DIR\n--to sqlite --data DIR",
        .about = "Every row is copied, counted and summed on both sides; only then the folder is switched "
                 "over. "
                 "Broken off, it\ngoes on where it stopped. Nobody may be writing meanwhile.",
        .options =
                (const struct option[]){
                        OPTION_DATA,
                        {"to", "URL", "a PostgreSQL database (sorted by bytes: LOCALE 'C'), or: sqlite",
                                false},
                        OPTION_END,
                },
        .run = run,
};
