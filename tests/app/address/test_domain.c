// Domains: whose they are.
#include "app/address/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

// Domain, the company's; NULL: none.
static const char *const COMPANIES[][2] = {
        {"acme.com", "acme.com"},
        {"sales.acme.co.uk", "acme.co.uk"},
        {"Mail.ACME.Com.", "acme.com"},
        {"b\u00fccher.example", "b\u00fccher.example"},
        {"x.b\u00dcCHER.example", "b\u00fccher.example"},
        {"xn--bcher-kva.example", "xn--bcher-kva.example"},
        {"shop.blogspot.com", "shop.blogspot.com"}, // a public suffix of a company
        {"gmail.com", NULL},
        {"googlemail.com", NULL},
        {"web.de", NULL},
        {"tuta.com", NULL}, // ours
        {"mailinator.com", NULL},
        {"any.mailinator.com", NULL},
        {"co.uk", NULL},
        {"com", NULL},
        {"localhost", NULL},
        {"192.168.0.1", NULL},
        {"", NULL},
        {"a..b", NULL},
        {".acme.com", NULL},
        {"acme.com/path", NULL},
        {"ann@acme.com", NULL},
        {"acme .com", NULL},
        {"\xff.com", NULL},
};

static void companies(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof COMPANIES / sizeof *COMPANIES; i++) {
        struct str found = address_domain_company(arena, str_of(COMPANIES[i][0]));
        if (COMPANIES[i][1] ? !str_eq(found, str_of(COMPANIES[i][1])) : found.p != NULL)
            fail_msg("%s: %.*s", COMPANIES[i][0], STR_ARG(found));
    }
    assert_true(str_eq(address_domain_registrable(arena, STR("x.gmail.com")), STR("gmail.com")));
    arena_free(arena);
}

static void providers(void **state)
{
    (void)state;
    assert_true(address_domain_free(STR("Gmail.com")) && address_domain_free(STR("x.gmx.de")));
    assert_false(address_domain_free(STR("mailinator.com"))); // throw-away is not free
    assert_false(address_domain_free(STR("acme.com")) || address_domain_free(STR("com")));
    assert_true(address_domain_disposable(STR("mailinator.com")) &&
                address_domain_disposable(STR("a.b.yopmail.com")));
    assert_false(
            address_domain_disposable(STR("gmail.com")) || address_domain_disposable(STR("example.org")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(companies), cmocka_unit_test(providers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
