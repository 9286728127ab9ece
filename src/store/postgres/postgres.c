// The engine: connection, transactions, statements and cursors. (Values: values.c; tables as a whole:
// copy.c.)
#include "store/postgres/postgres.h"

#include "base/buf.h"
#include "store/postgres/private.h"

#include <inttypes.h>
#include <stdio.h>

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

bool postgres_failed(PGconn *conn, const PGresult *result, struct err *err)
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

bool postgres_take(struct postgres_store *s, PGresult *result, struct err *err)
{
    ExecStatusType status = PQresultStatus(result);
    bool ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
    if (!ok)
        postgres_failed(s->conn, result, err);
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

bool postgres_exec(struct store *store, const char *sql, struct err *err)
{
    revive(of(store));
    return postgres_take(of(store), PQexec(of(store)->conn, sql), err);
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
    bool ok = postgres_exec(store,
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
    if (!postgres_take(s, result, err)) {
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
    return postgres_take(s, PQprepare(s->conn, name, q->base.sql, 0, NULL), err);
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
        postgres_failed(of(q->base.store)->conn, result, err);
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
    bool ok = postgres_take(
            s, PQexecParams(s->conn, sql.p, (int)q->n, NULL, q->value, q->length, q->format, 1), err);
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
    bool ok = PQresultStatus(names) == PGRES_TUPLES_OK || postgres_failed(s->conn, names, err);
    ok = ok && postgres_exec(store, "SET lock_timeout = '5s'", err);
    for (int i = 0; ok && i < PQntuples(names); i++) {
        struct buf sql = {0};
        buf_printf(&sql, "VACUUM %s%s%c", whole ? "FULL " : "", PQgetvalue(names, i, 0), 0);
        ok = postgres_exec(store, sql.p, err);
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
    return postgres_exec(store, "SELECT 1", err); // it looks after its own pages (data checksums)
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

static const struct engine ENGINE = {
        .close = close_store,
        .begin = begin,
        .commit = commit,
        .rollback = rollback,
        .exec = postgres_exec,
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
        .is_null = postgres_is_null,
        .get_int = postgres_int,
        .get_double = postgres_double,
        .get_text = postgres_bytes,
        .get_blob = postgres_bytes,
        .backup = backup,
        .scrub = scrub,
        .check = check,
        .has_table = has_table,
        .tables = POSTGRES_TABLES,
        .insert_rows = postgres_insert_rows,
        .settle = postgres_settle,
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
        postgres_failed(s->conn, result, err);
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
        postgres_failed(s->conn, NULL, err);
    else
        PQsetNoticeProcessor(s->conn, be_quiet, NULL);
    ok = ok && sorts_by_bytes(s, err) &&
         (PQsetClientEncoding(s->conn, "UTF8") == 0 || postgres_failed(s->conn, NULL, err)) &&
         (!s->read_only || postgres_exec(&s->base, "SET default_transaction_read_only = on", err));
    if (!ok) {
        close_store(&s->base);
        return false;
    }
    *ret = &s->base;
    return true;
}
