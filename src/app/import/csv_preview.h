// What an import would do, without doing it: also behind the hidden command `sluice test-csv`.
#ifndef SLUICE_APP_IMPORT_CSV_PREVIEW_H
#define SLUICE_APP_IMPORT_CSV_PREVIEW_H

#include "app/import/csv_messages.h"

struct csv_reject {
    uint64_t line;
    struct str reason;
};

struct csv_preview {
    struct str encoding;
    struct str delimiter; // empty for vCards
    bool vcard;
    bool nobody;             // no column says who a row is
    bool header;             // false: the first row is data, columns are column1, column2, …
    uint32_t preamble;       // lines before the header
    const struct str *names; // unique names of the columns
    const struct str *texts; // the header's own texts; the names where there is no header
    struct csv_columns columns;
    const struct csv_row *sample; // some of the first good rows
    size_t n_sample;
    uint64_t rows, blank, messages, n_rejects;
    VEC(struct csv_reject) rejects; // at most CSV_REJECTS_KEPT
};

enum { CSV_REJECTS_KEPT = 100000 };

// Reads the whole file. Everything lives in the arena (the list of rejects included).
bool csv_preview(struct arena *arena, const char *path, struct csv_mapping *mapping,
        const struct csv_messages_options *options, struct csv_preview *ret, struct err *err);
// {"file","encoding","delimiter","preamble","header":[…],"recognised","mapping":{…},"rows","rejects":[…]}
void csv_preview_json(const struct csv_preview *p, struct str file, struct buf *out);

#endif
