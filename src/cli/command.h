// A command of the command line: one descriptor and one handler a file, one line in commands.c.
#ifndef SLUICE_CLI_COMMAND_H
#define SLUICE_CLI_COMMAND_H

#include "base/arena.h"
#include "cli/options.h"
#include "cli/out.h"

// One run of the program. Owned by main; everything a handler allocates from the arena lives as long.
struct cli {
    struct arena *arena;
    struct out out;   // standard output: the result and nothing else
    struct args args; // what was written behind the command
    const struct command *command;
};

struct command {
    const char *name;             // "replay"; two words for a command of a group: "model check"
    const char *summary;          // one line of `sluice --help`, no full stop
    const char *synopsis;         // what stands behind the name, a line a form: "MODEL EVENTS… --at TIME"
    const char *about;            // paragraphs for --help, or NULL
    const struct option *options; // its own, ending with a name of NULL; or NULL. --help is everybody's
    bool separator;               // `--` separates two lists of operands, options may stand behind it
    bool hidden;                  // not in the list of commands
    // Prints its result to cli->out. false: err says what is wrong; an empty message means that the person
    // has been told already.
    bool (*run)(struct cli *cli, struct err *err);
};

// The table, in the order of `sluice --help`; NULL behind the last.
extern const struct command *const COMMANDS[];

// The command that argv (behind the program's name) names, and by how many words.
bool command_find(char *const *argv, int argc, const struct command **ret, int *ret_words, struct err *err);

void help_program(struct buf *out);
void help_command(const struct command *command, struct buf *out);

#endif
