// Phone numbers as people write them, to E.164.
#include "app/address/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

// Region, as written, E.164 or NULL: refused.
static const char *const CASES[][3] = {
        {"DE", "030 123456", "+4930123456"},
        {"DE", "(030) 12 34-56", "+4930123456"},
        {"DE", "+49 (0)30 123456", "+4930123456"},
        {"DE", "0049 30 123456", "+4930123456"},
        {"DE", "49 30 123456", "+4930123456"},
        {"", "+49 30/123456", "+4930123456"},
        {"DE", "030 123456 ext. 12", "+4930123456"},
        {"DE", "+49 30 123456x12", "+4930123456"},
        {"DE", "tel:+49-30-123456;ext=12", "+4930123456"},
        {"DE", "tel:30123456;phone-context=+49", "+4930123456"},
        {"US", "(212) 555-0123", "+12125550123"},
        {"US", "1-212-555-0123", "+12125550123"},
        {"US", "1-800-FLOWERS", "+18003569377"},
        {"US", "011 44 20 7946 0958", "+442079460958"},
        {"GB", "020 7946 0958", "+442079460958"},
        {"GB", "+44 (0)20 7946 0958", "+442079460958"},
        {"FR", "01 23 45 67 89", "+33123456789"},
        {"IT", "06 1234 5678", "+390612345678"}, // Italy keeps its 0
        {"RU", "8 (912) 345-67-89", "+79123456789"},
        {"BR", "0 15 11 96123-4567", "+5511961234567"}, // through carrier 15
        {"AR", "011 15 2345-6789", "+5491123456789"},   // a mobile, as dialled there
        {"AR", "011 2345-6789", "+541123456789"},
        {"CH", "044 668 18 00", "+41446681800"},
        {"CH", "０４４ ６６８ １８ ００", "+41446681800"},
        {"EG", "٠٢ ٢٣٤٥ ٦٧٨٩", "+20223456789"},
        {"de", "030123456", "+4930123456"},
        {"", "+800 1234 5678", "+80012345678"},
        {"", "030 123456", NULL},
        {"XX", "030 123456", NULL},
        {"DE", "", NULL},
        {"DE", "abc", NULL},
        {"DE", "ann@example.org", NULL},
        {"DE", "12", NULL},
        {"DE", "+", NULL},
        {"DE", "+999 123456", NULL},
        {"US", "12345", NULL},
        {"US", "+1 012 555 0123", NULL},
        {"DE", "030 123456 030 123456 030 123456 030 123456", NULL},
        {"DE",
                "030\x01"
                "123456",
                NULL},
        {"DE", "030 \xff 123456", NULL},
};

static void forms(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct arena *arena = arena_new();
        struct err err = {0};
        struct str found = STR("untouched");
        bool fine = address_phone(arena, str_of(CASES[i][1]), str_of(CASES[i][0]), &found, &err);
        if (fine != (CASES[i][2] != NULL))
            fail_msg("%s %s: %s", CASES[i][0], CASES[i][1], fine ? "accepted" : err.message);
        if (fine)
            assert_string_equal(found.p, CASES[i][2]);
        else
            assert_true(str_eq(found, STR("untouched")) && err.code == ERR_INPUT && err.message[0]);
        arena_free(arena);
    }
}

static void countries(void **state)
{
    static const char *const OF[][2] = {{"+4930123456", "DE "}, {"+33123456789", "FR "},
            {"+390612345678", "IT VA "}, {"+80012345678", ""} /* no country's */, {"+999123", ""}, {"+4", ""},
            {"+", ""}, {"", ""}};
    (void)state;
    for (size_t i = 0; i < sizeof OF / sizeof *OF; i++) {
        struct arena *arena = arena_new();
        struct str all = STR(""), one;
        for (unsigned k = 0; (one = address_phone_country(str_of(OF[i][0]), k)).n; k++)
            all = arena_printf(arena, "%.*s%.*s ", STR_ARG(all), STR_ARG(one));
        if (!str_eq(all, str_of(OF[i][1])))
            fail_msg("%s: %.*s", OF[i][0], STR_ARG(all));
        arena_free(arena);
    }
    assert_true(str_eq(address_phone_country(STR("+12125550123"), 0), STR("US")));
    assert_true(address_phone_country(STR("+12125550123"), 1).n == 2); // Canada, and the islands
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(forms), cmocka_unit_test(countries)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
