// Contacts by their numbers and userIds, inside a turn. (Apart from private.h: app/event/log.h and
// app/message/message.h each have a struct message.)
#ifndef SLUICE_APP_INBOX_NAMES_H
#define SLUICE_APP_INBOX_NAMES_H

#include "app/app.h"

// The contact that a userId means now; 0: the log does not know it.
bool number_of_user(struct writing *w, struct str user_id, uint32_t *ret, struct err *err);
// The identifier that names a contact; lives in w->arena.
bool name_of_contact(struct writing *w, uint32_t contact, struct str *ret, struct err *err);

#endif
