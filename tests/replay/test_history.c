// Files of messages: line numbers, copies, bad lines, byte order marks, compressed files.
#include "replay/history.h"

#include "base/arena.h"
#include "base/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cmocka.h>

struct fixture {
    char *folder, *paths[4];
    struct arena *arena;
    unsigned n;
    struct buf bad; // "file-number:line: reason;"
};

static int setup(void **state)
{
    struct fixture *x = mem_zero(1, sizeof *x);
    const char *temporary = getenv("TMPDIR");
    x->arena = arena_new();
    x->folder =
            (char *)arena_printf(x->arena, "%s/sluice-history-XXXXXX", temporary ? temporary : P_tmpdir).p;
    assert_non_null(mkdtemp(x->folder));
    *state = x;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *x = *state;
    for (unsigned i = 0; i < x->n; i++)
        unlink(x->paths[i]);
    rmdir(x->folder);
    buf_free(&x->bad);
    arena_free(x->arena);
    free(x);
    return 0;
}

static void write_bytes(struct fixture *x, const void *bytes, size_t n)
{
    x->paths[x->n] = (char *)arena_printf(x->arena, "%s/%u", x->folder, x->n).p;
    FILE *f = fopen(x->paths[x->n++], "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

static void write_text(struct fixture *x, const char *text)
{
    write_bytes(x, text, strlen(text));
}

static void note_bad(void *ctx, const char *file, uint64_t line, const char *reason)
{
    struct fixture *x = ctx;
    buf_printf(&x->bad, "%c:%llu: %s;", file[strlen(file) - 1], (unsigned long long)line, reason);
}

static bool read_all(struct fixture *x, bool strict, struct history **ret, struct err *err)
{
    const char *paths[4];
    for (unsigned i = 0; i < x->n; i++)
        paths[i] = x->paths[i];
    struct history_options options = {.at = INT64_MAX, .strict = strict, .bad_line = note_bad, .ctx = x};
    return history_read(paths, x->n, &options, ret, err);
}

// "u: m1 line:3": every contact's events, as evidence calls them.
static void expect_events(const struct history *h, const char *expected)
{
    struct buf out = {0};
    const struct columns *c = h->columns;
    for (uint32_t i = 0; i < c->n_contacts; i++) {
        buf_printf(&out, "%s%.*s:", i ? " | " : "", STR_ARG(columns_name(c, i)));
        for (uint32_t e = c->off[i]; e < c->off[i + 1]; e++) {
            buf_char(&out, ' ');
            history_event_name(h, c->log[e], &out);
        }
    }
    buf_char(&out, '\0');
    assert_string_equal(out.p, expected);
    buf_free(&out);
}

#define PAGE(user, id, day) \
    "{\"type\":\"page\",\"userId\":\"" user "\",\"messageId\":\"" id "\",\"timestamp\":\"2026-01-" day "\"}"

static void test_lines_run_on(void **state)
{
    struct fixture *x = *state;
    struct history *h;
    struct err err;
    write_text(x, PAGE("u", "", "01") "\n\nnonsense\n" PAGE("u", "m", "02"));
    write_text(x, "\xEF\xBB\xBF" PAGE("v", "", "01") "\r\n \t\r\n" PAGE("u", "", "03") "\r\n{}\n");
    assert_true(read_all(x, false, &h, &err));
    expect_events(h, "u: line:1 m line:7 | v: line:5");
    assert_int_equal(h->lines, 8);
    assert_int_equal(h->events, 4);
    assert_int_equal(h->bad, 2);
    assert_int_equal(h->copies, 0);
    buf_char(&x->bad, '\0');
    assert_string_equal(x->bad.p, "0:3: not JSON: an unknown word at byte 1;1:4: no type;");
    history_free(h);
}

static void test_copies(void **state)
{
    struct fixture *x = *state;
    struct history *h;
    struct err err;
    // The second in the log is the copy, also when it is the earlier one or another's; a bad line makes none.
    write_text(x, PAGE("u", "a", "05") "\n" PAGE("v", "a", "01") "\n" PAGE("", "b", "01") "\n" PAGE("u", "b",
                          "01") "\n" PAGE("u", "", "02") "\n" PAGE("u", "", "02") "\n" PAGE("u", "A", "03"));
    write_text(x, PAGE("w", "a", "01") "\n" PAGE("w", "b", "01") "\n");
    assert_true(read_all(x, false, &h, &err));
    expect_events(h, "u: b line:5 line:6 A a");
    assert_int_equal(h->copies, 3);
    assert_int_equal(h->bad, 1);
    history_free(h);
}

static void test_copies_behind_the_moment(void **state)
{
    struct fixture *x = *state;
    struct history *h;
    struct err err;
    write_text(x, PAGE("u", "a", "05") "\n" PAGE("v", "a", "01") "\n" PAGE("v", "b", "01") "\n");
    const char *path = x->paths[0];
    struct history_options options = {.at = 1767312000}; // 2026-01-02
    assert_true(history_read(&path, 1, &options, &h, &err));
    expect_events(h, "v: b");
    history_free(h);
}

static void test_aliases(void **state)
{
    struct fixture *x = *state;
    struct history *h;
    struct err err;
    write_text(x, "{\"type\":\"page\",\"userId\":\"u\",\"timestamp\":\"2026-01-01\"}\n"
                  "{\"type\":\"page\",\"userId\":\"v\",\"timestamp\":\"2026-01-01\"}\n"
                  "{\"type\":\"page\",\"userId\":\"w\",\"timestamp\":\"2026-01-01\"}\n"
                  "{\"type\":\"alias\",\"userId\":\"u\",\"previousId\":\"v\",\"messageId\":\"m\","
                  "\"timestamp\":\"2026-01-01\"}\n"
                  // a copy: joins nobody
                  "{\"type\":\"alias\",\"userId\":\"u\",\"previousId\":\"w\",\"messageId\":\"m\","
                  "\"timestamp\":\"2026-01-01\"}\n");
    assert_true(read_all(x, false, &h, &err));
    expect_events(h, "u: line:1 line:2 | w: line:3");
    assert_int_equal(h->aliases, 1);
    assert_int_equal(h->copies, 1);
    history_free(h);
    // An unalias is no copy of its alias, and makes none.
    write_text(x,
            "{\"type\":\"unalias\",\"messageId\":\"n\"}\n{\"type\":\"unalias\",\"messageId\":\"m\"}\n" PAGE(
                    "w", "n", "02"));
    assert_true(read_all(x, false, &h, &err));
    expect_events(h, "u: line:1 | v: line:2 | w: line:3 n");
    history_free(h);
}

static void test_strict(void **state)
{
    struct fixture *x = *state;
    struct history *h = NULL;
    struct err err;
    write_text(x, PAGE("u", "", "01") "\n");
    write_text(x, "\n" PAGE("u", "", "0") "\n" PAGE("u", "", "01") "\n");
    assert_false(read_all(x, true, &h, &err));
    assert_string_equal(
            err.message, arena_printf(x->arena, "%s:2: timestamp \"2026-01-0\" is no time", x->paths[1]).p);
    assert_int_equal(err.code, ERR_INPUT);
    assert_null(h);
}

static void test_no_such_file(void **state)
{
    struct fixture *x = *state;
    struct history *h = NULL;
    struct err err;
    write_text(x, "");
    unlink(x->paths[0]);
    assert_false(read_all(x, false, &h, &err));
    assert_int_equal(err.code, ERR_IO);
}

static void test_empty(void **state)
{
    struct fixture *x = *state;
    struct history *h;
    struct err err;
    write_text(x, "");
    assert_true(read_all(x, false, &h, &err));
    assert_int_equal(h->lines, 0);
    assert_int_equal(h->columns->n_contacts, 0);
    assert_int_equal(h->columns->off[0], 0);
    history_free(h);
    history_free(NULL);
}

static void test_compressed(void **state)
{
    struct fixture *x = *state;
    struct history *h;
    struct err err;
    static const char TEXT[] = "\xEF\xBB\xBF" PAGE("u", "z", "01") "\n" PAGE("u", "", "02") "\n";
    unsigned char packed[1024];
    size_t n = ZSTD_compress(packed, sizeof packed, TEXT, sizeof TEXT - 1, 3);
    write_bytes(x, packed, n);
    write_text(x, "");
    gzFile gz = gzopen(x->paths[1], "wb");
    assert_int_equal(gzwrite(gz, TEXT, sizeof TEXT - 1), sizeof TEXT - 1);
    assert_int_equal(gzclose(gz), Z_OK);
    assert_true(read_all(x, false, &h, &err));
    expect_events(h, "u: z line:2 line:4");
    assert_int_equal(h->copies, 1);
    history_free(h);
}

static void count_calls(void *ctx, uint64_t lines, uint64_t consumed, uint64_t size)
{
    unsigned *calls = ctx;
    (*calls)++;
    assert_true(lines > 0 && consumed > 0 && consumed <= size);
}

static void test_progress(void **state)
{
    struct fixture *x = *state;
    struct history *h;
    struct err err;
    struct buf text = {0};
    unsigned calls = 0;
    for (int i = 0; i < 10000; i++)
        buf_put(&text, STR(PAGE("u", "", "01") "\n"));
    write_bytes(x, text.p, text.n);
    const char *path = x->paths[0];
    struct history_options options = {.at = INT64_MAX, .progress = count_calls, .ctx = &calls};
    assert_true(history_read(&path, 1, &options, &h, &err));
    assert_int_equal(calls, 2);
    assert_int_equal(h->columns->n_events, 10000);
    history_free(h);
    buf_free(&text);
}

// UUIDs are kept in another form; only what is equal to the byte may count as equal.
static void test_id_table(void **state)
{
    (void)state;
    struct id_table *t = id_table_new();
    static const char *const IDS[] = {"0190f5a2-1b3c-7def-8a01-23456789abcd",
            "0190F5A2-1B3C-7DEF-8A01-23456789ABCD", "0190f5a2-1b3c-7def-8a01-23456789abce",
            "0190f5a2-1b3c-7def-8a01x23456789abcd", "0190f5a2-1b3c-7def-8a01-23456789abcg",
            "0190f5a21b3c7def8a0123456789abcd", "x", "X"};
    enum { IDS_N = sizeof IDS / sizeof *IDS, MANY = 5000 };
    struct buf out = {0};
    for (uint32_t i = 0; i < IDS_N; i++)
        assert_true(id_table_add(t, str_of(IDS[i]), 10 * i + 1));
    for (uint32_t i = 0; i < MANY; i++) {
        char id[16];
        snprintf(id, sizeof id, "id%u", i);
        assert_true(id_table_add(t, str_of(id), 1000 + i));
    }
    for (uint32_t i = 0; i < IDS_N; i++) {
        assert_false(id_table_add(t, str_of(IDS[i]), 10000));
        out.n = 0;
        assert_true(id_table_at(t, 10 * i + 1, &out));
        assert_true(str_eq(buf_str(&out), str_of(IDS[i])));
        assert_false(id_table_at(t, 10 * i + 2, &out));
    }
    assert_false(id_table_at(t, 0, &out));
    assert_false(id_table_at(t, 10000, &out));
    buf_free(&out);
    id_table_free(t);
    id_table_free(NULL);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
            IN_FOLDER(test_lines_run_on),
            IN_FOLDER(test_copies),
            IN_FOLDER(test_copies_behind_the_moment),
            IN_FOLDER(test_aliases),
            IN_FOLDER(test_strict),
            IN_FOLDER(test_no_such_file),
            IN_FOLDER(test_empty),
            IN_FOLDER(test_compressed),
            IN_FOLDER(test_progress),
            cmocka_unit_test(test_id_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
