// How a CSV file is laid out, guessed from its first part: delimiter, quote, lines before the header, whether
// there is a header. Pure.
#ifndef SLUICE_APP_IMPORT_CSV_SNIFF_H
#define SLUICE_APP_IMPORT_CSV_SNIFF_H

#include "app/import/csv_scan.h"
#include "base/arena.h"

enum { CSV_SAMPLE = 64 << 10, CSV_SAMPLE_ROWS = 300, CSV_PREAMBLE_MAX = 30 };

struct csv_layout {
    struct csv_dialect dialect;
    uint32_t preamble;     // lines before the header or the first row, blank ones included
    size_t preamble_bytes; // and their bytes
    bool header;           // the next record names the columns
};

enum csv_header_wish { CSV_HEADER_GUESS, CSV_HEADER_YES, CSV_HEADER_NO };

// sample: the file's first bytes as UTF-8; final: it is the whole file. delimiter: empty to guess.
struct csv_layout csv_sniff(struct arena *arena, struct str sample, bool final, struct str delimiter,
        enum csv_header_wish header);

#endif
