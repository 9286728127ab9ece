// Tables as such, without knowing what they are for: what there is, many rows in, all rows out. For copying a
// whole store into another engine.
#ifndef SLUICE_STORE_TABLE_H
#define SLUICE_STORE_TABLE_H

#include "base/arena.h"
#include "store/store.h"

enum column_kind { COLUMN_INT, COLUMN_REAL, COLUMN_TEXT, COLUMN_BYTES };

struct column {
    struct str name;
    enum column_kind kind;
    unsigned key; // its place in the primary key, from 1; 0: none
};

struct table {
    struct str name;
    struct column *columns; // in the order of their names
    unsigned n, n_key;
    const char *first, *next, *last, *insert; // SQL
};

struct cell {
    bool null;
    int64_t number;
    double real;
    struct str text; // of texts and bytes
};

// Every table of ours, by name; lives in arena, which must outlive every store that the tables are used with.
bool store_tables(
        struct store *store, struct arena *arena, struct table **ret, unsigned *ret_n, struct err *err);
// Inserts rows into a table; cells: n_rows times table->n.
bool table_insert(struct store *store, const struct table *table, const struct cell *cells, size_t n_rows,
        struct err *err);
// The next rows behind a key, in the order of the primary key (of a table without one: all of them, in no
// order). after: table->n_key cells, or NULL for the first; at most `limit` rows. Cells live in arena.
bool table_read(struct store *store, const struct table *table, const struct cell *after, unsigned limit,
        struct arena *arena, struct cell **ret, size_t *ret_n_rows, struct err *err);
// The key of a row, in arena; its texts are the row's.
struct cell *table_key(const struct table *table, const struct cell *row, struct arena *arena);
// The key of the last row, in arena; *ret NULL: there is no row, or no primary key.
bool table_last(struct store *store, const struct table *table, struct arena *arena, struct cell **ret,
        struct err *err);
// After the last insert: self-numbering keys go on behind what is there.
bool table_settle(struct store *store, const struct table *table, struct err *err);
// Rows and a hash over all of them, the same whatever engine holds them.
bool table_sum(struct store *store, const struct table *table, uint64_t *ret_rows, uint64_t *ret_hash,
        struct err *err);

#endif
