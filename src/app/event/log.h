// The log: append-only, the only truth. Rows are events, aliases and unaliases in order of arrival; their ids
// are the positions in the log. Nothing is ever deleted in it, and only an erasure changes rows: an undone
// import's rows are hidden by a record of their own and their messageIds are free again.
//
// One owner, one thread; appending needs the folder's writer lock (data.h).
#ifndef SLUICE_APP_EVENT_LOG_H
#define SLUICE_APP_EVENT_LOG_H

#include "base/buf.h"
#include "replay/message.h"
#include "store/store.h"

struct log;

extern const struct migration LOG_MIGRATION;

// What the cache file knows of messageIds of old rows, for log_dedupe_base: hashes ascending, with their
// rows.
struct message_keys {
    uint64_t n;
    const uint64_t *hash; // [n] hash64 of the stored messageId
    const uint32_t *row;  // [n]
};

bool log_new(struct store *store, struct log **ret, struct err *err);
void log_free(struct log *log); // NULL is fine

// Where the log stands. hash: of the row `last`, so that a log that was replaced is recognised.
struct log_position {
    int64_t last;   // id of the last row, 0 for none
    uint64_t epoch; // counts the rewrites of old rows (erasure)
    uint64_t hash;
};
bool log_position(struct log *log, struct log_position *ret, struct err *err);
// The hash of a row, 0 if there is none.
bool log_row_hash(struct log *log, int64_t row, uint64_t *ret, struct err *err);

// Call before the first append, and again when there is a newer base: rows up to `last` are looked up in base
// (which must live until the next call, or the log's end), those behind it are read into memory. base may be
// NULL with last 0.
bool log_dedupe_base(struct log *log, const struct message_keys *base, int64_t last, struct err *err);

// Appends happen in a transaction; what a failed or rolled back one did is forgotten in memory, too.
bool log_begin(struct log *log, struct err *err);
bool log_commit(struct log *log, struct err *err);
void log_rollback(struct log *log);
// In bulk, new identifiers are only indexed by the ten thousands, and the rest by the first commit that is
// not: each for itself would change a page of the index, in a large store nearly each another one.
void log_bulk(struct log *log, bool bulk);

// Whether a message that comes from outside may be appended: its type of events is known, or there are fewer
// than 60,000, for the last ones are our own. ERR_LIMIT.
bool log_admits(struct log *log, const struct message *m, struct err *err);

enum log_outcome { LOG_EVENT, LOG_ALIAS, LOG_UNALIAS, LOG_COPY /* the messageId is in the log */ };

// import: the import run that brought the message, 0 for none. Returns false only if the store failed or a
// limit is reached (4 billion rows, 65,000 distinct event types).
bool log_append(
        struct log *log, const struct message *m, int64_t import, enum log_outcome *ret, struct err *err);
// messageIds that are held in memory.
uint64_t log_keys_held(const struct log *log);
// The last row that this log has appended or seen.
int64_t log_last(const struct log *log);
// Whether the messageId is in the log (and not hidden).
bool log_has_message(struct log *log, struct str message_id, bool *ret, struct err *err);
// The number of an identifier, 0 if the log has never seen it.
bool log_contact(struct log *log, struct str id, int64_t *ret, struct err *err);
// The same, made if it is new; between log_begin and log_commit.
bool log_number(struct log *log, struct str id, int64_t *ret, struct err *err);
// The identifier of a number. ERR_NOT_FOUND.
bool log_contact_name(struct log *log, int64_t contact, struct buf *out, struct err *err);
// Contacts (identifiers) that appends have made so far, for counts.
uint64_t log_contacts_made(const struct log *log);

// Hides all rows of an import, in the open transaction. time: seconds since 1970.
bool log_undo(struct log *log, int64_t import, int64_t time, struct err *err);
// Hides one row, which is an event, by a record whose `import` is the row with a minus before it.
bool log_undo_row(struct log *log, int64_t row, int64_t time, struct err *err);

// One row, decoded.
struct log_row {
    int64_t id, time;
    int64_t import;          // 0: none, or nobody asked (log_scan without `all`); of `undo`: what it hides
    int64_t user, anonymous; // contact numbers, 0 for none; of an alias: user and previous
    enum message_kind kind;
    uint32_t type_id;              // of the table event_type
    const struct event_type *type; // MESSAGE_EVENT
    struct str message;            // as stored, empty for none: message_text() makes it readable
    struct str body;               // compact JSON of all that is not in the columns, empty for none
    bool undo; // a record that hides an import, or (without one) of an erasure: nothing else of it counts
};

// Erasure, the only thing that changes rows; in the open transaction.
// Replaces the body and the messageId of a row (empty: it has none).
bool log_rewrite(struct log *log, int64_t row, struct str body, struct str message_id, struct err *err);
// Gives an identifier another name, which must be new.
bool log_rename(struct log *log, int64_t contact, struct str name, struct err *err);
// Gives the type of events another name, which must be new (a name may name a person, too).
bool log_rename_type(struct log *log, uint32_t type, struct str name, struct err *err);
// Records that rows were changed: counts the epoch up, so that everything derived is built anew. time:
// seconds since 1970.
bool log_erased(struct log *log, int64_t time, struct err *err);

// Visits the rows with after < id <= last in order, hidden ones left out (unless `all`). Rows and what they
// point to live until visit returns; it returns false to stop with err set.
bool log_scan(struct log *log, int64_t after, int64_t last, bool all,
        bool (*visit)(void *ctx, const struct log_row *row, struct err *err), void *ctx, struct err *err);
// The same, hidden rows left out, with the reading done by a second thread ahead of the visits: these stay on
// the caller's thread, but may not use the store.
bool log_scan_ahead(struct log *log, int64_t after, int64_t last,
        bool (*visit)(void *ctx, const struct log_row *row, struct err *err), void *ctx, struct err *err);
// The same for these rows, in the order given.
bool log_visit(struct log *log, const uint32_t *rows, size_t n,
        bool (*visit)(void *ctx, const struct log_row *row, struct err *err), void *ctx, struct err *err);
// Whether there ever was an event of this (canonical) name. look: reads the store if memory knows of none.
bool log_knows_event(struct log *log, struct str name, bool look, bool *ret, struct err *err);
// The identifier of a contact number, in arena; STR_NONE: there is none.
bool log_name(struct log *log, struct arena *arena, int64_t contact, struct str *ret, struct err *err);
// Each contact with its identifier, by ascending number.
bool log_contacts(struct log *log, void (*visit)(void *ctx, int64_t contact, struct str id), void *ctx,
        struct err *err);
// The messageId of a row, as text into out; nothing if it has none.
bool log_message_id(struct log *log, int64_t row, struct buf *out, struct err *err);

// messageIds in the store: a UUID in its usual lower-case form takes 16 bytes, another text its bytes behind
// one or two that say so.
struct str message_pack(struct str id, struct buf *out);
void message_text(struct str stored, struct buf *out);
// The message of a row as the decoder takes it (only what columns are built from); lives in arena.
bool message_of_row(struct arena *arena, const struct log_row *row, struct message *ret, struct err *err);
// The message of a row as a line of NDJSON, without the line end. user, anonymous: the identifiers.
void message_line(const struct log_row *row, struct str user, struct str anonymous, struct buf *out);

#endif
