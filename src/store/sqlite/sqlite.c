#include "store/sqlite/sqlite.h"

#include "store/engine.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

enum {
    BUSY_MS = 10000,
    SCRUB_BUSY_MS = 1000,
    CACHE_KB = 64 << 10,
    WAL_PAGES = 16384, // between checkpoints: 64 MB
    PARAMETERS = 64,
    BACKUP_PAGES = 2048, // a step: 8 MB
};

struct sqlite_store {
    struct store base;
    sqlite3 *db;
};

struct sqlite_query {
    struct query base;
    sqlite3_stmt *stmt;
    uint8_t at[PARAMETERS]; // $n is SQLite's parameter number at[n] (it counts by first appearance); 0: none
};

static sqlite3 *db_of(struct store *store)
{
    return ((struct sqlite_store *)store)->db;
}

static sqlite3_stmt *stmt_of(struct query *query)
{
    return ((struct sqlite_query *)query)->stmt;
}

static bool failed(sqlite3 *db, struct err *err)
{
    int code = sqlite3_extended_errcode(db);
    const char *text = sqlite3_errmsg(db);
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(
                err, ERR_BUSY, "the database is in use by another process, which did not finish in time");
    case SQLITE_FULL:
        return err_set(err, ERR_IO, "the disk is full: nothing of this step was written");
    case SQLITE_READONLY:
        return err_set(err, ERR_IO, "the database cannot be written (%s)", text);
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        return err_set(err, ERR_IO, "the database cannot be read or written (%s, code %d)", text, code);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return err_set(err, ERR_CORRUPT, "the database is damaged (%s): restore a backup", text);
    case SQLITE_CONSTRAINT:
        return err_set(err, ERR_CONFLICT, "%s", text);
    case SQLITE_TOOBIG:
        return err_set(err, ERR_LIMIT, "a value is too large for the database");
    default:
        return err_set(err, ERR_IO, "the database refused a statement (%s)", text);
    }
}

static void close_store(struct store *store)
{
    sqlite3_close_v2(db_of(store));
    free(store);
}

static bool exec(struct store *store, const char *sql, struct err *err)
{
    return sqlite3_exec(db_of(store), sql, NULL, NULL, NULL) == SQLITE_OK || failed(db_of(store), err);
}

static bool begin(struct store *store, bool write, struct err *err)
{
    return exec(store, write ? "BEGIN IMMEDIATE" : "BEGIN", err);
}

static void rollback(struct store *store)
{
    if (!sqlite3_get_autocommit(db_of(store)))
        sqlite3_exec(db_of(store), "ROLLBACK", NULL, NULL, NULL);
}

static bool commit(struct store *store, struct err *err)
{
    if (exec(store, "COMMIT", err))
        return true;
    rollback(store);
    return false;
}

static bool prepare(struct store *store, const char *sql, struct query **ret, struct err *err)
{
    sqlite3_stmt *stmt;
    if (sqlite3_prepare_v3(db_of(store), sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) != SQLITE_OK)
        return failed(db_of(store), err);
    struct sqlite_query *query = mem_zero(1, sizeof *query);
    query->stmt = stmt;
    for (int i = 1; i <= sqlite3_bind_parameter_count(stmt); i++) {
        const char *name = sqlite3_bind_parameter_name(stmt, i);
        unsigned n = 0;
        for (const char *p = name && *name == '$' ? name + 1 : ""; *p >= '0' && *p <= '9' && n < PARAMETERS;
                p++)
            n = n * 10 + (unsigned)(*p - '0');
        if (n < PARAMETERS)
            query->at[n] = (uint8_t)i;
    }
    *ret = &query->base;
    return true;
}

static void finalize(struct query *query)
{
    sqlite3_finalize(stmt_of(query));
    free(query);
}

static int parameter(struct query *query, unsigned n)
{
    return n < PARAMETERS ? ((struct sqlite_query *)query)->at[n] : 0;
}

static void bind_int(struct query *query, unsigned n, int64_t value)
{
    sqlite3_bind_int64(stmt_of(query), parameter(query, n), value);
}

static void bind_double(struct query *query, unsigned n, double value)
{
    sqlite3_bind_double(stmt_of(query), parameter(query, n), value);
}

static void bind_text(struct query *query, unsigned n, struct str text)
{
    sqlite3_bind_text64(
            stmt_of(query), parameter(query, n), text.p ? text.p : "", text.n, SQLITE_STATIC, SQLITE_UTF8);
}

static void bind_blob(struct query *query, unsigned n, struct str bytes)
{
    sqlite3_bind_blob64(stmt_of(query), parameter(query, n), bytes.p ? bytes.p : "", bytes.n, SQLITE_STATIC);
}

static void bind_null(struct query *query, unsigned n)
{
    sqlite3_bind_null(stmt_of(query), parameter(query, n));
}

static bool step(struct query *query, bool *ret_row, struct err *err)
{
    switch (sqlite3_step(stmt_of(query))) {
    case SQLITE_ROW:
        *ret_row = true;
        return true;
    case SQLITE_DONE:
        *ret_row = false;
        return true;
    default:
        failed(db_of(query->store), err);
        sqlite3_reset(stmt_of(query));
        return false;
    }
}

static void reset(struct query *query)
{
    sqlite3_reset(stmt_of(query));
}

static void clear(struct query *query)
{
    sqlite3_clear_bindings(stmt_of(query));
}

static bool is_null(struct query *query, unsigned column)
{
    return sqlite3_column_type(stmt_of(query), (int)column) == SQLITE_NULL;
}

static int64_t get_int(struct query *query, unsigned column)
{
    return sqlite3_column_int64(stmt_of(query), (int)column);
}

static double get_double(struct query *query, unsigned column)
{
    return sqlite3_column_double(stmt_of(query), (int)column);
}

static struct str get_text(struct query *query, unsigned column)
{
    const unsigned char *text = sqlite3_column_text(stmt_of(query), (int)column);
    return text ? (struct str){(const char *)text, (size_t)sqlite3_column_bytes(stmt_of(query), (int)column)}
                : STR_NONE;
}

static struct str get_blob(struct query *query, unsigned column)
{
    const void *bytes = sqlite3_column_blob(stmt_of(query), (int)column);
    return bytes ? (struct str){bytes, (size_t)sqlite3_column_bytes(stmt_of(query), (int)column)} : STR_NONE;
}

static bool copy_pages(sqlite3 *from, sqlite3 *to, bool (*step_fn)(void *ctx, uint64_t done, uint64_t total),
        void *ctx, struct err *err)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (!backup)
        return failed(to, err);
    int code = SQLITE_OK;
    bool go = true;
    while (code == SQLITE_OK && go) {
        code = sqlite3_backup_step(backup, BACKUP_PAGES);
        uint64_t total = (uint64_t)sqlite3_backup_pagecount(backup);
        if (step_fn)
            go = step_fn(ctx, total - (uint64_t)sqlite3_backup_remaining(backup), total);
    }
    sqlite3_backup_finish(backup);
    if (code == SQLITE_DONE)
        return true;
    return go ? failed(to, err) : err_set(err, ERR_IO, "the backup was stopped");
}

// The copy is taken under one read transaction: other writers go on, and never make it start over.
static bool backup_to(struct store *store, const char *path,
        bool (*step_fn)(void *ctx, uint64_t done, uint64_t total), void *ctx, struct err *err)
{
    sqlite3 *from = db_of(store), *to = NULL;
    bool own = sqlite3_get_autocommit(from) != 0;
    if (own && (!exec(store, "BEGIN", err) || !exec(store, "SELECT count(*) FROM sqlite_schema", err))) {
        rollback(store);
        return false;
    }
    bool ok = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) == SQLITE_OK ||
              failed(to, err);
    ok = ok && copy_pages(from, to, step_fn, ctx, err);
    // Without WAL the copy is one file, wherever it is carried.
    ok = ok &&
         (sqlite3_exec(to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL) == SQLITE_OK || failed(to, err));
    sqlite3_close_v2(to);
    if (own)
        rollback(store);
    return ok;
}

// With secure_delete what is deleted is overwritten with zeros where it stood; old pages are left in the
// write-ahead log, and copies in the unused parts of pages that were rearranged: only VACUUM gets those.
static bool scrub(struct store *store, bool whole, struct err *err)
{
    struct query *query;
    bool row, ok = true;
    // Whoever writes next waits meanwhile, so no reader is waited for long.
    sqlite3_busy_timeout(db_of(store), SCRUB_BUSY_MS);
    // What is written anew may be larger than memory.
    if (whole)
        ok = exec(store,
                "PRAGMA temp_store = FILE; VACUUM; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON",
                err);
    ok = ok && store_query(store, "PRAGMA wal_checkpoint(TRUNCATE)", &query, err);
    if (!ok) {
        sqlite3_busy_timeout(db_of(store), BUSY_MS);
        return false;
    }
    ok = query_step(query, &row, err);
    if (ok && row && query_int(query, 0) != 0)
        ok = err_set(err, ERR_BUSY, "a reader still needs old pages of the database");
    query_end(query);
    sqlite3_busy_timeout(db_of(store), BUSY_MS);
    return ok;
}

static bool check(
        struct store *store, void (*report)(void *ctx, const char *what), void *ctx, struct err *err)
{
    struct query *query;
    bool row = true, ok;
    if (!store_query(store, "PRAGMA integrity_check(20)", &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row) {
        struct str text = query_text(query, 0);
        if (!str_eq(text, STR("ok")))
            report(ctx, text.p ? text.p : "");
    }
    query_end(query);
    return ok;
}

// Each connection has a mapping of its own, and each counts.
static void thrifty(struct store *store)
{
    sqlite3_exec(db_of(store), "PRAGMA mmap_size = 0; PRAGMA cache_size = -2048", NULL, NULL, NULL);
}

static bool has_table(struct store *store, struct str name, bool *ret, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_query(store, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1", &query, err))
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
            {"id", "INTEGER PRIMARY KEY AUTOINCREMENT"},
            {"int", "INTEGER"},
            {"bytes", "BLOB"},
            {"real", "REAL"},
            {"rows", "STRICT"},
            {"keyed", "STRICT, WITHOUT ROWID"},
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
        .exec = exec,
        .prepare = prepare,
        .finalize = finalize,
        .bind_int = bind_int,
        .bind_double = bind_double,
        .bind_text = bind_text,
        .bind_blob = bind_blob,
        .bind_null = bind_null,
        .step = step,
        .reset = reset,
        .clear = clear,
        .is_null = is_null,
        .get_int = get_int,
        .get_double = get_double,
        .get_text = get_text,
        .get_blob = get_blob,
        .backup = backup_to,
        .scrub = scrub,
        .thrifty = thrifty,
        .check = check,
        .has_table = has_table,
        .tables = "SELECT m.name, p.name, p.type, p.pk FROM sqlite_schema m, pragma_table_info(m.name) p "
                  "WHERE m.type = 'table' AND substr(m.name, 1, 7) <> 'sqlite_' ORDER BY m.name, p.cid",
        .word = word,
};

static bool configure(struct store *store, enum store_mode mode, struct err *err)
{
    char sql[400];
    sqlite3 *db = db_of(store);
    sqlite3_extended_result_codes(db, 1);
    sqlite3_busy_timeout(db, BUSY_MS);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    // Read through a mapping, pages are not copied: long scans and scattered rows alike gain by it.
    if (!exec(store, "PRAGMA mmap_size = 2147418112", err))
        return false;
    if (mode == STORE_READ)
        return exec(store, "PRAGMA query_only = ON; PRAGMA cache_size = -16384", err);
    sqlite3_snprintf(sizeof sql, sql,
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -%d; "
            "PRAGMA wal_autocheckpoint = %d; PRAGMA journal_size_limit = 67108864; "
            "PRAGMA temp_store = MEMORY",
            CACHE_KB, WAL_PAGES);
    return exec(store, sql, err);
}

bool sqlite_open(const char *path, enum store_mode mode, struct store **ret, struct err *err)
{
    // Made by us first, so that it never exists with other rights. A file that is there must not be opened
    // and closed here: closing any descriptor of it drops the locks of all connections that this process has,
    // and then another process takes the journal away under us.
    if (access(path, F_OK) != 0) {
        int fd = open(path, O_RDWR | O_CLOEXEC | (mode == STORE_CREATE ? O_CREAT | O_EXCL : 0), 0600);
        if (fd < 0)
            return err_errno(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "cannot open %s", path);
        close(fd);
    }
    struct sqlite_store *store = mem_zero(1, sizeof *store);
    store->base.engine = &ENGINE;
    // A reader opens for writing too: it may have to recover a WAL that a killed writer left.
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    bool ok = sqlite3_open_v2(path, &store->db, flags, NULL) == SQLITE_OK;
    if (!ok)
        failed(store->db, err);
    ok = ok && configure(&store->base, mode, err) &&
         exec(&store->base, "SELECT count(*) FROM sqlite_schema", err);
    if (!ok) {
        close_store(&store->base);
        return false;
    }
    *ret = &store->base;
    return true;
}
