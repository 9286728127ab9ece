// Requests by route and status, and how long they took. Any thread. Private to app/status.
#ifndef SLUICE_APP_STATUS_COUNTERS_H
#define SLUICE_APP_STATUS_COUNTERS_H

#include "base/buf.h"
#include "http/route.h"

struct counters;

// The routes live as long as the counters. NULL behind the last.
struct counters *counters_new(const struct routes *const *routes);
void counters_free(struct counters *counters);
// route NULL: a request that fits none.
void counters_add(struct counters *counters, const struct route *route, int status, int64_t microseconds);
// As Prometheus' text.
void counters_write(struct counters *counters, struct buf *out);

#endif
