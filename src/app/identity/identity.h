// Who is meant: contacts found by their addresses. A contact's keys are the e-mail addresses, phone numbers,
// profile addresses and foreign ids that ever belonged to it; each key leads to the identifier (userId) that
// had it first. A second known contact with the same key is never merged by a machine: it becomes a merge
// suggestion. Keys stay with their identifiers, so that the end of a merge leaves everything where it was.
#ifndef SLUICE_APP_IDENTITY_IDENTITY_H
#define SLUICE_APP_IDENTITY_IDENTITY_H

#include "app/app.h"

extern const struct migration IDENTITY_MIGRATION;

// What somebody said about who they are, as they typed it; STR_NONE for what they did not. What is no address
// is ignored: check before, where it matters.
struct identity_ask {
    struct str email, phone, profile; // profile: an address at linkedin.com
    struct str external;              // an id of another system, with its name in front: "hubspot:1234"
};

// The userId of the contact that has one of these keys, or a new one (a UUID), to whom they are given in the
// same transaction: of two submissions at the same moment the second one finds the first one's contact. The
// caller appends at least one message with this userId. The strongest key decides: external, e-mail, profile,
// then phone; a phone number alone does not lead to a contact who has another e-mail address than the one
// given. Keys that belong to somebody else make merge suggestions. The text lives in w->arena.
bool identity_resolve(struct writing *w, const struct identity_ask *ask, struct str *ret_user_id,
        bool *ret_new, struct err *err);

// The same without changing anything: the userId, or STR_NONE (in arena). Any handle.
bool identity_find(struct store *store, struct arena *arena, const struct identity_ask *ask,
        struct str *ret_user_id, struct err *err);

#endif
