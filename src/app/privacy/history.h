// A person's events in the order of time, as the ledger and the export read them. Private to app/privacy.
#ifndef SLUICE_APP_PRIVACY_HISTORY_H
#define SLUICE_APP_PRIVACY_HISTORY_H

#include "app/event/log.h"
#include "app/person/person.h"

// One row of the log, copied into the arena, with what it says.
struct said {
    struct log_row row;
    struct event_type type;  // row.type points here
    struct message message;  // traits, fact …
    const struct json *body; // NULL: there is none
};
// The visible events of these rows whose name begins so (empty: all), ascending by time and row.
bool said_read(struct data *reader, const uint32_t *rows, unsigned n, struct str prefix, struct arena *arena,
        struct said **ret, unsigned *ret_n, struct err *err);

// The ledger: {"purposes":[…],"items":[…],"next":null} of consent.* events.
void consents_put(const struct said *said, unsigned n, struct buf *out);

// Everything about one person. id: what the contact is called outside; standing: JSON, or empty.
struct telling {
    struct data *reader;
    const struct person *who;
    struct str id, standing;
    int64_t now;
};
bool privacy_tell(const struct telling *t, struct arena *arena, struct buf *out, struct err *err);

#endif
