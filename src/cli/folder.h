// The data folder of commands that work on nothing else.
#ifndef SLUICE_CLI_FOLDER_H
#define SLUICE_CLI_FOLDER_H

#include "app/data.h"
#include "base/progress.h"
#include "cli/command.h"

#define OPTION_DATA                                                     \
    {                                                                   \
        "data", "DIR", "the data folder (default: $SLUICE_DATA)", false \
    }

// --data, else the environment's SLUICE_DATA.
bool folder_named(const struct cli *cli, const char **ret, struct err *err);
// Opens it; closed with the cli's arena.
bool folder_open(struct cli *cli, enum data_mode mode, struct data **ret, struct err *err);
// So many operands and not others; what: what they are ("one file").
bool operands_are(const struct cli *cli, unsigned min, unsigned max, const char *what, struct err *err);

#endif
