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

struct company_found {
    struct str id, name, domain; // domain: empty if it has none
    int64_t contacts;
};
// Companies with the text (folded, utf8_fold) anywhere in their name or domain, those with most contacts
// first.
bool company_search(struct store *store, struct arena *arena, struct str text, unsigned most,
        void (*visit)(void *ctx, const struct company_found *company), void *ctx, struct err *err);

#endif
