#include "cli/folder.h"
#include "cli/models.h"

#include <time.h>

static bool run(struct cli *cli, struct err *err)
{
    const char *path = args_value(&cli->args, "model"), *folder;
    struct model_file model;
    if (!operands_are(cli, 0, 0, "no operands", err) || !folder_named(cli, &folder, err))
        return false;
    if (path ? !model_load(cli, path, &model, err)
             : !model_compiled(cli, "default.model", model_default(), &model, err))
        return false;
    return data_init_at(
            folder, args_value(&cli->args, "database"), model.text, model.path, (int64_t)time(NULL), err);
}

const struct command COMMAND_INIT = {
        .name = "init",
        .summary = "Makes a data folder with a first model",
        .synopsis = "--data DIR [--model FILE] [--database URL]",
        .about = "The folder must be empty or not there. Without --model, Sluice's recommended model becomes "
                 "the active one.",
        .options =
                (const struct option[]){
                        OPTION_DATA,
                        {"model", "FILE", "the model to begin with", false},
                        {"database", "URL", "keep the data in this PostgreSQL database instead of a file",
                                false},
                        OPTION_END,
                },
        .run = run,
};
