// Companies, made from the mail domains and the company traits of known contacts, and who works there in
// which buying role. A person's word wins over what the log says.
#ifndef SLUICE_APP_COMPANY_COMPANY_H
#define SLUICE_APP_COMPANY_COMPANY_H

#include "app/app.h"

extern const struct migration COMPANY_MIGRATION;

// What a message says about the company of a contact; STR_NONE for what it does not. domain: registrable.
struct company_hint {
    struct str domain, name, industry, country;
    int64_t employees; // 0: not said
    bool group;        // a group message: it speaks about the company itself
};

// Notes where a contact (identifier's number) works, in the open transaction; a company that nobody knew yet
// is made. Nothing happens without a domain and a name. time: of the message.
bool company_note(
        struct writing *w, int64_t contact, const struct company_hint *hint, int64_t time, struct err *err);
// Takes back what was noted of a contact of whom nothing is left in the log; what a person set stays.
bool company_forget(struct writing *w, int64_t contact, struct err *err);

struct company_found {
    struct str id, name, domain; // domain: empty if it has none
    int64_t contacts;
};
// Those with an id behind `after` (empty: all), in the order of ids, which ascend by time. Texts live until
// visit returns.
bool company_each(struct store *store, struct str after,
        void (*visit)(void *ctx, const struct company_found *company), void *ctx, struct err *err);
// Lives in arena. *ret_there: whether there is one with this id, and with contacts.
bool company_find(struct store *store, struct arena *arena, struct str id, struct company_found *ret,
        bool *ret_there, struct err *err);

#endif
