// Imports: messages of files into the log, a run at a time, with counts, rejects and undo. NDJSON files are
// read here; other formats (CSV) make messages and hand them to the same run.
//
// A run is one row of the table `import`; it commits every few thousand messages. A run that was killed has
// left the committed part: importing the same files again skips it, by messageId and, for messages without
// one, by the content's hash with the number of the last committed line.
#ifndef SLUICE_APP_IMPORT_IMPORT_H
#define SLUICE_APP_IMPORT_IMPORT_H

#include "app/data.h"
#include "replay/message.h"

extern const struct migration IMPORT_MIGRATION;

struct import_counts {
    uint64_t lines;    // read, blank ones included
    uint64_t events;   // appended (in a dry run: would be)
    uint64_t aliases;  // likewise, unaliases counted
    uint64_t copies;   // messageId already in the log
    uint64_t skipped;  // lines that an earlier run of the same content had committed
    uint64_t bad;      // rejected
    uint64_t contacts; // identifiers seen for the first time
};

struct import_options {
    bool dry_run;        // counts; writes nothing but the rejects
    int64_t now;         // seconds since 1970
    const char *rejects; // file for bad lines, made at the first one; NULL: none
    // Called now and then; consumed and size in bytes of all files (size 0 if unknown). false stops the run
    // after what is committed. May be NULL.
    bool (*progress)(void *ctx, const struct import_counts *counts, uint64_t consumed, uint64_t size);
    // Called for every bad line. May be NULL.
    void (*bad_line)(void *ctx, const char *file, uint64_t line, const char *reason);
    void *ctx;
    // Where others write the same data too (a server): called with true before the run touches what is the
    // writer's, with false after each of its transactions. NULL: nobody else does.
    void (*turn)(void *turn_ctx, bool mine);
    void *turn_ctx;
    struct data *reader; // for reading histories, with `turn`; NULL: data itself
};

// Imports NDJSON files ("-" is standard input; gzip and zstd are recognised). data needs DATA_WRITE (a dry
// run does not). ret_import: the run's number, 0 for a dry run. On failure what was committed stays.
bool import_ndjson(struct data *data, const char *const *paths, unsigned n_paths,
        const struct import_options *options, struct import_counts *ret, int64_t *ret_import,
        struct err *err);

// Hides everything that a run brought. ERR_NOT_FOUND, or ERR_CONFLICT if it is undone already.
bool import_undo(struct data *data, int64_t import, int64_t now, struct import_counts *ret, struct err *err);

struct import_row {
    int64_t id, started, finished; // seconds since 1970; finished 0: it was broken off
    struct str files;              // names, joined by ", "
    struct import_counts counts;   // of what was committed
    bool undone;
};
// The runs, oldest first.
bool import_list(struct data *data, void (*visit)(void *ctx, const struct import_row *row), void *ctx,
        struct err *err);

// The run itself, for formats.
struct import_run;

bool import_begin(
        struct data *data, const struct import_options *options, struct import_run **ret, struct err *err);
// The next file. key: a hash of its bytes and of everything else that the messages depend on (mapping), 0 if
// it cannot be read twice. ret_skip: so many of its first lines are in the log; do not hand them in again.
bool import_source(
        struct import_run *run, const char *name, uint64_t key, uint64_t *ret_skip, struct err *err);
// The next line (or record) of the file begins, blank and bad ones included; line counts from 1 and ascends.
// *ret_take false: an earlier run has committed it, pass it over. A transaction only ends here, so that what
// one line brings is committed together.
bool import_line(struct import_run *run, uint64_t line, bool *ret_take, struct err *err);
// A message of the line; a line may have several.
bool import_message(struct import_run *run, const struct message *m, struct err *err);
// The line is bad: counted, reported, written to the rejects file (JSON: file, line, reason, text).
void import_reject(struct import_run *run, struct str text, const char *reason);
// Reports progress, now and then; false: the caller should end the run.
// consumed, size: bytes of all files.
bool import_progress(struct import_run *run, uint64_t consumed, uint64_t size);
// Commits the rest and ends the run.
bool import_end(struct import_run *run, struct import_counts *ret, int64_t *ret_import, struct err *err);
// After a failure: gives up what is not committed. NULL is fine.
void import_abandon(struct import_run *run);

// Hash of a file's bytes for `key`, never 0; 0 with true for "-" and what is no regular file.
bool import_file_key(const char *path, uint64_t *ret, struct err *err);
// Bytes of all files, for import_progress; 0 if one is unknown.
uint64_t import_size(const char *const *paths, unsigned n);

#endif
