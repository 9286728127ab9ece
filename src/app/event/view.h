// A row of the log as the API shows it.
#ifndef SLUICE_APP_EVENT_VIEW_H
#define SLUICE_APP_EVENT_VIEW_H

#include "app/event/log.h"
#include "http/route.h"

// Members of the schema "Event", which the slice record lists.
extern const struct member EVENT_MEMBERS[];

// One row that is an event (row->kind is MESSAGE_EVENT, no undo) as JSON. contact: the id of the contact that
// it belongs to.
void event_put(struct arena *arena, const struct log_row *row, struct str contact, struct buf *out);

#endif
