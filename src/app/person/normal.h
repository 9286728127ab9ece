// Addresses and names in the form they are compared by. Pure; any thread. Results live in the arena.
#ifndef SLUICE_APP_PERSON_NORMAL_H
#define SLUICE_APP_PERSON_NORMAL_H

#include "base/arena.h"

enum { NORMAL_MAX = 500 }; // bytes; longer texts are no address and no name

// false: it is none.
bool normal_email(struct arena *arena, struct str typed, struct str *ret);
bool normal_phone(struct arena *arena, struct str typed, struct str *ret);
bool normal_profile(struct arena *arena, struct str typed, struct str *ret); // linkedin.com/in/name
bool normal_external(struct arena *arena, struct str typed, struct str *ret);
// Case folded, blanks single: of people and companies.
bool normal_name(struct arena *arena, struct str typed, struct str *ret);
// The domain of the company that a normal address belongs to; STR_NONE for mailboxes that anybody can have.
struct str normal_company_domain(struct arena *arena, struct str email);
// The same of a web address ("https://www.acme.com/about") or a bare domain.
struct str normal_site_domain(struct arena *arena, struct str site);

#endif
