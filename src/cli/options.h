// Long options in the GNU style: --name VALUE, --name=VALUE, --flag, anywhere among the operands.
#ifndef SLUICE_CLI_OPTIONS_H
#define SLUICE_CLI_OPTIONS_H

#include "base/arena.h"
#include "base/err.h"

struct command;

struct option {
    const char *name;  // without the dashes
    const char *value; // what --help calls its value ("TIME"); NULL: a flag
    const char *help;
    bool hidden;
};

// Options that several commands have, always with the same meaning.
#define OPTION_AT                                                                              \
    {                                                                                          \
        "at", "TIME", "the moment to look at, as in 2026-03-01 or 2026-03-01T10:00:00Z", false \
    }
#define OPTION_JSON                       \
    {                                     \
        "json", NULL, "print JSON", false \
    }
#define OPTION_CSV                      \
    {                                   \
        "csv", NULL, "print CSV", false \
    }
#define OPTION_STRICT                                       \
    {                                                       \
        "strict", NULL, "stop at the first bad line", false \
    }
#define OPTION_THREADS                                                           \
    {                                                                            \
        "threads", "N", "threads to work with (default: one a processor)", false \
    }
#define OPTION_ENGINE                                                         \
    {                                                                         \
        "engine", "NAME", "block or reference: which evaluator answers", true \
    }
#define OPTION_END              \
    {                           \
        NULL, NULL, NULL, false \
    }

enum { OPTIONS_MAX = 24 }; // of one command

struct args {
    const struct option *options;
    const char
            *given[OPTIONS_MAX]; // value of options[i]; "" for a flag; NULL: not given; the last one counts
    const char **operands;       // argv's, in order
    unsigned n;
    unsigned split; // operands before the separating `--`; n if there is none
    bool separated; // there was one
    bool help;      // --help or -h was among them
};

bool args_parse(struct arena *arena, const struct command *command, int argc, char *const *argv,
        struct args *ret, struct err *err);

// The value given, or NULL. name must be one of the command's options.
const char *args_value(const struct args *args, const char *name);
bool args_flag(const struct args *args, const char *name);
// A whole number between min and max, or the default if the option was not given.
bool args_number(const struct args *args, const char *name, uint64_t min, uint64_t max, uint64_t otherwise,
        uint64_t *ret, struct err *err);
// A moment; false with an error too if it was not given.
bool args_time(const struct args *args, const char *name, int64_t *ret, struct err *err);

enum form { FORM_TABLE, FORM_JSON, FORM_CSV };

// --json or --csv, not both.
bool args_form(const struct args *args, enum form *ret, struct err *err);

// "did you mean": the name nearest to `word` among those offered so far. `struct nearest n = {.word = w};`
struct nearest {
    struct str word, best;
    unsigned distance;
};

void nearest_offer(struct nearest *nearest, struct str name);
// "; did you mean X?" or "", in the arena.
const char *nearest_hint(const struct nearest *nearest, struct arena *arena);

#endif
