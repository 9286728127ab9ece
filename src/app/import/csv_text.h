// A CSV or vCard file as rows of UTF-8 cells, read once from front to end in bounded memory. One owner, not
// thread-safe.
#ifndef SLUICE_APP_IMPORT_CSV_TEXT_H
#define SLUICE_APP_IMPORT_CSV_TEXT_H

#include "app/import/csv_sniff.h"
#include "base/err.h"

struct csv_text_options {
    struct str encoding;         // empty: find out
    struct str delimiter;        // empty: find out; at most CSV_DELIMITER_MAX bytes
    enum csv_header_wish header; // does the first row name the columns?
};

struct csv_row {
    uint64_t line;     // of the file, from 1, where it begins
    struct str *cells; // as many as there are columns, outer blanks kept; missing ones are empty
    size_t n;
    struct str raw;    // the record as it stands in the file (in UTF-8), without its line end
    struct str reject; // why it cannot be used; empty: fine. Then cells are not set
};

struct csv_text;

// Reads the first part and finds out the layout. path: as of input_open.
bool csv_text_open(
        const char *path, const struct csv_text_options *options, struct csv_text **ret, struct err *err);
void csv_text_close(struct csv_text *t); // NULL is fine

// The columns' names: unique, the empty ones named columnN by position, a second "x" named x_2; the header's
// own texts are in csv_text_header.
size_t csv_text_columns(const struct csv_text *t, const struct str **ret_names);
const struct str *csv_text_header(const struct csv_text *t);
const struct csv_layout *csv_text_layout(const struct csv_text *t);
bool csv_text_is_vcard(const struct csv_text *t);
// As far as is known by now: a file that begins in ASCII may show its encoding later.
struct str csv_text_encoding(const struct csv_text *t);
// Some of the first good rows, for guessing what columns hold; copies in the arena.
size_t csv_text_sample(const struct csv_text *t, struct arena *arena, struct csv_row **ret);

// The next row that is not blank, valid until the next call. At the end: true with *ret_more = false.
bool csv_text_next(struct csv_text *t, struct csv_row *ret, bool *ret_more, struct err *err);

uint64_t csv_text_blank(const struct csv_text *t);    // blank rows skipped so far
uint64_t csv_text_consumed(const struct csv_text *t); // for a progress bar, as input_consumed
uint64_t csv_text_size(const struct csv_text *t);

#endif
