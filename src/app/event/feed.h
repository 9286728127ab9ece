// From rows of the log to columns: feeds a builder and notes what the cache file needs besides. Private to
// app/event.
#ifndef SLUICE_APP_EVENT_FEED_H
#define SLUICE_APP_EVENT_FEED_H

#include "app/event/keys.h"
#include "base/vec.h"
#include "replay/build.h"
#include "replay/cache.h"

struct feed;

// All identifiers of the log are numbered as builder ids first.
bool feed_new(struct log *log, struct feed **ret, struct err *err);
void feed_free(struct feed *feed);
// Takes the visible rows with id <= last.
bool feed_rows(struct feed *feed, int64_t last, struct err *err);
// Columns of everything with time <= at; owners are contact numbers of the store. The caller frees them.
bool feed_finish(struct feed *feed, int64_t at, struct columns **ret, struct err *err);
// By contact number, the contact in the columns of the last feed_finish or NO_INDEX. Free it.
bool feed_member(struct feed *feed, uint32_t **ret_member, uint32_t *ret_n, struct err *err);
// What else a cache file holds beside the columns of everything and `member`; it lives as long as the feed.
// Once only.
void feed_contents(struct feed *feed, struct cache_contents *contents);

#endif
