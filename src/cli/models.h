// Models as commands take them: read from a file or the data folder, checked, their messages printed.
#ifndef SLUICE_CLI_MODELS_H
#define SLUICE_CLI_MODELS_H

#include "cli/command.h"
#include "rules/model.h"

enum { MODEL_BYTES_MAX = 4 << 20 }; // of a model's text

struct model_file {
    const char *path; // or what the data folder calls it
    struct str text;
    const struct program *program;
    struct str title; // or the path of an untitled one
};

// The text of a model file ("-": standard input; gzip and zstd are fine too), in the arena.
bool model_text(struct cli *cli, const char *path, struct str *ret, struct err *err);
// Compiles; errors and warnings go to standard error. path and text must live as long as the cli.
bool model_compiled(
        struct cli *cli, const char *path, struct str text, struct model_file *ret, struct err *err);
bool model_load(struct cli *cli, const char *path, struct model_file *ret, struct err *err);
// Prints diagnostics as a compiler does.
void print_diagnostics(const struct diagnostics *d, struct str path);

// models/default.model, which is built into the program.
struct str model_default(void);

struct str stage_name(const struct program *program, uint32_t stage); // "none" for NO_INDEX
struct str stage_label(const struct program *program, uint32_t stage);

#endif
