// Whole tables, for `sluice move`: which there are, and many rows at once.
#include "base/buf.h"
#include "store/postgres/private.h"

const char POSTGRES_TABLES[] =
        "SELECT c.relname, a.attname, pg_catalog.format_type(a.atttypid, NULL), "
        "CAST(COALESCE(array_position(CAST(i.indkey AS int2[]), a.attnum) + 1, 0) AS bigint) "
        "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid "
        "LEFT JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisprimary "
        "WHERE c.relkind = 'r' AND c.relnamespace = CAST(current_schema() AS regnamespace) "
        "AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum";

static void put_big_endian(struct buf *out, uint64_t value, unsigned bytes)
{
    while (bytes-- > 0)
        buf_char(out, (char)(value >> (8 * bytes)));
}

// COPY's binary form: each row its number of fields, each field its length (-1: NULL) and its bytes.
static void put_copy_cell(struct buf *out, enum column_kind kind, const struct cell *cell)
{
    uint64_t bits = (uint64_t)cell->number;
    if (cell->null) {
        put_big_endian(out, UINT32_MAX, 4);
        return;
    }
    if (kind == COLUMN_REAL)
        memcpy(&bits, &cell->real, sizeof bits);
    if (kind == COLUMN_INT || kind == COLUMN_REAL) {
        put_big_endian(out, 8, 4);
        put_big_endian(out, bits, 8);
    } else {
        put_big_endian(out, cell->text.n, 4);
        buf_put(out, cell->text);
    }
}

bool postgres_insert_rows(struct store *store, const struct table *table, const struct cell *cells,
        size_t n_rows, struct err *err)
{
    struct postgres_store *s = of(store);
    struct buf sql = {0}, data = {0};
    buf_printf(&sql, "COPY %.*s (", STR_ARG(table->name));
    for (unsigned i = 0; i < table->n; i++)
        buf_printf(&sql, "%s%.*s", i ? ", " : "", STR_ARG(table->columns[i].name));
    buf_printf(&sql, ") FROM STDIN BINARY%c", 0);
    PGresult *result = PQexec(s->conn, sql.p);
    bool ok = PQresultStatus(result) == PGRES_COPY_IN || postgres_failed(s->conn, result, err);
    PQclear(result);
    if (ok) {
        buf_put(&data, (struct str){"PGCOPY\n\377\r\n\0", 11});
        put_big_endian(&data, 0, 8); // flags, extension
        for (size_t r = 0; r < n_rows; r++) {
            put_big_endian(&data, table->n, 2);
            for (unsigned i = 0; i < table->n; i++)
                put_copy_cell(&data, table->columns[i].kind, &cells[r * table->n + i]);
        }
        put_big_endian(&data, UINT16_MAX, 2);
        ok = PQputCopyData(s->conn, data.p, (int)data.n) == 1 && PQputCopyEnd(s->conn, NULL) == 1;
        if (!ok)
            postgres_failed(s->conn, NULL, err);
        for (result = PQgetResult(s->conn); result; result = PQgetResult(s->conn))
            ok = postgres_take(s, result, ok ? err : NULL) && ok;
    }
    buf_free(&sql);
    buf_free(&data);
    return ok;
}

bool postgres_settle(struct store *store, const struct table *table, struct err *err)
{
    const struct column *key = NULL;
    struct buf sql = {0};
    for (unsigned i = 0; i < table->n; i++)
        if (table->columns[i].key && table->columns[i].kind == COLUMN_INT)
            key = &table->columns[i];
    if (!key || table->n_key != 1)
        return true;
    // (Without a sequence the inner name is NULL, and so is everything else.)
    buf_printf(&sql,
            "SELECT setval(pg_get_serial_sequence('%.*s', '%.*s'), (SELECT max(%.*s) FROM %.*s)) "
            "WHERE EXISTS (SELECT 1 FROM %.*s)%c",
            STR_ARG(table->name), STR_ARG(key->name), STR_ARG(key->name), STR_ARG(table->name),
            STR_ARG(table->name), 0);
    bool ok = postgres_exec(store, sql.p, err);
    buf_free(&sql);
    return ok;
}
