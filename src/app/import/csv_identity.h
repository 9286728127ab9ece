// Addresses in the one form by which contacts are told apart. Pure.
#ifndef SLUICE_APP_IMPORT_CSV_IDENTITY_H
#define SLUICE_APP_IMPORT_CSV_IDENTITY_H

#include "base/buf.h"

// The first address of a cell ("mailto:", <…>, several with ; , or :::), in lower case. False: there is none.
bool csv_put_email(struct str cell, struct buf *out);
// "+4930123456"; 00 at the front is a +; without either, the digits. False: no phone number.
bool csv_put_phone(struct str cell, struct buf *out);
// "linkedin.com/in/name"; without scheme, country's host, query and final slash. False: none of LinkedIn's.
bool csv_put_profile(struct str cell, struct buf *out);

#endif
