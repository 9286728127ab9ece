// vCard files (2.1, 3.0, 4.0) as rows: one card out of a buffer of UTF-8 bytes. Pure. Reads names, mail,
// phones, organisation, title, address, dates, note; leaves pictures, keys and calendars alone.
#ifndef SLUICE_APP_IMPORT_CSV_VCARD_H
#define SLUICE_APP_IMPORT_CSV_VCARD_H

#include "base/arena.h"

enum { CSV_VCARD_COLUMNS = 24 };

// The names of the columns.
extern const struct str CSV_VCARD_HEADER[CSV_VCARD_COLUMNS];

struct csv_vcard {
    struct str cells[CSV_VCARD_COLUMNS]; // in the arena
    bool found;                          // false: nothing but blank lines up to `used`
    bool outside;                        // lines that belong to no card
    bool open;                           // no END:VCARD
    size_t skipped;                      // lines before BEGIN:VCARD
    size_t used;                         // bytes up to behind END:VCARD
    uint32_t ends;                       // line ends in them
};

bool csv_vcard_begins(struct str text);
// False if the card does not end in the buffer and more bytes can come (!final).
bool csv_vcard_scan(struct arena *arena, const char *p, const char *end, bool final, struct csv_vcard *ret);

#endif
