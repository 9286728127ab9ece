#include "store/faulty/faulty.h"
#include "store/sqlite/sqlite.h"
#include "support/data_help.h"
#include "support/store_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture {
    struct arena *arena;
    char folder[200];
    const char *path;
    struct store *store;
    struct err err;
};

static int set_up(void **state)
{
    struct arena *arena = arena_new();
    struct fixture *f = ARENA_NEW(arena, struct fixture);
    f->arena = arena;
    snprintf(f->folder, sizeof f->folder, "%s", help_folder().p);
    f->path = help_path(arena, f->folder, "a.db");
    assert_true(help_store(f->folder, "a.db", STORE_CREATE, &f->store, &f->err));
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    store_close(f->store);
    help_remove(f->folder);
    arena_free(f->arena);
    return 0;
}

static int64_t number(struct store *store, const char *sql)
{
    int64_t n;
    struct err err;
    if (!store_number(store, sql, -1, &n, &err))
        fail_msg("%s", err.message);
    return n;
}

static void values_come_back(void **state)
{
    struct fixture *f = *state;
    struct query *q;
    bool row;
    assert_true(store_exec(
            f->store, "CREATE TABLE t(a BIGINT, b DOUBLE PRECISION, c TEXT, d BYTEA, e TEXT)", &f->err));
    // The parameters' numbers count, not the order in which they stand.
    assert_true(
            store_query(f->store, "INSERT INTO t (e, d, c, b, a) VALUES ($5, $4, $3, $2, $1)", &q, &f->err));
    query_bind_int(q, 1, INT64_MIN);
    query_bind_double(q, 2, 0.1);
    query_bind_text(q, 3, STR("schön"));
    query_bind_blob(q, 4, (struct str){"\0\1", 2});
    query_bind_null(q, 5);
    assert_true(query_run(q, &f->err));
    query_bind_text(q, 3, STR_NONE);
    query_bind_blob(q, 4, STR_NONE);
    assert_true(query_run(q, &f->err));
    query_end(q);
    assert_true(store_query(f->store, "SELECT a, b, c, d, e FROM t", &q, &f->err));
    assert_true(query_step(q, &row, &f->err) && row);
    assert_true(query_int(q, 0) == INT64_MIN);
    assert_true(query_double(q, 1) == 0.1);
    assert_true(str_eq(query_text(q, 2), STR("schön")));
    assert_true(str_eq(query_blob(q, 3), (struct str){"\0\1", 2}));
    assert_true(query_is_null(q, 4));
    assert_int_equal(query_text(q, 4).n, 0);
    assert_true(query_step(q, &row, &f->err) && row);
    assert_false(query_is_null(q, 2));
    assert_int_equal(query_text(q, 2).n, 0);
    assert_false(query_is_null(q, 3));
    assert_true(query_step(q, &row, &f->err) && !row);
    query_end(q);
}

static void a_query_in_use_is_not_given_out_twice(void **state)
{
    struct fixture *f = *state;
    static const char SQL[] = "WITH v(n) AS (VALUES (1), (2)) SELECT n FROM v WHERE n >= $1";
    struct query *a, *b;
    bool row;
    assert_true(store_query(f->store, SQL, &a, &f->err));
    query_bind_int(a, 1, 1);
    assert_true(query_step(a, &row, &f->err) && query_int(a, 0) == 1);
    assert_true(store_query(f->store, SQL, &b, &f->err));
    assert_ptr_not_equal(a, b);
    query_bind_int(b, 1, 2);
    assert_true(query_step(b, &row, &f->err) && query_int(b, 0) == 2);
    assert_true(query_step(a, &row, &f->err) && query_int(a, 0) == 2);
    query_end(a);
    query_end(b);
    assert_true(store_query(f->store, SQL, &a, &f->err)); // from the cache, its parameter forgotten
    assert_true(query_step(a, &row, &f->err) && !row);
    query_end(a);
}

static void many_queries(void **state)
{
    struct fixture *f = *state;
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 100; i++) {
            const char *sql = arena_printf(f->arena, "SELECT %d", i).p;
            assert_int_equal(number(f->store, sql), i);
        }
}

static void transactions(void **state)
{
    struct fixture *f = *state;
    assert_true(store_exec(f->store, "CREATE TABLE t(a BIGINT)", &f->err));
    assert_true(store_begin_write(f->store, &f->err));
    assert_true(store_exec(f->store, "INSERT INTO t VALUES (1)", &f->err));
    store_rollback(f->store);
    store_rollback(f->store);
    assert_int_equal(number(f->store, "SELECT count(*) FROM t"), 0);
    assert_true(store_begin_write(f->store, &f->err));
    assert_true(store_exec(f->store, "INSERT INTO t VALUES (1)", &f->err));
    assert_true(store_commit(f->store, &f->err));
    assert_int_equal(number(f->store, "SELECT count(*) FROM t"), 1);
    assert_int_equal(number(f->store, "SELECT max(a) FROM t WHERE a > 1"), -1);
}

static void a_reader_sees_one_moment(void **state)
{
    struct fixture *f = *state;
    struct store *reader;
    assert_true(store_exec(f->store, "CREATE TABLE t(a BIGINT)", &f->err));
    assert_true(help_store(f->folder, "a.db", STORE_READ, &reader, &f->err));
    assert_true(store_begin_read(reader, &f->err));
    assert_int_equal(number(reader, "SELECT count(*) FROM t"), 0);
    assert_true(store_exec(f->store, "INSERT INTO t VALUES (1)", &f->err));
    assert_int_equal(number(reader, "SELECT count(*) FROM t"), 0);
    store_rollback(reader);
    assert_int_equal(number(reader, "SELECT count(*) FROM t"), 1);
    assert_false(store_exec(reader, "INSERT INTO t VALUES (2)", &f->err));
    assert_int_equal(f->err.code, ERR_IO);
    store_close(reader);
}

static void what_is_wrong_is_said(void **state)
{
    struct fixture *f = *state;
    help_only_sqlite();
    struct store *store;
    struct query *q;
    struct stat st;
    assert_int_equal(stat(f->path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    const char *other = help_path(f->arena, f->folder, "other");
    assert_false(sqlite_open(other, STORE_WRITE, &store, &f->err));
    assert_int_equal(f->err.code, ERR_NOT_FOUND);
    help_write(other, STR("This is no database, but a text that is long enough to be looked at as one. ......"
                          ".........................................................................."));
    assert_false(sqlite_open(other, STORE_READ, &store, &f->err));
    assert_int_equal(f->err.code, ERR_CORRUPT);
    assert_false(store_query(f->store, "SELECT nonsense", &q, &f->err));
    assert_true(store_exec(
            f->store, "CREATE TABLE t(a INTEGER PRIMARY KEY) STRICT; INSERT INTO t VALUES (1)", &f->err));
    assert_false(store_exec(f->store, "INSERT INTO t VALUES (1)", &f->err));
    assert_int_equal(f->err.code, ERR_CONFLICT);
}

static const char *const ONE[] = {"CREATE TABLE one(id {id}, a {int}, b {bytes}) {rows}",
        "CREATE TABLE two(key TEXT, PRIMARY KEY (key)) {keyed}; INSERT INTO two VALUES ('{x}')"};
static const char *const BROKEN[] = {"CREATE TABLE three(a {int}) {rows}; INSERT INTO nowhere VALUES (1)"};
static const struct migration FIRST = {"slice", ONE, 1}, SECOND = {"slice", ONE, 2}, BAD = {"bad", BROKEN, 1};

static void migrations(void **state)
{
    struct fixture *f = *state;
    const struct migration *old[] = {&FIRST}, *new[] = {&SECOND}, *bad[] = {&SECOND, &BAD};
    assert_true(store_migrate(f->store, old, 1, &f->err));
    assert_true(store_migrated(f->store, old, 1, &f->err));
    assert_false(store_migrated(f->store, new, 1, &f->err));
    assert_int_equal(f->err.code, ERR_NOT_FOUND);
    assert_true(store_migrate(f->store, new, 1, &f->err));
    assert_true(store_migrate(f->store, new, 1, &f->err));
    assert_int_equal(number(f->store, "SELECT count(*) FROM two WHERE key = '{x}'"), 1);
    assert_false(store_migrate(f->store, old, 1, &f->err));
    assert_int_equal(f->err.code, ERR_CONFLICT);
    assert_non_null(strstr(f->err.message, "newer Sluice"));
    assert_false(store_migrate(f->store, bad, 2, &f->err));
    bool there = true;
    assert_true(store_has_table(f->store, STR("three"), &there, &f->err) && !there);
}

// Whatever call fails, the database is as before or as after, and a second try succeeds.
static void migrations_that_fail(void **state)
{
    struct fixture *f = *state;
    const struct migration *both[] = {&SECOND};
    bool done = false;
    for (uint64_t n = 1; !done; n++) {
        struct store *inner;
        const char *path = arena_printf(f->arena, "%s/m%llu.db", f->folder, (unsigned long long)n).p;
        assert_true(sqlite_open(path, STORE_CREATE, &inner, &f->err));
        struct store *faulty = faulty_store(inner, n);
        done = store_migrate(faulty, both, 1, &f->err);
        assert_true(done || (f->err.code == ERR_IO && strstr(f->err.message, "the disk is full")));
        assert_true(!done || faulty_calls(faulty) < n);
        int64_t version = -1, one = number(inner, "SELECT count(*) FROM sqlite_schema WHERE name = 'one'");
        if (number(inner, "SELECT count(*) FROM sqlite_schema WHERE name = 'migration'"))
            version = number(inner, "SELECT max(version) FROM migration");
        assert_true((version > 0) == one);
        assert_true(done || store_migrate(faulty, both, 1, &f->err));
        store_close(faulty);
    }
}

static void count_wrong(void *ctx, const char *what)
{
    (void)what;
    ++*(int *)ctx;
}

static void backups(void **state)
{
    struct fixture *f = *state;
    help_only_sqlite();
    struct store *copy;
    int wrong = 0;
    assert_true(store_exec(f->store,
            "CREATE TABLE t(a INTEGER, b TEXT) STRICT; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + "
            "1 "
            "FROM n WHERE i < 20000) INSERT INTO t SELECT i, hex(randomblob(100)) FROM n",
            &f->err));
    const char *path = help_path(f->arena, f->folder, "copy");
    assert_true(store_backup(f->store, path, NULL, NULL, &f->err));
    assert_int_not_equal(access(help_path(f->arena, f->folder, "copy-wal"), F_OK), 0);
    assert_true(sqlite_open(path, STORE_READ, &copy, &f->err));
    assert_int_equal(number(copy, "SELECT count(*) FROM t"), 20000);
    assert_true(store_check(copy, count_wrong, &wrong, &f->err));
    assert_int_equal(wrong, 0);
    store_close(copy);
    // A page of nonsense in the middle is found.
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    fseek(file, 40960, SEEK_SET);
    for (int i = 0; i < 4096; i++)
        fputc('x', file);
    fclose(file);
    assert_true(sqlite_open(path, STORE_READ, &copy, &f->err));
    assert_true(!store_check(copy, count_wrong, &wrong, &f->err) || wrong > 0);
    store_close(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(values_come_back, set_up, tear_down),
            cmocka_unit_test_setup_teardown(a_query_in_use_is_not_given_out_twice, set_up, tear_down),
            cmocka_unit_test_setup_teardown(many_queries, set_up, tear_down),
            cmocka_unit_test_setup_teardown(transactions, set_up, tear_down),
            cmocka_unit_test_setup_teardown(a_reader_sees_one_moment, set_up, tear_down),
            cmocka_unit_test_setup_teardown(what_is_wrong_is_said, set_up, tear_down),
            cmocka_unit_test_setup_teardown(migrations, set_up, tear_down),
            cmocka_unit_test_setup_teardown(migrations_that_fail, set_up, tear_down),
            cmocka_unit_test_setup_teardown(backups, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
