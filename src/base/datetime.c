#include "base/datetime.h"

#include <stdio.h>

// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013).
int64_t datetime_days(int64_t year, unsigned month, unsigned day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    unsigned of_era = (unsigned)(year - era * 400);
    unsigned of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    unsigned day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    return era * 146097 + (int64_t)day_of_era - 719468;
}

void datetime_civil(int64_t days, int64_t *ret_year, unsigned *ret_month, unsigned *ret_day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    unsigned doe = (unsigned)(days - era * 146097);
    unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    unsigned mp = (5 * doy + 2) / 153;
    *ret_day = doy - (153 * mp + 2) / 5 + 1;
    *ret_month = mp < 10 ? mp + 3 : mp - 9;
    *ret_year = (int64_t)yoe + era * 400 + (*ret_month <= 2);
}

static const int64_t FIRST_SECOND = -62135596800, LAST_SECOND = 253402300799; // of the years 0001 to 9999

struct cursor {
    const char *p, *end;
};

static bool eat(struct cursor *c, char a, char b)
{
    if (c->p == c->end || (*c->p != a && *c->p != b))
        return false;
    c->p++;
    return true;
}

static bool digits(struct cursor *c, unsigned count, unsigned *ret)
{
    unsigned value = 0;
    for (unsigned i = 0; i < count; i++) {
        if (c->p == c->end || *c->p < '0' || *c->p > '9')
            return false;
        value = value * 10 + (unsigned)(*c->p++ - '0');
    }
    *ret = value;
    return true;
}

static bool read_date(struct cursor *c, int64_t *ret_days)
{
    static const unsigned char LENGTH[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    unsigned year, month, day;
    if (!digits(c, 4, &year))
        return false;
    bool dash = eat(c, '-', '-');
    if (!digits(c, 2, &month) || (dash && !eat(c, '-', '-')) || !digits(c, 2, &day))
        return false;
    if (year < 1 || month < 1 || month > 12 || day < 1)
        return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (day > LENGTH[month - 1] + (unsigned)(month == 2 && leap))
        return false;
    *ret_days = datetime_days(year, month, day);
    return true;
}

static bool read_clock(struct cursor *c, int64_t *ret_seconds)
{
    unsigned hour, minute, second = 0;
    if (!digits(c, 2, &hour))
        return false;
    bool colon = eat(c, ':', ':');
    if (!digits(c, 2, &minute))
        return false;
    if (colon ? eat(c, ':', ':') : c->p < c->end && *c->p >= '0' && *c->p <= '9') {
        if (!digits(c, 2, &second))
            return false;
        if (eat(c, '.', ',')) {
            unsigned digit;
            if (!digits(c, 1, &digit))
                return false;
            while (digits(c, 1, &digit))
                ;
        }
    }
    // 24:00:00 ends a day; a leap second counts as the second after it.
    if (minute > 59 || second > 60 || hour > 24 || (hour == 24 && (minute || second)))
        return false;
    *ret_seconds = hour * 3600 + minute * 60 + second;
    return true;
}

static bool read_offset(struct cursor *c, int64_t *ret_seconds)
{
    *ret_seconds = 0;
    if (c->p == c->end || eat(c, 'Z', 'z'))
        return true;
    bool minus = *c->p == '-';
    unsigned hours, minutes = 0;
    if (!eat(c, '+', '-') || !digits(c, 2, &hours))
        return false;
    if (c->p < c->end) {
        eat(c, ':', ':');
        if (!digits(c, 2, &minutes))
            return false;
    }
    if (hours > 23 || minutes > 59)
        return false;
    *ret_seconds = (int64_t)(hours * 3600 + minutes * 60) * (minus ? -1 : 1);
    return true;
}

bool datetime_parse(struct str text, int64_t *ret_seconds)
{
    struct cursor c = {text.p, text.n ? text.p + text.n : text.p};
    int64_t days, clock = 0, offset = 0;
    if (!read_date(&c, &days))
        return false;
    if (c.p < c.end) {
        if ((!eat(&c, 'T', 't') && !eat(&c, ' ', ' ')) || !read_clock(&c, &clock) ||
                !read_offset(&c, &offset))
            return false;
    }
    if (c.p != c.end)
        return false;
    int64_t seconds = days * 86400 + clock - offset;
    if (seconds < FIRST_SECOND || seconds > LAST_SECOND) // an offset or a 24:00 led out of the years we know
        return false;
    *ret_seconds = seconds;
    return true;
}

static char *two(char *out, unsigned value)
{
    out[0] = (char)('0' + value / 10 % 10);
    out[1] = (char)('0' + value % 10);
    return out + 2;
}

struct str datetime_format(int64_t seconds, char *out)
{
    int64_t days = seconds / 86400, rest = seconds % 86400;
    if (rest < 0) {
        rest += 86400;
        days--;
    }
    int64_t year;
    unsigned month, day, clock = (unsigned)rest;
    datetime_civil(days, &year, &month, &day);
    if (year < 0 || year > 9999)
        return (struct str){
                out, (size_t)snprintf(out, DATETIME_SIZE, "%+lld-%02u-%02uT%02u:%02u:%02uZ", (long long)year,
                             month, day, clock / 3600, clock / 60 % 60, clock % 60)};
    char *p = two(two(out, (unsigned)year / 100), (unsigned)year % 100);
    *p++ = '-';
    p = two(p, month);
    *p++ = '-';
    p = two(p, day);
    *p++ = 'T';
    p = two(p, clock / 3600);
    *p++ = ':';
    p = two(p, clock / 60 % 60);
    *p++ = ':';
    p = two(p, clock % 60);
    *p++ = 'Z';
    *p = '\0';
    return (struct str){out, (size_t)(p - out)};
}
