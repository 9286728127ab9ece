// Files of other projects (SLUICE_CORPORA): rows as their own tests want them, headers mapped rightly, and no
// crash, leak or hang on what others found by fuzzing.
#include "app/import/csv_name.h"
#include "app/import/csv_preview.h"
#include "base/input.h"
#include "base/utf8.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const struct csv_messages_options NOW = {.import_time = 1772359200};

// The path of a file or folder of the corpora; skips the test where it is absent.
static const char *corpus(struct arena *arena, const char *name)
{
    const char *corpora = getenv("SLUICE_CORPORA");
    struct str path = arena_printf(arena, "%s/%s", corpora ? corpora : "", name);
    if (!corpora || !*corpora || access(path.p, R_OK) != 0) {
        printf("skipped: the corpora lack %s\n", name);
        arena_free(arena);
        skip();
    }
    return path.p;
}

static struct str read_all(struct arena *arena, const char *path)
{
    struct input *input;
    struct buf text = {0};
    size_t n = 1;
    assert_true(input_open(path, &input, NULL));
    while (n) {
        assert_true(input_read(input, buf_room(&text, 65536), 65536, &n, NULL));
        text.n += n;
    }
    input_close(input);
    struct str copy = arena_str(arena, buf_str(&text));
    buf_free(&text);
    return copy;
}

static struct csv_preview preview(struct arena *arena, const char *path)
{
    struct csv_preview p;
    struct err err;
    if (!csv_preview(arena, path, NULL, &NOW, &p, &err))
        fail_msg("%s: %s", path, err.message);
    return p;
}

static struct str without_cr(struct arena *arena, struct str s)
{
    char *out = arena_alloc(arena, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '\r')
            out[n++] = s.p[i];
    return (struct str){out, n};
}

static void compare_with_json(struct arena *arena, const char *csv, const char *json)
{
    struct csv_text_options options = {0};
    struct csv_text *t;
    struct csv_row row;
    struct json *j;
    const struct str *names;
    bool more = true;
    assert_true(json_parse(arena, read_all(arena, json), &j, NULL));
    if (j->kind != JSON_ARRAY) // one file's JSON is of another version of it
        return;
    assert_true(csv_text_open(csv, &options, &t, NULL));
    size_t n = csv_text_columns(t, &names);
    for (const struct json *object = j->child; object; object = object->next) {
        assert_true(csv_text_next(t, &row, &more, NULL) && more && !row.reject.n);
        for (size_t i = 0; i < n; i++)
            if (!str_eq(without_cr(arena, json_get_str(object, names[i])), without_cr(arena, row.cells[i])))
                fail_msg("%s:%llu: %.*s", csv, (unsigned long long)row.line, STR_ARG(row.cells[i]));
    }
    assert_true(csv_text_next(t, &row, &more, NULL) && !more);
    csv_text_close(t);
}

static void spectrum(void **state)
{
    (void)state;
    static const char *const NAMES[] = {"comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json",
            "location_coordinates", "newlines", "newlines_crlf", "quotes_and_newlines", "simple",
            "simple_crlf", "utf8"};
    struct arena *arena = arena_new();
    const char *folder = corpus(arena, "05-csv/csv-spectrum");
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        struct str csv = arena_printf(arena, "%s/csvs/%s.csv", folder, NAMES[i]),
                   json = arena_printf(arena, "%s/json/%s.json", folder, NAMES[i]);
        if (access(csv.p, R_OK) == 0 && access(json.p, R_OK) == 0)
            compare_with_json(arena, csv.p, json.p);
    }
    arena_free(arena);
}

// Visits every file of a folder. ftw has no context: what the visitor counts lies in a list made here.
static char paths[1000][300];
static size_t n_paths;

static int note_path(const char *path, const struct stat *st, int type)
{
    (void)st;
    if (type == FTW_F && n_paths < 1000 && strlen(path) < sizeof paths[0])
        memcpy(paths[n_paths++], path, strlen(path) + 1);
    return 0;
}

static void list_files(const char *folder)
{
    n_paths = 0;
    assert_int_equal(ftw(folder, note_path, 20), 0);
    assert_true(n_paths > 0);
}

static void nothing_breaks_it(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    list_files(corpus(arena, "05-csv"));
    for (size_t i = 0; i < n_paths; i++) {
        struct arena *file = arena_new();
        struct csv_preview p = preview(file, paths[i]);
        uint64_t lines = 2;
        struct str text = read_all(file, paths[i]);
        for (size_t k = 0; k < text.n; k++)
            lines += text.p[k] == '\n' || text.p[k] == '\r';
        for (size_t k = 0; k < p.rejects.n; k++)
            assert_true(p.rejects.v[k].line >= 1 && p.rejects.v[k].line <= lines && p.rejects.v[k].reason.n);
        arena_free(file);
    }
    arena_free(arena);
}

static void rejects_have_lines(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint64_t rows, lines[4];
    } CASES[] = {
            {"incorrect_columns/small_mix.csv", 3, {3}},
            {"multiple_errors/cast_and_more_col.csv", 2, {4, 5}},
            {"multiple_errors/invalid_utf_more.csv", 1, {3}},
            {"multiple_errors/multiple_errors.csv", 4, {4, 5, 6}},
            {"multiple_errors/unquoted_less.csv", 2, {3}},
    };
    struct arena *arena = arena_new();
    const char *folder = corpus(arena, "05-csv/duckdb/rejects");
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct csv_preview p = preview(arena, arena_printf(arena, "%s/%s", folder, CASES[i].name).p);
        assert_int_equal(p.rows, CASES[i].rows);
        for (size_t k = 0; k < p.rejects.n; k++)
            assert_int_equal(p.rejects.v[k].line, CASES[i].lines[k]);
        assert_true(p.rejects.n > 0);
    }
    arena_free(arena);
}

static bool may_map(struct str header, struct str trait)
{
    static const char *const RIGHT[][2] = {{"First Name", "first_name"}, {"Last Name", "last_name"},
            {"Title", "title"}, {"Job Title", "title"}, {"Position", "title"}, {"Company", "company"},
            {"Company Name", "company"}, {"Email", "email"}, {"Email Address", "email"},
            {"E-mail Address", "email"}, {"Phone", "phone"}, {"Phone Number", "phone"},
            {"Mobile Phone Number", "phone"}, {"Work Direct Phone", "phone"}, {"Home Phone", "phone"},
            {"Mobile Phone", "phone"}, {"Other Phone", "phone"}, {"Business Phone", "phone"},
            {"# Employees", "employees"}, {"Industry", "industry"}, {"Website", "website"},
            {"Website URL", "website"}, {"Web Page", "website"}, {"City", "city"}, {"Country", "country"},
            {"Lead Source", "source"}, {"Name", "name"}};
    for (size_t i = 0; i < sizeof RIGHT / sizeof *RIGHT; i++)
        if (str_eq(header, str_of(RIGHT[i][0])) && str_eq(trait, str_of(RIGHT[i][1])))
            return true;
    return false;
}

static unsigned mapped(const struct csv_columns *c, const char *trait)
{
    unsigned n = 0;
    for (size_t i = 0; i < c->n; i++)
        n += str_eq(csv_target_trait(c->columns[i].target), str_of(trait));
    return n;
}

static void export_headers(void **state)
{
    (void)state;
    static const char *const FORMATS[][2] = {{"apollo", "apollo"}, {"Connections", "linkedin"},
            {"hubspot", "hubspot"}, {"Leads", "salesforce"}, {"sample1", "google"}};
    struct arena *arena = arena_new();
    struct str text = read_all(arena, corpus(arena, "05-csv/export-headers/headers.tsv"));
    unsigned lines = 0;
    for (struct str rest = text; rest.n; lines++) {
        struct str line = str_sub(rest, 0, str_find(rest, '\n')), names[300];
        rest = line.n < rest.n ? str_sub(rest, line.n + 1, rest.n) : STR_NONE;
        size_t tab = str_find(line, '\t'), n = 0;
        struct str file = str_sub(line, tab + 1, line.n), header;
        tab = str_find(file, '\t');
        header = str_sub(file, tab + 1, file.n);
        file = str_sub(file, 0, tab);
        if (!lines || header.p[0] == '(') // the table's own header; a line that was not kept
            continue;
        while (n < 300) {
            size_t comma = str_find(header, ',');
            names[n++] = str_sub(header, 0, comma);
            if (comma == header.n)
                break;
            header = str_sub(header, comma + 1, header.n);
        }
        struct csv_columns c = csv_recognise(arena, names, n, true, NULL, 0);
        for (size_t i = 0; i < n; i++) {
            struct str trait = csv_target_trait(c.columns[i].target);
            if (trait.n && !may_map(names[i], trait))
                fail_msg("%.*s: %.*s is no %.*s", STR_ARG(file), STR_ARG(names[i]), STR_ARG(trait));
        }
        for (size_t i = 0; i < sizeof FORMATS / sizeof *FORMATS; i++)
            if (memmem(file.p, file.n, FORMATS[i][0], strlen(FORMATS[i][0])))
                assert_true(str_eq(c.format, str_of(FORMATS[i][1])));
        if (!memmem(file.p, file.n, "deals", 5))
            assert_int_equal(mapped(&c, "email"), 1);
    }
    assert_true(lines > 4);
    arena_free(arena);
}

static void google_contacts(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct csv_preview p = preview(arena, corpus(arena, "05-csv/google-contacts/sample1.csv"));
    assert_true(p.columns.n > 100 && p.rows > 10 && !p.rejects.n);
    for (size_t i = 0; i < p.columns.n; i++) {
        struct str trait = csv_target_trait(p.columns.columns[i].target);
        assert_true(!trait.n || may_map(p.names[i], trait));
    }
    assert_int_equal(mapped(&p.columns, "name"), 1);
    assert_int_equal(mapped(&p.columns, "email"), 1);
    assert_int_equal(mapped(&p.columns, "company"), 1);
    assert_int_equal(mapped(&p.columns, "title"), 1);
    assert_int_equal(mapped(&p.columns, "phone"), 4);
    arena_free(arena);
}

static void layouts(void **state)
{
    (void)state;
    static const struct {
        const char *name, *encoding, *delimiter;
        uint64_t rows;
        uint32_t preamble;
        bool header;
    } CASES[] = {
            {"dittofeed/users.csv", "UTF-8", ",", 5, 0, true},
            {"dittofeed/missing-headers-users.csv", "UTF-8", ",", 5, 0, false},
            {"dittofeed/missing-some-identifiers.csv", "UTF-8", ",", 4, 0, true},
            {"frictionless/bom.csv", "UTF-8", ",", 2, 0, true},
            {"frictionless/without-headers.csv", "UTF-8", ",", 3, 0, false},
            {"frictionless/blank-rows-multiple.csv", "UTF-8", ",", 2, 0, true},
            {"frictionless/country-2.csv", "UTF-8", ";", 5, 1, true},
            {"frictionless/matrix-with-comment.csv", "UTF-8", ",", 4, 1, true},
            {"frictionless/table.tsv", "UTF-8", "\t", 3, 0, true},
            {"frictionless/table-infer-iso-8859-7.csv", "windows-1253", ",", 4, 0, true},
            {"frictionless/encoding-issue-274.csv", "UTF-8", ",", 507, 0, true},
            {"duckdb/encodings/all_latin1.csv", "windows-1252", ",", 189, 0, true},
            {"duckdb/encodings/only_utf16.csv", "UTF-16LE", ",", 5, 0, true},
            {"duckdb/encodings/shift_jis.csv", "Shift_JIS", ",", 20, 0, true},
            {"duckdb/auto/semicolon_quote.csv", "UTF-8", ";", 3, 0, false},
            {"duckdb/auto/tab_single_quote.csv", "UTF-8", "\t", 3, 0, false},
            {"duckdb/auto/multi_column_string_mix_r_n.csv", "UTF-8", "|", 9, 0, false},
            {"duckdb/auto/multiple_skip_row.csv", "UTF-8", ",", 1, 2, true},
            {"duckdb/comments/big.csv", "UTF-8", ";", 2891, 2, true},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct str name = arena_printf(arena, "05-csv/%s", CASES[i].name);
        struct csv_preview p = preview(arena, corpus(arena, name.p));
        if (!str_eq(p.encoding, str_of(CASES[i].encoding)) ||
                !str_eq(p.delimiter, str_of(CASES[i].delimiter)) || p.rows != CASES[i].rows ||
                p.preamble != CASES[i].preamble || p.header != CASES[i].header)
            fail_msg("%s: %.*s %.*s %llu rows, %u lines before them", CASES[i].name, STR_ARG(p.encoding),
                    STR_ARG(p.delimiter), (unsigned long long)p.rows, p.preamble);
    }
    arena_free(arena);
}

static void vcards(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    list_files(corpus(arena, "05-csv/vcard"));
    for (size_t i = 0; i < n_paths; i++) {
        if (!str_ends(str_of(paths[i]), STR(".vcf")))
            continue;
        struct csv_preview p = preview(arena, paths[i]);
        if (!p.vcard || !p.rows || p.rejects.n)
            fail_msg("%s: %llu cards", paths[i], (unsigned long long)p.rows);
    }
    arena_free(arena);
}

// Names are left whole rather than taken apart wrongly.
static void names(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct json *j;
    unsigned split = 0, wrong = 0, all = 0;
    assert_true(json_parse(arena, read_all(arena, corpus(arena, "04-addresses/names/names.json")), &j, NULL));
    for (const struct json *c = j->child; c; c = c->next) {
        const struct json *parts = json_get(c, STR("parts"));
        struct str name = json_get_str(c, STR("name")), first, last;
        all++;
        if (!csv_split_name(arena, name, &first, &last))
            continue;
        split++;
        // Theirs has capitals, and parts initials that are written together.
        if (str_starts(utf8_fold(arena, first), utf8_fold(arena, json_get_str(parts, STR("firstname")))) &&
                str_eq(utf8_fold(arena, last), utf8_fold(arena, json_get_str(parts, STR("lastname")))))
            continue;
        printf("%.*s: %.*s, %.*s\n", STR_ARG(name), STR_ARG(first), STR_ARG(last));
        wrong++;
    }
    printf("%u of %u names taken apart\n", split, all);
    assert_int_equal(wrong, 0);
    assert_true(split * 2 > all);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(spectrum),
            cmocka_unit_test(nothing_breaks_it),
            cmocka_unit_test(rejects_have_lines),
            cmocka_unit_test(export_headers),
            cmocka_unit_test(google_contacts),
            cmocka_unit_test(layouts),
            cmocka_unit_test(vcards),
            cmocka_unit_test(names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
