// The domain of a mail address.
#ifndef SLUICE_APP_ADDRESS_EMAIL_DOMAIN_H
#define SLUICE_APP_ADDRESS_EMAIL_DOMAIN_H

#include "base/arena.h"
#include "base/err.h"

// Both usual forms of the domain: with xn-- labels, and with letters of all scripts.
bool email_domain(struct arena *arena, struct str text, struct str *ret_ascii, struct str *ret_unicode,
        struct err *err);

#endif
