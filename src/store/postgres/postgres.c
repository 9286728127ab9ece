// Long because: one engine; connection, statements, cursors, results and COPY know each other's state.
#include "store/postgres/postgres.h"

#include "base/buf.h"
#include "store/engine.h"
#include "store/table.h"

#include <inttypes.h>
#include <postgresql/libpq-fe.h>
#include <stdio.h>

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

static struct postgres_store *of(struct store *store)
{
    return (struct postgres_store *)store;
}

static struct postgres_query *of_query(struct query *query)
{
    return (struct postgres_query *)query;
}

static bool starts(const char *state, const char *with)
{
    return strncmp(state, with, strlen(with)) == 0;
}

// libpq's messages end in a newline and may have several lines: the first one says it.
static struct str first_line(const char *text)
{
    struct str line = str_of(text ? text : "");
    return str_trim(str_sub(line, 0, str_find(line, '\n')));
}

static bool failed(PGconn *conn, const PGresult *result, struct err *err)
{
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *primary = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    struct str text = first_line(primary ? primary : PQerrorMessage(conn));
    if (!state || PQstatus(conn) != CONNECTION_OK)
        return err_set(err, ERR_IO, "the database server does not answer (%.*s)", STR_ARG(text));
    if (starts(state, "23"))
        return err_set(err, ERR_CONFLICT, "%.*s", STR_ARG(text));
    if (starts(state, "40") || starts(state, "55P03") || starts(state, "57014"))
        return err_set(
                err, ERR_BUSY, "the database is in use by another process, which did not finish in time");
    if (starts(state, "22"))
        return err_set(err, ERR_INPUT, "the database cannot hold a value (%.*s)", STR_ARG(text));
    if (starts(state, "53100"))
        return err_set(
                err, ERR_IO, "the disk of the database server is full: nothing of this step was written");
    if (starts(state, "XX"))
        return err_set(err, ERR_CORRUPT, "the database is damaged (%.*s): restore a backup", STR_ARG(text));
    return err_set(err, ERR_IO, "the database refused a statement (%.*s)", STR_ARG(text));
}

static bool take(struct postgres_store *s, PGresult *result, struct err *err)
{
    ExecStatusType status = PQresultStatus(result);
    bool ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
    if (!ok)
        failed(s->conn, result, err);
    PQclear(result);
    return ok;
}

// A lost connection is made again, outside of transactions.
static void revive(struct postgres_store *s)
{
    if (s->in_transaction || PQstatus(s->conn) == CONNECTION_OK)
        return;
    PQreset(s->conn);
    s->generation++;
    if (s->read_only && PQstatus(s->conn) == CONNECTION_OK)
        PQclear(PQexec(s->conn, "SET default_transaction_read_only = on"));
}

static bool exec(struct store *store, const char *sql, struct err *err)
{
    revive(of(store));
    return take(of(store), PQexec(of(store)->conn, sql), err);
}

static void close_store(struct store *store)
{
    PQfinish(of(store)->conn);
    free(store);
}

static bool begin(struct store *store, bool write, struct err *err)
{
    struct postgres_store *s = of(store);
    revive(s);
    bool ok = exec(store,
            write ? "BEGIN; SET LOCAL lock_timeout = '10s'; "
                    "SELECT pg_advisory_xact_lock(hashtextextended('sluice ' || current_schema(), 0))"
                  : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            err);
    s->in_transaction = ok;
    if (!ok)
        PQclear(PQexec(s->conn, "ROLLBACK"));
    return ok;
}

static void rollback(struct store *store)
{
    struct postgres_store *s = of(store);
    if (s->in_transaction)
        PQclear(PQexec(s->conn, "ROLLBACK"));
    s->in_transaction = false;
}

static bool commit(struct store *store, struct err *err)
{
    struct postgres_store *s = of(store);
    PGresult *result = PQexec(s->conn, "COMMIT");
    // After an error COMMIT is a ROLLBACK, and says so only here.
    bool rolled_back =
            PQresultStatus(result) == PGRES_COMMAND_OK && strcmp(PQcmdStatus(result), "COMMIT") != 0;
    s->in_transaction = false;
    if (!take(s, result, err)) {
        PQclear(PQexec(s->conn, "ROLLBACK"));
        return false;
    }
    return !rolled_back || err_set(err, ERR_IO, "the transaction had failed before: nothing was written");
}

static bool prepare_again(struct postgres_query *q, struct err *err)
{
    struct postgres_store *s = of(q->base.store);
    char name[NUMBER_SIZE];
    snprintf(name, sizeof name, "s%u", q->name);
    q->generation = s->generation;
    return take(s, PQprepare(s->conn, name, q->base.sql, 0, NULL), err);
}

// The highest $n of a statement. Ours have no $ in literals.
static unsigned highest_parameter(const char *sql)
{
    unsigned highest = 0;
    for (const char *p = strchr(sql, '$'); p; p = strchr(p + 1, '$')) {
        unsigned n = 0;
        for (const char *d = p + 1; *d >= '0' && *d <= '9' && n < PARAMETERS; d++)
            n = n * 10 + (unsigned)(*d - '0');
        highest = n > highest && n <= PARAMETERS ? n : highest;
    }
    return highest;
}

static bool prepare(struct store *store, const char *sql, struct query **ret, struct err *err)
{
    struct postgres_store *s = of(store);
    struct postgres_query *q = mem_zero(1, sizeof *q);
    revive(s);
    q->base.store = store;
    q->base.sql = sql;
    q->name = ++s->names;
    q->n = highest_parameter(sql);
    if (!prepare_again(q, err)) {
        free(q);
        return false;
    }
    *ret = &q->base;
    return true;
}

static void reset(struct query *query)
{
    struct postgres_query *q = of_query(query);
    struct postgres_store *s = of(query->store);
    char sql[NUMBER_SIZE + 16];
    PQclear(q->result);
    q->result = NULL;
    q->row = q->rows = 0;
    q->done = false;
    if (q->cursor && s->in_transaction && PQtransactionStatus(s->conn) == PQTRANS_INTRANS) {
        snprintf(sql, sizeof sql, "CLOSE c%u", q->name);
        PQclear(PQexec(s->conn, sql));
    }
    q->cursor = false;
    if (q->own_transaction)
        rollback(query->store);
    q->own_transaction = false;
}

static void finalize(struct query *query)
{
    struct postgres_query *q = of_query(query);
    struct postgres_store *s = of(query->store);
    char sql[NUMBER_SIZE + 16];
    reset(query);
    if (q->generation == s->generation && PQtransactionStatus(s->conn) != PQTRANS_INERROR) {
        snprintf(sql, sizeof sql, "DEALLOCATE s%u", q->name);
        PQclear(PQexec(s->conn, sql));
    }
    free(q);
}

static void clear(struct query *query)
{
    struct postgres_query *q = of_query(query);
    q->large = false;
    memset(q->value, 0, sizeof q->value);
}

static bool parameter(const struct postgres_query *q, unsigned n)
{
    return n >= 1 && n <= q->n;
}

static void bind_int(struct query *query, unsigned n, int64_t value)
{
    struct postgres_query *q = of_query(query);
    if (!parameter(q, n))
        return;
    q->length[n - 1] = snprintf(q->number[n - 1], NUMBER_SIZE, "%" PRId64, value);
    q->value[n - 1] = q->number[n - 1];
    q->format[n - 1] = 0;
}

static void bind_double(struct query *query, unsigned n, double value)
{
    struct postgres_query *q = of_query(query);
    if (!parameter(q, n))
        return;
    q->length[n - 1] = snprintf(q->number[n - 1], NUMBER_SIZE, "%.17g", value);
    q->value[n - 1] = q->number[n - 1];
    q->format[n - 1] = 0;
}

// Texts and bytes alike go as they are: a text's binary form is its bytes.
static void bind_bytes(struct query *query, unsigned n, struct str bytes)
{
    struct postgres_query *q = of_query(query);
    if (!parameter(q, n))
        return;
    q->value[n - 1] = bytes.n ? bytes.p : "";
    q->length[n - 1] = (int)bytes.n;
    q->format[n - 1] = 1;
}

static void bind_null(struct query *query, unsigned n)
{
    struct postgres_query *q = of_query(query);
    if (parameter(q, n))
        q->value[n - 1] = NULL;
}

static bool took_rows(struct postgres_query *q, PGresult *result, struct err *err)
{
    ExecStatusType status = PQresultStatus(result);
    PQclear(q->result);
    q->result = NULL;
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
        failed(of(q->base.store)->conn, result, err);
        PQclear(result);
        reset(&q->base);
        return false;
    }
    q->result = result;
    q->rows = PQntuples(result);
    q->row = 0;
    return true;
}

static bool fetch(struct postgres_query *q, struct err *err)
{
    char sql[NUMBER_SIZE + 40];
    snprintf(sql, sizeof sql, "FETCH FORWARD %d FROM c%u", FETCH_ROWS, q->name);
    return took_rows(q, PQexecParams(of(q->base.store)->conn, sql, 0, NULL, NULL, NULL, NULL, 1), err);
}

static bool open_cursor(struct postgres_query *q, struct err *err)
{
    struct postgres_store *s = of(q->base.store);
    struct buf sql = {0};
    if (!s->in_transaction) {
        if (!begin(&s->base, false, err))
            return false;
        q->own_transaction = true;
    }
    buf_printf(&sql, "DECLARE c%u NO SCROLL CURSOR FOR %s%c", q->name, q->base.sql, 0);
    bool ok = take(s, PQexecParams(s->conn, sql.p, (int)q->n, NULL, q->value, q->length, q->format, 1), err);
    buf_free(&sql);
    q->cursor = ok;
    if (!ok)
        reset(&q->base);
    return ok && fetch(q, err);
}

static bool execute(struct postgres_query *q, struct err *err)
{
    struct postgres_store *s = of(q->base.store);
    char name[NUMBER_SIZE];
    revive(s);
    if (q->generation != s->generation && !prepare_again(q, err))
        return false;
    snprintf(name, sizeof name, "s%u", q->name);
    return took_rows(q, PQexecPrepared(s->conn, name, (int)q->n, q->value, q->length, q->format, 1), err);
}

static bool step(struct query *query, bool *ret_row, struct err *err)
{
    struct postgres_query *q = of_query(query);
    if (q->done) { // as SQLite does: from the beginning again
        reset(query);
    }
    if (!q->result) {
        if (!(q->large ? open_cursor(q, err) : execute(q, err)))
            return false;
    } else if (++q->row == q->rows && q->cursor && q->rows == FETCH_ROWS && !fetch(q, err)) {
        return false;
    }
    *ret_row = q->row < q->rows;
    q->done = !*ret_row;
    return true;
}

static void large(struct query *query)
{
    of_query(query)->large = true;
}

static bool is_null(struct query *query, unsigned column)
{
    struct postgres_query *q = of_query(query);
    return PQgetisnull(q->result, q->row, (int)column) != 0;
}

static uint64_t big_endian(const char *p, int n)
{
    uint64_t value = 0;
    for (int i = 0; i < n; i++)
        value = value << 8 | (unsigned char)p[i];
    return value;
}

enum {
    OID_BOOL = 16,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_FLOAT4 = 700,
    OID_FLOAT8 = 701,
    OID_NUMERIC = 1700
};

// sum() of whole numbers is a numeric: digits of base 10,000, the first has the weight given.
static double numeric(const char *p, int n)
{
    double value = 0;
    if (n < 8)
        return 0;
    int digits = (int)big_endian(p, 2), weight = (int16_t)big_endian(p + 2, 2),
        sign = (int)big_endian(p + 4, 2);
    for (int i = 0; i < digits && 8 + i * 2 + 2 <= n; i++)
        value = value * 10000 + (double)big_endian(p + 8 + i * 2, 2);
    for (int i = digits - 1; i < weight; i++)
        value *= 10000;
    for (int i = weight; i < digits - 1; i++)
        value /= 10000;
    return sign ? -value : value;
}

static double get_double(struct query *query, unsigned column)
{
    struct postgres_query *q = of_query(query);
    const char *p = PQgetvalue(q->result, q->row, (int)column);
    int n = PQgetlength(q->result, q->row, (int)column);
    uint64_t bits = n <= 8 ? big_endian(p, n) : 0;
    uint32_t half = (uint32_t)bits;
    double value = 0;
    float single = 0;
    switch (PQftype(q->result, (int)column)) {
    case OID_FLOAT8:
        memcpy(&value, &bits, sizeof value);
        return value;
    case OID_FLOAT4:
        memcpy(&single, &half, sizeof single);
        return (double)single;
    case OID_NUMERIC:
        return numeric(p, n);
    case OID_INT8:
        return (double)(int64_t)bits;
    case OID_INT4:
        return (double)(int32_t)half;
    default:
        return (double)bits;
    }
}

static int64_t get_int(struct query *query, unsigned column)
{
    struct postgres_query *q = of_query(query);
    const char *p = PQgetvalue(q->result, q->row, (int)column);
    int n = PQgetlength(q->result, q->row, (int)column);
    if (is_null(query, column))
        return 0;
    switch (PQftype(q->result, (int)column)) {
    case OID_INT8:
        return (int64_t)big_endian(p, n);
    case OID_INT4:
        return (int32_t)big_endian(p, n);
    case OID_INT2:
        return (int16_t)big_endian(p, n);
    case OID_BOOL:
        return p[0] != 0;
    default:
        return (int64_t)get_double(query, column);
    }
}

static struct str get_bytes(struct query *query, unsigned column)
{
    struct postgres_query *q = of_query(query);
    if (is_null(query, column))
        return STR_NONE;
    return (struct str){
            PQgetvalue(q->result, q->row, (int)column), (size_t)PQgetlength(q->result, q->row, (int)column)};
}

static bool backup(struct store *store, const char *path,
        bool (*step_fn)(void *ctx, uint64_t done, uint64_t total), void *ctx, struct err *err)
{
    (void)store;
    (void)path;
    (void)step_fn;
    (void)ctx;
    return err_set(err, ERR_USAGE,
            "the database is a PostgreSQL server's: back it up with pg_dump, or `sluice move` it to a "
            "folder");
}

// Row versions that nobody sees any more are cleared out of the pages of our tables (others may live in the
// same database); the server reuses its log (WAL) by itself. `whole` needs each table for itself: whoever
// reads for long is not waited for.
static bool scrub(struct store *store, bool whole, struct err *err)
{
    struct postgres_store *s = of(store);
    PGresult *names = PQexec(s->conn, "SELECT quote_ident(tablename) FROM pg_catalog.pg_tables "
                                      "WHERE schemaname = current_schema() ORDER BY tablename");
    bool ok = PQresultStatus(names) == PGRES_TUPLES_OK || failed(s->conn, names, err);
    ok = ok && exec(store, "SET lock_timeout = '5s'", err);
    for (int i = 0; ok && i < PQntuples(names); i++) {
        struct buf sql = {0};
        buf_printf(&sql, "VACUUM %s%s%c", whole ? "FULL " : "", PQgetvalue(names, i, 0), 0);
        ok = exec(store, sql.p, err);
        buf_free(&sql);
    }
    PQclear(names);
    PQclear(PQexec(s->conn, "RESET lock_timeout"));
    return ok;
}

static bool check(
        struct store *store, void (*report)(void *ctx, const char *what), void *ctx, struct err *err)
{
    (void)report;
    (void)ctx;
    return exec(store, "SELECT 1", err); // it looks after its own pages (data checksums)
}

static bool has_table(struct store *store, struct str name, bool *ret, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_query(store,
                "SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = $1",
                &query, err))
        return false;
    query_bind_text(query, 1, name);
    bool ok = query_step(query, &row, err);
    if (ok)
        *ret = row;
    query_end(query);
    return ok;
}

static const char *word(struct store *store, struct str token)
{
    static const struct {
        const char *token, *word;
    } WORDS[] = {
            {"id", "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"},
            {"int", "BIGINT"},
            {"bytes", "BYTEA"},
            {"real", "DOUBLE PRECISION"},
            {"rows", ""},
            {"keyed", ""},
    };
    (void)store;
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (str_eq(token, str_of(WORDS[i].token)))
            return WORDS[i].word;
    return NULL;
}

static const char TABLES[] =
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

static bool insert_rows(struct store *store, const struct table *table, const struct cell *cells,
        size_t n_rows, struct err *err)
{
    struct postgres_store *s = of(store);
    struct buf sql = {0}, data = {0};
    buf_printf(&sql, "COPY %.*s (", STR_ARG(table->name));
    for (unsigned i = 0; i < table->n; i++)
        buf_printf(&sql, "%s%.*s", i ? ", " : "", STR_ARG(table->columns[i].name));
    buf_printf(&sql, ") FROM STDIN BINARY%c", 0);
    PGresult *result = PQexec(s->conn, sql.p);
    bool ok = PQresultStatus(result) == PGRES_COPY_IN || failed(s->conn, result, err);
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
            failed(s->conn, NULL, err);
        for (result = PQgetResult(s->conn); result; result = PQgetResult(s->conn))
            ok = take(s, result, ok ? err : NULL) && ok;
    }
    buf_free(&sql);
    buf_free(&data);
    return ok;
}

static bool settle(struct store *store, const struct table *table, struct err *err)
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
    bool ok = exec(store, sql.p, err);
    buf_free(&sql);
    return ok;
}

static const struct engine ENGINE = {
        .close = close_store,
        .begin = begin,
        .commit = commit,
        .rollback = rollback,
        .exec = exec,
        .prepare = prepare,
        .finalize = finalize,
        .bind_int = bind_int,
        .bind_double = bind_double,
        .bind_text = bind_bytes,
        .bind_blob = bind_bytes,
        .bind_null = bind_null,
        .step = step,
        .reset = reset,
        .clear = clear,
        .large = large,
        .is_null = is_null,
        .get_int = get_int,
        .get_double = get_double,
        .get_text = get_bytes,
        .get_blob = get_bytes,
        .backup = backup,
        .scrub = scrub,
        .check = check,
        .has_table = has_table,
        .tables = TABLES,
        .insert_rows = insert_rows,
        .settle = settle,
        .word = word,
};

bool postgres_is_url(struct str text)
{
    return str_starts(text, STR("postgres://")) || str_starts(text, STR("postgresql://"));
}

static void be_quiet(void *ctx, const char *message)
{
    (void)ctx;
    (void)message;
}

// Every comparison of texts is by bytes (store.h), and indexes must agree with that.
static bool sorts_by_bytes(struct postgres_store *s, struct err *err)
{
    PGresult *result = PQexec(
            s->conn, "SELECT datcollate FROM pg_catalog.pg_database WHERE datname = current_database()");
    bool ok = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1;
    if (!ok) {
        failed(s->conn, result, err);
    } else {
        struct str locale = str_of(PQgetvalue(result, 0, 0));
        ok = str_eq(locale, STR("C")) || str_eq(locale, STR("POSIX")) || str_starts(locale, STR("C.")) ||
             err_set(err, ERR_USAGE,
                     "the database sorts texts as in %.*s: make one with "
                     "CREATE DATABASE sluice TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'",
                     STR_ARG(locale));
    }
    PQclear(result);
    return ok;
}

bool postgres_open(const char *url, enum store_mode mode, struct store **ret, struct err *err)
{
    struct postgres_store *s = mem_zero(1, sizeof *s);
    s->base.engine = &ENGINE;
    s->read_only = mode == STORE_READ;
    s->conn = PQconnectdb(url);
    bool ok = PQstatus(s->conn) == CONNECTION_OK;
    if (!ok)
        failed(s->conn, NULL, err);
    else
        PQsetNoticeProcessor(s->conn, be_quiet, NULL);
    ok = ok && sorts_by_bytes(s, err) &&
         (PQsetClientEncoding(s->conn, "UTF8") == 0 || failed(s->conn, NULL, err)) &&
         (!s->read_only || exec(&s->base, "SET default_transaction_read_only = on", err));
    if (!ok) {
        close_store(&s->base);
        return false;
    }
    *ret = &s->base;
    return true;
}
