// One small interface to a database: transactions, queries, rows. Everything above it writes SQL in the
// dialect that SQLite and PostgreSQL share ($1 parameters, upsert, RETURNING, CTE). An engine (sqlite/,
// postgres/, faulty/) implements engine.h.
//
// One owner, one thread: a second thread opens a store of its own. Errors: ERR_BUSY somebody else writes,
// ERR_IO disk full or unwritable, ERR_CORRUPT the file is damaged, ERR_CONFLICT a constraint refused the row.
#ifndef SLUICE_STORE_STORE_H
#define SLUICE_STORE_STORE_H

#include "base/err.h"
#include "base/str.h"

struct store;
struct query;

void store_close(struct store *store); // rolls back what is open; NULL is fine

// Transactions do not nest. A write transaction waits for another writer for some seconds, then ERR_BUSY.
bool store_begin_read(struct store *store, struct err *err); // one snapshot for all queries until the end
bool store_begin_write(struct store *store, struct err *err);
bool store_commit(struct store *store, struct err *err); // on failure nothing was written
void store_rollback(struct store *store);                // also fine without a transaction

// For handles of which a process has many: keeps little memory, and maps no files.
void store_thrifty(struct store *store);
// Any number of statements without parameters or rows.
bool store_exec(struct store *store, const char *sql, struct err *err);

// A prepared query, from the store's cache of statements. sql is a literal or lives as long as the store.
bool store_query(struct store *store, const char *sql, struct query **ret, struct err *err);
// Parameters $1, $2 … Text and bytes are not copied: they must live until the query has been stepped.
void query_bind_int(struct query *query, unsigned n, int64_t value);
void query_bind_double(struct query *query, unsigned n, double value);
void query_bind_text(struct query *query, unsigned n, struct str text);
void query_bind_blob(struct query *query, unsigned n, struct str bytes);
void query_bind_null(struct query *query, unsigned n);
// There may be very many rows: they are to be fetched in portions. Before the first step, until the query
// ends.
void query_large(struct query *query);
// The next row: *ret_row says whether there is one.
bool query_step(struct query *query, bool *ret_row, struct err *err);
// Back to before the first row; bindings stay.
void query_again(struct query *query);
// Steps to the end and goes back, for statements without rows.
bool query_run(struct query *query, struct err *err);
// Gives the query back to the cache; what its rows pointed to is gone. NULL is fine.
void query_end(struct query *query);

// Columns of the current row, from 0. Texts and bytes live until the next step, again or end.
bool query_is_null(struct query *query, unsigned column);
int64_t query_int(struct query *query, unsigned column);
double query_double(struct query *query, unsigned column);
struct str query_text(struct query *query, unsigned column);
struct str query_blob(struct query *query, unsigned column);

// One row of one number from a query without parameters; missing or NULL gives `otherwise`.
bool store_number(struct store *store, const char *sql, int64_t otherwise, int64_t *ret, struct err *err);

// Whether there is a table of this name.
bool store_has_table(struct store *store, struct str name, bool *ret, struct err *err);
// A copy of the whole database, as of now, into one new file, while others write. step (may be NULL) is told
// pages done and in all; it returns false to stop.
bool store_backup(struct store *store, const char *path,
        bool (*step)(void *ctx, uint64_t done, uint64_t total), void *ctx, struct err *err);
// Outside of transactions: makes what was deleted or overwritten unreadable in the database's files. SQLite:
// the write-ahead log is worked in and emptied; `whole` writes the database anew, which takes as much room
// again and keeps other writers waiting. ERR_BUSY: a reader still needs the old pages, try again later.
bool store_scrub(struct store *store, bool whole, struct err *err);
// The engine's own check of the whole database: report gets a line for each thing that is wrong.
bool store_check(
        struct store *store, void (*report)(void *ctx, const char *what), void *ctx, struct err *err);

// Migrations. A slice owns tables and gives their history: versions 1, 2, 3 …, each a list of statements in
// which {id} stands for a self-numbering primary key, {int} for a 64-bit whole number, {real} for a double,
// {bytes} for a byte string, {rows} and {keyed} (behind the closing parenthesis) for a table of rows and for
// one that is only looked up by its primary key.
struct migration {
    const char *slice;
    const char *const *versions; // [n_versions]
    unsigned n_versions;
};

// Brings the database up to date, each version in a transaction of its own. ERR_CONFLICT if it was written by
// a newer Sluice.
bool store_migrate(
        struct store *store, const struct migration *const *migrations, unsigned n, struct err *err);
// The same check without changing anything: ERR_CONFLICT if too new, ERR_NOT_FOUND if something is missing.
bool store_migrated(
        struct store *store, const struct migration *const *migrations, unsigned n, struct err *err);

#endif
