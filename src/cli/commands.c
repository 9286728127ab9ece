// The table of commands: a new one is a file with a descriptor, and its line here, in the order of --help.
#include "cli/command.h"

extern const struct command COMMAND_BACKTEST, COMMAND_COMPARE, COMMAND_EXPLAIN, COMMAND_HELP,
        COMMAND_MODEL_CHECK, COMMAND_MODEL_FORMAT, COMMAND_REPLAY, COMMAND_VERSION;

const struct command *const COMMANDS[] = {
        &COMMAND_MODEL_CHECK,
        &COMMAND_MODEL_FORMAT,
        &COMMAND_REPLAY,
        &COMMAND_EXPLAIN,
        &COMMAND_COMPARE,
        &COMMAND_BACKTEST,
        &COMMAND_VERSION,
        &COMMAND_HELP,
        NULL,
};
