// A person's full name taken apart, only where there is no doubt.
#ifndef SLUICE_APP_IMPORT_CSV_NAME_H
#define SLUICE_APP_IMPORT_CSV_NAME_H

#include "base/arena.h"

// "Dr. James van Allen" → James, van Allen; "Kirk, James T." → James, Kirk. False for companies, single
// words, and names of three or more words that could be parted in two ways.
bool csv_split_name(struct arena *arena, struct str name, struct str *ret_first, struct str *ret_last);

#endif
