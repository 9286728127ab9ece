// A CSV or vCard file as Segment messages: pull one row's NDJSON lines at a time. Without a mapping each row
// is a contact: an identify and a contact.imported. With one, what the mapping says. Importing the same file
// again gives the same messageIds. One owner, not thread-safe.
#ifndef SLUICE_APP_IMPORT_CSV_MESSAGES_H
#define SLUICE_APP_IMPORT_CSV_MESSAGES_H

#include "app/import/csv_mapping.h"
#include "app/import/csv_recognise.h"

enum csv_identity { CSV_BY_EMAIL, CSV_BY_PHONE, CSV_BY_PROFILE };

struct csv_messages_options {
    int64_t import_time; // for rows without a time of their own; seconds since 1970
    // Finds the userId of a contact that is known already; NULL: nobody is. value is normal: an address in
    // lower case, "+4930123456" or digits, "linkedin.com/in/name". Appends the id to ret_user_id.
    bool (*resolve)(void *ctx, enum csv_identity kind, struct str value, struct buf *ret_user_id);
    void *ctx;
    bool preview; // a file whose rows name nobody is not refused; its rows make no messages
};

struct csv_result {
    uint64_t line;       // of the file, where the row begins
    struct str reject;   // why the row was left out; empty: it was taken
    struct str raw;      // the row as it stands in the file, in UTF-8, for the rejects file
    unsigned n_messages; // lines appended
    struct str user_id;
};

struct csv_messages;

// mapping: NULL, or read by csv_mapping_read; it is bound here and must outlive the result. Refuses a file
// whose columns are not those of the mapping, or in which nothing says who a row is.
bool csv_messages_open(const char *path, struct csv_mapping *mapping,
        const struct csv_messages_options *options, struct csv_messages **ret, struct err *err);
void csv_messages_close(struct csv_messages *m); // NULL is fine

// Appends the messages of the next row to out, one a line. Texts in *ret are valid until the next call. At
// the end: true with *ret_more = false.
bool csv_messages_next(
        struct csv_messages *m, struct buf *out, struct csv_result *ret, bool *ret_more, struct err *err);

const struct csv_text *csv_messages_text(const struct csv_messages *m);
// No column says who a row is.
bool csv_messages_nobody(const struct csv_messages *m);
const struct csv_columns *csv_messages_columns(const struct csv_messages *m);
// One sentence about what names the contacts and what the columns become, for people.
void csv_messages_describe(const struct csv_messages *m, struct buf *out);

#endif
