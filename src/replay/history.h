// Files of messages to columns: the files form of the commands. Bad lines are counted, reported and skipped.
#ifndef SLUICE_REPLAY_HISTORY_H
#define SLUICE_REPLAY_HISTORY_H

#include "replay/build.h"

struct history {
    struct columns *columns;
    uint64_t lines, events, aliases, copies, bad; // copies: second messages of a messageId, ignored
    struct builder *builder;
    struct map *message_ids; // for evidence
    void *private;
};

struct history_options {
    int64_t at;
    bool strict; // stop at the first bad line
    // Called for every bad line: file, line in that file, reason.
    void (*bad_line)(void *ctx, const char *file, uint64_t line, const char *reason);
    void *ctx;
};

bool history_read(const char *const *paths, unsigned n_paths, const struct history_options *options,
        struct history **ret, struct err *err);
void history_free(struct history *h);
// What evidence calls the event at a log position: its messageId, or line:N.
void history_event_name(const void *h, uint32_t log, struct buf *out);

#endif
