// Forms, paths, parameters, cookies, addresses, without a server.
#include "base/json.h"
#include "http/address.h"
#include "http/client.h"
#include "http/form.h"
#include "http/uri.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <arpa/inet.h>
#include <cmocka.h>

static int set_up(void **state)
{
    *state = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    arena_free(*state);
    return 0;
}

static void decoding(void **state)
{
    struct str out = STR_NONE;
    static const char *const BAD[] = {"%", "%4", "a%zz", "%00", "%ff", "%c0%80", "%ed%a0%80", "\xff", "%-1"};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        assert_false(uri_decode(*state, str_of(BAD[i]), false, &out));
    assert_null(out.p);
    assert_false(uri_decode(*state, (struct str){"a\0b", 3}, false, &out));
    assert_true(uri_decode(*state, STR("a%2Fb+c%41"), false, &out));
    assert_true(str_eq(out, STR("a/b+cA")));
    assert_true(uri_decode(*state, STR("a+b%2b"), true, &out));
    assert_true(str_eq(out, STR("a b+")));
}

static void whatever_is_written(void **state)
{
    static const struct {
        const char *written, *read;
    } CASES[] = {{"50%off", "50%off"}, {"b%FCro", "büro"}, {"a+%C3%A9%", "a é%"}, {"a%00b\x80", "a b€"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        assert_true(str_eq(uri_text(*state, str_of(CASES[i].written), true), str_of(CASES[i].read)));
}

static void pairs(void **state)
{
    struct pair *p = NULL;
    size_t n = 0;
    struct err err = {0};
    assert_true(uri_pairs(*state, STR("a=1&&b=x=y&c&=d"), &p, &n, &err));
    assert_int_equal(n, 4);
    assert_true(str_eq(p[1].name, STR("b")) && str_eq(p[1].value, STR("x=y")));
    assert_true(str_eq(p[2].name, STR("c")) && p[2].value.n == 0);
    assert_true(p[3].name.n == 0 && str_eq(p[3].value, STR("d")));
    assert_true(uri_pairs(*state, STR(""), &p, &n, &err));
    assert_int_equal(n, 0);
    assert_false(uri_pairs(*state, STR("a=1&b=%"), &p, &n, &err));
    assert_int_equal(err.code, ERR_INPUT);
    char many[3000];
    memset(many, '&', sizeof many);
    assert_false(uri_pairs(*state, (struct str){many, sizeof many}, &p, &n, &err));
    assert_int_equal(err.code, ERR_LIMIT);
}

static void cookie_values(void **state)
{
    (void)state;
    struct str header = STR("a=1; session=abc;  b=\"q\" ; session=later; x");
    assert_true(str_eq(cookie_get(header, STR("session")), STR("abc")));
    assert_true(str_eq(cookie_get(header, STR("b")), STR("q")));
    assert_null(cookie_get(header, STR("x")).p);
    assert_null(cookie_get(header, STR("ssion")).p);
    assert_null(cookie_get(STR(""), STR("a")).p);
}

// Fields as JSON, "!" and the message where it is no form.
static const char *fields_of(struct arena *arena, const char *type, struct str body)
{
    struct form_field *fields;
    size_t n;
    struct err err = {0};
    struct buf out = {0};
    if (!form_parse(arena, str_of(type), body, &fields, &n, &err))
        return arena_printf(arena, "!%s", err.message).p;
    for (size_t i = 0; i < n; i++) {
        json_put_string(&out, fields[i].name);
        buf_char(&out, '=');
        json_put_string(&out, fields[i].value);
        if (fields[i].file_name.p) {
            buf_char(&out, '@');
            json_put_string(&out, fields[i].file_name);
            json_put_string(&out, fields[i].type);
        }
        buf_char(&out, ' ');
    }
    const char *text = arena_str(arena, buf_str(&out)).p;
    buf_free(&out);
    return text;
}

#define MULTIPART "multipart/form-data; boundary=\"b=1\""
#define PART(name, value) "--b=1\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"

static void forms(void **state)
{
    struct arena *arena = *state;
    assert_string_equal(
            fields_of(arena, "application/x-www-form-urlencoded; charset=utf-8", STR("a=1&b=%C3%A9+x")),
            "\"a\"=\"1\" \"b\"=\"é x\" ");
    assert_string_equal(fields_of(arena, MULTIPART,
                                STR(PART("a", "1") PART("b", "") PART("c", "x\r\n--b=\r\ny") "--b=1--\r\n")),
            "\"a\"=\"1\" \"b\"=\"\" \"c\"=\"x\\r\\n--b=\\r\\ny\" ");
    assert_string_equal(
            fields_of(arena, MULTIPART,
                    STR("preamble\r\n--b=1\r\ncontent-disposition: form-data; name=\"f\\\"ile\"; "
                        "filename=\"a;b.csv\"\r\nContent-Type: text/csv\r\n\r\n\x01\x02\r\n--b=1--")),
            "\"f\\\"ile\"=\"\\u0001\\u0002\"@\"a;b.csv\"\"text/csv\" ");
    assert_string_equal(fields_of(arena, MULTIPART,
                                STR(PART("gr\xf6\xdf"
                                         "e",
                                        "\x80 5") "--b=1--")),
            "\"größe\"=\"€ 5\" ");
    static const char *const BAD[] = {"", "--b=1", "--b=1\r\n", PART("a", "1"),
            "--b=1\r\nX: y\r\n\r\nz\r\n--b=1--", "--b=1\r\nnothing\r\n\r\nz\r\n--b=1--", "--b=1xx\r\n\r\n"};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        if (*fields_of(arena, MULTIPART, str_of(BAD[i])) != '!')
            fail_msg("accepted: %s", BAD[i]);
    assert_int_equal(*fields_of(arena, "multipart/form-data", STR("--\r\n")), '!');
    assert_int_equal(*fields_of(arena, "text/plain", STR("a=1")), '!');
    assert_int_equal(*fields_of(arena, "", STR("a=1")), '!');
    struct buf many = {0};
    for (int i = 0; i < FORM_FIELDS + 1; i++)
        buf_put(&many, STR(PART("a", "1")));
    buf_put(&many, STR("--b=1--"));
    assert_non_null(strstr(fields_of(arena, MULTIPART, buf_str(&many)), "more than 1000"));
    buf_free(&many);
}

static void addresses(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool internal;
    } CASES[] = {
            {"127.0.0.1", true},
            {"10.1.2.3", true},
            {"172.16.0.1", true},
            {"172.15.0.1", false},
            {"172.32.0.1", false},
            {"192.168.1.1", true},
            {"169.254.169.254", true},
            {"0.0.0.0", true},
            {"100.64.0.1", true},
            {"224.0.0.1", true},
            {"255.255.255.255", true},
            {"8.8.8.8", false},
            {"198.18.0.1", true},
            {"1.1.1.1", false},
            {"::1", true},
            {"::", true},
            {"fe80::1", true},
            {"fc00::1", true},
            {"fd12::1", true},
            {"ff02::1", true},
            {"::ffff:10.0.0.1", true},
            {"::ffff:8.8.8.8", false},
            {"64:ff9b::7f00:1", true},
            {"64:ff9b::808:808", false},
            {"2002:7f00:1::", true},
            {"2002:808:808::", false},
            {"2001:db8::1", true},
            {"2001::1", true},
            {"2606:4700:4700::1111", false},
            {"::127.0.0.1", true},
            {"fec0::1", true},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        unsigned char bytes[16];
        bool four = inet_pton(AF_INET, CASES[i].text, bytes) == 1;
        assert_true(four || inet_pton(AF_INET6, CASES[i].text, bytes) == 1);
        if (address_internal(bytes, four ? 4 : 16) != CASES[i].internal)
            fail_msg("%s", CASES[i].text);
    }
}

static void networks(void **state)
{
    (void)state;
    struct address a;
    char text[48];
    assert_true(address_parse(STR("[2001:DB8::1]:443"), &a));
    address_print(&a, text);
    assert_string_equal(text, "2001:db8::1");
    assert_true(address_parse(STR("::ffff:1.2.3.4"), &a));
    address_print(&a, text);
    assert_string_equal(text, "1.2.3.4");
    assert_false(address_parse(STR("1.2.3"), &a));
    assert_false(address_parse(STR("localhost"), &a));
    assert_false(address_parse(STR(""), &a));
    struct network network;
    struct err err = {0};
    assert_true(network_parse("10.128.0.0/9", &network, &err));
    assert_true(address_parse(STR("10.128.1.1"), &a) && network_has(&network, &a));
    assert_true(address_parse(STR("10.127.1.1"), &a) && !network_has(&network, &a));
    assert_true(network_parse("2001:db8::/33", &network, &err));
    assert_true(address_parse(STR("2001:db8:7fff::1"), &a) && network_has(&network, &a));
    assert_true(address_parse(STR("2001:db8:8000::1"), &a) && !network_has(&network, &a));
    assert_true(network_parse("0.0.0.0/0", &network, &err));
    assert_true(address_parse(STR("9.9.9.9"), &a) && network_has(&network, &a));
    assert_true(address_parse(STR("2001::1"), &a) && !network_has(&network, &a));
    assert_false(network_parse("10.0.0.0/", &network, &err));
    assert_false(network_parse("10.0.0.0/-1", &network, &err));
    assert_false(network_parse("host/8", &network, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(decoding, set_up, tear_down),
            cmocka_unit_test_setup_teardown(whatever_is_written, set_up, tear_down),
            cmocka_unit_test_setup_teardown(pairs, set_up, tear_down), cmocka_unit_test(cookie_values),
            cmocka_unit_test_setup_teardown(forms, set_up, tear_down), cmocka_unit_test(addresses),
            cmocka_unit_test(networks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
