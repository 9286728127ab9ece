// Mail addresses, domains and phone numbers as people type them, in one form each, so that the same person is
// found again. Pure; no network; any thread.
#ifndef SLUICE_APP_ADDRESS_ADDRESS_H
#define SLUICE_APP_ADDRESS_ADDRESS_H

#include "base/arena.h"
#include "base/err.h"

enum { ADDRESS_EMAIL_MAX = 1000 /* bytes looked at; longer ones are refused */, ADDRESS_PHONE_MAX = 250 };

// The address's usual form: no display name, brackets, comments or white space around it; local part in NFC
// as it was typed (its case too: only the mailbox knows whether it matters), domain in lower case, IDN in
// Unicode. Refused with a reason a person can act on: what RFC 5321 and 6531 refuse, and what no form should
// take: domains without a dot, literals ([127.0.0.1]), comments inside, names reserved for tests or the own
// network (.local, .test …).
bool address_email(struct arena *arena, struct str text, struct str *ret_normal, struct err *err);
// The form that two addresses are compared by: of a normal one, with the local part case-folded.
struct str address_email_key(struct arena *arena, struct str normal);
// "did you mean": the address with the domain of a large provider, one typing error away from the one given;
// STR_NONE: no idea.
struct str address_email_suggestion(struct arena *arena, struct str normal);

// The part of a normal address behind the last @.
struct str address_domain(struct str normal);
// The domain of a company: of "sales.acme.co.uk" acme.co.uk. STR_NONE for providers of mail to anybody,
// throw-away domains, public suffixes, addresses (1.2.3.4), and what is no domain at all. Any case, IDN in
// either form; the result is lower case, in the form given.
struct str address_domain_company(struct arena *arena, struct str domain);
// The registrable domain, whoever it belongs to ("gmail.com"); STR_NONE if there is none.
struct str address_domain_registrable(struct arena *arena, struct str domain);
bool address_domain_free(struct str domain);       // anybody can have a mailbox there; sub-domains too
bool address_domain_disposable(struct str domain); // a throw-away provider's; sub-domains too

// A phone number as E.164 ("+4930123456"). region: two letters, the country to assume for numbers without a
// country code; STR_NONE: such numbers are refused. An extension ("ext. 12", ";ext=12") is cut off.
bool address_phone(
        struct arena *arena, struct str text, struct str region, struct str *ret_e164, struct err *err);
// The countries (two letters) that a number as E.164 can be of, by index; STR_NONE: there are no more.
// Several share a country code: Italy and the Vatican, Canada and the United States.
struct str address_phone_country(struct str e164, unsigned index);

#endif
