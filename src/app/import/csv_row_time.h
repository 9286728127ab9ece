// The time of a row by a mapping's rules. One owner: months that roll over remember the row before.
#ifndef SLUICE_APP_IMPORT_CSV_ROW_TIME_H
#define SLUICE_APP_IMPORT_CSV_ROW_TIME_H

#include "app/import/csv_mapping.h"

struct csv_clock {
    int64_t year; // of the row before; 0: there was none
    unsigned month;
    int64_t days; // its date
};

// cells are trimmed. *ret_empty: the cells it reads are all empty (then *ret is not set, and it is true).
// False with the reason in `reason` when they hold no time.
bool csv_row_time(const struct csv_when *when, struct csv_clock *clock, const struct str *cells, int64_t *ret,
        bool *ret_empty, struct buf *reason);

#endif
