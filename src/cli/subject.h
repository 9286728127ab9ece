// What a command works on: models and the history they are replayed over, in the files form (files of events)
// or, with --data DIR, in the data form. The environment never switches the form.
#ifndef SLUICE_CLI_SUBJECT_H
#define SLUICE_CLI_SUBJECT_H

#include "app/data.h"
#include "cli/models.h"
#include "replay/history.h"
#include "replay/replay.h"

struct subject {
    struct data *data;       // the data form, else NULL
    struct history *history; // the files form, once it is read
    int64_t at;              // seconds since 1970
    const struct columns *columns;
    // What evidence calls an event: for explain and transitions.
    void (*event_name)(const void *ctx, uint32_t log, struct buf *out);
    const void *event_ctx;
};

// Options that whatever reads a subject has; and what runs an evaluator.
#define OPTIONS_SUBJECT                                                                       \
    OPTION_AT, {"data", "DIR", "work on this data folder instead of files of events", false}, \
            {"model", "FILE", "with --data: this model instead of the active one", false}, OPTION_STRICT
#define OPTIONS_ENGINE OPTION_THREADS, OPTION_ENGINE

// Looks at --data and --at, opens the data folder. Everything of the subject is freed with the cli's arena.
// data_only: the command has no files form, so $SLUICE_DATA may name the folder.
bool subject_begin(struct cli *cli, bool data_only, struct subject *ret, struct err *err);
// The models named; in the data form, if none is named, that of --model or the active one. `active_too`: a
// single one is compared with the active one, which then comes first.
bool subject_models(struct cli *cli, struct subject *subject, const char *const *paths, unsigned n,
        bool active_too, struct model_file **ret, unsigned *ret_n, struct err *err);
// The model gets a condition, as program.filter; messages name the place in the condition.
bool subject_filter(struct cli *cli, struct model_file *model, const char *expr, struct err *err);
// For MODEL… -- EVENTS…: how many of the operands are models.
bool subject_operands(struct cli *cli, const struct subject *subject, unsigned *ret_models, struct err *err);
// Reads the files of events, with bad lines and a summary on standard error, or opens the data folder's
// history; paths must be none in the data form.
bool subject_history(
        struct cli *cli, struct subject *subject, const char *const *paths, unsigned n, struct err *err);
// Warnings that need both: event names of the model that are nowhere, stages that assignments name and the
// model lacks.
void subject_warn(struct cli *cli, const struct subject *subject, const struct model_file *model);
// On standard error, if no event of the history or the catalogue has this name.
void subject_warn_outcome(struct cli *cli, const struct subject *subject, struct str name);
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
void put_when(struct buf *buf, const struct columns *columns, uint32_t time);

#endif
