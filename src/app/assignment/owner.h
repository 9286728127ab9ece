// Who is responsible for a contact: at most one user, its owner.
#ifndef SLUICE_APP_ASSIGNMENT_OWNER_H
#define SLUICE_APP_ASSIGNMENT_OWNER_H

#include "app/app.h"
#include "base/random.h"

// The owner's id into out; false if nobody owns the contact. Any thread, from memory: what this process
// committed with owner_changed at once, all else within a second. Right after the start it waits for the
// owners to be read.
bool owner_of(struct app *app, uint32_t contact, char out[UUID_SIZE]);

// Makes the user (id of an account; the caller has looked that it is there) the owner, or with STR_NONE
// nobody; appends owner.assigned to the contact's history. by: who says so, an account's or key's id, or
// "rule:" and the rule's id. Nothing happens where it is so already. Inside the transaction.
bool assignment_set(struct writing *w, uint32_t contact, struct str user, struct str by, struct err *err);
// After the commit, so that this process knows it before the next request.
void owner_changed(struct app *app, struct data *reader);

// The contact that a route's {id} means (a UUID, userId or anonymousId); ERR_NOT_FOUND also where the asker
// is limited to contacts of their own and it is not one.
bool owner_contact(struct request *r, uint32_t *ret, struct err *err);
bool owner_contact_named(struct request *r, struct str id, uint32_t *ret, struct err *err);

// Whether there is such a user who is not disabled.
bool owner_account(struct store *store, struct str user, bool *ret, struct err *err);

// The owner as the open transaction sees it: STR_NONE for nobody. Lives in w->arena.
bool owner_now(struct writing *w, uint32_t contact, struct str *ret, struct err *err);

// Hand-overs that wait to be accepted or returned. Texts live until visit returns.
struct waiting_handover {
    uint32_t contact;
    struct str owner, stage; // stage: empty if a person handed it over
    int64_t opened;
};
bool handover_each_open(struct store *store,
        void (*visit)(void *ctx, const struct waiting_handover *handover), void *ctx, struct err *err);

// Appends an event about a contact to the log, now: name, and properties as one JSON object.
bool assignment_record(struct writing *w, uint32_t contact, const char *name, struct str properties,
        int64_t *ret_event, struct err *err);

#endif
