// Columns of a log: from the cache file where that is true, brought up to date or built anew where it is not.
// One owner, one thread.
#ifndef SLUICE_APP_EVENT_HISTORIES_H
#define SLUICE_APP_EVENT_HISTORIES_H

#include "app/data.h"
#include "app/event/log.h"

struct histories;

// cache: path of the cache file. store: uuid of the store. All outlive the histories.
struct histories *histories_new(struct store *store, struct log *log, const char *cache, const uint8_t *uuid);
void histories_free(struct histories *h);       // NULL is fine; after log_free
void histories_rest(const struct histories *h); // data_rest() of data.h

// data_columns() of data.h.
bool histories_at(struct histories *h, int64_t at, const struct columns **ret, struct err *err);
// data_contact() of data.h.
bool histories_contact(struct histories *h, struct str id, uint32_t *ret, struct err *err);
// data_identifiers() of data.h.
// data_columns_stored() of data.h.
bool histories_stored(struct histories *h, const struct columns **ret, struct err *err);
bool histories_identifiers(struct histories *h, struct identifiers *ret);
// Gives the log its messageIds: those of the cache file, if it is true, and those of the rows behind it.
bool histories_prepare_log(struct histories *h, struct err *err);
// Drops the cache file and builds it anew from the rows.
bool histories_rebuild(struct histories *h, uint64_t *ret_events, struct err *err);

enum cache_state { CACHE_NONE, CACHE_TRUE, CACHE_BEHIND, CACHE_USELESS };
// How the cache file stands to the log; *ret_behind: rows that it lacks.
bool histories_cache_state(struct histories *h, enum cache_state *ret, int64_t *ret_behind, struct err *err);

#endif
