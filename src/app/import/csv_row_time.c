#include "app/import/csv_row_time.h"

#include "app/import/csv_value.h"
#include "base/datetime.h"

#include <stdlib.h>

enum { DAY = 86400 };

static bool no_time(struct buf *reason, struct str column, struct str cell, const char *what)
{
    buf_printf(reason, "no time: \"%.*s\"", (int)(cell.n < 60 ? cell.n : 60), cell.n ? cell.p : "");
    if (column.n)
        buf_printf(reason, " in column \"%.*s\"", STR_ARG(column));
    buf_printf(reason, " is no %s", what);
    return false;
}

static unsigned month_of(struct str cell)
{
    unsigned month = csv_month(cell);
    if (month || !cell.n || cell.n > 2)
        return month;
    for (size_t i = 0; i < cell.n; i++) {
        if (cell.p[i] < '0' || cell.p[i] > '9')
            return 0;
        month = month * 10 + (unsigned)(cell.p[i] - '0');
    }
    return month <= 12 ? month : 0;
}

static unsigned weekday_of(int64_t days)
{
    return (unsigned)(((days + 3) % 7 + 7) % 7); // 1970-01-01 was a Thursday
}

static int64_t last_day(int64_t year, unsigned month)
{
    return month == 12 ? datetime_days(year + 1, 1, 1) - 1 : datetime_days(year, month + 1, 1) - 1;
}

// Files in the order of time: the first such weekday of the month that is not before the row above. Others:
// the first of the month.
static int64_t by_weekday(const struct csv_when *when, const struct csv_clock *clock, int64_t year,
        unsigned month, unsigned weekday)
{
    int64_t first = datetime_days(year, month, 1), from = first;
    if (when->rolls_over && clock->year == year && clock->month == month && clock->days > from)
        from = clock->days;
    int64_t days = from + (weekday + 7 - weekday_of(from)) % 7;
    while (days > last_day(year, month)) // the weeks of the month have run out: its last such day
        days -= 7;
    return days < first ? first : days;
}

static bool by_month(const struct csv_when *when, struct csv_clock *clock, const struct str *cells,
        int64_t *ret, struct buf *reason)
{
    struct str cell = cells[when->month.index], day_cell = STR_NONE;
    unsigned month = month_of(cell), day = when->day_fixed, weekday = 7;
    int64_t year = clock->year ? clock->year : when->year_start, days;
    if (!month)
        return no_time(reason, when->month.name, cell, "month");
    if (when->rolls_over && clock->year && month < clock->month)
        year++;
    if (when->day.name.n) {
        day_cell = cells[when->day.index];
        weekday = csv_weekday(day_cell);
        char *end;
        char small[4] = {0};
        memcpy(small, day_cell.p ? day_cell.p : "", day_cell.n < 3 ? day_cell.n : 3);
        unsigned long number = strtoul(small, &end, 10);
        day = weekday == 7 && end != small && !*end && number <= 31 ? (unsigned)number : weekday < 7 ? 1 : 0;
        if (!day)
            return no_time(reason, when->day.name, day_cell, "day of a month or weekday");
    }
    days = weekday < 7 ? by_weekday(when, clock, year, month, weekday) : datetime_days(year, month, day);
    if (year > 9999 || days > last_day(year, month))
        return no_time(reason, when->day.name, day_cell, "day of that month");
    *clock = (struct csv_clock){year, month, days};
    *ret = days * DAY;
    return true;
}

bool csv_row_time(const struct csv_when *when, struct csv_clock *clock, const struct str *cells, int64_t *ret,
        bool *ret_empty, struct buf *reason)
{
    *ret_empty = false;
    switch (when->kind) {
    case CSV_TIME_MONTH:
        return by_month(when, clock, cells, ret, reason);
    case CSV_TIME_COLUMN: {
        struct str cell = cells[when->column.index];
        *ret_empty = !cell.n;
        if (!cell.n || (when->format.n ? csv_time_format(cell, when->format, ret) : csv_time(cell, ret)))
            return true;
        return no_time(
                reason, when->column.name, cell, when->format.n ? "time of the mapping's format" : "time");
    }
    case CSV_TIME_TEMPLATE: {
        struct buf text = {0};
        csv_template_put(&when->text, cells, true, &text, ret_empty);
        bool fine = *ret_empty || csv_time(str_trim(buf_str(&text)), ret) ||
                    no_time(reason, STR_NONE, buf_str(&text), "time");
        buf_free(&text);
        return fine;
    }
    default:
        *ret_empty = true;
        return true;
    }
}
