// The handlers of app/record, and for all slices: recording an event for a contact.
#ifndef SLUICE_APP_RECORD_RECORD_H
#define SLUICE_APP_RECORD_RECORD_H

#include "app/app.h"

bool record_list_events(struct request *r, struct err *err);
bool record_get_event(struct request *r, struct err *err);
bool record_add_event(struct request *r, struct err *err);
bool record_list_facts(struct request *r, struct err *err);
bool record_add_fact(struct request *r, struct err *err);
bool record_list_questions(struct request *r, struct err *err);
bool record_undo_event(struct request *r, struct err *err);

extern const struct migration RECORD_MIGRATION;
// The row that an id of the API means; false: it means none.
bool record_row(struct str id, int64_t *ret);

// The contact of an id that a path or member names, if the one who asks may see it.
bool record_contact(struct request *r, struct str id, uint32_t *ret_contact, struct err *err);
// An event that somebody records. properties: a JSON object; time and message_id: STR_NONE or empty for none.
struct recording {
    struct str name, properties, time, message_id;
};
// Appends {"type":"track","event":name,…} for the contact, in a transaction of its own. ERR_CONFLICT: the
// message_id is in the log.
bool record_write(struct request *r, uint32_t contact, const struct recording *what, int64_t *ret_event,
        struct err *err);
// Notes that the event was recorded by hand, so that it can be taken back; in the open transaction.
bool record_note(struct writing *w, int64_t event, struct err *err);
// The same as record_write, and answers with the event.
bool record_append(struct request *r, uint32_t contact, const struct recording *what, struct err *err);
// The row of the log with this id as JSON. ERR_NOT_FOUND.
bool record_put_event(struct request *r, int64_t row, struct buf *out, struct err *err);

#endif
