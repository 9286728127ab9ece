// Columns of a store, however they came about, are those of its messages read as a file.
#include "support/data_help.h"

#include "base/mem.h"

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
    for (uint64_t seed = 1; seed <= 150; seed++) {
        struct rng rng = rng_seed(seed);
        struct buf all = {0};
        const char *whole = help_path(f->arena, f->folder, "all.ndjson");
        help_init(f->data);
        unsigned parts = 1 + (unsigned)rng_below(&rng, 4);
        for (unsigned i = 0; i < parts; i++) {
            size_t from = all.n;
            help_messages(&rng, 1 + (unsigned)rng_below(&rng, 150), false, &all);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(of_random_messages, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
