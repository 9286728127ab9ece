// Mail addresses in their usual form, and why not.
#include "app/address/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define A10 "aaaaaaaaaa"
#define A60 A10 A10 A10 A10 A10 A10

// As typed, usual form.
static const char *const GOOD[][2] = {
        {"ann@example.org", "ann@example.org"},
        {"  ann@example.org\t", "ann@example.org"},
        {"Ann.Lee+news@EXAMPLE.Org", "Ann.Lee+news@example.org"},
        {"a!#$%&'*+-/=?^_`{|}~z@example.org", "a!#$%&'*+-/=?^_`{|}~z@example.org"},
        {"\"ann\"@example.org", "ann@example.org"},
        {"\"ann lee\"@example.org", "\"ann lee\"@example.org"},
        {"\"a\\\"b\\c\"@example.org", "\"a\\\"bc\"@example.org"},
        {"\"a@b\"@example.org", "\"a@b\"@example.org"},
        {"jos\u00e9@example.org", "jos\u00e9@example.org"},
        {"jose\u0301@example.org", "jos\u00e9@example.org"}, // NFC
        {"ann@B\u00dcCHER.example", "ann@b\u00fccher.example"},
        {"ann@xn--bcher-kva.example", "ann@b\u00fccher.example"},
        {"ann@stra\u00dfe.example", "ann@stra\u00dfe.example"},
        {"ann@example\u3002org", "ann@example.org"},
        {A60 "aaaa@example.org", A60 "aaaa@example.org"},
        {"x@a.b", "x@a.b"},
};

// As typed, a piece of the reason.
static const char *const BAD[][2] = {
        {"", "no address"},
        {"   ", "no address"},
        {"ann", "no @"},
        {"@example.org", "before the @"},
        {"ann@", "behind the @"},
        {"ann@@example.org", "more than one @"},
        {"ann@lee@example.org", "more than one @"},
        {".ann@example.org", "begins with a dot"},
        {"ann.@example.org", "right before the @"},
        {"ann..lee@example.org", "two dots"},
        {"ann lee@example.org", "blank"},
        {"ann(x)@example.org", "("},
        {"ann\\@example.org", "\\"},
        {"an\"n@example.org", "\""},
        {"\"ann@example.org", "closing quote"},
        {"\"\"@example.org", "before the @"},
        {"\"ann\"x@example.org", "follows the closing quote"},
        {"Ann <ann@example.org>", "only the address itself"},
        {"\"Ann\" <ann@example.org>", "only the address itself"},
        {"<ann@example.org>", "only the address itself"},
        {"ann\r@example.org", "control"},
        {"ann@example.org\r", "control"},
        {"ann@exa\tmple.org", "blank or a control"},
        {"ann@example", "no dot"},
        {"ann@[127.0.0.1]", "computer"},
        {"ann@127.0.0.1", "does not end"},
        {"ann@example.123", "does not end"},
        {"ann@-example.org", "hyphen"},
        {"ann@example-.org", "hyphen"},
        {"ann@ex--ample.org", "two hyphens"},
        {"ann@example..org", "dot too many"},
        {"ann@example.org.", "dot too many"},
        {"ann@.example.org", "dot too many"},
        {"ann@exam_ple.org", "_"},
        {"ann@printer.local", ".local"},
        {"ann@x.onion", ".onion"},
        {"ann@xn--0.example", "international"},
        {"ann@\u2488x.example", ""},
        {"\u200bann@example.org", "U+200B"},
        {"\u0301ann@example.org", ""},
        {"ann@" A60 "aaaa.org", "longer than 63"},
        {A60 "aaaaa@example.org", "more than 64"},
        {"x@" A60 "." A60 "." A60 "." A60 "." A10 ".org", "longer than 253"},
        {A60 "@" A60 "." A60 "." A60 "." A10 ".org", "longer than 254"},
        {"ann\xff@example.org", "UTF-8"},
};

static void good(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++) {
        struct arena *arena = arena_new();
        struct err err = {0};
        struct str normal = STR_NONE, again = STR_NONE;
        if (!address_email(arena, str_of(GOOD[i][0]), &normal, &err))
            fail_msg("%s: %s", GOOD[i][0], err.message);
        assert_string_equal(normal.p, GOOD[i][1]);
        // The usual form stays as it is.
        assert_true(address_email(arena, normal, &again, &err) && str_eq(again, normal));
        arena_free(arena);
    }
}

static void bad(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        struct arena *arena = arena_new();
        struct err err = {0};
        struct str normal = STR("untouched");
        if (address_email(arena, str_of(BAD[i][0]), &normal, &err))
            fail_msg("%s was accepted as %.*s", BAD[i][0], STR_ARG(normal));
        assert_int_equal(err.code, ERR_INPUT);
        assert_true(str_eq(normal, STR("untouched")));
        if (!strstr(err.message, BAD[i][1]))
            fail_msg("%s: %s", BAD[i][0], err.message);
        arena_free(arena);
    }
    // More than anybody's address: not even looked at.
    char *large = malloc(100000);
    memset(large, 'a', 100000);
    struct str normal;
    assert_false(address_email(NULL, (struct str){large, 100000}, &normal, NULL));
    free(large);
}

static void keys(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    assert_true(str_eq(address_email_key(arena, STR("Ann@example.org")), STR("ann@example.org")));
    assert_true(str_eq(address_domain(STR("\"a@b\"@example.org")), STR("example.org")));
    assert_null(address_domain(STR("example.org")).p);
    arena_free(arena);
}

// A slip, the domain that was meant; NULL: leave it alone.
static const char *const SLIPS[][2] = {
        {"ann@gmial.com", "ann@gmail.com"},
        {"ann@gmail.con", "ann@gmail.com"},
        {"ann@gmail.co", "ann@gmail.com"},
        {"ann@yahooo.com", "ann@yahoo.com"},
        {"ann@hotmial.com", "ann@hotmail.com"},
        {"ann@outlok.com", "ann@outlook.com"},
        {"ann@gmail.com", NULL},
        {"ann@gmx.de", NULL},
        {"ann@mail.com", NULL}, // a provider of its own
        {"ann@ymail.com", NULL},
        {"ann@acme.example", NULL},
};

static void suggestions(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof SLIPS / sizeof *SLIPS; i++) {
        struct str found = address_email_suggestion(arena, str_of(SLIPS[i][0]));
        if (SLIPS[i][1] ? !str_eq(found, str_of(SLIPS[i][1])) : found.p != NULL)
            fail_msg("%s: %.*s", SLIPS[i][0], STR_ARG(found));
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(good), cmocka_unit_test(bad), cmocka_unit_test(keys),
            cmocka_unit_test(suggestions)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
