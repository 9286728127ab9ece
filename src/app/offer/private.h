// Shared by the files of this slice.
#ifndef SLUICE_APP_OFFER_PRIVATE_H
#define SLUICE_APP_OFFER_PRIVATE_H

#include "app/offer/offer.h"
#include "app/offer/slice.h"
#include "base/json.h"
#include "base/random.h"
#include "store/ask.h"

enum { OFFERS_MAX = 1000, CODE_MAX = 60, CODES_AT_ONCE = 10000 };

struct offer {
    int64_t number;
    struct str id, name, text, kind,
            code; // kind: shared, personal; code: of a shared one, of others a prefix
    bool makes;   // personal: codes are made where none is left
    int64_t ends, version, created, changed;
};
#define OFFER_COLUMNS "number, id, name, text, kind, code, makes, ends, version, created, changed"
struct offer offer_decode(struct query *query, struct arena *arena);
bool offer_read(struct store *store, struct arena *arena, struct str id, struct offer *ret, struct err *err);

// Codes are compared without regard to case: kept in capitals. ERR_INPUT: it has signs that no code has.
bool code_normal(struct arena *arena, struct str text, struct str *ret, struct err *err);
// Puts a code there; *ret_new false: some offer has it already.
bool code_insert(struct writing *w, int64_t offer, struct str code, bool *ret_new, struct err *err);
// A code that nobody can guess: 10 signs without those that look alike, behind the prefix.
struct str code_made(struct arena *arena, struct str prefix);

// Writes down that a code was redeemed. contact 0: whoever it was reserved for. amount: JSON number or
// STR_NONE.
struct redemption {
    struct str code, amount;
    uint32_t contact;
    int64_t at, event; // event: row of the log, 0: none yet
    bool late;         // set: after its end
    int64_t offer, campaign;
    struct str offer_id;
};
// ERR_NOT_FOUND: no such code; ERR_CONFLICT: redeemed already. Within the transaction; fills in the rest.
bool redeem(struct writing *w, struct redemption *redemption, struct err *err);

bool offer_follow(struct app *app, struct data *reader, struct err *err);
extern const struct route OFFER_ROUTES[];
extern const struct schema OFFER_SCHEMAS[];
bool offer_route_list(struct request *r, struct err *err);
bool offer_route_create(struct request *r, struct err *err);
bool offer_route_get(struct request *r, struct err *err);
bool offer_route_patch(struct request *r, struct err *err);
bool offer_route_delete(struct request *r, struct err *err);
bool offer_route_codes(struct request *r, struct err *err);
bool offer_route_add_codes(struct request *r, struct err *err);
bool offer_route_redeem(struct request *r, struct err *err);

#endif
