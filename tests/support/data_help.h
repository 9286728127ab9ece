// For tests of the store and of what stands on it: folders that go away, random messages, columns as text.
#ifndef SLUICE_TESTS_DATA_HELP_H
#define SLUICE_TESTS_DATA_HELP_H

#include "app/data.h"
#include "app/import/import.h"
#include "base/rng.h"

enum { NOW = 1700000000 };

// A new folder; text lives until the next call. help_remove takes everything in it away, too.
struct str help_folder(void);
void help_remove(const char *folder);
// folder/name, NUL-terminated, in arena.
const char *help_path(struct arena *arena, const char *folder, const char *name);
void help_write(const char *path, struct str text);
struct str help_read(struct arena *arena, const char *path);

// n random messages as NDJSON, among few people, so that all that identities can do happens: several ids of
// one person, shared browsers, aliases and their ends, copies, late messages, bad and blank lines, odd
// messageIds, messages without one (only if `all_keyed` is false).
void help_messages(struct rng *rng, unsigned n, bool all_keyed, struct buf *out);
// The same among `people` with none of the aliases, and no id that is both a userId and an anonymousId.
void help_plain_messages(struct rng *rng, unsigned n, unsigned people, struct buf *out);

// Everything that columns say of every contact, by name: independent of how they number things and, if
// `log` is false, of positions in the log.
void help_columns(const struct columns *c, bool log, struct buf *out);
// The same without what is later than `until` (seconds since 1970).
void help_columns_until(const struct columns *c, int64_t until, struct buf *out);

// Opens, stops the test with the message on an error.
struct data *help_open(const char *folder, enum data_mode mode);
void help_init(const char *folder);
// The same with a model; name: of its file.
void help_init_with(const char *folder, struct str model, const char *name, int64_t now);
struct import_counts help_import(const char *folder, const char *file);
struct str help_export(struct arena *arena, struct data *data);
// Columns of the store at a moment, as text.
void help_data_columns(struct data *data, int64_t at, struct buf *out);
// The same of a file of messages.
void help_file_columns(const char *file, int64_t at, struct buf *out);

#endif
