// Offers: a promise with a coupon code, one for everybody or one for each person. A person's code is reserved
// in the transaction that queues the mail that says it; no two people ever get the same one.
#ifndef SLUICE_APP_OFFER_OFFER_H
#define SLUICE_APP_OFFER_OFFER_H

#include "app/app.h"

// Reserves a code of the offer (id) for a mail. *ret_got false: there is no such offer, it has ended, or no
// code is left.
bool offer_reserve(struct writing *w, struct str offer, uint32_t contact, int64_t campaign, int64_t send,
        bool *ret_got, struct err *err);

struct offer_code {
    struct str code, text; // STR_NONE: the mail has none; text: what the offer promises
    int64_t ends;          // 0: never
};
bool offer_of_send(
        struct store *store, struct arena *arena, int64_t send, struct offer_code *ret, struct err *err);

#endif
