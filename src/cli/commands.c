// The table of commands: a new one is a file with a descriptor, and its line here, in the order of --help.
#include "cli/command.h"

extern const struct command COMMAND_BACKTEST;
extern const struct command COMMAND_BACKUP;
extern const struct command COMMAND_COMPARE;
extern const struct command COMMAND_CONTACTS;
extern const struct command COMMAND_DEMO;
extern const struct command COMMAND_DOCTOR;
extern const struct command COMMAND_EXPLAIN;
extern const struct command COMMAND_EXPORT;
extern const struct command COMMAND_HELP;
extern const struct command COMMAND_IMPORT;
extern const struct command COMMAND_INIT;
extern const struct command COMMAND_KEY_CREATE;
extern const struct command COMMAND_KEY_LIST;
extern const struct command COMMAND_KEY_REVOKE;
extern const struct command COMMAND_MODEL_CHECK;
extern const struct command COMMAND_MODEL_FORMAT;
extern const struct command COMMAND_REBUILD;
extern const struct command COMMAND_REPLAY;
extern const struct command COMMAND_RESTORE;
extern const struct command COMMAND_SERVE;
extern const struct command COMMAND_TEST_ADDRESS;
extern const struct command COMMAND_TEST_AGENT;
extern const struct command COMMAND_TEST_CSV;
extern const struct command COMMAND_TEST_REFERRER;
extern const struct command COMMAND_USER_ADD;
extern const struct command COMMAND_USER_LIST;
extern const struct command COMMAND_USER_RESET;
extern const struct command COMMAND_VERSION;

const struct command *const COMMANDS[] = {
        &COMMAND_MODEL_CHECK,
        &COMMAND_MODEL_FORMAT,
        &COMMAND_REPLAY,
        &COMMAND_EXPLAIN,
        &COMMAND_COMPARE,
        &COMMAND_BACKTEST,
        &COMMAND_DEMO,
        &COMMAND_INIT,
        &COMMAND_SERVE,
        &COMMAND_USER_ADD,
        &COMMAND_KEY_CREATE,
        &COMMAND_USER_LIST,
        &COMMAND_USER_RESET,
        &COMMAND_KEY_LIST,
        &COMMAND_KEY_REVOKE,
        &COMMAND_IMPORT,
        &COMMAND_CONTACTS,
        &COMMAND_EXPORT,
        &COMMAND_REBUILD,
        &COMMAND_BACKUP,
        &COMMAND_RESTORE,
        &COMMAND_DOCTOR,
        &COMMAND_VERSION,
        &COMMAND_HELP,
        &COMMAND_TEST_ADDRESS,
        &COMMAND_TEST_AGENT,
        &COMMAND_TEST_CSV,
        &COMMAND_TEST_REFERRER,
        NULL,
};
