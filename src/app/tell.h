// What slices tell of a person (slice.h: tell), and how they forget it (slice.h: erase).
#ifndef SLUICE_APP_TELL_H
#define SLUICE_APP_TELL_H

#include "app/slice.h"

// For a person's export: the member `name`, a list of what `sql` finds for each identifier ($1: its number),
// one object a row whose members `put` writes.
bool tell_rows(struct store *store, const struct person *person, const char *name, const char *sql,
        void (*put)(struct query *row, struct buf *out), struct buf *out, struct err *err);
// For a person's erasure: `sql` for each identifier ($1: its number).
bool erase_rows(struct writing *w, const struct person *person, const char *sql, struct err *err);

#endif
