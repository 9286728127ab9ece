// Any bytes as a mail address, a domain and a phone number (the first two bytes are the region): the usual
// form is UTF-8 and stays as it is, an E.164 number is one.
#include "app/address/address.h"
#include "base/utf8.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_email(struct arena *arena, struct str text)
{
    struct str normal, again;
    struct err err = {0};
    if (!address_email(arena, text, &normal, &err)) {
        require(err.code == ERR_INPUT && err.message[0] && utf8_valid(str_of(err.message)));
        return;
    }
    require(utf8_valid(normal) && normal.n <= 4 * 254);
    require(address_email(arena, normal, &again, &err) && str_eq(again, normal));
    require(address_domain(normal).n > 0);
    address_domain_company(arena, address_domain(normal));
    address_email_key(arena, normal);
    address_email_suggestion(arena, normal);
}

static void check_phone(struct arena *arena, struct str text)
{
    struct str found, again, region = str_sub(text, 0, text.n < 2 ? text.n : 2);
    struct err err = {0};
    if (!address_phone(arena, str_sub(text, region.n, text.n), region, &found, &err)) {
        require(err.code == ERR_INPUT && err.message[0]);
        return;
    }
    require(found.n > 4 && found.n < 30 && found.p[0] == '+');
    for (size_t i = 1; i < found.n; i++)
        require(found.p[i] >= '0' && found.p[i] <= '9');
    require(address_phone(arena, found, STR_NONE, &again, &err));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *arena = arena_new();
    struct str text = {(const char *)data, n};
    check_email(arena, text);
    struct str company = address_domain_company(arena, text);
    require(!company.p || str_eq(company, address_domain_registrable(arena, company)));
    check_phone(arena, text);
    arena_free(arena);
    return 0;
}
