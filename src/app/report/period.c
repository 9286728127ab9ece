#include "app/report/period.h"

#include "base/datetime.h"

#include <limits.h>

static const int64_t DAY = 86400;

static int64_t days_of(int64_t time)
{
    return time >= 0 ? time / DAY : -((-time + DAY - 1) / DAY);
}

bool every_parse(struct str word, enum every *ret)
{
    static const struct str WORDS[] = {{"day", 3}, {"week", 4}, {"month", 5}};
    for (unsigned i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (str_eq(word, WORDS[i])) {
            *ret = (enum every)i;
            return true;
        }
    return false;
}

// Of the local day that a moment is in.
static int64_t local_day(const struct zone *zone, int64_t time)
{
    return days_of(time + zone_offset(zone, time));
}

int64_t period_start(const struct zone *zone, enum every every, int64_t time)
{
    int64_t days = local_day(zone, time), year;
    unsigned month, day;
    if (every == EVERY_WEEK) // 1970-01-01 was a Thursday
        days -= ((days + 3) % 7 + 7) % 7;
    if (every == EVERY_MONTH) {
        datetime_civil(days, &year, &month, &day);
        days = datetime_days(year, month, 1);
    }
    return zone_utc_of(zone, days * DAY);
}

int64_t period_add(const struct zone *zone, enum every every, int64_t start, int n)
{
    int64_t days = local_day(zone, start), year;
    unsigned month, day;
    if (every != EVERY_MONTH)
        return zone_utc_of(zone, (days + n * (every == EVERY_WEEK ? 7 : 1)) * DAY);
    datetime_civil(days, &year, &month, &day);
    int64_t months = year * 12 + (month - 1) + n;
    return zone_utc_of(zone, datetime_days(months / 12, (unsigned)(months % 12) + 1, 1) * DAY);
}

unsigned periods_find(const struct periods *p, int64_t time)
{
    unsigned from = 0, to = p->n;
    if (time < p->starts[0])
        return UINT_MAX;
    while (from < to) { // the first whose end is behind time
        unsigned middle = from + (to - from) / 2;
        if (p->starts[middle + 1] <= time)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}
