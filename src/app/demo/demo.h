// An invented business and its history, for `sluice demo`, examples and tests. Larkfield Studio sells
// Larkdesk, a booking and invoicing subscription for small businesses, builds websites for larger ones, and
// has a small shop of courses and templates for private people. Nobody in it exists; all addresses end in
// .example (RFC 2606) and all phone numbers begin with the unassigned country code 999.
//
// The same seed and number of contacts give the same bytes on every machine. Time is linear and memory
// constant (some 60 MB) in the number of contacts; a contact has 20 events on average, a few have thousands.
#ifndef SLUICE_APP_DEMO_DEMO_H
#define SLUICE_APP_DEMO_DEMO_H

#include "base/err.h"
#include "base/str.h"

#include <stdint.h>

// The history covers DEMO_START <= time < DEMO_END (seconds since 1970): two years.
#define DEMO_END INT64_C(1790726400) // 2026-09-30T00:00:00Z
#define DEMO_DAYS 730
#define DEMO_START (DEMO_END - INT64_C(86400) * DEMO_DAYS) // 2024-09-30T00:00:00Z, a Monday

enum {
    DEMO_CONTACTS = 20000, // what `sluice demo` makes unless told otherwise
    DEMO_MIN_CONTACTS = 100,
    DEMO_MAX_CONTACTS = 50000000,
    DEMO_BATCH = 50000, // up to here one log in order of arrival; a larger history is several such logs, one
                        // behind the other, as if several offices exported theirs
};

// until: DEMO_END, or a later moment, up to which the history is then moved: whole weeks, and what would have
// arrived later is left out.
//
// Hands over the history message by message (Segment format, one JSON object, no newline), in the order of
// the log: by arrival, so a few come later than what they tell of, and a few come twice. `line` returns false
// to stop, which is then demo_write's result. ctx is passed on.
bool demo_write(uint64_t seed, uint32_t contacts, int64_t until,
        bool (*line)(void *ctx, struct str message, struct err *err), void *ctx, struct err *err);

#endif
