// The invented business as an import: a run like any other, which can be undone.
#ifndef SLUICE_APP_IMPORT_DEMO_IMPORT_H
#define SLUICE_APP_IMPORT_DEMO_IMPORT_H

#include "app/import/import.h"

// name: what the run calls it among its files. As import_ndjson else; a run that was broken off is taken up
// by the next of the same seed, number of contacts and `until` (demo.h).
bool import_demo(struct data *data, const char *name, uint64_t seed, uint32_t contacts, int64_t until,
        const struct import_options *options, struct import_counts *ret, int64_t *ret_import,
        struct err *err);
// About so many messages it has.
uint64_t import_demo_size(uint32_t contacts);

#endif
