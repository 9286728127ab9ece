// Columns of a store, however they came about, are those of its messages read as a file.
#include "support/data_help.h"
#include "support/store_help.h"

#include "base/mem.h"
#include "store/faulty/faulty.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <unistd.h>

struct fixture {
    struct arena *arena;
    char folder[200], data[220];
    const char *cache, *file;
    struct err err;
};

static int set_up(void **state)
{
    struct arena *arena = arena_new();
    struct fixture *f = ARENA_NEW(arena, struct fixture);
    f->arena = arena;
    snprintf(f->folder, sizeof f->folder, "%s", help_folder().p);
    snprintf(f->data, sizeof f->data, "%s/data", f->folder);
    f->cache = help_path(arena, f->data, DATA_CACHE);
    f->file = help_path(arena, f->folder, "in.ndjson");
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

static void must_equal(struct buf *a, struct buf *b, const char *what)
{
    if (!str_eq(buf_str(a), buf_str(b)))
        fail_msg("%s differ:\n%.*s\n-- and --\n%.*s", what, (int)a->n, a->p, (int)b->n, b->p);
    a->n = b->n = 0;
}

// The store (which has all of the files so far) against one file of all messages, at several moments.
static void compare(struct fixture *f, struct rng *rng, const char *file, const char *what)
{
    struct buf a = {0}, b = {0};
    struct data *data = help_open(f->data, DATA_READ);
    for (int i = 0; i < 3; i++) {
        int64_t at = i ? NOW - 20000000 + (int64_t)rng_below(rng, 400000) : INT64_MAX;
        const struct columns *columns;
        assert_true(data_columns(data, at, &columns, &f->err));
        // The columns of everything may serve an earlier moment: what is later is left out then.
        help_columns_until(columns, at, &a);
        help_file_columns(file, at, &b);
        must_equal(&a, &b, what);
    }
    data_close(data);
    buf_free(&a);
    buf_free(&b);
}

static void of_random_messages(void **state)
{
    struct fixture *f = *state;
    for (uint64_t seed = 1; seed <= help_fewer(150); seed++) {
        struct rng rng = rng_seed(seed);
        struct buf all = {0};
        const char *whole = help_path(f->arena, f->folder, "all.ndjson");
        help_init(f->data);
        unsigned parts = 1 + (unsigned)rng_below(&rng, 4), people = 3 + (unsigned)rng_below(&rng, 40);
        for (unsigned i = 0; i < parts; i++) {
            size_t from = all.n;
            unsigned n = 1 + (unsigned)rng_below(&rng, rng_chance(&rng, 0.5) ? 6 : 150);
            if (seed % 3)
                help_plain_messages(&rng, n, people, &all); // mostly merged into the cache's columns
            else
                help_messages(&rng, n, false, &all);
            help_write(f->file, str_sub(buf_str(&all), from, all.n));
            help_write(whole, buf_str(&all));
            help_import(f->data, f->file);
            char what[80];
            snprintf(what, sizeof what, "columns of seed %llu, part %u", (unsigned long long)seed, i);
            compare(f, &rng, whole, what);
        }
        // What is exported says the same.
        struct data *data = help_open(f->data, DATA_READ);
        help_write(f->file, help_export(f->arena, data));
        data_close(data);
        compare(f, &rng, f->file, "exported columns");
        buf_free(&all);
        help_remove(f->data);
    }
}

// A store with some history and its columns as text.
static void make_store(struct fixture *f, uint64_t seed, unsigned n, struct buf *ret_columns)
{
    struct rng rng = rng_seed(seed);
    struct buf all = {0};
    help_init(f->data);
    help_messages(&rng, n, true, &all);
    help_write(f->file, buf_str(&all));
    help_import(f->data, f->file);
    struct data *data = help_open(f->data, DATA_READ);
    help_data_columns(data, INT64_MAX, ret_columns);
    data_close(data);
    buf_free(&all);
}

static void must_still_say(struct fixture *f, struct buf *expected, const char *what)
{
    struct buf columns = {0};
    struct data *data = help_open(f->data, DATA_READ);
    help_data_columns(data, INT64_MAX, &columns);
    if (!str_eq(buf_str(&columns), buf_str(expected)))
        fail_msg("%s changed the columns", what);
    data_close(data);
    buf_free(&columns);
}

// One byte changed, a piece cut off or added, zeros: nobody notices but for the time it takes.
static void a_damaged_cache_is_built_anew(void **state)
{
    struct fixture *f = *state;
    struct buf expected = {0};
    struct rng rng = rng_seed(7);
    make_store(f, 3, 300, &expected);
    struct str image = help_read(f->arena, f->cache);
    for (int i = 0; i < 150; i++) {
        char *bytes = mem_alloc(image.n + 10);
        memcpy(bytes, image.p, image.n);
        size_t n = image.n, at = (size_t)rng_below(&rng, n);
        switch (rng_below(&rng, 4)) {
        case 0:
            n = at;
            break;
        case 1:
            memset(bytes + n, 0, 10);
            n += 10;
            break;
        case 2:
            memset(bytes + at, 0, (size_t)rng_below(&rng, n - at + 1));
            break;
        default:
            bytes[at] = (char)(bytes[at] ^ (1 << rng_below(&rng, 8)));
        }
        help_write(f->cache, (struct str){bytes, n});
        free(bytes);
        must_still_say(f, &expected, "a damaged cache");
        // An importer looks at the part with the messageIds, too.
        struct import_counts counts = help_import(f->data, f->file);
        assert_int_equal(counts.events, 0);
    }
    buf_free(&expected);
}

static void a_cache_of_another_log_is_not_used(void **state)
{
    struct fixture *f = *state;
    struct buf expected = {0}, other = {0};
    make_store(f, 4, 200, &other);
    struct str foreign = help_read(f->arena, f->cache);
    help_remove(f->data);
    make_store(f, 4, 200, &expected); // the same messages in another store
    struct str own = help_read(f->arena, f->cache);
    assert_false(str_eq(foreign, own));
    help_write(f->cache, foreign);
    must_still_say(f, &expected, "another store's cache");
    must_equal(&other, &expected, "stores of the same messages");
    buf_free(&other);
    buf_free(&expected);
}

// The database put back to an earlier copy behind Sluice's back, then other rows: the cache is of a future
// that did not come about.
static void a_cache_newer_than_the_log_is_not_used(void **state)
{
    struct fixture *f = *state;
    help_only_sqlite();
    struct buf expected = {0}, later = {0};
    make_store(f, 5, 200, &expected);
    const char *database = help_path(f->arena, f->data, DATA_DATABASE);
    struct str before = help_read(f->arena, database);
    help_write(f->file, STR("{\"type\":\"page\",\"userId\":\"new\",\"timestamp\":\"2026-01-01\"}\n"));
    help_import(f->data, f->file);
    struct data *data = help_open(f->data, DATA_READ);
    help_data_columns(data, INT64_MAX, &later);
    data_close(data);
    assert_false(str_eq(buf_str(&later), buf_str(&expected)));
    help_write(database, before);
    must_still_say(f, &expected, "a cache from the future");
    // As many rows as the cache had, but others.
    help_import(f->data, f->file);
    data = help_open(f->data, DATA_READ);
    later.n = 0;
    help_data_columns(data, INT64_MAX, &later);
    data_close(data);
    help_write(database, before);
    help_write(f->file, STR("{\"type\":\"page\",\"userId\":\"another\",\"timestamp\":\"2026-01-01\"}\n"));
    help_import(f->data, f->file);
    data = help_open(f->data, DATA_READ);
    expected.n = 0;
    help_data_columns(data, INT64_MAX, &expected);
    assert_int_not_equal(data_contact(data, STR("another")), NO_INDEX);
    assert_int_equal(data_contact(data, STR("new")), NO_INDEX);
    data_close(data);
    buf_free(&expected);
    buf_free(&later);
}

static void rebuild_writes_the_same_bytes(void **state)
{
    struct fixture *f = *state;
    struct buf expected = {0};
    uint64_t events;
    make_store(f, 6, 400, &expected);
    struct str before = help_read(f->arena, f->cache);
    struct data *data = help_open(f->data, DATA_READ);
    struct str exported = help_export(f->arena, data);
    assert_true(data_rebuild(data, &events, &f->err));
    assert_true(str_eq(help_export(f->arena, data), exported));
    data_close(data);
    assert_true(str_eq(help_read(f->arena, f->cache), before));
    must_still_say(f, &expected, "a rebuild");
    buf_free(&expected);
}

static void a_cache_that_cannot_be_written_is_done_without(void **state)
{
    struct fixture *f = *state;
    struct buf expected = {0};
    uint64_t events;
    make_store(f, 8, 200, &expected);
    unlink(f->cache);
    help_init(f->cache); // a folder stands in its place
    must_still_say(f, &expected, "a folder instead of the cache");
    struct data *data = help_open(f->data, DATA_READ);
    assert_false(data_rebuild(data, &events, &f->err));
    data_close(data);
    buf_free(&expected);
}

static void names_and_identifiers(void **state)
{
    struct fixture *f = *state;
    struct buf name = {0};
    help_init(f->data);
    help_write(f->file,
            STR("{\"type\":\"page\",\"anonymousId\":\"a\",\"messageId\":\"f81d4fae-7dec-11d0-a765-"
                "00a0c91e6bf6\","
                "\"timestamp\":\"2026-01-01\"}\n"
                "{\"type\":\"page\",\"userId\":\"u\",\"anonymousId\":\"a\",\"timestamp\":\"2026-01-02\"}\n"
                "{\"type\":\"page\",\"userId\":\"v\",\"messageId\":\"mine\",\"timestamp\":\"2026-01-02\"}\n"
                "{\"type\":\"alias\",\"userId\":\"v\",\"previousId\":\"w\",\"timestamp\":\"2026-01-02\"}\n"
                "{\"type\":\"page\",\"userId\":\"x\",\"timestamp\":\"2027-01-02\"}\n"));
    help_import(f->data, f->file);
    struct data *data = help_open(f->data, DATA_READ);
    const struct columns *c;
    assert_true(data_columns(data, INT64_MAX, &c, &f->err));
    assert_int_equal(c->n_contacts, 3);
    uint32_t u = data_contact(data, STR("u"));
    assert_true(str_eq(columns_name(c, u), STR("u")));
    assert_int_equal(data_contact(data, STR("a")), u);
    assert_int_equal(data_contact(data, STR("w")), data_contact(data, STR("v")));
    assert_int_equal(data_contact(data, STR("nobody")), NO_INDEX);
    assert_int_equal(data_contact(data, STR("")), NO_INDEX);
    assert_int_equal(c->owner[data_contact(data, STR("v"))], 3);
    static const char *const NAMES[] = {
            "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "event:2", "mine", "event:4", "event:5", "event:99"};
    for (uint32_t i = 0; i < 6; i++) {
        name.n = 0;
        data_event_name(data, i == 5 ? 99 : i + 1, &name);
        assert_true(str_eq(buf_str(&name), str_of(NAMES[i])));
    }
    // Before the pair was seen together, in columns of their own.
    assert_true(data_columns(data, 1767225600, &c, &f->err));
    assert_int_equal(c->n_contacts, 1);
    assert_true(str_eq(columns_name(c, 0), STR("a")));
    assert_int_equal(data_contact(data, STR("a")), 0);
    assert_int_equal(data_contact(data, STR("x")), NO_INDEX);
    data_close(data);
    buf_free(&name);
}

static void an_undone_import_is_as_if_it_had_not_been(void **state)
{
    struct fixture *f = *state;
    for (uint64_t seed = 1; seed <= help_fewer(25); seed++) {
        struct rng rng = rng_seed(seed);
        struct buf keep = {0}, gone = {0}, all = {0};
        struct import_counts counts;
        help_init(f->data);
        help_messages(&rng, 60, true, &gone);
        help_messages(&rng, 60, true, &keep); // has messageIds of the other
        help_write(f->file, buf_str(&gone));
        help_import(f->data, f->file);
        struct data *data = help_open(f->data, DATA_WRITE);
        if (seed % 2)
            help_data_columns(data, INT64_MAX, &all);
        assert_true(import_undo(data, 1, NOW, &counts, &f->err));
        assert_false(import_undo(data, 1, NOW, &counts, &f->err));
        assert_int_equal(f->err.code, ERR_CONFLICT);
        assert_false(import_undo(data, 7, NOW, &counts, &f->err));
        assert_int_equal(f->err.code, ERR_NOT_FOUND);
        data_close(data);
        help_write(f->file, buf_str(&keep));
        help_import(f->data, f->file);
        compare(f, &rng, f->file, "columns after an undo");
        buf_free(&keep);
        buf_free(&gone);
        buf_free(&all);
        help_remove(f->data);
    }
}

// Rows that are written while a reader is open are in its next columns.
static void a_reader_follows_the_writer(void **state)
{
    struct fixture *f = *state;
    struct buf columns = {0}, expected = {0};
    make_store(f, 9, 100, &expected);
    struct data *reader = help_open(f->data, DATA_READ);
    help_data_columns(reader, INT64_MAX, &columns);
    must_equal(&columns, &expected, "columns");
    help_write(f->file, STR("{\"type\":\"page\",\"userId\":\"new\",\"timestamp\":\"2026-01-01\"}\n"));
    help_import(f->data, f->file);
    help_data_columns(reader, INT64_MAX, &columns);
    assert_non_null(memmem(columns.p, columns.n, "new\n", 4));
    data_close(reader);
    buf_free(&columns);
    buf_free(&expected);
}

static struct store *wrap(void *ctx, struct store *inner)
{
    return faulty_store(inner, *(uint64_t *)ctx);
}

// Whatever call of the store fails while columns are opened, brought up to date or built: a clear error, and
// the next try gives the right ones.
static void every_call_may_fail(void **state)
{
    struct fixture *f = *state;
    struct buf expected = {0}, columns = {0};
    make_store(f, 11, 120, &expected);
    struct str old_cache = help_read(f->arena, f->cache);
    help_write(f->file, STR("{\"type\":\"page\",\"userId\":\"new\",\"timestamp\":\"2026-01-01\"}\n"));
    help_import(f->data, f->file);
    struct data *data = help_open(f->data, DATA_READ);
    expected.n = 0;
    help_data_columns(data, INT64_MAX, &expected);
    data_close(data);
    for (int from = 0; from < 2; from++) {
        bool done = false;
        for (uint64_t n = 1; !done; n++) {
            const struct columns *c;
            if (from)
                help_write(f->cache, old_cache);
            else
                unlink(f->cache);
            f->err = (struct err){0};
            if (data_open_with(f->data, DATA_READ, wrap, &n, &data, &f->err)) {
                done = data_columns(data, INT64_MAX, &c, &f->err);
                if (!done)
                    help_data_columns(data, INT64_MAX, &columns);
                else
                    help_columns(c, false, &columns);
                assert_true(str_eq(buf_str(&columns), buf_str(&expected)));
                columns.n = 0;
                data_close(data);
            }
            assert_true(done || (f->err.code == ERR_IO && strstr(f->err.message, "the disk is full")));
        }
    }
    buf_free(&expected);
    buf_free(&columns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(of_random_messages, set_up, tear_down),
            cmocka_unit_test_setup_teardown(a_damaged_cache_is_built_anew, set_up, tear_down),
            cmocka_unit_test_setup_teardown(a_cache_of_another_log_is_not_used, set_up, tear_down),
            cmocka_unit_test_setup_teardown(a_cache_newer_than_the_log_is_not_used, set_up, tear_down),
            cmocka_unit_test_setup_teardown(rebuild_writes_the_same_bytes, set_up, tear_down),
            cmocka_unit_test_setup_teardown(
                    a_cache_that_cannot_be_written_is_done_without, set_up, tear_down),
            cmocka_unit_test_setup_teardown(names_and_identifiers, set_up, tear_down),
            cmocka_unit_test_setup_teardown(an_undone_import_is_as_if_it_had_not_been, set_up, tear_down),
            cmocka_unit_test_setup_teardown(a_reader_follows_the_writer, set_up, tear_down),
            cmocka_unit_test_setup_teardown(every_call_may_fail, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
