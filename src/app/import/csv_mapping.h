// The mapping file of a CSV import (docs/import.md): which columns are ids, times, traits, facts and events.
// Reading needs the mapping alone; binding needs the file's columns too. Immutable after binding.
#ifndef SLUICE_APP_IMPORT_CSV_MAPPING_H
#define SLUICE_APP_IMPORT_CSV_MAPPING_H

#include "app/import/csv_text.h"
#include "base/json.h"
#include "rules/cond.h"

#define CSV_NO_COLUMN SIZE_MAX

// A column as the mapping names it; `index` is set by binding.
struct csv_ref {
    struct str name; // empty: not given
    size_t index;
};

// "{Year}-{Month}": texts and columns in turn.
struct csv_piece {
    struct str text; // when column.name is empty
    struct csv_ref column;
};

struct csv_template {
    struct csv_piece *pieces;
    size_t n;
};

enum csv_id_kind { CSV_ID_DEFAULT, CSV_ID_COLUMN, CSV_ID_LINE };

struct csv_id {
    enum csv_id_kind kind;
    struct csv_ref column; // CSV_ID_COLUMN
    struct str prefix;
};

enum csv_time_kind { CSV_TIME_IMPORT, CSV_TIME_COLUMN, CSV_TIME_TEMPLATE, CSV_TIME_MONTH };

struct csv_when {
    enum csv_time_kind kind;
    struct csv_ref column;     // CSV_TIME_COLUMN
    struct str format;         // CSV_TIME_COLUMN: empty for the forms of csv_time
    struct csv_template text;  // CSV_TIME_TEMPLATE
    struct csv_ref month, day; // CSV_TIME_MONTH; day.name empty: day_fixed
    unsigned day_fixed;
    int64_t year_start;
    bool rolls_over;
};

struct csv_trait_map {
    struct csv_ref column;
    struct str trait;
    bool number; // read as a number, as people write it
};

struct csv_fact_map {
    struct str fact;
    struct csv_ref column, amount; // amount may be absent
    struct str *yes, *no;          // case-folded
    size_t n_yes, n_no;            // both 0: the usual words
};

struct csv_property_map {
    struct str key;
    struct str constant; // JSON, when text.n is 0 and there is no column
    struct csv_template text;
    struct csv_ref column; // read as a number
};

struct csv_event_map {
    struct str name;
    struct cond *when;       // NULL: always
    struct csv_ref *columns; // by the condition's prop_index
    uint32_t n_columns;
    int64_t offset;       // seconds after the row's time
    struct csv_when time; // CSV_TIME_IMPORT: the row's
    struct csv_property_map *properties;
    size_t n_properties;
};

struct csv_mapping {
    struct str file; // for messages
    struct csv_text_options text;
    struct csv_id id;
    struct csv_when time;
    bool has_traits, has_events;
    struct csv_trait_map *traits;
    struct csv_fact_map *facts;
    struct csv_event_map *events;
    size_t n_traits, n_facts, n_events;
};

// file: a name for messages. Errors name the file, the place ("events[0].when") and what is expected.
bool csv_mapping_parse(
        struct arena *arena, struct str file, struct str text, struct csv_mapping **ret, struct err *err);
bool csv_mapping_read(struct arena *arena, const char *path, struct csv_mapping **ret, struct err *err);
// Finds the columns that the mapping names.
bool csv_mapping_bind(struct csv_mapping *mapping, const struct str *names, size_t n, struct err *err);

// The template's text for a row (cells trimmed). `months`: names of months become two digits, single digits
// get a zero before them. *ret_empty: it has columns, and the cells of all of them are empty.
void csv_template_put(
        const struct csv_template *t, const struct str *cells, bool months, struct buf *out, bool *ret_empty);

#endif
