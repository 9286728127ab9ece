// Days, weeks and months as reports count them: those of a time zone's calendar. Pure.
#ifndef SLUICE_APP_REPORT_PERIOD_H
#define SLUICE_APP_REPORT_PERIOD_H

#include "base/str.h"
#include "base/zone.h"

enum every { EVERY_DAY, EVERY_WEEK, EVERY_MONTH };

bool every_parse(struct str word, enum every *ret); // "day", "week", "month"
// Of the one that holds time; weeks begin on Monday. A day begins with the first moment at which clocks show
// it.
int64_t period_start(const struct zone *zone, enum every every, int64_t time);
// The start of the n-th after (before) the one that begins at start.
int64_t period_add(const struct zone *zone, enum every every, int64_t start, int n);

// Consecutive periods. starts[n] is the end of the last.
struct periods {
    enum every every;
    unsigned n;
    int64_t *starts; // [n + 1]
};
// The one that holds time, n if it is behind, UINT_MAX if it is before.
unsigned periods_find(const struct periods *p, int64_t time);

#endif
