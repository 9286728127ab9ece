// Time zones: the files of the time zone database (TZif, RFC 9636; versions 1 to 4) with the rule behind the
// last transition (a TZ string of POSIX, with the extension of hours from -167 to 167). Pure; immutable once
// read, any thread. Leap seconds are refused ("right/" files).
#ifndef SLUICE_BASE_ZONE_H
#define SLUICE_BASE_ZONE_H

#include "base/arena.h"
#include "base/err.h"

enum { ZONE_BYTES_MAX = 256 * 1024 };

struct zone;
// Lives in arena. ERR_INPUT: bytes are no such file.
bool zone_parse(struct arena *arena, struct str bytes, struct zone **ret, struct err *err);
// UTC without a file.
const struct zone *zone_utc(void);

// Seconds to add to UTC (seconds since 1970) for the local time at that moment.
int64_t zone_offset(const struct zone *zone, int64_t utc);
// The moment at which clocks of the zone show a local time (seconds since 1970 as if it were UTC). A time
// that is skipped (clocks go forward) is taken as the moment that comes as long after the jump as the time
// lies behind its beginning: 02:30 in the gap from 02:00 to 03:00 is 03:30. Of a time that comes twice
// (clocks go back), the first.
int64_t zone_utc_of(const struct zone *zone, int64_t local);

// The first moment at or after `utc` at which the zone's clocks show this minute of the day (0 … 1439) on one
// of these weekdays (bit 0 Monday … bit 6 Sunday; at least one). By the rules above: each day has each minute
// once.
int64_t zone_next(const struct zone *zone, int64_t utc, unsigned weekdays, unsigned minute);
// Minute of the local day at a moment.
unsigned zone_minute(const struct zone *zone, int64_t utc);

#endif
