// Events about sends in the log. (Apart from the rest, because the log has a struct message of its own.)
#ifndef SLUICE_APP_MESSAGE_EVENTS_H
#define SLUICE_APP_MESSAGE_EVENTS_H

#include "app/app.h"

// Appends one; properties: JSON members, each behind a comma. *ret_row 0: a copy, or there is no contact (any
// more).
bool event_write(struct writing *w, uint32_t contact, int64_t send, const char *event, struct str message_id,
        int64_t at, struct str properties, int64_t *ret_row, struct err *err);
// What a contact's history says of a send: JSON objects with commas between; the subject of email.sent.
bool events_of_send(struct app *app, struct data *reader, struct arena *arena, uint32_t contact, int64_t send,
        struct buf *out, struct str *ret_subject, struct err *err);

#endif
