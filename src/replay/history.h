// Files of messages to columns: the files form of the commands. Bad lines are counted, reported and skipped.
#ifndef SLUICE_REPLAY_HISTORY_H
#define SLUICE_REPLAY_HISTORY_H

#include "replay/build.h"
#include "replay/ids.h"

struct history {
    struct columns *columns;
    // lines: all; the rest share them out, but for the blank ones. aliases: unalias counted too; copies:
    // second messages of a messageId, ignored.
    uint64_t lines, events, aliases, copies, bad;
    struct builder *builder;
    struct id_table *message_ids; // by position in the log, for evidence
};

struct history_options {
    int64_t at;
    bool strict; // stop at the first bad line
    // Called for every bad line: file, line in that file, reason.
    void (*bad_line)(void *ctx, const char *file, uint64_t line, const char *reason);
    // Called every few thousand lines, or NULL: lines so far, bytes read of this file and its size (0:
    // unknown).
    void (*progress)(void *ctx, uint64_t lines, uint64_t consumed, uint64_t size);
    void *ctx;
};

// Positions in the log are line numbers from 1 that run on over the files, bad and blank lines counted.
// Errors: a file that cannot be read, a bad line under `strict` (file:line: reason), builder_finish()'s.
bool history_read(const char *const *paths, unsigned n_paths, const struct history_options *options,
        struct history **ret, struct err *err);
void history_free(struct history *h); // NULL is fine
// What evidence calls the event at a log position: its messageId, or line:N.
void history_event_name(const void *h, uint32_t log, struct buf *out);

#endif
