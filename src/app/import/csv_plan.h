// How the cells of a row become traits: worked out once for a file.
#ifndef SLUICE_APP_IMPORT_CSV_PLAN_H
#define SLUICE_APP_IMPORT_CSV_PLAN_H

#include "app/import/csv_mapping.h"
#include "app/import/csv_recognise.h"

struct csv_field {
    enum csv_target target; // TARGET_OWN: text as it is
    struct str key;
    struct str key_json; // "\"email\":"
    size_t *columns;     // the first that is not empty gives the value
    size_t n_columns;
};

struct csv_plan {
    struct csv_field *fields;
    size_t n;
    bool split_names;
};

struct csv_plan csv_plan_traits(
        struct arena *arena, const struct csv_columns *columns, const struct csv_mapping *mapping);

// Appends {"email":"…",…} for a row; cells are trimmed. scratch holds what the row needs for a while.
void csv_put_traits(
        const struct csv_plan *plan, const struct str *cells, struct arena *scratch, struct buf *out);

#endif
