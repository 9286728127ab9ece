// Which program wrote a contact list, and what its columns mean. Pure. The tables are in csv_recognise.def.
#ifndef SLUICE_APP_IMPORT_CSV_RECOGNISE_H
#define SLUICE_APP_IMPORT_CSV_RECOGNISE_H

#include "app/import/csv_text.h"

enum csv_target {
    TARGET_OWN, // a trait named after the column
    // Our traits:
    TARGET_EMAIL,
    TARGET_PHONE,
    TARGET_FIRST_NAME,
    TARGET_LAST_NAME,
    TARGET_TITLE,
    TARGET_COMPANY,
    TARGET_INDUSTRY,
    TARGET_EMPLOYEES,
    TARGET_COUNTRY,
    TARGET_CITY,
    TARGET_GENDER,
    TARGET_WEBSITE,
    TARGET_SOURCE,
    TARGET_INCOME,
    TARGET_NAME, // the full name
    // Others:
    TARGET_ID,         // names the contact
    TARGET_PROFILE,    // an address at LinkedIn
    TARGET_SALUTATION, // Mr, Mrs
    TARGET_ATTRIBUTES, // listmonk's JSON
    TARGETS
};

struct csv_column {
    enum csv_target target;
    unsigned rank;     // of several columns with one target the lowest that is not empty counts
    bool second;       // there is a better column for its target: also keeps its own trait
    struct str trait;  // the key of its own trait
    struct str header; // its name
};

struct csv_columns {
    struct str format; // "linkedin", …; empty if none was recognised
    struct csv_column *columns;
    size_t n;
    bool person;      // the rows are people
    bool split_names; // the full name is to be taken apart
    bool foreign_id;  // the id is another program's: the format's name goes before it
};

// "E-mail 2 Address" → email_2_address, "Größe (cm)" → groesse_cm, "firstName" → first_name: ASCII where the
// script allows it, so that a model can name it. columnN (N from position) if nothing is left.
struct str csv_key(struct arena *arena, struct str header, size_t position);
// The same without underscores, for comparing.
struct str csv_squash(struct arena *arena, struct str header);
// Our name of a target ("email"), empty for those that are no trait of ours.
struct str csv_target_trait(enum csv_target target);
// Whether a text is a column's name in some contact list.
bool csv_header_known(struct str text);

// names: of the columns; rows: a sample, to be sure that the columns hold what their names say.
struct csv_columns csv_recognise(struct arena *arena, const struct str *names, size_t n, bool header,
        const struct csv_row *rows, size_t n_rows);

#endif
