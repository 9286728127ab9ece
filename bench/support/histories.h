// Histories for benchmarks, made in memory: as skewed as real ones (median 9 events a contact, mean 21, the
// longest 6000), three years, bursty, one gap in fifty of 0 seconds. Event types are drawn independently of
// each other, which is the worst case for branch prediction; real logs are more regular. 1 M contacts have 21
// M events. The same seed and number of contacts give the same columns on one machine (libm is used).
#ifndef SLUICE_BENCH_HISTORIES_H
#define SLUICE_BENCH_HISTORIES_H

#include "base/err.h"
#include "replay/columns.h"

#define HISTORIES_START INT64_C(1672531200) // 2023-01-01T00:00:00Z
#define HISTORIES_END INT64_C(1767225600)   // 2026-01-01T00:00:00Z; every event is earlier

// Contacts are named "0", "1", … in the order of the columns; an event's position in the log is its index.
// Properties `link` (email.clicked) and `value` (cart, order, deal), facts fit need budget authority
// timeline, traits `industry` (8 values) and `employees` by an identify event. At most 150 M contacts.
// columns_free() it.
struct columns *histories_make(uint64_t seed, uint32_t contacts);

// The same events for bench/duckdb/run.mjs: lines contact,t,eid,ty,fact,answer (t in seconds since 1970; fact
// by its number in columns.facts: 0 fit, 1 budget, 2 authority, …, -1 none; answer 1 yes, 0 no, -1 none), and
// {"types":{NAME:NUMBER,…},"inbound":[NUMBER,…],"at":SECONDS}, where types that a machine causes are left
// out.
bool histories_write_csv(
        const struct columns *c, const char *events_path, const char *types_path, struct err *err);

// How many contacts have 1, 2-5, 6-20, 21-100, 101-1000, more events; the most that one has.
void histories_skew(const struct columns *c, uint32_t ret_counts[6], uint32_t *ret_most);

#endif
