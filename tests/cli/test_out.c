// Output pieces, tables, and that writes that fail are noticed.
#include "cli/table.h"

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

static void assert_text(struct buf *b, const char *expected)
{
    if (!str_eq(buf_str(b), str_of(expected)))
        fail_msg("expected <%s>, got <%.*s>", expected, STR_ARG(buf_str(b)));
    b->n = 0;
}

static void pieces(void **state)
{
    (void)state;
    struct buf b = {0};
    static const struct {
        uint64_t n;
        const char *text;
    } COUNTS[] = {{0, "0"}, {999, "999"}, {1000, "1,000"}, {1234567, "1,234,567"},
            {UINT64_MAX, "18,446,744,073,709,551,615"}};
    for (unsigned i = 0; i < 5; i++) {
        put_count(&b, COUNTS[i].n);
        assert_text(&b, COUNTS[i].text);
    }
    put_percent(&b, 0.6172);
    assert_text(&b, "61.7 %");
    put_percent(&b, NAN);
    assert_text(&b, "–");
    put_bar(&b, 1, 3);
    assert_text(&b, "███");
    put_bar(&b, 0.5, 3);
    assert_text(&b, "█▌");
    put_bar(&b, 1e-9, 3);
    assert_text(&b, "▏");
    put_bar(&b, 0, 3);
    assert_text(&b, "");
    put_bar(&b, 7, 2);
    assert_text(&b, "██");
    buf_free(&b);
}

static void csv_fields(void **state)
{
    (void)state;
    struct buf b = {0};
    put_csv(&b, STR("plain é"));
    assert_text(&b, "plain é");
    put_csv(&b, STR("a,b"));
    assert_text(&b, "\"a,b\"");
    put_csv(&b, STR("a\"b\n"));
    assert_text(&b, "\"a\"\"b\n\"");
    put_csv(&b, STR("a\rb"));
    assert_text(&b, "\"a\rb\"");
    put_csv(&b, (struct str){"a\0b", 3});
    assert_int_equal(b.n, 3);
    buf_free(&b);
}

static void nothing_steers_the_terminal(void **state)
{
    (void)state;
    struct buf b = {0};
    put_plain(&b, STR("ok\x1b[2Jx\r\n\x7f\xC2\x9B\xFFé"));
    assert_text(&b, "ok\xEF\xBF\xBD[2Jx\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDé");
    buf_free(&b);
}

static void a_table(void **state)
{
    (void)state;
    struct out out = {.fd = -1};
    struct table *t = table_new(&out);
    table_column(t, "Name", ALIGN_LEFT);
    table_column(t, "Ever", ALIGN_RIGHT);
    table_column(t, "", ALIGN_LEFT);
    table_text(t, STR("é"));
    table_count(t, 1234567);
    table_text(t, STR("██"));
    table_row(t);
    table_text(t, STR("漢字 long"));
    table_count(t, 5);
    table_text(t, STR(""));
    table_row(t);
    table_end(t);
    assert_text(&out.buf, "Name            Ever\n"
                          "é          1,234,567  ██\n"
                          "漢字 long          5\n");
    t = table_new(&out);
    table_column(t, "Only", ALIGN_LEFT);
    table_end(t);
    assert_text(&out.buf, "Only\n");
    buf_free(&out.buf);
}

static void a_full_disk_is_noticed(void **state)
{
    (void)state;
    struct out out = {.fd = open("/dev/full", O_WRONLY)};
    struct err err = {0};
    assert_true(out.fd >= 0);
    buf_put(&out.buf, STR("text"));
    assert_true(out_step(&out)); // nothing is written yet
    assert_false(out_end(&out, &err));
    assert_int_equal(err.code, ERR_IO);
    assert_non_null(strstr(err.message, "No space left"));
}

static void a_reader_that_goes_away_ends_the_work(void **state)
{
    (void)state;
    int ends[2];
    struct err err = {0};
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    struct out out = {.fd = ends[1]};
    int steps = 0;
    do
        buf_put(&out.buf, STR("a line of some length\n"));
    while (out_step(&out) && ++steps < 1000000);
    assert_true(steps < 100000);
    assert_false(out_end(&out, &err));
    assert_int_equal(err_exit_status(&err), 1);
    assert_string_equal(err.message, ""); // nobody wants to hear of it
}

static void everything_is_written(void **state)
{
    (void)state;
    FILE *file = tmpfile();
    struct out out = {.fd = dup(fileno(file))};
    struct err err = {0};
    for (int i = 0; i < 100000; i++) {
        buf_printf(&out.buf, "%07d\n", i);
        assert_true(out_step(&out));
    }
    assert_true(out_end(&out, &err));
    assert_int_equal(lseek(fileno(file), 0, SEEK_END), 800000);
    fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(pieces),
            cmocka_unit_test(csv_fields),
            cmocka_unit_test(nothing_steers_the_terminal),
            cmocka_unit_test(a_table),
            cmocka_unit_test(a_full_disk_is_noticed),
            cmocka_unit_test(a_reader_that_goes_away_ends_the_work),
            cmocka_unit_test(everything_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
