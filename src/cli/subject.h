// What a command works on: models read and checked, and the history they are replayed over.
#ifndef SLUICE_CLI_SUBJECT_H
#define SLUICE_CLI_SUBJECT_H

#include "cli/command.h"
#include "replay/history.h"
#include "replay/replay.h"
#include "rules/model.h"

enum { MODEL_BYTES_MAX = 4 << 20 }; // of a model's text

struct model_file {
    const char *path;
    struct str text;
    const struct program *program;
    struct str title; // or the path of an untitled one
};

// The text of a model file ("-": standard input; gzip and zstd are fine too), in the arena.
bool model_text(struct cli *cli, const char *path, struct str *ret, struct err *err);
// Reads and compiles; errors and warnings go to standard error.
bool model_load(struct cli *cli, const char *path, struct model_file *ret, struct err *err);
// The same for several, at least one.
bool models_load(
        struct cli *cli, const char *const *paths, unsigned n, struct model_file **ret, struct err *err);

struct subject {
    const struct columns *columns;
    int64_t at;
    // What evidence calls an event: for explain and transitions.
    void (*event_name)(const void *ctx, uint32_t log, struct buf *out);
    const void *event_ctx;
    struct history *history; // the files form
};

// The files form: reads EVENTS files, reports bad lines and a summary on standard error, and warns of names
// that neither the catalogue nor this history knows. The subject is freed with the cli's arena.
bool subject_from_files(
        struct cli *cli, const char *const *paths, unsigned n, struct subject *ret, struct err *err);
// Warnings that need both: event names of the model that are nowhere, stages that assignments name and the
// model lacks.
void subject_warn(struct cli *cli, const struct subject *subject, const struct model_file *model);
// The contact that an identifier names; an error says which name is near.
bool subject_contact(
        struct cli *cli, const struct subject *subject, const char *id, uint32_t *ret, struct err *err);

// --threads and --engine.
struct engine {
    unsigned threads;
    void (*run)(const struct program *program, const struct columns *columns,
            const struct replay_options *options, struct replay_result *ret);
};

bool engine_choose(const struct cli *cli, struct engine *ret, struct err *err);

// Contacts in the order of every output: bytes of their names. In the arena.
const uint32_t *contacts_by_name(struct cli *cli, const struct columns *columns);
// "2026-03-01T10:00:00Z" of seconds from columns.epoch.
void put_time(struct buf *buf, const struct columns *columns, uint32_t time);
struct str stage_name(const struct program *program, uint32_t stage); // "none" for NO_INDEX
struct str stage_label(const struct program *program, uint32_t stage);

#endif
