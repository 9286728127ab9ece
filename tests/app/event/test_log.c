#include "app/event/log.h"
#include "base/map.h"
#include "store/faulty/faulty.h"
#include "store/sqlite/sqlite.h"
#include "support/data_help.h"
#include "support/store_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct fixture {
    struct arena *arena;
    char folder[200];
    struct store *store;
    struct log *log;
    struct err err;
};

static const struct migration *const MIGRATIONS[] = {&LOG_MIGRATION};

static int set_up(void **state)
{
    struct arena *arena = arena_new();
    struct fixture *f = ARENA_NEW(arena, struct fixture);
    f->arena = arena;
    snprintf(f->folder, sizeof f->folder, "%s", help_folder().p);
    assert_true(help_store(f->folder, "a.db", STORE_CREATE, &f->store, &f->err));
    assert_true(store_migrate(f->store, MIGRATIONS, 1, &f->err));
    assert_true(log_new(f->store, &f->log, &f->err));
    assert_true(log_dedupe_base(f->log, NULL, 0, &f->err));
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    log_free(f->log);
    store_close(f->store);
    help_remove(f->folder);
    arena_free(f->arena);
    return 0;
}

static bool append(struct fixture *f, const char *line, int64_t import, enum log_outcome *ret)
{
    struct message m;
    if (!message_decode(f->arena, str_of(line), &m, &f->err))
        fail_msg("%s", f->err.message);
    return log_append(f->log, &m, import, ret, &f->err);
}

static void must(struct fixture *f, const char *line, int64_t import, enum log_outcome expected)
{
    enum log_outcome outcome;
    if (!append(f, line, import, &outcome))
        fail_msg("%s", f->err.message);
    assert_int_equal(outcome, expected);
}

static void begin(struct fixture *f)
{
    if (!log_begin(f->log, &f->err))
        fail_msg("%s", f->err.message);
}

static void commit(struct fixture *f)
{
    if (!log_commit(f->log, &f->err))
        fail_msg("%s", f->err.message);
}

static int64_t number(struct fixture *f, const char *sql)
{
    int64_t n;
    assert_true(store_number(f->store, sql, -1, &n, &f->err));
    return n;
}

static void message_ids_are_packed_and_come_back(void **state)
{
    (void)state;
    struct buf packed = {0}, text = {0};
    static const char *const IDS[] = {"a", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
            "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6", "f81d4fae-7dec-11d0-a765-00a0c91e6bf",
            "f81d4fae-7dec-11d0-a765_00a0c91e6bf6", "fifteen--bytes-", "fourteen-bytes", "sixteen--bytes--",
            "\x01", "äöü"};
    for (size_t i = 0; i < sizeof IDS / sizeof *IDS; i++) {
        struct str id = str_of(IDS[i]), stored = message_pack(id, &packed);
        assert_true((stored.n == 16) == (i == 1));
        text.n = 0;
        message_text(stored, &text);
        assert_true(str_eq(buf_str(&text), id));
    }
    for (size_t n = 1; n < 40; n++) { // zero bytes, every length
        char id[40] = {0};
        text.n = 0;
        message_text(message_pack((struct str){id, n}, &packed), &text);
        assert_true(str_eq(buf_str(&text), (struct str){id, n}));
    }
    assert_int_equal(message_pack(STR_NONE, &packed).n, 0);
    buf_free(&packed);
    buf_free(&text);
}

#define AT "\"timestamp\":\"2026-03-01T10:00:00Z\""

static void copies_are_not_appended(void **state)
{
    struct fixture *f = *state;
    begin(f);
    must(f, "{\"type\":\"page\",\"userId\":\"u1\",\"messageId\":\"m1\"," AT "}", 0, LOG_EVENT);
    must(f, "{\"type\":\"track\",\"event\":\"x\",\"userId\":\"u2\",\"messageId\":\"m1\"," AT "}", 0,
            LOG_COPY);
    must(f, "{\"type\":\"page\",\"userId\":\"u1\"," AT "}", 0, LOG_EVENT);
    must(f, "{\"type\":\"page\",\"userId\":\"u1\"," AT "}", 0, LOG_EVENT);
    must(f, "{\"type\":\"alias\",\"previousId\":\"u1\",\"userId\":\"u2\",\"messageId\":\"m2\"," AT "}", 0,
            LOG_ALIAS);
    must(f, "{\"type\":\"alias\",\"previousId\":\"u1\",\"userId\":\"u3\",\"messageId\":\"m2\"," AT "}", 0,
            LOG_COPY);
    must(f, "{\"type\":\"unalias\",\"messageId\":\"m2\"}", 0, LOG_UNALIAS);
    must(f, "{\"type\":\"unalias\",\"messageId\":\"m2\"}", 0, LOG_UNALIAS);
    commit(f);
    assert_int_equal(number(f, "SELECT count(*) FROM event"), 6);
    assert_int_equal(number(f, "SELECT count(*) FROM contact"), 2);
    assert_int_equal(number(f, "SELECT count(*) FROM event_type"), 3);
    // A log that is opened later knows them, too.
    log_free(f->log);
    assert_true(log_new(f->store, &f->log, &f->err));
    assert_true(log_dedupe_base(f->log, NULL, 0, &f->err));
    begin(f);
    must(f, "{\"type\":\"page\",\"userId\":\"u1\",\"messageId\":\"m1\"," AT "}", 0, LOG_COPY);
    commit(f);
}

// A hash that another messageId has, too, must not hide a message: here every row is said to have it.
static void equal_hashes_are_told_apart(void **state)
{
    struct fixture *f = *state;
    struct buf packed = {0};
    begin(f);
    must(f, "{\"type\":\"page\",\"userId\":\"u1\",\"messageId\":\"m1\"," AT "}", 0, LOG_EVENT);
    must(f, "{\"type\":\"page\",\"userId\":\"u1\",\"messageId\":\"m2\"," AT "}", 0, LOG_EVENT);
    commit(f);
    uint64_t hashes[4], other = hash64(message_pack(STR("m3"), &packed));
    uint32_t rows[4] = {1, 2, 9, 1};
    for (int i = 0; i < 4; i++)
        hashes[i] = other;
    struct message_keys base = {4, hashes, rows};
    log_free(f->log);
    assert_true(log_new(f->store, &f->log, &f->err));
    assert_true(log_dedupe_base(f->log, &base, 2, &f->err));
    begin(f);
    must(f, "{\"type\":\"page\",\"userId\":\"u1\",\"messageId\":\"m3\"," AT "}", 0, LOG_EVENT);
    must(f, "{\"type\":\"page\",\"userId\":\"u1\",\"messageId\":\"m3\"," AT "}", 0, LOG_COPY);
    commit(f);
    log_free(f->log); // before its base goes
    assert_true(log_new(f->store, &f->log, &f->err));
    buf_free(&packed);
}

static void an_undone_import_frees_its_message_ids(void **state)
{
    struct fixture *f = *state;
    static const char LINE[] = "{\"type\":\"page\",\"userId\":\"u1\",\"messageId\":\"m1\"," AT "}";
    begin(f);
    must(f, LINE, 7, LOG_EVENT);
    must(f, LINE, 8, LOG_COPY);
    assert_true(log_undo(f->log, 7, NOW, &f->err));
    must(f, LINE, 8, LOG_EVENT);
    must(f, LINE, 9, LOG_COPY);
    assert_false(log_undo(f->log, 7, NOW, &f->err));
    assert_int_equal(f->err.code, ERR_CONFLICT);
    commit(f);
    bool there;
    assert_true(log_has_message(f->log, STR("m1"), &there, &f->err) && there);
}

static void a_row_that_is_taken_back_frees_its_message_id(void **state)
{
    struct fixture *f = *state;
    static const char LINE[] = "{\"type\":\"page\",\"userId\":\"u1\",\"messageId\":\"m1\"," AT "}";
    begin(f);
    must(f, LINE, 0, LOG_EVENT);
    int64_t row = log_last(f->log);
    must(f, "{\"type\":\"page\",\"userId\":\"u1\",\"messageId\":\"m2\"," AT "}", 0, LOG_EVENT);
    must(f, LINE, 0, LOG_COPY);
    assert_true(log_undo_row(f->log, row, NOW, &f->err));
    must(f, LINE, 0, LOG_EVENT);
    assert_false(log_undo_row(f->log, row, NOW, &f->err));
    assert_int_equal(f->err.code, ERR_CONFLICT);
    commit(f);
    bool there;
    assert_true(log_has_message(f->log, STR("m2"), &there, &f->err) && there);
}

static bool visit_row(void *ctx, const struct log_row *row, struct err *err)
{
    struct buf *out = ctx;
    (void)err;
    buf_printf(out, "%lld:%lld/%lld ", (long long)row->id, (long long)row->user, (long long)row->anonymous);
    if (row->kind == MESSAGE_EVENT && !row->undo)
        message_line(row, STR("U"), STR("A"), out);
    buf_char(out, '\n');
    return true;
}

static void rows_come_back(void **state)
{
    struct fixture *f = *state;
    struct buf out = {0};
    begin(f);
    must(f,
            "{ \"type\":\"track\", \"event\":\"Order Completed\", \"userId\":\"u\", \"anonymousId\":\"a\", "
            "\"timestamp\":\"2026-03-01T11:00:00.5+01:00\", \"properties\": { \"a b\" : \"x \\\"y z\\\\\" , "
            "\"n\":1.50 , "
            "\"l\":[ 1 ] }, \"context\":{}, \"sentAt\":\"x\", \"name\":\"N\\n\" }",
            3, LOG_EVENT);
    must(f, "{\"type\":\"page\",\"anonymousId\":\"a\"," AT "}", 3, LOG_EVENT);
    must(f, "{\"type\":\"alias\",\"previousId\":\"p\",\"userId\":\"u\"," AT "}", 4, LOG_ALIAS);
    assert_true(log_undo(f->log, 9, NOW, &f->err));
    commit(f);
    assert_true(log_scan(f->log, 0, 100, false, visit_row, &out, &f->err));
    assert_true(log_scan_ahead(f->log, 1, 2, visit_row, &out, &f->err));
    assert_string_equal(buf_str(&out).n ? (buf_char(&out, '\0'), out.p) : "",
            "1:1/2 {\"type\":\"track\",\"event\":\"order.placed\",\"userId\":\"U\",\"anonymousId\":\"A\","
            "\"timestamp\":\"2026-03-01T10:00:00Z\",\"properties\":{\"a b\":\"x \\\"y "
            "z\\\\\",\"n\":1.50,\"l\":[1]},"
            "\"name\":\"N\\n\"}\n"
            "2:0/2 {\"type\":\"track\",\"event\":\"page.viewed\",\"userId\":\"U\",\"anonymousId\":\"A\","
            "\"timestamp\":\"2026-03-01T10:00:00Z\"}\n"
            "3:1/3 \n4:0/0 \n"
            "2:0/2 {\"type\":\"track\",\"event\":\"page.viewed\",\"userId\":\"U\",\"anonymousId\":\"A\","
            "\"timestamp\":\"2026-03-01T10:00:00Z\"}\n");
    buf_free(&out);
}

static bool stop_at_5000(void *ctx, const struct log_row *row, struct err *err)
{
    int64_t *seen = ctx;
    *seen += row->id;
    return row->id < 5000 || err_set(err, ERR_INPUT, "enough");
}

// The thread that reads ahead (threads): all rows in order, and an early end.
static void reading_ahead(void **state)
{
    struct fixture *f = *state;
    enum { ROWS = 30000 };
    int64_t sum = 0;
    begin(f);
    for (int i = 0; i < ROWS; i++)
        must(f, "{\"type\":\"track\",\"event\":\"x\",\"userId\":\"u\",\"properties\":{\"a\":1}," AT "}", 0,
                LOG_EVENT);
    commit(f);
    assert_false(log_scan_ahead(f->log, 0, ROWS, stop_at_5000, &sum, &f->err));
    assert_string_equal(f->err.message, "enough");
    assert_true(sum == 5000LL * 5001 / 2);
    sum = 0;
    assert_false(log_scan_ahead(f->log, 4999, ROWS, stop_at_5000, &sum, &f->err));
    sum = 0;
    assert_true(log_scan_ahead(f->log, 1000, 4999, stop_at_5000, &sum, &f->err));
    assert_true(sum == 4999LL * 5000 / 2 - 1000LL * 1001 / 2);
    assert_true(store_exec(f->store, "UPDATE event SET type = 77 WHERE id = 20000", &f->err));
    assert_false(log_scan_ahead(f->log, 5000, 4000, stop_at_5000, &sum, &f->err) &&
                 log_scan_ahead(f->log, 15000, ROWS, stop_at_5000, &sum, &f->err));
}

static void too_many_types(void **state)
{
    struct fixture *f = *state;
    enum log_outcome outcome;
    begin(f);
    for (int i = 0; i < 65000; i++)
        must(f, arena_printf(f->arena, "{\"type\":\"track\",\"event\":\"e%d\",\"userId\":\"u\"," AT "}", i).p,
                0, LOG_EVENT);
    assert_false(
            append(f, "{\"type\":\"track\",\"event\":\"one more\",\"userId\":\"u\"," AT "}", 0, &outcome));
    assert_int_equal(f->err.code, ERR_LIMIT);
    must(f, "{\"type\":\"track\",\"event\":\"e9\",\"userId\":\"u\"," AT "}", 0, LOG_EVENT);
    log_rollback(f->log);
}

static bool append_some(struct fixture *f)
{
    static const char *const LINES[] = {
            "{\"type\":\"page\",\"userId\":\"u1\",\"messageId\":\"m1\"," AT "}",
            "{\"type\":\"identify\",\"userId\":\"u1\",\"anonymousId\":\"a1\",\"traits\":{\"title\":\"x\"}," AT
            "}",
            "{\"type\":\"alias\",\"previousId\":\"u9\",\"userId\":\"u1\",\"messageId\":\"m2\"," AT "}",
            "{\"type\":\"page\",\"userId\":\"u1\",\"messageId\":\"m1\"," AT "}",
    };
    enum log_outcome outcome;
    if (!log_begin(f->log, &f->err))
        return false;
    for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++)
        if (!append(f, LINES[i], 5, &outcome)) {
            log_rollback(f->log);
            return false;
        }
    if (!log_undo(f->log, 4, NOW, &f->err)) {
        log_rollback(f->log);
        return false;
    }
    return log_commit(f->log, &f->err);
}

// Whatever call of the store fails: nothing of the transaction is there, memory forgot it too, and the next
// try writes exactly what the first would have.
static void every_call_may_fail(void **state)
{
    struct fixture *f = *state;
    bool done = false;
    unsigned failures = 0;
    for (uint64_t n = 1; !done; n++) {
        struct fixture g = *f;
        struct store *inner;
        const char *path = arena_printf(f->arena, "%s/f%llu.db", f->folder, (unsigned long long)n).p;
        assert_true(sqlite_open(path, STORE_CREATE, &inner, &g.err));
        assert_true(store_migrate(inner, MIGRATIONS, 1, &g.err));
        struct store *faulty = g.store = faulty_store(inner, n);
        bool opened = log_new(g.store, &g.log, &g.err);
        if (opened && !log_dedupe_base(g.log, NULL, 0, &g.err)) {
            log_free(g.log);
            opened = false;
        }
        done = opened && append_some(&g);
        if (!done) {
            failures++;
            assert_int_equal(g.err.code, ERR_IO);
            g.store = inner;
            assert_int_equal(number(&g, "SELECT count(*) FROM event"), 0);
            assert_int_equal(number(&g, "SELECT count(*) FROM contact"), 0);
            if (opened && !append_some(&g))
                fail_msg("%s", g.err.message);
        }
        g.store = inner;
        if (opened) {
            assert_int_equal(number(&g, "SELECT count(*) FROM event"), 4);
            assert_int_equal(number(&g, "SELECT max(id) FROM event"), 4);
            assert_int_equal(number(&g, "SELECT count(*) FROM contact"), 3);
            assert_int_equal(number(&g, "SELECT count(*) FROM event_type"), 4);
            log_free(g.log);
        }
        store_close(faulty);
    }
    assert_true(failures > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(message_ids_are_packed_and_come_back),
            cmocka_unit_test_setup_teardown(copies_are_not_appended, set_up, tear_down),
            cmocka_unit_test_setup_teardown(equal_hashes_are_told_apart, set_up, tear_down),
            cmocka_unit_test_setup_teardown(an_undone_import_frees_its_message_ids, set_up, tear_down),
            cmocka_unit_test_setup_teardown(a_row_that_is_taken_back_frees_its_message_id, set_up, tear_down),
            cmocka_unit_test_setup_teardown(rows_come_back, set_up, tear_down),
            cmocka_unit_test_setup_teardown(reading_ahead, set_up, tear_down),
            cmocka_unit_test_setup_teardown(too_many_types, set_up, tear_down),
            cmocka_unit_test_setup_teardown(every_call_may_fail, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
