// A data folder: the database (sluice.db, or where to find it on a PostgreSQL server), the column cache
// beside it (events.cache) and a lock for its one writer (lock). Any number of processes may read while one
// writes. One owner, one thread.
#ifndef SLUICE_APP_DATA_H
#define SLUICE_APP_DATA_H

#include "base/buf.h"
#include "base/progress.h"
#include "replay/columns.h"
#include "store/store.h"

struct data;
struct log;

#define DATA_DATABASE "sluice.db"
#define DATA_URL "database" // instead of it: the URL of a PostgreSQL database
#define DATA_CACHE "events.cache"
#define DATA_LOCK "lock"

// Makes the folder (mode 0700; it may be there, empty) with an empty store. model: text of the first model,
// which becomes version 1 and active; STR_NONE for none. ERR_CONFLICT if the folder is not empty. now:
// seconds since 1970.
bool data_init(const char *folder, struct str model, const char *model_name, int64_t now, struct err *err);
// The same with the store in a PostgreSQL database (url: postgres://…), which must have no Sluice in it yet;
// the folder keeps the URL (mode 0600) and everything that is no table. url NULL: as data_init.
bool data_init_at(const char *folder, const char *url, struct str model, const char *model_name, int64_t now,
        struct err *err);

enum data_mode {
    DATA_READ,
    DATA_WRITE, // ERR_BUSY, naming the process, if another one writes
    // Short writes beside the process that holds the writer's lock: tables whose owners keep nothing of them
    // in memory that could become wrong (users, keys). Never the log; data_writable() is false.
    DATA_BESIDE,
};

// ERR_NOT_FOUND: no data folder; ERR_CORRUPT: its database is damaged; ERR_CONFLICT: of a newer Sluice.
bool data_open(const char *folder, enum data_mode mode, struct data **ret, struct err *err);
void data_close(struct data *data); // NULL is fine
// The same with a store that wrap makes of the folder's own (tests: an engine that fails).
bool data_open_with(const char *folder, enum data_mode mode,
        struct store *(*wrap)(void *ctx, struct store *inner), void *ctx, struct data **ret, struct err *err);

// Histories of everything with time <= at (INT64_MAX: of everything), joins included. Served from the cache
// file where it is true; brought up to date or built anew where it is not, which is never an error. Valid
// until the next call of data_columns or data_close; events written meanwhile appear at the next call. Events
// later than `at` may be in it: evaluators stop at their own `at`.
bool data_columns(struct data *data, int64_t at, const struct columns **ret, struct err *err);
// Gives the memory that mirrors the cache file back to the system until somebody reads it again: for
// processes that stay. Columns stay valid; any thread.
void data_rest(struct data *data);
// The contact (index into the columns of the last data_columns) that a userId or anonymousId belongs to, or
// NO_INDEX.
uint32_t data_contact(struct data *data, struct str id);
// The columns of the cache file as they are, though rows came behind it (data_identifiers says how far it
// goes), for whoever adds those: at once, where data_columns would have to read and merge. *ret untouched:
// there is no such file, or too much came behind it.
bool data_columns_stored(struct data *data, const struct columns **ret, struct err *err);
// Whose every identifier is in the columns of the last data_columns, which must have been of everything.
// Valid as long as they are. false: they are of a moment in the past.
struct identifiers {
    uint32_t n;             // highest number of an identifier + 1
    const uint32_t *member; // [n] contact (index into the columns) or NO_INDEX
    const uint8_t *role;    // [n] enum id_role (replay/cache.h), or-ed
    int64_t last;           // the row up to which the columns go
    uint64_t epoch;         // of the log (event/log.h)
    bool aliases;           // some row is an alias or ends one
};
bool data_identifiers(struct data *data, struct identifiers *ret);
// What evidence calls the event at a log position: its messageId, or event:ID. data: struct data *.
void data_event_name(const void *data, uint32_t log, struct buf *out);

// The active model: text and name (the file it came from) live in arena. ERR_NOT_FOUND if there is none.
struct data_model {
    struct str text, name;
    int64_t version, added; // added: seconds since 1970
};
bool data_model_active(struct data *data, struct arena *arena, struct data_model *ret, struct err *err);
// Adds a model as the next version and makes it the active one. Needs DATA_WRITE.
bool data_model_add(struct data *data, struct str text, const char *name, int64_t now, int64_t *ret_version,
        struct err *err);

// Messages as replay sees them, a line each: what undone imports brought and ended aliases are left out.
// Replayed as files they give the same standings.
bool data_export(struct data *data, bool (*write)(void *ctx, struct str text, struct err *err), void *ctx,
        uint64_t *ret_messages, struct err *err);

// Drops everything derived and builds it anew from the log. progress may be NULL.
bool data_rebuild(struct data *data, uint64_t *ret_events, struct err *err);

// One file with everything, as of now, while others may write; checked before it gets its name. ERR_CONFLICT
// if the file is there.
bool data_backup(struct data *data, const char *file, struct progress *progress, struct err *err);
// A folder from a backup. A folder that has a database needs force; nobody may be writing it.
bool data_restore(const char *file, const char *folder, bool force, struct err *err);

// Copies the store to a PostgreSQL database (url), or from there into a file of the folder (url NULL),
// compares both, and makes the folder mean the new one. Resumable; nobody may be writing. ret_rows: copied by
// this call.
bool data_move(
        const char *folder, const char *url, struct progress *progress, uint64_t *ret_rows, struct err *err);

// Looks the folder over and says what is wrong and what to do, a finding a call. false in *ret_healthy if
// something is.
enum finding { FINDING_GOOD, FINDING_NOTE, FINDING_WRONG };
bool data_doctor(const char *folder, void (*report)(void *ctx, enum finding finding, const char *text),
        void *ctx, bool *ret_healthy, struct err *err);

// For the slices of src/app. data_prepare_log: once before the first append, gives the log its messageIds.
struct store *data_store(struct data *data);
struct log *data_log(struct data *data);
bool data_writable(const struct data *data);
bool data_prepare_log(struct data *data, struct err *err);
// A process that stays appends more and more messageIds to what memory holds. Once they are many and there is
// a newer cache file that knows them, the log looks them up there. Not inside a transaction. On failure
// nothing is known: data_prepare_log again.
bool data_relieve_log(struct data *data, uint64_t many, struct err *err);

#endif
