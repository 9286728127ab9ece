// The contact that a request is about, as the one who asks may see it.
#ifndef SLUICE_APP_PERSON_REQUEST_H
#define SLUICE_APP_PERSON_REQUEST_H

#include "app/app.h"

// The contact of an id: ours, or a userId or anonymousId. ERR_NOT_FOUND, also for sellers who see only their
// own contacts.
bool person_of_request(struct request *r, struct str id, uint32_t *ret_contact, struct err *err);
// Whether whoever asks may see this contact.
bool person_visible(const struct request *r, uint32_t contact);
// {"id","user_id"} of a contact, for lists; name: the identifier.
void person_put(struct request *r, uint32_t contact, struct buf *out);
// Waits a moment for the standings to know what was just written, so that the next request sees it.
void person_settle(const struct request *r, int64_t event);
// A cursor that is a whole number, `otherwise` without one. false: a problem.
bool person_cursor(struct request *r, int64_t otherwise, int64_t *ret, struct err *err);

#endif
