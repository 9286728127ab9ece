// What a row of the log says about who somebody is. Private to app/identity.
#ifndef SLUICE_APP_IDENTITY_SAYINGS_H
#define SLUICE_APP_IDENTITY_SAYINGS_H

#include "app/event/log.h"
#include "app/identity/keys.h"

// As it was typed; STR_NONE for what was not said.
struct sayings {
    struct str email, phone, mobile, profile, external, name, first_name, last_name;
    struct str company, industry, site, employees;
};

struct said {
    enum identity_kind kind;
    struct str value; // normal
};
enum { SAID_KEYS = 6 };

// Whether a row can say something: only of people who are known, for what an unknown visitor says they are
// called decides nothing.
bool sayings_in(const struct log_row *row);
// What it says; copied into arena.
bool sayings_take(const struct log_row *row, struct arena *arena, struct arena *scratch, struct sayings *ret,
        struct err *err);
// The keys in it, the strongest first; returns how many. *ret_domain: of the company's address, or STR_NONE.
unsigned sayings_keys(
        struct arena *arena, const struct sayings *s, struct said ret[SAID_KEYS], struct str *ret_domain);

#endif
