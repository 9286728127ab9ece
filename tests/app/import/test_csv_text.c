// Encodings, delimiters, quotes, headers and ragged rows: from bytes to rows of cells.
#include "app/import/csv_text.h"

#include "support/memory_file.h"

#include <iconv.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

// "header|cells" and a line for each row: "2:a|b", or "3!reason".
static void put_rows(struct csv_text *t, struct buf *out)
{
    const struct str *names;
    struct csv_row row;
    struct err err;
    bool more = true;
    size_t n = csv_text_columns(t, &names);
    for (size_t i = 0; i < n; i++)
        buf_printf(out, "%s%.*s", i ? "|" : "", STR_ARG(names[i]));
    buf_char(out, '\n');
    for (;;) {
        assert_true(csv_text_next(t, &row, &more, &err));
        if (!more)
            break;
        buf_printf(out, "%llu%s", (unsigned long long)row.line, row.reject.n ? "!" : ":");
        if (row.reject.n)
            buf_put(out, row.reject);
        for (size_t i = 0; !row.reject.n && i < row.n; i++)
            buf_printf(out, "%s%.*s", i ? "|" : "", STR_ARG(row.cells[i]));
        buf_char(out, '\n');
    }
    buf_char(out, '\0');
}

struct seen {
    char encoding[40], delimiter[8];
    uint32_t preamble;
    bool header;
};

static struct seen read_with(struct str bytes, const struct csv_text_options *options, const char *want)
{
    struct memory_file file = memory_file(bytes);
    struct csv_text *t;
    struct err err = {0};
    struct buf out = {0};
    struct seen seen = {0};
    if (!csv_text_open(file.path, options, &t, &err))
        fail_msg("%s", err.message);
    put_rows(t, &out);
    if (want)
        assert_string_equal(out.p, want);
    struct str encoding = csv_text_encoding(t);
    memcpy(seen.encoding, encoding.p, encoding.n);
    const struct csv_layout *layout = csv_text_layout(t);
    memcpy(seen.delimiter, layout->dialect.delimiter, layout->dialect.n_delimiter);
    seen.preamble = layout->preamble;
    seen.header = layout->header;
    csv_text_close(t);
    buf_free(&out);
    memory_file_close(&file);
    return seen;
}

static struct seen read_text(const char *text, const char *want)
{
    struct csv_text_options options = {0};
    return read_with(str_of(text), &options, want);
}

static void quotes(void **state)
{
    (void)state;
    read_text("a,b\n1,\"x,y\"\n", "a|b\n2:1|x,y\n");
    read_text("a,b\n1,\"say \"\"hi\"\"\"\n2,\"\"\n", "a|b\n2:1|say \"hi\"\n3:2|\n");
    read_text("a,b\n\"two\nlines\",3\n4,5\n", "a|b\n2:two\nlines|3\n4:4|5\n");
    read_text("a,b\n1, \"blank before\" \n", "a|b\n2:1|blank before\n");
    read_text("a,b\n5' 3\",7\"x\n", "a|b\n2:5' 3\"|7\"x\n"); // not at the beginning: text
    read_text("a,b\n\"x\"y,1\n2,3\n", "a|b\n2!text behind the closing quote of column 1\n3:2|3\n");
    read_text("a,b\n1,\"open\n2,3\n4,5\n",
            "a|b\n2!the quote that opens column 2 is not closed within 1 MB\n3:2|3\n4:4|5\n");
    // A quote that another line closes by chance costs its own line only.
    read_text("a,b\n\"Bob,1\n\"Ann\",2\n", "a|b\n2!text behind the closing quote of column 1\n3:Ann|2\n");
}

static void other_quoting(void **state)
{
    (void)state;
    read_text("a,b,c\n1,\"x \\\"y\\\" z, q\",2\n3,plain,4\n", "a|b|c\n2:1|x \"y\" z, q|2\n3:3|plain|4\n");
    read_text("id\tt\tu\n1\t'x\ty'\tz\n2\tp\tq\n", "id|t|u\n2:1|x\ty|z\n3:2|p|q\n");
    read_text("id,t\n1,it's\n2,'tis\n", "id|t\n2:1|it's\n3:2|'tis\n");
}

static void line_ends(void **state)
{
    (void)state;
    read_text("a,b\r\n1,2\r\n3,4", "a|b\n2:1|2\n3:3|4\n");
    read_text("a,b\r1,2\r3,4\r", "a|b\n2:1|2\n3:3|4\n");
    read_text("a,b\r\n1,2\n3,4\r5,6", "a|b\n2:1|2\n3:3|4\n4:5|6\n");
    read_text("a,b\n\"x\r\ny\",2\r\n3,4\n", "a|b\n2:x\r\ny|2\n4:3|4\n");
}

static void ragged_and_blank(void **state)
{
    (void)state;
    read_text("a,b,c\n1\n1,2\n1,2,3\n1,2,3,\n1,2,3, ,\n1,2,3,4\n",
            "a|b|c\n2:1||\n3:1|2|\n4:1|2|3\n5:1|2|3\n6:1|2|3\n7!4 cells, but there are 3 columns\n");
    read_text("a,b\n1,2\n\n,\n   \n3,4\n\n", "a|b\n2:1|2\n6:3|4\n");
    struct csv_text_options options = {0};
    read_with(STR("a,b\n1,x\0y\n2,3\n\0\0\0\0"), &options, "a|b\n2!column 2 holds a NUL byte\n3:2|3\n");
    read_text("", "\n");
    read_text("\n\n", "\n");
}

static void headers(void **state)
{
    (void)state;
    read_text("id,,id,id_2,\n1,2,3,4,5\n", "id|column2|id_2|id_2_2|column5\n2:1|2|3|4|5\n");
    assert_false(read_text("1,2\n3,4\n", "column1|column2\n1:1|2\n2:3|4\n").header);
    assert_false(read_text("ann@example.com,Ann\nbob@example.com,Bob\n",
            "column1|column2\n1:ann@example.com|Ann\n2:bob@example.com|Bob\n")
                         .header);
    assert_true(read_text("id,2019,2020\nx,1,2\n", "id|2019|2020\n2:x|1|2\n").header);
    assert_true(read_text("when,what\n2024-01-01,x\n", "when|what\n2:2024-01-01|x\n").header);
    assert_false(read_text("2023-01-01,x\n2024-01-01,y\n", NULL).header);
    struct csv_text_options no = {.header = CSV_HEADER_NO}, yes = {.header = CSV_HEADER_YES};
    read_with(STR("name\nAnn\n"), &no, "column1\n1:name\n2:Ann\n");
    read_with(STR("1\n2\n"), &yes, "1\n2:2\n");
}

static void delimiters(void **state)
{
    (void)state;
    static const struct {
        const char *text, *delimiter;
    } CASES[] = {
            {"a,b,c\n1,2,3\n", ","},
            {"a;b;c\n1,5;2,5;3,5\n4,1;5;6\n", ";"},
            {"a\tb\n1,2\t3\n4,5\t6\n", "\t"},
            {"a|b|c\n1|x, y|3\n", "|"},
            {"name;note\nAnn;\"a, b, c\"\nBob;\"d, e\"\n", ";"},
            {"first name,last name\nAnn Mary,Lee\nBob Ray,Fox\n", ","},
            {"Full Name\nAnn Lee\nBob Fox\n", ","},
            {"time\n10:30\n11:45\n", ","},
            {"a^b^c\n1^2^3\n4^5^6\n", "^"},
            {"\"a\";\"b\"\n\"x,y\";\"z,q\"\n\"x,y\";\"z,q\"\n", ";"},
            {"sep=;\na;b\n1;2\n", ";"},
            {"sep=|\na;b|c\n1|2\n", "|"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        assert_string_equal(read_text(CASES[i].text, NULL).delimiter, CASES[i].delimiter);
    struct csv_text_options two = {.delimiter = STR("||")};
    read_with(STR("a||b\n1||x|y\n\"p||q\"||2\n"), &two, "a|b\n2:1|x|y\n3:p||q|2\n");
}

static void preambles(void **state)
{
    (void)state;
    assert_int_equal(
            read_text("Notes:\n\"You may see fewer addresses, for reasons.\"\n\nFirst,Last,URL\nA,B,C\n",
                    "First|Last|URL\n5:A|B|C\n")
                    .preamble,
            3);
    assert_int_equal(
            read_text("Campaign report\n\"1 May 2024 - 31 May 2024\"\nDay,Clicks,Cost\n2024-05-01,3,4\n",
                    "Day|Clicks|Cost\n4:2024-05-01|3|4\n")
                    .preamble,
            2);
    assert_int_equal(read_text("# a comment\na;b\n1;2\n", "a|b\n3:1|2\n").preamble, 1);
    assert_int_equal(read_text("sep=;\na;b\n1;2\n", "a|b\n3:1|2\n").preamble, 1);
    assert_int_equal(read_text("a,b\n1,2,3\n1,2,3\n", NULL).preamble, 0); // rows too wide, no preamble
    assert_int_equal(read_text("Text\nsome, words\nmore, words\n", NULL).preamble, 0);
}

static struct buf encode(const char *encoding, const char *text)
{
    struct buf out = {0};
    size_t in_n = strlen(text), room = in_n * 4 + 16;
    char *in = (char *)(uintptr_t)text, *to = buf_room(&out, room);
    iconv_t cd = iconv_open(encoding, "UTF-8");
    assert_true(cd != (iconv_t)-1);
    assert_int_equal(iconv(cd, &in, &in_n, &to, &room), 0);
    out.n = (size_t)(to - out.p);
    iconv_close(cd);
    return out;
}

static void encodings(void **state)
{
    (void)state;
    static const struct {
        const char *as, *found, *text;
    } CASES[] = {
            {"UTF-8", "UTF-8", "Stadt,Straße\nKöln,Höfe 3\n"},
            {"ASCII", "UTF-8", "a,b\n1,2\n"},
            {"WINDOWS-1252", "windows-1252", "Prénom,Société\nJosé,L’Oréal\nZoë,Müller & Söhne\n"},
            {"ISO-8859-1", "windows-1252", "Name,Straße\nMüller,Höfe 3\n"},
            {"UTF-16LE", "UTF-16LE", "Name,Straße\nMüller,Höfe\n"},
            {"UTF-16BE", "UTF-16BE", "Name,Straße\nMüller,Höfe\n"},
            {"UTF-16", "UTF-16LE", "名前,会社\n田中,東京\n"},
            {"UTF-32", "UTF-32LE", "Name,Straße\nMüller,Höfe\n"},
            {"WINDOWS-1251", "windows-1251", "Имя,Фамилия,Город\nИван,Петров,Москва\n"},
            {"KOI8-R", "KOI8-R", "Имя,Фамилия,Город\nИван,Петров,Москва\n"},
            {"ISO-8859-7", "windows-1253", "Όνομα,Πόλη\nΓιώργος,Αθήνα\n"},
            {"MACINTOSH", "macintosh", "Prénom,Société,Ville\nRené,Crédit Agricole,Orléans\n"},
            {"SHIFT_JIS", "Shift_JIS", "名前,会社,メール\n田中太郎,東京株式会社,a@example.jp\n"},
            {"EUC-JP", "EUC-JP", "名前,会社,メール\n田中太郎,東京株式会社,x\nすずき,さくら商事,y\n"},
            {"GB2312", "GB18030", "姓名,公司\n王小明,北京科技有限公司\n李红,上海贸易\n"},
            {"BIG5", "Big5",
                    "姓名,公司,電話\n王小明,台北科技股份有限公司,0912345678\n陳美玲,高雄貿易,0922222222\n"},
            {"EUC-KR", "EUC-KR", "이름,회사,이메일\n김철수,삼성전자,a@example.kr\n이영희,현대자동차,b\n"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct buf bytes = encode(CASES[i].as, CASES[i].text), want = {0}, got = {0};
        struct csv_text_options options = {0};
        assert_string_equal(read_with(buf_str(&bytes), &options, NULL).encoding, CASES[i].found);
        // The same cells as in UTF-8.
        struct memory_file plain = memory_file(str_of(CASES[i].text)), file = memory_file(buf_str(&bytes));
        struct csv_text *t;
        struct err err;
        assert_true(csv_text_open(plain.path, &options, &t, &err));
        put_rows(t, &want);
        csv_text_close(t);
        assert_true(csv_text_open(file.path, &options, &t, &err));
        put_rows(t, &got);
        csv_text_close(t);
        assert_string_equal(got.p, want.p);
        buf_free(&bytes);
        buf_free(&want);
        buf_free(&got);
        memory_file_close(&plain);
        memory_file_close(&file);
    }
}

static void bytes_that_fit_no_encoding(void **state)
{
    (void)state;
    read_text("\xEF\xBB\xBFid,name\n1,x\n", "id|name\n2:1|x\n");
    read_text("id,name\n1,bo\xFF\xFFgie\n2,fine\n",
            "id|name\n2!column 2 holds bytes that are not UTF-8\n3:2|fine\n");
    struct csv_text_options polish = {.encoding = STR("windows-1250")};
    read_with(STR("id,name\n1,\xA3ukasz\n"), &polish, "id|name\n2:1|Łukasz\n");
    struct csv_text_options unknown = {.encoding = STR("klingon")};
    struct memory_file file = memory_file(STR("a\n"));
    struct csv_text *t;
    struct err err;
    assert_false(csv_text_open(file.path, &unknown, &t, &err));
    assert_string_equal(err.message, "unknown encoding \"klingon\"");
    assert_int_equal(err.code, ERR_USAGE);
    memory_file_close(&file);
}

// The encoding shows itself only after megabytes of ASCII.
static void late_encoding(void **state)
{
    (void)state;
    struct buf bytes = {0};
    struct csv_text_options options = {0};
    buf_put(&bytes, STR("id,name\n"));
    for (int i = 0; i < 100000; i++)
        buf_put(&bytes, STR("1,some plain name\n"));
    buf_put(&bytes, STR("2,M\xFCller\n"));
    assert_string_equal(read_with(buf_str(&bytes), &options, NULL).encoding, "windows-1252");
    buf_free(&bytes);
}

static void limits(void **state)
{
    (void)state;
    struct buf bytes = {0};
    struct csv_text_options options = {0};
    buf_put(&bytes, STR("a,b\n1,"));
    memset(buf_room(&bytes, 2 << 20), 'x', 2 << 20);
    bytes.n += 2 << 20;
    buf_put(&bytes, STR("\n2,3\n1,\""));
    memset(buf_room(&bytes, 9 << 20), 'y', 9 << 20);
    bytes.n += 9 << 20;
    buf_put(&bytes, STR("\"\n4,5\n"));
    for (int i = 0; i < 5000; i++)
        buf_put(&bytes, STR("z,"));
    buf_put(&bytes, STR("\n6,7\n"));
    memset(buf_room(&bytes, 20 << 20), 'z', 20 << 20);
    bytes.n += 20 << 20;
    buf_put(&bytes, STR("\n8,9\n"));
    read_with(buf_str(&bytes), &options,
            "a|b\n2!column 2 is larger than 1 MB\n3:2|3\n4!the quote that opens column 2 is not closed "
            "within 1 MB\n"
            "5:4|5\n6!more than 4096 columns\n7:6|7\n8!the row is longer than 8 MB\n9:8|9\n");
    buf_free(&bytes);
}

// Rows that lie across the borders of what is read at a time.
static void borders(void **state)
{
    (void)state;
    for (size_t pad = 0; pad < 40; pad++) {
        struct buf bytes = {0}, want = {0};
        struct csv_text_options options = {0};
        buf_put(&bytes, STR("a,b\r\n"));
        buf_put(&want, STR("a|b\n"));
        for (size_t i = 0; i < pad; i++)
            buf_char(&bytes, i ? 'p' : '1');
        if (pad) {
            buf_put(&bytes, STR(",q\r\n"));
            buf_printf(&want, "2:%.*s|q\n", (int)pad, bytes.p + 5);
        }
        for (int i = 0; i < 12000; i++) {
            buf_put(&bytes, STR("\"x\"\"y\r\nz\",\xC3\xBC\r\n"));
            buf_printf(&want, "%d:x\"y\r\nz|\xC3\xBC\n", i * 2 + 2 + (pad > 0));
        }
        buf_char(&want, '\0');
        read_with(buf_str(&bytes), &options, want.p);
        buf_free(&bytes);
        buf_free(&want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(quotes),
            cmocka_unit_test(other_quoting),
            cmocka_unit_test(line_ends),
            cmocka_unit_test(ragged_and_blank),
            cmocka_unit_test(headers),
            cmocka_unit_test(delimiters),
            cmocka_unit_test(preambles),
            cmocka_unit_test(encodings),
            cmocka_unit_test(bytes_that_fit_no_encoding),
            cmocka_unit_test(late_encoding),
            cmocka_unit_test(limits),
            cmocka_unit_test(borders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
