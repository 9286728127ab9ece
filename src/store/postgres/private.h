// What the parts of the engine share.
#ifndef SLUICE_STORE_POSTGRES_PRIVATE_H
#define SLUICE_STORE_POSTGRES_PRIVATE_H

#include "store/engine.h"
#include "store/table.h"

#include <postgresql/libpq-fe.h>

enum {
    PARAMETERS = 64,
    FETCH_ROWS = 5000, // of a large result at a time
    NUMBER_SIZE = 32,
};

struct postgres_store {
    struct store base;
    PGconn *conn;
    unsigned generation; // counts connections: prepared statements die with theirs
    unsigned names;      // of statements and cursors given so far
    bool in_transaction, read_only;
};

struct postgres_query {
    struct query base;
    unsigned name, generation;
    unsigned n; // parameters: $1 … $n
    const char *value[PARAMETERS];
    int length[PARAMETERS], format[PARAMETERS];
    char number[PARAMETERS][NUMBER_SIZE];
    PGresult *result;
    int row, rows;
    bool large, cursor, own_transaction; // of a large result: an open cursor, in a transaction of its own
    bool done;
};

static inline struct postgres_store *of(struct store *store)
{
    return (struct postgres_store *)store;
}

static inline struct postgres_query *of_query(struct query *query)
{
    return (struct postgres_query *)query;
}

// Sets err from a result (or, NULL, from the connection); always false.
bool postgres_failed(PGconn *conn, const PGresult *result, struct err *err);
// Frees the result; false and err set if it is an error.
bool postgres_take(struct postgres_store *s, PGresult *result, struct err *err);
bool postgres_exec(struct store *store, const char *sql, struct err *err);

// engine.h's get_… and is_null
bool postgres_is_null(struct query *query, unsigned column);
int64_t postgres_int(struct query *query, unsigned column);
double postgres_double(struct query *query, unsigned column);
struct str postgres_bytes(struct query *query, unsigned column);

// engine.h's tables, insert_rows, settle
extern const char POSTGRES_TABLES[];
bool postgres_insert_rows(struct store *store, const struct table *table, const struct cell *cells,
        size_t n_rows, struct err *err);
bool postgres_settle(struct store *store, const struct table *table, struct err *err);

#endif
