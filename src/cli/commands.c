// The table of commands: a new one is a file with a descriptor, and its line here, in the order of --help.
#include "cli/command.h"

extern const struct command COMMAND_BACKTEST, COMMAND_BACKUP, COMMAND_COMPARE, COMMAND_CONTACTS, COMMAND_DEMO,
        COMMAND_DOCTOR, COMMAND_EXPLAIN, COMMAND_EXPORT, COMMAND_HELP, COMMAND_IMPORT, COMMAND_INIT,
        COMMAND_MODEL_CHECK, COMMAND_MODEL_FORMAT, COMMAND_REBUILD, COMMAND_REPLAY, COMMAND_RESTORE,
        COMMAND_TEST_CSV, COMMAND_VERSION;

const struct command *const COMMANDS[] = {
        &COMMAND_MODEL_CHECK,
        &COMMAND_MODEL_FORMAT,
        &COMMAND_REPLAY,
        &COMMAND_EXPLAIN,
        &COMMAND_COMPARE,
        &COMMAND_BACKTEST,
        &COMMAND_DEMO,
        &COMMAND_INIT,
        &COMMAND_IMPORT,
        &COMMAND_CONTACTS,
        &COMMAND_EXPORT,
        &COMMAND_REBUILD,
        &COMMAND_BACKUP,
        &COMMAND_RESTORE,
        &COMMAND_DOCTOR,
        &COMMAND_VERSION,
        &COMMAND_HELP,
        &COMMAND_TEST_CSV,
        NULL,
};
