#include "support/data_help.h"
#include "support/store_help.h"

#include "base/datetime.h"
#include "store/faulty/faulty.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct fixture {
    struct arena *arena;
    char folder[200], data[220];
    const char *file;
    struct err err;
};

static int set_up(void **state)
{
    struct arena *arena = arena_new();
    struct fixture *f = ARENA_NEW(arena, struct fixture);
    f->arena = arena;
    snprintf(f->folder, sizeof f->folder, "%s", help_folder().p);
    snprintf(f->data, sizeof f->data, "%s/data", f->folder);
    f->file = help_path(arena, f->folder, "in.ndjson");
    help_init(f->data);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    help_remove(f->folder);
    arena_free(f->arena);
    return 0;
}

#define AT "\"timestamp\":\"2026-03-01T10:00:00Z\""

static const char MIXED[] = "\xEF\xBB\xBF{\"type\":\"page\",\"userId\":\"u1\",\"messageId\":\"m1\"," AT "}\n"
                            "\n"
                            "{\"type\":\"page\",\"userId\":\"u1\"," AT "}\r\n"
                            "{\"type\":\"page\",\"userId\":\"u1\",\"messageId\":\"m1\"," AT "}\n"
                            "{\"type\":\"page\",\"userId\":\"u1\"}\n"
                            "nonsense\n"
                            "{\"type\":\"alias\",\"userId\":\"u2\",\"previousId\":\"u1\"," AT "}\n"
                            "{\"type\":\"identify\",\"userId\":\"u2\",\"anonymousId\":\"a\"," AT "}";

struct bad_lines {
    char text[400];
};

static void bad_line(void *ctx, const char *file, uint64_t line, const char *reason)
{
    struct bad_lines *bad = ctx;
    size_t n = strlen(bad->text);
    (void)file;
    snprintf(bad->text + n, sizeof bad->text - n, "%llu: %s\n", (unsigned long long)line, reason);
}

static void run(
        struct fixture *f, const struct import_options *options, struct import_counts *ret, int64_t *ret_id)
{
    struct data *data = help_open(f->data, options->dry_run ? DATA_READ : DATA_WRITE);
    if (!import_ndjson(data, &f->file, 1, options, ret, ret_id, &f->err))
        fail_msg("%s", f->err.message);
    data_close(data);
}

static int64_t number(struct fixture *f, const char *sql)
{
    int64_t n;
    struct data *data = help_open(f->data, DATA_READ);
    if (!store_number(data_store(data), sql, -1, &n, &f->err))
        fail_msg("%s", f->err.message);
    data_close(data);
    return n;
}

static void must_count(const struct import_counts *c, uint64_t lines, uint64_t events, uint64_t aliases,
        uint64_t copies, uint64_t skipped, uint64_t bad, uint64_t contacts)
{
    assert_int_equal(c->lines, lines);
    assert_int_equal(c->events, events);
    assert_int_equal(c->aliases, aliases);
    assert_int_equal(c->copies, copies);
    assert_int_equal(c->skipped, skipped);
    assert_int_equal(c->bad, bad);
    assert_int_equal(c->contacts, contacts);
}

static void counts_and_rejects(void **state)
{
    struct fixture *f = *state;
    struct bad_lines bad = {""};
    struct import_counts counts;
    int64_t id;
    const char *rejects = help_path(f->arena, f->folder, "rejects");
    struct import_options options = {
            .now = NOW, .rejects = rejects, .bad_line = bad_line, .ctx = &bad, .dry_run = true};
    help_write(f->file, str_of(MIXED));
    // First without writing anything but the rejects.
    run(f, &options, &counts, &id);
    must_count(&counts, 8, 3, 1, 1, 0, 2, 3);
    assert_int_equal(id, 0);
    assert_int_equal(number(f, "SELECT count(*) FROM event"), 0);
    assert_int_equal(number(f, "SELECT count(*) FROM import"), 0);
    assert_int_equal(unlink(rejects), 0);
    options.dry_run = false;
    bad.text[0] = '\0';
    run(f, &options, &counts, &id);
    must_count(&counts, 8, 3, 1, 1, 0, 2, 3);
    assert_int_equal(id, 1);
    assert_string_equal(bad.text, "5: no timestamp\n6: not JSON: an unknown word at byte 1\n");
    assert_true(
            str_eq(help_read(f->arena, rejects), str_of(arena_printf(f->arena,
                                                         "{\"file\":\"%s\",\"line\":5,\"reason\":\"no "
                                                         "timestamp\",\"text\":\"{\\\"type\\\":\\\"page\\\","
                                                         "\\\"userId\\\":\\\"u1\\\"}\"}\n{\"file\":\"%s\","
                                                         "\"line\":6,\"reason\":\"not JSON: an "
                                                         "unknown word at byte 1\",\"text\":\"nonsense\"}\n",
                                                         f->file, f->file)
                                                                 .p)));
    assert_int_equal(number(f, "SELECT count(*) FROM event"), 4);
    // The same file once more brings nothing, with messageIds or without.
    run(f, &options, &counts, &id);
    must_count(&counts, 8, 0, 0, 0, 8, 0, 0);
    assert_int_equal(number(f, "SELECT count(*) FROM event"), 4);
    // Undone, it can be imported again.
    struct data *data = help_open(f->data, DATA_WRITE);
    assert_true(import_undo(data, 1, NOW, &counts, &f->err));
    must_count(&counts, 8, 3, 1, 1, 0, 2, 3);
    data_close(data);
    run(f, &options, &counts, &id);
    must_count(&counts, 8, 3, 1, 1, 0, 2, 0);
    assert_int_equal(id, 3);
}

static void note_run(void *ctx, const struct import_row *row)
{
    buf_printf(ctx, "%lld %lld %d %.*s %llu\n", (long long)row->id, (long long)row->finished, row->undone,
            STR_ARG(row->files), (unsigned long long)row->counts.events);
}

// Of a file that came in by three runs, the middle one is undone: another import brings just that back.
static void a_gap_is_filled(void **state)
{
    struct fixture *f = *state;
    struct import_options options = {.now = NOW};
    struct import_counts counts;
    struct err err;
    int64_t id;
    for (int part = 0; part < 3; part++) {
        struct data *data = help_open(f->data, DATA_WRITE);
        struct import_run *run_;
        uint64_t skip;
        bool take;
        assert_true(import_begin(data, &options, &run_, &err));
        assert_true(import_source(run_, "f", 77, &skip, &err));
        assert_int_equal(skip, part * 10);
        for (uint64_t line = skip + 1; line <= skip + 10; line++) {
            struct message m;
            assert_true(import_line(run_, line, &take, &err) && take);
            assert_true(
                    message_decode(f->arena, STR("{\"type\":\"page\",\"userId\":\"u\"," AT "}"), &m, &err));
            assert_true(import_message(run_, &m, &err));
        }
        assert_true(import_end(run_, &counts, &id, &err));
        data_close(data);
    }
    struct data *data = help_open(f->data, DATA_WRITE);
    assert_true(import_undo(data, 2, NOW, &counts, &err));
    for (int again = 0; again < 2; again++) {
        struct import_run *run_;
        uint64_t skip;
        assert_true(import_begin(data, &options, &run_, &err));
        assert_true(import_source(run_, "f", 77, &skip, &err));
        assert_int_equal(skip, again ? 40 : 10);
        for (uint64_t line = skip + 1; line <= 40; line++) {
            bool take;
            assert_true(import_line(run_, line, &take, &err));
            assert_true(take == (line <= 20 || line > 30));
        }
        assert_true(import_end(run_, &counts, &id, &err));
        must_count(&counts, 40, 0, 0, 0, again ? 40 : 20, 0, 0);
    }
    data_close(data);
}

static void several_files_in_one_run(void **state)
{
    struct fixture *f = *state;
    const char *second = help_path(f->arena, f->folder, "second.ndjson");
    const char *paths[] = {f->file, second, f->file};
    struct import_options options = {.now = NOW};
    struct import_counts counts;
    struct buf list = {0};
    int64_t id;
    help_write(f->file, STR("{\"type\":\"page\",\"userId\":\"u1\"," AT "}\n"));
    help_write(second, STR("{\"type\":\"page\",\"userId\":\"u2\"," AT
                           "}\n{\"type\":\"page\",\"userId\":\"u2\"," AT "}\n"));
    struct data *data = help_open(f->data, DATA_WRITE);
    assert_true(import_ndjson(data, paths, 3, &options, &counts, &id, &f->err));
    must_count(&counts, 4, 3, 0, 0, 1, 0, 2); // the file named twice brings its line once
    assert_true(import_ndjson(data, paths, 2, &options, &counts, &id, &f->err));
    must_count(&counts, 3, 0, 0, 0, 3, 0, 0);
    assert_false(import_ndjson(data, (const char *[]){"/nowhere"}, 1, &options, &counts, &id, &f->err));
    assert_true(import_undo(data, 1, NOW, &counts, &f->err));
    assert_true(import_list(data, note_run, &list, &f->err));
    struct str expected = arena_printf(f->arena, "1 %d 1 %s, %s, %s 3\n2 %d 0 %s, %s 0\n", NOW, f->file,
            second, f->file, NOW, f->file, second);
    assert_true(str_eq(buf_str(&list), expected));
    data_close(data);
    buf_free(&list);
}

static void only_one_writes(void **state)
{
    struct fixture *f = *state;
    struct data *writer = help_open(f->data, DATA_WRITE), *other;
    assert_false(data_open(f->data, DATA_WRITE, &other, &f->err));
    assert_int_equal(f->err.code, ERR_BUSY);
    assert_non_null(strstr(f->err.message, arena_printf(f->arena, "process %ld", (long)getpid()).p));
    other = help_open(f->data, DATA_READ);
    struct import_run *run_;
    assert_false(import_begin(other, &(struct import_options){.now = NOW}, &run_, &f->err));
    data_close(other);
    data_close(writer);
    data_close(help_open(f->data, DATA_WRITE));
}

static void put_lines(unsigned n, bool keyed, struct buf *out)
{
    char time[DATETIME_SIZE];
    for (unsigned i = 0; i < n; i++) {
        buf_printf(out, "{\"type\":\"track\",\"event\":\"e%u\",\"userId\":\"u%u\",", i % 9, i % 997);
        if (keyed || i % 2)
            buf_printf(out, "\"messageId\":\"m%u\",", i);
        buf_printf(out, "\"properties\":{\"n\":%u},\"timestamp\":\"%.*s\"}\n", i,
                STR_ARG(datetime_format(NOW - 1000000 + (int64_t)i, time)));
    }
}

static void import_and_exit(const char *folder, const char *file)
{
    struct import_options options = {.now = NOW};
    struct import_counts counts;
    struct data *data;
    int64_t id;
    if (!data_open(folder, DATA_WRITE, &data, NULL))
        _exit(2);
    _exit(import_ndjson(data, &file, 1, &options, &counts, &id, NULL) ? 0 : 1);
}

static struct str exported(struct fixture *f)
{
    struct data *data = help_open(f->data, DATA_READ);
    struct str text = help_export(f->arena, data);
    data_close(data);
    return text;
}

static int64_t now_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

// Starts an import and kills it after a while. true: it was quicker than that.
static bool kill_after(struct fixture *f, int64_t ns)
{
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (!child)
        import_and_exit(f->data, f->file);
    nanosleep(&(struct timespec){ns / 1000000000, (long)(ns % 1000000000)}, NULL);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
    return !WIFSIGNALED(status);
}

// Killed again and again at any moment, each time taken up again: in the end each line is there once.
// (A server may still finish the commit of a client that was killed: there it is its own test, over the API.)
static void killed_at_any_moment(void **state)
{
    struct fixture *f = *state;
    help_only_sqlite();
    enum { LINES = 80000, ROUNDS = 4, KILLS = 12 };
    struct buf lines = {0};
    struct rng rng = rng_seed(1);
    put_lines(LINES, false, &lines);
    help_write(f->file, buf_str(&lines));
    int64_t start = now_ns();
    help_import(f->data, f->file);
    int64_t whole = now_ns() - start;
    struct str expected = exported(f);
    unsigned partial = 0;
    for (int round = 0; round < ROUNDS; round++) {
        help_remove(f->data);
        help_init(f->data);
        bool done = false;
        for (int i = 0; i < KILLS && !done; i++) {
            done = kill_after(f, (int64_t)rng_below(&rng, (uint64_t)whole / 2));
            int64_t n = number(f, "SELECT count(*) FROM event");
            assert_int_equal(number(f, "SELECT coalesce(max(lines), 0) FROM import_source"), n);
            partial += n > 0 && n < LINES;
        }
        help_import(f->data, f->file);
        assert_true(str_eq(exported(f), expected));
        assert_int_equal(number(f, "SELECT count(*) - count(DISTINCT name) FROM contact"), 0);
        assert_int_equal(number(f, "SELECT count(*) FROM identity i JOIN contact c ON c.id = i.contact AND "
                                   "c.name = i.value"),
                number(f, "SELECT count(*) FROM contact"));
    }
    assert_true(partial > 0);
    buf_free(&lines);
}

static struct store *wrap(void *ctx, struct store *inner)
{
    return faulty_store(inner, *(uint64_t *)ctx);
}

// Whatever call of the store fails: one clear error, whole transactions, and the next run brings the rest.
static void every_call_may_fail(void **state)
{
    struct fixture *f = *state;
    struct import_options options = {.now = NOW};
    struct import_counts counts;
    int64_t id;
    bool done = false;
    help_write(f->file, str_of(MIXED));
    for (uint64_t n = 1; !done; n++) {
        struct data *data;
        f->err = (struct err){0};
        bool opened = data_open_with(f->data, DATA_WRITE, wrap, &n, &data, &f->err);
        done = opened && import_ndjson(data, &f->file, 1, &options, &counts, &id, &f->err);
        if (opened)
            data_close(data);
        if (!done) {
            assert_int_equal(f->err.code, ERR_IO);
            assert_non_null(strstr(f->err.message, "the disk is full"));
            assert_int_equal(number(f, "SELECT count(*) FROM event"), 0);
            assert_int_equal(number(f, "SELECT count(*) FROM contact"), 0);
            assert_int_equal(number(f, "SELECT count(*) FROM import"), 0);
        }
    }
    assert_int_equal(number(f, "SELECT count(*) FROM event"), 4);
    assert_int_equal(number(f, "SELECT count(*) FROM import"), 1);
    must_count(&counts, 8, 3, 1, 1, 0, 2, 3);
}

static bool stop_soon(void *ctx, const struct import_counts *counts, uint64_t consumed, uint64_t size)
{
    (void)ctx;
    assert_true(consumed <= size);
    return counts->lines < 5000;
}

static void stopped_by_the_user(void **state)
{
    struct fixture *f = *state;
    struct buf lines = {0};
    struct import_options options = {.now = NOW, .progress = stop_soon};
    struct import_counts counts;
    int64_t id;
    put_lines(12000, false, &lines);
    help_write(f->file, buf_str(&lines));
    run(f, &options, &counts, &id);
    assert_true(counts.events >= 5000 && counts.events < 12000);
    options.progress = NULL;
    uint64_t before = counts.events;
    run(f, &options, &counts, &id);
    assert_int_equal(counts.events, 12000 - before);
    assert_int_equal(counts.skipped, before);
    buf_free(&lines);
}

static void dry_run_knows_the_store(void **state)
{
    struct fixture *f = *state;
    struct buf lines = {0};
    struct import_options options = {.now = NOW, .dry_run = true};
    struct import_counts counts;
    int64_t id;
    put_lines(3000, true, &lines);
    help_write(f->file, buf_str(&lines));
    help_import(f->data, f->file);
    buf_put(&lines, STR("{\"type\":\"page\",\"userId\":\"new\"," AT "}\n"));
    help_write(f->file, buf_str(&lines));
    run(f, &options, &counts, &id);
    must_count(&counts, 3001, 1, 0, 3000, 0, 0, 1);
    buf_free(&lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(counts_and_rejects, set_up, tear_down),
            cmocka_unit_test_setup_teardown(a_gap_is_filled, set_up, tear_down),
            cmocka_unit_test_setup_teardown(several_files_in_one_run, set_up, tear_down),
            cmocka_unit_test_setup_teardown(only_one_writes, set_up, tear_down),
            cmocka_unit_test_setup_teardown(killed_at_any_moment, set_up, tear_down),
            cmocka_unit_test_setup_teardown(every_call_may_fail, set_up, tear_down),
            cmocka_unit_test_setup_teardown(stopped_by_the_user, set_up, tear_down),
            cmocka_unit_test_setup_teardown(dry_run_knows_the_store, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
