// Lists of contacts (CSV in any shape, vCards) into the log, as an import run.
#ifndef SLUICE_APP_IMPORT_CSV_IMPORT_H
#define SLUICE_APP_IMPORT_CSV_IMPORT_H

#include "app/import/import.h"

struct csv_import_options {
    // What the columns mean (docs/import.md): a file, or its text. Neither: they are known by their names.
    const char *mapping;
    struct str mapping_text;
    // Told once a file, before its first row: what names the contacts, one sentence. May be NULL.
    void (*describe)(void *ctx, const char *file, struct str text); // ctx: that of import_options
};

// As import_ndjson. A row's contact that is known by e-mail address, phone number or LinkedIn address keeps
// its userId.
bool import_csv(struct data *data, const char *const *paths, unsigned n_paths,
        const struct csv_import_options *csv, const struct import_options *options, struct import_counts *ret,
        int64_t *ret_import, struct err *err);

#endif
