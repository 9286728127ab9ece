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

int64_t period_start(enum every every, int64_t time)
{
    int64_t days = days_of(time), year;
    unsigned month, day;
    switch (every) {
    case EVERY_DAY:
        return days * DAY;
    case EVERY_WEEK: // 1970-01-01 was a Thursday
        return (days - ((days + 3) % 7 + 7) % 7) * DAY;
    case EVERY_MONTH:
        break;
    }
    datetime_civil(days, &year, &month, &day);
    return datetime_days(year, month, 1) * DAY;
}

int64_t period_add(enum every every, int64_t start, int n)
{
    int64_t year;
    unsigned month, day;
    if (every != EVERY_MONTH)
        return start + n * (every == EVERY_WEEK ? 7 : 1) * DAY;
    datetime_civil(days_of(start), &year, &month, &day);
    int64_t months = year * 12 + (month - 1) + n;
    return datetime_days(months / 12, (unsigned)(months % 12) + 1, 1) * DAY;
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
