// Telling other programs what happened (webhooks out, as Standard Webhooks say): messages are written down in
// the transaction of their cause, and delivered afterwards.
#ifndef SLUICE_APP_WEBHOOK_WEBHOOK_H
#define SLUICE_APP_WEBHOOK_WEBHOOK_H

#include "app/app.h"

// Types that slices announce by webhook_emit. All other names that somebody subscribes to are those of events
// in the log, which are told to webhooks by themselves.
#define WEBHOOK_TYPES                                                                       \
    "contact.moved", "contact.assigned", "task.created", "task.changed", "handover.opened", \
            "handover.decided", "import.finished", "reaction.fired", "webhook.test"

// Puts a message into the queue of each webhook that wants this type; nothing is written where none does.
// data: one JSON object, whose texts may be cut off where it is larger than a message may be. contact: whom
// it is about, 0 for nobody.
bool webhook_emit(struct writing *w, const char *type, uint32_t contact, struct str data, struct err *err);
// The same for one webhook, whatever it asks for; nothing where it is not active or not there.
bool webhook_emit_to(struct writing *w, struct str webhook, const char *type, uint32_t contact,
        struct str data, struct err *err);
// Whether anybody wants this type: so that nobody collects data in vain.
bool webhook_wanted(struct writing *w, const char *type, bool *ret, struct err *err);
// Appends `"contact":{"id":…,"user_id":…}`, as messages name contacts, behind a comma where one is due.
bool webhook_put_contact(struct writing *w, uint32_t contact, struct buf *out, struct err *err);

#endif
