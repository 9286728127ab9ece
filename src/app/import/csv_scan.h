// The lowest layer of CSV reading: one record out of a buffer of UTF-8 bytes. Pure, no allocation but the
// list of cells. RFC 4180 with what real files need: any delimiter, LF, CRLF or CR, line ends inside quotes,
// blanks around quotes, quotes in the middle of unquoted cells (literal), rows with broken quotes (reported,
// and never more than the line they stand in).
#ifndef SLUICE_APP_IMPORT_CSV_SCAN_H
#define SLUICE_APP_IMPORT_CSV_SCAN_H

#include "base/buf.h"
#include "base/vec.h"

enum {
    CSV_CELL_MAX = 1 << 20,   // bytes of one cell
    CSV_COLUMNS_MAX = 4096,   // cells of one row
    CSV_RECORD_MAX = 8 << 20, // bytes of one row
    CSV_DELIMITER_MAX = 4,    // bytes
};

struct csv_dialect {
    char delimiter[CSV_DELIMITER_MAX + 1]; // NUL-terminated, 1 to 4 bytes
    unsigned n_delimiter;
    char quote;  // '"' or '\''
    char escape; // '\\' where files write \" instead of "", else 0
};

enum csv_fault {
    CSV_FINE = 0,
    CSV_FAULT_QUOTE, // text behind a closing quote
    CSV_FAULT_OPEN,  // a quote is never closed
    CSV_FAULT_CELL,  // a cell over CSV_CELL_MAX
    CSV_FAULT_COLUMNS,
    CSV_FAULT_RECORD, // a row over CSV_RECORD_MAX
};

struct csv_cell {
    struct str text; // without the outer quotes; doubled quotes and escapes still in it
    bool quoted;
    bool escaped; // needs csv_cell_put
};

struct csv_scan {
    VEC(struct csv_cell) cells;
    size_t used; // bytes of the record with its line end; of its first line where quotes that span lines are
                 // broken, since what follows is hardly a part of it
    uint32_t ends; // line ends in them; 0: the end of the bytes, or a quoted cell over CSV_CELL_MAX
    enum csv_fault fault;
    unsigned fault_column; // from 0
    bool high;             // some byte ≥ 0x80
    bool nul;              // some NUL byte
};

struct csv_dialect csv_dialect_of(struct str delimiter); // 1 to CSV_DELIMITER_MAX bytes

// Scans the record at p. False if it does not end before `end` and more bytes can come (!final): call again
// with more. p < end. scan->cells point into the buffer.
bool csv_scan(
        const struct csv_dialect *dialect, const char *p, const char *end, bool final, struct csv_scan *scan);

// The cell's text with doubled quotes and escapes resolved.
void csv_cell_put(const struct csv_dialect *dialect, const struct csv_cell *cell, struct buf *out);

#endif
