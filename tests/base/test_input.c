#include "base/buf.h"
#include "base/input.h"
#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cmocka.h>

struct place {
    char folder[200], file[300];
};

static int set_up(void **state)
{
    const char *tmp = getenv("TMPDIR");
    struct place *place = calloc(1, sizeof *place);
    snprintf(place->folder, sizeof place->folder, "%s/sluice-input-XXXXXX", tmp ? tmp : P_tmpdir);
    if (!mkdtemp(place->folder))
        return -1;
    snprintf(place->file, sizeof place->file, "%s/file", place->folder);
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    unlink(place->file);
    rmdir(place->folder);
    free(place);
    return 0;
}

static void save(const char *path, struct str bytes)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_true(bytes.n == 0 || fwrite(bytes.p, 1, bytes.n, f) == bytes.n);
    assert_int_equal(fclose(f), 0);
}

static void gzip(struct buf *out, struct str text)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    size_t room = deflateBound(&z, text.n) + 64;
    z.next_in = (Bytef *)text.p;
    z.avail_in = (uInt)text.n;
    z.next_out = (Bytef *)buf_room(out, room);
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    out->n += room - z.avail_out;
    deflateEnd(&z);
}

static void zstd(struct buf *out, struct str text)
{
    size_t room = ZSTD_compressBound(text.n);
    size_t n = ZSTD_compress(buf_room(out, room), room, text.p, text.n, 3);
    assert_false(ZSTD_isError(n));
    out->n += n;
}

// Reads the file by lines and puts them together again; returns the number of lines, or -1.
static long read_lines(const char *path, struct buf *out, struct err *err)
{
    struct input *input;
    struct str line;
    bool more;
    long n = 0;
    if (!input_open(path, &input, err))
        return -1;
    for (;;) {
        if (!input_line(input, &line, &more, err)) {
            n = -1;
            break;
        }
        if (!more)
            break;
        buf_put(out, line);
        buf_char(out, '|');
        n++;
    }
    if (n >= 0) {
        assert_true(input_line(input, &line, &more, err) && !more); // the end stays the end
        assert_int_equal(input_consumed(input), input_size(input));
    }
    input_close(input);
    return n;
}

static void assert_lines(const char *path, struct str bytes, const char *expected)
{
    struct buf got = {0};
    struct err err = {0};
    save(path, bytes);
    if (read_lines(path, &got, &err) < 0)
        fail_msg("%s", err.message);
    if (!str_eq(buf_str(&got), str_of(expected)))
        fail_msg("expected <%s>, got <%.*s>", expected, STR_ARG(buf_str(&got)));
    buf_free(&got);
}

static void lines(void **state)
{
    const char *path = ((struct place *)*state)->file;
    assert_lines(path, STR_NONE, "");
    assert_lines(path, STR("\n"), "|");
    assert_lines(path, STR("a"), "a|");
    assert_lines(path, STR("a\n"), "a|");
    assert_lines(path, STR("a\n\nb"), "a||b|");
    assert_lines(path, STR("a\r\nb\r"), "a\r|b\r|");
    assert_lines(path, STR("\x1f"), "\x1f|");                 // not yet gzip
    assert_lines(path, STR("\x28\xb5\x2f"), "\x28\xb5\x2f|"); // not yet zstd
}

static void compressed(void **state)
{
    const char *path = ((struct place *)*state)->file;
    struct buf b = {0};
    gzip(&b, STR("a\nb"));
    assert_lines(path, buf_str(&b), "a|b|");
    gzip(&b, STR("c\nd\n")); // a second member goes on in the same line
    assert_lines(path, buf_str(&b), "a|bc|d|");
    b.n = 0;
    gzip(&b, STR_NONE);
    assert_lines(path, buf_str(&b), "");
    gzip(&b, STR("x"));
    gzip(&b, STR_NONE);
    assert_lines(path, buf_str(&b), "x|");
    b.n = 0;
    zstd(&b, STR("a\nb"));
    assert_lines(path, buf_str(&b), "a|b|");
    zstd(&b, STR("c\nd\n"));
    assert_lines(path, buf_str(&b), "a|bc|d|");
    b.n = 0;
    zstd(&b, STR_NONE);
    assert_lines(path, buf_str(&b), "");
    buf_free(&b);
}

// Text of some megabytes with lines of every length, so that all buffers' ends are crossed.
static struct buf large_text(size_t *ret_lines)
{
    struct buf text = {0};
    struct rng rng = rng_seed(3);
    *ret_lines = 0;
    while (text.n < 3 << 20) {
        uint64_t n = rng_chance(&rng, 0.001) ? rng_below(&rng, 600000) : rng_below(&rng, 300);
        for (uint64_t i = 0; i < n; i++)
            buf_char(&text, (char)rng_range(&rng, ' ', '~'));
        buf_char(&text, '\n');
        ++*ret_lines;
    }
    return text;
}

static void large_files(void **state)
{
    const char *path = ((struct place *)*state)->file;
    size_t n;
    struct buf text = large_text(&n), forms[3] = {{0}};
    buf_put(&forms[0], buf_str(&text));
    gzip(&forms[1], buf_str(&text));
    zstd(&forms[2], buf_str(&text));
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] == '\n')
            text.p[i] = '|';
    for (unsigned form = 0; form < 3; form++) {
        struct buf got = {0};
        struct err err = {0};
        save(path, buf_str(&forms[form]));
        assert_int_equal(read_lines(path, &got, &err), n);
        // '|' occurs in lines too, but at the same places.
        assert_true(str_eq(buf_str(&got), buf_str(&text)));
        buf_free(&got);
        buf_free(&forms[form]);
    }
    buf_free(&text);
}

// Bytes in pieces of every size are the same bytes.
static void raw_reads(void **state)
{
    const char *path = ((struct place *)*state)->file;
    struct buf b = {0}, text = {0};
    for (int i = 0; i < 20000; i++)
        buf_printf(&text, "%d,", i);
    gzip(&b, buf_str(&text));
    save(path, buf_str(&b));
    static const size_t SIZES[] = {1, 7, 4096, 1 << 20};
    for (unsigned i = 0; i < 4; i++) {
        struct buf got = {0};
        struct input *input;
        struct err err;
        size_t n;
        assert_true(input_open(path, &input, &err));
        do {
            assert_true(input_read(input, buf_room(&got, SIZES[i]), SIZES[i], &n, &err));
            got.n += n;
        } while (n);
        assert_true(str_eq(buf_str(&got), buf_str(&text)));
        input_close(input);
        buf_free(&got);
    }
    buf_free(&b);
    buf_free(&text);
}

// A compressed file cut anywhere is an error, never a shorter history.
static void cut_files(void **state)
{
    const char *path = ((struct place *)*state)->file;
    struct buf text = {0};
    for (int i = 0; i < 300; i++)
        buf_printf(&text, "line %d of some length\n", i * 7919);
    for (unsigned form = 0; form < 2; form++) {
        struct buf b = {0};
        (form ? zstd : gzip)(&b, buf_str(&text));
        for (size_t n = form ? 4 : 2; n < b.n; n++) {
            struct buf got = {0};
            struct err err = {0};
            save(path, str_sub(buf_str(&b), 0, n));
            if (read_lines(path, &got, &err) != -1)
                fail_msg("form %u cut at %zu of %zu was accepted", form, n, b.n);
            assert_int_equal(err.code, ERR_INPUT);
            assert_non_null(strstr(err.message, "ends too early"));
            buf_free(&got);
        }
        buf_free(&b);
    }
    buf_free(&text);
}

static void damaged_files(void **state)
{
    const char *path = ((struct place *)*state)->file;
    struct buf text = {0}, got = {0};
    for (int i = 0; i < 3000; i++)
        buf_printf(&text, "line %d\n", i * 7919);
    for (unsigned form = 0; form < 2; form++) {
        struct buf b = {0};
        struct err err = {0};
        (form ? zstd : gzip)(&b, buf_str(&text));
        if (!form) { // zstd without a checksum cannot see every damage
            b.p[b.n / 2] ^= 0x55;
            save(path, buf_str(&b));
            assert_int_equal(read_lines(path, &got, &err), -1);
            assert_int_equal(err.code, ERR_INPUT);
            b.p[b.n / 2] ^= 0x55;
        }
        buf_put(&b, STR("garbage behind the end"));
        save(path, buf_str(&b));
        assert_int_equal(read_lines(path, &got, &err), -1);
        assert_non_null(strstr(err.message, "is damaged"));
        buf_free(&b);
    }
    buf_free(&text);
    buf_free(&got);
}

static void not_to_be_opened(void **state)
{
    struct place *place = *state;
    struct input *input = (struct input *)place;
    struct err err = {0};
    assert_false(input_open(place->file, &input, &err));
    assert_int_equal(err.code, ERR_IO);
    assert_non_null(strstr(err.message, "No such file"));
    assert_false(input_open(place->folder, &input, &err));
    assert_non_null(strstr(err.message, "folder"));
    assert_ptr_equal(input, place);
    input_close(NULL);
}

static void a_line_has_a_limit(void **state)
{
    const char *path = ((struct place *)*state)->file;
    char *block = calloc(1, 1 << 20);
    FILE *f = fopen(path, "wb");
    struct buf got = {0};
    struct err err = {0};
    for (int i = 0; i < (INPUT_LINE_MAX >> 20) + 2; i++)
        assert_int_equal(fwrite(block, 1, 1 << 20, f), 1 << 20);
    fclose(f);
    free(block);
    assert_int_equal(read_lines(path, &got, &err), -1);
    assert_int_equal(err.code, ERR_LIMIT);
    buf_free(&got);
}

static void from_a_pipe(void **state)
{
    (void)state;
    int ends[2], saved = dup(STDIN_FILENO);
    struct input *input;
    struct err err;
    struct str line;
    bool more;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "a\nb", 3), 3);
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    assert_true(input_open("-", &input, &err));
    assert_int_equal(input_size(input), 0);
    assert_true(input_line(input, &line, &more, &err) && more && str_eq(line, STR("a")));
    assert_true(input_line(input, &line, &more, &err) && more && str_eq(line, STR("b")));
    assert_true(input_line(input, &line, &more, &err) && !more);
    input_close(input);
    if (saved >= 0) {
        dup2(saved, STDIN_FILENO);
        close(saved);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
            TEST(lines),
            TEST(compressed),
            TEST(large_files),
            TEST(raw_reads),
            TEST(cut_files),
            TEST(damaged_files),
            TEST(not_to_be_opened),
            TEST(a_line_has_a_limit),
            TEST(from_a_pipe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
