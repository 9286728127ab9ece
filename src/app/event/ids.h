// Identifiers and their contact numbers. Truth is the table contact, which is only appended to; the table
// identity is its index by name, which lags behind while much is imported. Private to app/event.
#ifndef SLUICE_APP_EVENT_IDS_H
#define SLUICE_APP_EVENT_IDS_H

#include "base/map.h"
#include "base/vec.h"
#include "store/store.h"

struct ids {
    struct store *store;
    bool bulk;
    uint64_t made;      // contacts, by this process
    int64_t last, upto; // highest contact; highest one that is in the index
    // Identifiers seen lately with their numbers, and all that are not in the index.
    struct map *known;
    VEC(uint32_t) contact_of; // by number in known
    VEC(uint32_t) fresh;      // numbers in known: not in the index
    struct query *find;       // while a transaction is open
};

void ids_init(struct ids *ids, struct store *store);
void ids_free(struct ids *ids);
// In a write transaction that has begun: reads what others have done meanwhile.
bool ids_begin(struct ids *ids, struct err *err);
// The number of an identifier, made if it is new.
bool ids_number(struct ids *ids, struct str id, int64_t *ret, struct err *err);
// Gives an identifier another name, which nobody has.
bool ids_rename(struct ids *ids, int64_t contact, struct str name, struct err *err);
// Before a commit: brings the index up to date, in bulk only if much has gathered.
bool ids_settle(struct ids *ids, struct err *err);
// Ends the transaction's statements.
void ids_end(struct ids *ids);
// After a transaction that did not happen.
void ids_forget(struct ids *ids);
// The number of an identifier, 0 if there is none; without a transaction, too.
bool ids_find(struct ids *ids, struct str id, int64_t *ret, struct err *err);

#endif
