// Times are whole seconds since 1970-01-01T00:00:00Z (int64_t, UTC, no leap seconds), years 0001 to 9999.
// Text is ISO 8601 (RFC 3339 and the shorter forms that people write).
#ifndef SLUICE_BASE_DATETIME_H
#define SLUICE_BASE_DATETIME_H

#include "base/str.h"

// 2026-03-01, 20260301, with T or a blank and 10:00, 10:00:00, 100000; a fraction is cut; Z, +02:00, +0200,
// +02; no offset means UTC.
bool datetime_parse(struct str text, int64_t *ret_seconds);

enum { DATETIME_SIZE = 32 };
// "2026-03-01T10:00:00Z"; out holds at least DATETIME_SIZE bytes. Returns its text.
struct str datetime_format(int64_t seconds, char *out);

// Days since 1970-01-01 of a date of the proleptic Gregorian calendar, and back.
int64_t datetime_days(int64_t year, unsigned month, unsigned day);
void datetime_civil(int64_t days, int64_t *ret_year, unsigned *ret_month, unsigned *ret_day);

#endif
