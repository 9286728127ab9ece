// The example numbers of libphonenumber: the national number, dialled in its country with and without the
// trunk prefix, gives the E.164 one; so does that itself.
#include "app/address/address.h"
#include "support/lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static bool gives(struct arena *arena, struct str text, struct str region, struct str wanted)
{
    struct err err = {0};
    struct str found = STR_NONE;
    if (address_phone(arena, text, region, &found, &err) && str_eq(found, wanted))
        return true;
    printf("%.*s %.*s: %.*s %s\n", STR_ARG(region), STR_ARG(text), STR_ARG(found), err.message);
    return false;
}

static void examples(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct str rest = corpus_file(arena, "04-addresses/libphonenumber/example-numbers.tsv"), line;
    unsigned cases = 0, wrong = 0;
    if (!rest.p)
        skip();
    next_line(&rest, &line);
    while (next_line(&rest, &line)) {
        struct str region = next_field(&line), country_code = next_field(&line), type = next_field(&line),
                   national = next_field(&line), e164 = next_field(&line), trunk = next_field(&line);
        (void)country_code, (void)type;
        cases += 2;
        wrong += !str_eq(region, STR("001")) && !gives(arena, national, region, e164);
        wrong += !gives(arena, e164, STR_NONE, e164);
        if (trunk.n)
            wrong += !gives(
                    arena, arena_printf(arena, "%.*s%.*s", STR_ARG(trunk), STR_ARG(national)), region, e164);
    }
    printf("%u of %u wrong\n", wrong, cases);
    assert_true(cases > 1000);
    assert_true(wrong * 200 <= cases); // 99.5 %
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(examples)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
