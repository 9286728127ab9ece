// What a cell's text is: kinds for telling a header from data, and the readings that imports need beyond the
// language's own. Pure. Texts are trimmed by the caller.
#ifndef SLUICE_APP_IMPORT_CSV_VALUE_H
#define SLUICE_APP_IMPORT_CSV_VALUE_H

#include "base/buf.h"

enum csv_kind { CSV_EMPTY, CSV_TEXT, CSV_NUMBER, CSV_DATE, CSV_EMAIL, CSV_URL, CSV_UUID, CSV_KINDS };

enum csv_kind csv_kind_of(struct str text);

// Something with one @ between a local part and a domain with a dot; no blanks, no commas.
bool csv_is_email(struct str text);
// Digits with blanks and ()+-./ between, 5 to 20 digits, perhaps an extension.
bool csv_is_phone(struct str text);
// Mr, Mrs, Dr., Herr, Frau, M., Mme …
bool csv_is_salutation(struct str text);
// male, female, m, f, w, h, männlich …
bool csv_is_gender(struct str text);

// A number as people write it: "1,204", "$172.45", "1.204,50", "51'000", "12 %"? no: only what is one number
// without doubt. Writes it in JSON's form. False leaves out alone.
bool csv_put_number(struct str text, struct buf *out);
// "jan", "January", "SEPT" … to 1 to 12; 0 if it is none.
unsigned csv_month(struct str text);
// "mon", "Monday" … to 0 (Monday) to 6; 7 if it is none.
unsigned csv_weekday(struct str text);
// ISO 8601, "01 Jan 2024", "Jan 1, 2024", "2024/01/31", each perhaps with a time of day. Forms in which day
// and month could change places are not read.
bool csv_time(struct str text, int64_t *ret_seconds);
// By a format of %d %m %b %Y %y %H %I %M %S %p %%; blanks match any blanks.
bool csv_time_format(struct str text, struct str format, int64_t *ret_seconds);
// Whether a format holds only those, with a day, a month and a year.
bool csv_time_format_valid(struct str format);

#endif
