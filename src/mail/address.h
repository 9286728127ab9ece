// Address fields (RFC 5322 section 3.4 and what programs write instead).
#ifndef SLUICE_MAIL_ADDRESS_H
#define SLUICE_MAIL_ADDRESS_H

#include "mail/mime.h"

// All addresses of a field's raw value; groups are flattened. Linear. In arena.
struct mime_addresses mail_addresses(struct arena *arena, struct str raw);
// The one in a Return-Path, Final-Recipient …: without < >, source routes and comments; empty: none.
struct str mail_address_bare(struct arena *arena, struct str raw);

#endif
