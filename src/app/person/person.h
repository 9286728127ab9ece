// Everything that belongs to one contact (struct person of app/slice.h).
#ifndef SLUICE_APP_PERSON_PERSON_H
#define SLUICE_APP_PERSON_PERSON_H

#include "app/slice.h"
#include "replay/columns.h"

// Of a running server, as of what its standings have seen; lives in arena. *ret_last: the last row of the log
// that was looked at. ERR_NOT_FOUND.
bool person_live(struct app *app, struct data *reader, uint32_t contact, struct arena *arena,
        struct person *ret, int64_t *ret_last, struct err *err);
// Of several, whose numbers ascend, in one pass: ret[n].
bool person_live_many(struct app *app, struct data *reader, const uint32_t *contacts, unsigned n,
        struct arena *arena, struct person *ret, int64_t *ret_last, struct err *err);
// Of a data folder without a server. id: a userId or anonymousId. ERR_NOT_FOUND.
bool person_stored(struct data *data, struct str id, struct arena *arena, struct person *ret,
        int64_t *ret_last, struct err *err);
// Adds the rows behind `last` that belong to the person's identifiers. With an open transaction nothing can
// come behind them.
bool person_extend(
        struct log *log, int64_t last, struct arena *arena, struct person *person, struct err *err);
// Whether an identifier's number is one of the person's.
bool person_has(const struct person *person, int64_t identifier);

// Whether a text has one of the person's words in it, in any case of ASCII.
bool person_in_text(const struct person *person, struct str text);

// The events, hidden ones included, in the order of person->rows.
struct person_row {
    int64_t id, time, contact, also; // also: -1 for NULL
    uint32_t type_id;
    struct event_type type;
    struct str body, message; // message as text, empty for none
};
bool person_rows(struct store *store, const struct person *person,
        bool (*visit)(void *ctx, const struct person_row *row, struct err *err), void *ctx, struct err *err);

#endif
