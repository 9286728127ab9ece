// Contacts by their addresses, so that a list of people does not make known ones a second time. Immutable; a
// picture of the moment it was made.
#ifndef SLUICE_APP_IMPORT_KNOWN_H
#define SLUICE_APP_IMPORT_KNOWN_H

#include "app/import/csv_messages.h"
#include "replay/columns.h"

struct known;

// By the e-mail addresses, phone numbers and LinkedIn addresses that contacts have now. columns must outlive
// it.
struct known *known_new(const struct columns *columns);
void known_free(struct known *known); // NULL is fine
// As csv_messages_options.resolve; known: struct known *. Where several contacts share an address, the first
// one in the columns.
bool known_resolve(void *known, enum csv_identity kind, struct str value, struct buf *ret_user_id);

#endif
