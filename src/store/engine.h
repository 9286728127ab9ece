// What an engine implements. Only src/store includes this. Engines embed struct store and struct query as
// their first member.
#ifndef SLUICE_STORE_ENGINE_H
#define SLUICE_STORE_ENGINE_H

#include "base/vec.h"
#include "store/store.h"

struct table;
struct cell;

struct engine {
    void (*close)(struct store *store);
    bool (*begin)(struct store *store, bool write, struct err *err);
    bool (*commit)(struct store *store, struct err *err); // on failure the transaction is rolled back
    void (*rollback)(struct store *store);
    bool (*exec)(struct store *store, const char *sql, struct err *err);
    bool (*prepare)(struct store *store, const char *sql, struct query **ret, struct err *err);
    void (*finalize)(struct query *query);
    void (*bind_int)(struct query *query, unsigned n, int64_t value);
    void (*bind_double)(struct query *query, unsigned n, double value);
    void (*bind_text)(struct query *query, unsigned n, struct str text);
    void (*bind_blob)(struct query *query, unsigned n, struct str bytes);
    void (*bind_null)(struct query *query, unsigned n);
    bool (*step)(struct query *query, bool *ret_row, struct err *err);
    void (*reset)(struct query *query);
    void (*clear)(struct query *query); // forgets the bindings of a query that was reset
    void (*large)(struct query *query); // NULL: rows come one by one anyway
    bool (*is_null)(struct query *query, unsigned column);
    int64_t (*get_int)(struct query *query, unsigned column);
    double (*get_double)(struct query *query, unsigned column);
    struct str (*get_text)(struct query *query, unsigned column);
    struct str (*get_blob)(struct query *query, unsigned column);
    bool (*backup)(struct store *store, const char *path,
            bool (*step)(void *ctx, uint64_t done, uint64_t total), void *ctx, struct err *err);
    bool (*scrub)(struct store *store, bool whole, struct err *err); // or NULL
    bool (*check)(
            struct store *store, void (*report)(void *ctx, const char *what), void *ctx, struct err *err);
    void (*thrifty)(struct store *store); // NULL: it is anyway
    bool (*has_table)(struct store *store, struct str name, bool *ret, struct err *err);
    // A query of all our columns: table, column, type, place in the primary key (from 1, else 0); by table.
    const char *tables;
    // Many rows at once (store/table.h); NULL: one by one.
    bool (*insert_rows)(struct store *store, const struct table *table, const struct cell *cells,
            size_t n_rows, struct err *err);
    bool (*settle)(struct store *store, const struct table *table, struct err *err); // NULL: nothing to do
    // The dialect's word for a token of a migration ("id" for {id}), or NULL.
    const char *(*word)(struct store *store, struct str token);
};

struct store {
    const struct engine *engine;
    VEC(struct query *) cache; // prepared and not in use right now, most recently used last
};

struct query {
    const struct engine *engine;
    struct store *store;
    const char *sql;
};

#endif
