// The inside of struct log, shared by the files of app/event.
#ifndef SLUICE_APP_EVENT_LOG_PRIVATE_H
#define SLUICE_APP_EVENT_LOG_PRIVATE_H

#include "app/event/ids.h"
#include "app/event/keys.h"
#include "base/map.h"
#include "base/vec.h"

// event_type.kind: enum event_kind, then what is no event.
enum row_kind { ROW_ALIAS = 3, ROW_UNALIAS = 4, ROW_UNDO = 5, ROW_ERASED = 6 };

struct row_type {
    unsigned kind; // enum event_kind or enum row_kind
    struct event_type type;
};

// The last ones are for our own events, whatever names come from outside.
enum { LOG_TYPES_MAX = 65000, LOG_TYPES_OUTSIDE = 60000 };
#define LOG_ROWS_MAX 4294967000

struct log {
    struct store *store;
    struct arena *arena; // names of types
    struct keys keys;    // of what is committed
    struct keys fresh;   // of the open transaction
    bool keys_ready;
    bool open;     // a transaction
    bool stale;    // memory knows rows that were rolled back
    int64_t begun; // last, when the open transaction began
    int64_t last;  // rows up to here are in keys
    struct ids ids;
    // Event types: by id, and by what they are.
    VEC(struct row_type) types; // [id]
    struct map *type_keys;
    VEC(uint32_t) type_of;         // by number in type_keys
    VEC(int64_t) hidden;           // undone imports; negative: rows by themselves
    struct query *insert, *stored; // while a transaction is open
    struct buf packed, body, key;
};

// Reads event types and undone imports again.
bool log_refresh(struct log *log, struct err *err);
bool log_hidden(const struct log *log, int64_t import);
// Whether a row of this import (0: none) is hidden, with it or by itself.
bool log_hides(const struct log *log, int64_t row, int64_t import);
// Statements end with the transaction.
void log_end_queries(struct log *log);
// The number of an event type, which is made if it is new.
bool log_type(struct log *log, unsigned kind, const struct event_type *type, uint32_t *ret, struct err *err);
// Reads the messageIds of the rows behind log->last.
bool log_catch_up(struct log *log, struct err *err);
// What a message says beyond the columns, as compact JSON; nothing if there is nothing.
void message_body(const struct json *json, struct buf *out);

#endif
