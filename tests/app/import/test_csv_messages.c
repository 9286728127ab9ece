// From files to messages: who a row is, its time, traits, facts and events; mapping files and their errors.
#include "app/import/csv_messages.h"
#include "app/import/csv_preview.h"
#include "replay/message.h"
#include "support/memory_file.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { IMPORT_TIME = 1772359200 }; // 2026-03-01T10:00:00Z

// The lines without what every message of an import has in common.
static void put_short(struct arena *arena, struct str lines, struct buf *out)
{
    while (lines.n) {
        struct json *j;
        size_t end = str_find(lines, '\n');
        assert_true(json_parse(arena, str_sub(lines, 0, end), &j, NULL));
        struct str event = json_get_str(j, STR("event")), id = json_get_str(j, STR("messageId"));
        const struct json *body = json_get(j, event.n ? STR("properties") : STR("traits"));
        buf_put(out, json_get_str(j, STR("userId")));
        buf_char(out, ' ');
        buf_put(out, json_get_str(j, STR("timestamp")));
        buf_char(out, ' ');
        buf_put(out, event.n ? event : json_get_str(j, STR("type")));
        buf_char(out, ' ');
        buf_put(out, body->text);
        buf_char(out, '\n');
        assert_true(id.n == 20 && str_starts(id, STR("csv-")));
        struct message message; // what we write, Sluice reads
        assert_true(message_decode(arena, str_sub(lines, 0, end), &message, NULL));
        lines = str_sub(lines, end + 1, lines.n);
    }
}

static const struct csv_messages_options NOW = {.import_time = IMPORT_TIME};

static struct buf import(struct str file_bytes, const char *mapping_text,
        const struct csv_messages_options *options, bool whole)
{
    struct arena *arena = arena_new();
    struct memory_file file = memory_file(file_bytes);
    struct csv_mapping *mapping = NULL;
    struct csv_messages *m;
    struct csv_result result;
    struct buf lines = {0}, out = {0};
    struct err err = {0};
    bool more = true, fine = !mapping_text ||
                             csv_mapping_parse(arena, STR("m.json"), str_of(mapping_text), &mapping, &err);
    if (fine && csv_messages_open(file.path, mapping, options, &m, &err)) {
        while (csv_messages_next(m, &lines, &result, &more, &err) && more)
            if (result.reject.n)
                buf_printf(&out, "%llu! %.*s\n", (unsigned long long)result.line, STR_ARG(result.reject));
        csv_messages_close(m);
        if (whole)
            buf_put(&out, buf_str(&lines));
        else
            put_short(arena, buf_str(&lines), &out);
    } else {
        const char *said = strstr(err.message, file.path); // the path differs from run to run
        buf_printf(&out, "error: %s", said ? said + strlen(file.path) : err.message);
    }
    buf_char(&out, '\0');
    buf_free(&lines);
    memory_file_close(&file);
    arena_free(arena);
    return out;
}

static void check(const char *text, const char *mapping, const char *want)
{
    struct buf got = import(str_of(text), mapping, &NOW, false);
    assert_string_equal(got.p, want);
    buf_free(&got);
}

#define T " 2026-03-01T10:00:00Z "
#define IMPORTED(user) user T "contact.imported"

static bool has(struct buf *got, const char *part)
{
    return strstr(got->p, part) != NULL;
}

static void who_a_row_is(void **state)
{
    (void)state;
    struct buf got =
            import(STR("user_id,email,phone,linkedin\n7,a@example.com,1234567,\n,B@Example.com,,\n"
                       ",,+49 30 12345,\n,,,https://linkedin.com/in/Dan\n,nonsense,,\n,,n/a,\n,,,x\n"),
                    NULL, &NOW, false);
    assert_true(has(&got, "7" T "identify") && has(&got, IMPORTED("7")));
    assert_true(has(&got, "b@example.com" T "identify"));
    assert_true(has(&got, "tel:+493012345" T "identify"));
    assert_true(has(&got, "linkedin.com/in/dan" T "identify"));
    assert_true(has(&got, "6! nothing says who this is: \"nonsense\" is no e-mail address\n"));
    assert_true(has(&got, "7! nothing says who this is: \"n/a\" is no phone number\n"));
    assert_true(has(
            &got, "8! nothing says who this is: no id, e-mail address, phone number or LinkedIn address\n"));
    buf_free(&got);
    check("a,b\n1,2\n", NULL,
            "error: : no column says who a row is (an id, an e-mail address, a phone number or a LinkedIn "
            "address); "
            "name one as \"id\" in a mapping file");
    check("", NULL, "");
}

static bool resolve(void *ctx, enum csv_identity kind, struct str value, struct buf *ret)
{
    (void)ctx;
    if (kind == CSV_BY_EMAIL && str_eq(value, STR("ann@example.com"))) {
        buf_put(ret, STR("shop-7"));
        return true;
    }
    return false;
}

static void contacts_known_already(void **state)
{
    (void)state;
    struct csv_messages_options options = {.import_time = IMPORT_TIME, .resolve = resolve};
    struct buf got = import(
            STR("email,first name\nANN@example.com,Ann\nbob@example.com,Bob\n"), NULL, &options, false);
    assert_true(has(&got, "shop-7" T "identify {\"email\":\"ann@example.com\",\"first_name\":\"Ann\"}\n"));
    assert_true(has(&got, "bob@example.com" T "identify"));
    buf_free(&got);
    // Another program's ids carry its name, and give way to a contact whose address is known.
    got = import(STR("Record ID,Email,Lifecycle Stage,Contact "
                     "owner\n1,ann@example.com,lead,x\n2,bob@example.com,lead,x\n"),
            NULL, &options, false);
    assert_true(has(&got, "shop-7" T "identify {\"record_id\":\"1\","));
    assert_true(has(&got, "hubspot:2" T "identify {\"record_id\":\"2\","));
    assert_true(has(&got, ",\"format\":\"hubspot\"}"));
    buf_free(&got);
}

static void traits(void **state)
{
    (void)state;
    struct buf got =
            import(STR("Email,Mobile Phone,Home Phone,Name,# Employees,Annual Income,Notes\n"
                       "a@example.com,,+1 555 0100,Ann van Lee,\"1,200\",\"$50,000\",\"x \"\"y\"\"\nz\"\n"
                       "bad,+1 555 0199,,Acme Team,50-99,high,\n"),
                    NULL, &NOW, false);
    assert_true(has(&got,
            "identify {\"email\":\"a@example.com\",\"phone\":\"+1 555 0100\",\"home_phone\":\"+1 555 "
            "0100\",\"name\":\"Ann van Lee\",\"first_name\":\"Ann\",\"last_name\":\"van "
            "Lee\",\"employees\":1200,\"income\":50000,\"notes\":\"x \\\"y\\\"\\nz\"}\n"));
    assert_true(has(&got, "identify {\"email_as_given\":\"bad\",\"phone\":\"+1 555 0199\",\"name\":\"Acme "
                          "Team\",\"employees_as_given\":\"50-99\",\"income_as_given\":\"high\"}\n"));
    buf_free(&got);
    got = import(STR("email,name,attributes\na@example.com,Ann "
                     "Lee,\"{\"\"city\"\": \"\"Ulm\"\",\n\"\"Age\"\": 30, \"\"tags\"\": [\"\"a\"\", 1], "
                     "\"\"email\"\": "
                     "\"\"x\"\", \"\"none\"\": null}\"\nb@example.com,Bob,{broken\n"),
            NULL, &NOW, false);
    assert_true(has(&got, "\"last_name\":\"Lee\",\"city\":\"Ulm\",\"age\":30,\"tags\":[\"a\",1]}\n"));
    assert_true(has(&got, "\"name\":\"Bob\",\"attributes\":\"{broken\"}\n"));
    buf_free(&got);
}

static void twice_is_once(void **state)
{
    (void)state;
    struct csv_messages_options later = {.import_time = IMPORT_TIME + 1000, .resolve = resolve};
    struct str text = STR("email,n\nann@example.com,1\nann@example.com,2\nann@example.com, \"2\" \n");
    struct buf a = import(text, NULL, &NOW, true), b = import(text, NULL, &later, true);
    struct arena *arena = arena_new();
    struct str la = {a.p, strlen(a.p)}, lb = {b.p, strlen(b.p)}, ids[6];
    for (int i = 0; i < 6; i++) {
        struct json *ja, *jb;
        assert_true(json_parse(arena, str_sub(la, 0, str_find(la, '\n')), &ja, NULL));
        assert_true(json_parse(arena, str_sub(lb, 0, str_find(lb, '\n')), &jb, NULL));
        ids[i] = json_get_str(ja, STR("messageId"));
        assert_true(str_eq(ids[i], json_get_str(jb, STR("messageId"))));
        la = str_sub(la, str_find(la, '\n') + 1, la.n);
        lb = str_sub(lb, str_find(lb, '\n') + 1, lb.n);
    }
    assert_false(str_eq(ids[0], ids[1]));
    assert_false(str_eq(ids[0], ids[2]));
    assert_true(str_eq(ids[2], ids[4])); // equal in every cell
    assert_true(str_eq(ids[3], ids[5]));
    buf_free(&a);
    buf_free(&b);
    arena_free(arena);
}

static void mapped(void **state)
{
    (void)state;
    check("Day;Who;City;Budget;Sum;Bought\n2024-05-01;ann;Ulm;approved;1.000;yes\n2024-05-02;bob;;open;;no\n"
          "soon;eve;;;;\n2024-05-04;;;;;\n",
            "{\"id\":{\"column\":\"Who\",\"prefix\":\"crm-\"},\"time\":\"Day\",\"traits\":{\"City\":\"city\"}"
            ","
            "\"facts\":{\"budget\":{\"column\":\"Budget\",\"yes\":[\"Approved\",\"signed\"],\"no\":"
            "\"rejected\","
            "\"amount\":\"Sum\"},\"need\":\"Bought\"},"
            "\"events\":[{\"name\":\"meeting.held\",\"properties\":{\"place\":\"{City}, "
            "{Who}\",\"city\":\"{City}\",\"n\":2,\"b\":\"{{x}\"}},"
            "{\"name\":\"deal.won\",\"when\":\"Bought is \\\"yes\\\"\",\"offset\":\"1 second\"},"
            "{\"name\":\"email.sent\",\"when\":\"Bought is \\\"no\\\"\",\"offset\":\"-1 day\"}]}",
            "4! no time: \"soon\" in column \"Day\" is no time\n"
            "5! no id: column \"Who\" is empty\n"
            "crm-ann 2024-05-01T00:00:00Z identify {\"city\":\"Ulm\"}\n"
            "crm-ann 2024-05-01T00:00:00Z fact.recorded "
            "{\"fact\":\"budget\",\"answer\":\"yes\",\"amount\":1.000}\n"
            "crm-ann 2024-05-01T00:00:00Z fact.recorded {\"fact\":\"need\",\"answer\":\"yes\"}\n"
            "crm-ann 2024-05-01T00:00:00Z meeting.held {\"place\":\"Ulm, "
            "ann\",\"city\":\"Ulm\",\"n\":2,\"b\":\"{x}\"}\n"
            "crm-ann 2024-05-01T00:00:01Z deal.won {}\n"
            "crm-bob 2024-05-02T00:00:00Z identify {}\n"
            "crm-bob 2024-05-02T00:00:00Z fact.recorded {\"fact\":\"need\",\"answer\":\"no\"}\n"
            "crm-bob 2024-05-02T00:00:00Z meeting.held {\"place\":\", bob\",\"n\":2,\"b\":\"{x}\"}\n"
            "crm-bob 2024-05-01T00:00:00Z email.sent {}\n");
}

static void mapped_in_part(void **state)
{
    (void)state;
    // Without events each row is a contact; without traits they are recognised.
    struct buf got = import(STR("email,Score\na@example.com,3\n"),
            "{\"time\":{\"template\":\"2024-01-{Score}\"}}", &NOW, false);
    assert_true(has(&got,
            "a@example.com 2024-01-03T00:00:00Z identify {\"email\":\"a@example.com\",\"score\":\"3\"}\n"));
    assert_true(has(&got, "a@example.com 2024-01-03T00:00:00Z contact.imported {"));
    buf_free(&got);
    check("email,Since,Left\na@example.com,1/2/2024,3/2/2024\nb@example.com,5/2/2024,\n",
            "{\"traits\":{},\"events\":[{\"name\":\"account.created\",\"time\":{\"column\":\"Since\","
            "\"format\":\"%d/%m/%Y\"}},"
            "{\"name\":\"list.unsubscribed\",\"time\":{\"column\":\"Left\",\"format\":\"%d/%m/%Y\"}}]}",
            "a@example.com" T "identify {}\n"
            "a@example.com 2024-02-01T00:00:00Z account.created {}\n"
            "a@example.com 2024-02-03T00:00:00Z list.unsubscribed {}\n"
            "b@example.com" T "identify {}\n"
            "b@example.com 2024-02-05T00:00:00Z account.created {}\n");
}

static void numbers(void **state)
{
    (void)state;
    check("Who;Sum;Age\na;1.204,50;\"1,200\"\nb;;x\n",
            "{\"id\":\"Who\",\"traits\":{\"Age\":{\"trait\":\"age\",\"as\":\"number\"}},"
            "\"events\":[{\"name\":\"a.b\",\"properties\":{\"sum\":{\"column\":\"Sum\",\"as\":\"number\"},"
            "\"text\":{\"column\":\"Sum\"}}}]}",
            "a" T "identify {\"age\":1200}\na" T "a.b {\"sum\":1204.50,\"text\":\"1.204,50\"}\n"
            "b" T "identify {\"age_as_given\":\"x\"}\nb" T "a.b {}\n");
}

static void months(void **state)
{
    (void)state;
#define MONTHS(more)                                                                                         \
    "{\"header\":true,\"id\":{\"line\":\"r\"},\"traits\":{},\"events\":[],\"time\":{\"month\":\"m\",\"year_" \
    "start\":2008" more "}}"
    check("m,d\nnov,3\nDecember,1\n1,2\nFEB,x\nmarch,31\n", MONTHS(",\"day\":\"d\",\"rolls_over\":true"),
            "5! no time: \"x\" in column \"d\" is no day of a month or weekday\n"
            "r2 2008-11-03T00:00:00Z identify {}\nr3 2008-12-01T00:00:00Z identify {}\n"
            "r4 2009-01-02T00:00:00Z identify {}\nr6 2009-03-31T00:00:00Z identify {}\n");
    check("m,d\nnov,3\njan,31\nfeb,30\n13,1\n", MONTHS(",\"day\":5"),
            "5! no time: \"13\" in column \"m\" is no month\n"
            "r2 2008-11-05T00:00:00Z identify {}\nr3 2008-01-05T00:00:00Z identify {}\n"
            "r4 2008-02-05T00:00:00Z identify {}\n");
    check("m,d\nfeb,30\n", MONTHS(",\"day\":\"d\""),
            "2! no time: \"30\" in column \"d\" is no day of that month\n");
    // Weekdays in the order of the file: May 2008 began on a Thursday.
    check("m,d\nmay,mon\nmay,mon\nmay,fri\nmay,mon\nmay,thu\njun,mon\njun,fri\n",
            MONTHS(",\"day\":\"d\",\"rolls_over\":true"),
            "r2 2008-05-05T00:00:00Z identify {}\nr3 2008-05-05T00:00:00Z identify {}\n"
            "r4 2008-05-09T00:00:00Z identify {}\nr5 2008-05-12T00:00:00Z identify {}\n"
            "r6 2008-05-15T00:00:00Z identify {}\nr7 2008-06-02T00:00:00Z identify {}\n"
            "r8 2008-06-06T00:00:00Z identify {}\n");
#undef MONTHS
}

static void mistakes(void **state)
{
    (void)state;
    static const char *const CASES[][2] = {
            {"{", "m.json: not JSON: a member without a name at byte 2"},
            {"[]", "m.json: an object is expected"},
            {"{\"tmie\":1}", "m.json: unknown key \"tmie\"; did you mean \"time\"?"},
            {"{\"id\":7}",
                    "m.json: id: a column, {\"column\", \"prefix\"} or {\"line\": PREFIX} is expected"},
            {"{\"id\":\"emial\"}", "m.json: id: there is no column \"emial\"; did you mean \"email\"?"},
            {"{\"id\":\"xyzzy\"}", "m.json: id: there is no column \"xyzzy\" (the columns are email, Day)"},
            {"{\"time\":{\"column\":\"Day\",\"format\":\"%H\"}}",
                    "m.json: time.format: a format such as \"%d/%m/%Y %H:%M\" is expected (known: %d %m %b "
                    "%Y %y %H %I %M "
                    "%S %p; day, month and year are needed)"},
            {"{\"time\":{\"month\":\"Day\"}}", "m.json: time: \"month\" and \"year_start\" are needed"},
            {"{\"time\":{\"template\":\"{Dya}\"}}",
                    "m.json: time: there is no column \"Dya\"; did you mean \"Day\"?"},
            {"{\"time\":{\"template\":\"{\"}}",
                    "m.json: time.template: \"{\" must open the name of a column, as in "
                    "\"{Year}\"; \"{{\" is a brace"},
            {"{\"traits\":{\"Day\":\"first name\"}}",
                    "m.json: traits.Day: the name of a trait is expected (letters, digits and _)"},
            {"{\"traits\":{\"Day\":\"x\",\"email\":\"x\"}}",
                    "m.json: traits.email: the trait \"x\" is given twice"},
            {"{\"facts\":{\"fit\":{\"yes\":\"x\",\"amount\":\"Day\"}}}",
                    "m.json: facts.fit: \"yes\" and \"no\" need a \"column\""},
            {"{\"events\":{}}",
                    "m.json: events: a list of {\"name\", \"when\", \"offset\", \"properties\"} is expected"},
            {"{\"events\":[{}]}", "m.json: events[0]: \"name\" is needed"},
            {"{\"events\":[{\"name\":\"x.y\",\"when\":\"Dai is \\\"x\\\"\"}]}",
                    "m.json: events[0].when: there is no column \"Dai\"; did you mean \"Day\"?"},
            {"{\"events\":[{\"name\":\"x.y\",\"properties\":{\"a\":\"{Dey}\"}}]}",
                    "m.json: events[0].properties.a: there is no column \"Dey\"; did you mean \"Day\"?"},
            {"{\"events\":[{\"name\":\"x.y\",\"properties\":{\"a\":null}}]}",
                    "m.json: events[0].properties.a: a text with {Column}, a number, true or false is "
                    "expected"},
            {"{\"events\":[{\"name\":\"x.y\",\"properties\":{\"a\":{\"column\":\"Day\",\"as\":\"date\"}}}]}",
                    "m.json: events[0].properties.a.as: \"number\" or \"text\" is expected"},
            {"{\"delimiter\":\"-----\"}", "m.json: delimiter: at most 4 bytes are possible"},
            {"{\"encoding\":\"klingon\"}", "unknown encoding \"klingon\""},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct buf got = import(STR("email,Day\na@example.com,1\n"), CASES[i][0], &NOW, false), want = {0};
        buf_printf(&want, "error: %s", CASES[i][1]);
        buf_char(&want, '\0');
        assert_string_equal(got.p, want.p);
        buf_free(&got);
        buf_free(&want);
    }
}

static void mistakes_that_the_language_words(void **state)
{
    (void)state;
    static const char *const BEGINNINGS[][2] = {
            {"{\"events\":[{\"name\":\"x.y\",\"when\":\"Day is\"}]}",
                    "error: m.json: events[0].when: column "},
            {"{\"events\":[{\"name\":\"x.y\",\"offset\":\"soon\"}]}", "error: m.json: events[0].offset: "},
    };
    for (size_t i = 0; i < sizeof BEGINNINGS / sizeof *BEGINNINGS; i++) {
        struct buf got = import(STR("email,Day\n"), BEGINNINGS[i][0], &NOW, false);
        if (!str_starts(buf_str(&got), str_of(BEGINNINGS[i][1])))
            fail_msg("%s", got.p);
        buf_free(&got);
    }
}

static void vcards(void **state)
{
    (void)state;
    struct buf got = import(
            STR("BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;=\r\n"
                "Ann;;Dr.;\r\nFN:Ann\r\nEMAIL;INTERNET:second@example.com\r\nEMAIL;PREF:Ann@Example.com\r\n"
                "TEL;WORK;FAX:1234567\r\nTEL;CELL:+49 171 12345\r\nORG:Acme\\; Sons;Sales\r\n"
                "item1.TITLE:Head of\r\n  Sales\r\nPHOTO;ENCODING=BASE64:AAAA\r\n BBBB\r\n\r\nEND:VCARD\r\n"
                "begin:vcard\nVERSION:4.0\nFN:Bob Fox\nTEL;VALUE=uri;TYPE=\"cell,voice\":tel:+1-555-0100\n"
                "NOTE:a\\nb\nend:vcard\n"
                "BEGIN:VCARD\nFN:Nobody\nEND:VCARD\nBEGIN:VCARD\nFN:Cut\n"),
            NULL, &NOW, false);
    assert_true(has(&got,
            "ann@example.com" T "identify {\"name\":\"Ann\",\"first_name\":\"Ann\",\"last_name\":\"Müller\","
            "\"salutation\":\"Dr.\",\"email\":\"ann@example.com\",\"email_2\":\"second@example.com\","
            "\"phone\":\"+49 171 12345\",\"company\":\"Acme; "
            "Sons\",\"department\":\"Sales\",\"title\":\"Head "
            "of Sales\"}\n"));
    assert_true(has(&got, "tel:+15550100" T
                          "identify {\"name\":\"Bob Fox\",\"phone\":\"+1-555-0100\",\"note\":\"a\\nb\"}\n"));
    assert_true(has(&got, "23! nothing says who this is"));
    assert_true(has(&got, "26! the card has no END:VCARD"));
    buf_free(&got);
}

static void previews(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct memory_file file =
            memory_file(STR("Notes:\n\nFirst Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
                            "Ann,Lee,,a@example.com,Acme,CEO,01 Jan 2024\nBob,Fox,,,,,02 Jan 2024\n"
                            "Eve,Ray,,e@example.com,A,B,C,D\n"));
    struct csv_preview preview;
    struct buf out = {0};
    assert_true(csv_preview(arena, file.path, NULL, &NOW, &preview, NULL));
    csv_preview_json(&preview, STR("f.csv"), &out);
    buf_char(&out, '\0');
    assert_string_equal(out.p,
            "{\"file\":\"f.csv\",\"encoding\":\"UTF-8\",\"delimiter\":\",\",\"preamble\":2,\"header\":["
            "\"First "
            "Name\",\"Last Name\",\"URL\",\"Email Address\",\"Company\",\"Position\",\"Connected "
            "On\"],\"recognised\":\"linkedin\",\"mapping\":{\"First Name\":\"first_name\",\"Last "
            "Name\":\"last_name\",\"Email "
            "Address\":\"email\",\"Company\":\"company\",\"Position\":\"title\"},"
            "\"rows\":1,\"rejects\":[{\"line\":5,\"reason\":\"nothing says who this is: no id, e-mail "
            "address, phone number or LinkedIn address\"},{\"line\":6,\"reason\":\"8 cells, but there are 7 "
            "columns\"}]}\n");
    assert_int_equal(preview.messages, 2);
    buf_free(&out);
    memory_file_close(&file);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(who_a_row_is),
            cmocka_unit_test(contacts_known_already),
            cmocka_unit_test(traits),
            cmocka_unit_test(twice_is_once),
            cmocka_unit_test(mapped),
            cmocka_unit_test(mapped_in_part),
            cmocka_unit_test(numbers),
            cmocka_unit_test(months),
            cmocka_unit_test(mistakes),
            cmocka_unit_test(mistakes_that_the_language_words),
            cmocka_unit_test(vcards),
            cmocka_unit_test(previews),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
