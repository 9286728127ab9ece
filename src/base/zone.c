#include "base/zone.h"

enum { DAY = 86400, TYPES_MAX = 256, TIMES_MAX = 20000 };

// When a rule of the footer begins: in local time.
struct change {
    enum {
        CHANGE_JULIAN /* J1 … J365, without 29 February */,
        CHANGE_DAY /* 0 … 365 */,
        CHANGE_WEEKDAY
    } kind;
    int day, week, month;
    int64_t time; // seconds of the day, may be negative or beyond
};

struct rule {
    bool there, saves; // saves: it has a summer time
    int64_t standard, summer;
    struct change start, end;
};

struct zone {
    size_t n;
    int64_t *at, *offset; // [n] from at[i] on
    int64_t first;        // before at[0]
    struct rule rule;     // behind the last
};

const struct zone *zone_utc(void)
{
    static const struct zone UTC = {0};
    return &UTC;
}

// --- days

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

// Days from 1970-01-01 to a day of the proleptic Gregorian calendar (Hinnant's days_from_civil).
static int64_t days_of(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = floor_div(year, 400);
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int64_t year_of(int64_t seconds)
{
    int64_t days = floor_div(seconds, DAY);
    int64_t year = 1970 + floor_div(days * 400, 146097);
    while (days_of(year, 1, 1) > days)
        year--;
    while (days_of(year + 1, 1, 1) <= days)
        year++;
    return year;
}

static bool leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static unsigned weekday_of(int64_t days) // 0: Sunday
{
    return (unsigned)(((days + 4) % 7 + 7) % 7);
}

// --- the footer: a POSIX TZ string

struct text {
    const char *p, *end;
};

static bool number(struct text *t, int most, int *ret)
{
    int n = 0;
    const char *from = t->p;
    while (t->p < t->end && *t->p >= '0' && *t->p <= '9' && n <= most)
        n = n * 10 + (*t->p++ - '0');
    *ret = n;
    return t->p > from && n <= most;
}

static bool take(struct text *t, char c)
{
    if (t->p < t->end && *t->p == c) {
        t->p++;
        return true;
    }
    return false;
}

static bool clock_time(struct text *t, int64_t *ret)
{
    int hours, minutes = 0, seconds = 0, sign = take(t, '-') ? -1 : 1;
    if (sign == 1)
        take(t, '+');
    if (!number(t, 167, &hours) ||
            (take(t, ':') && (!number(t, 59, &minutes) || (take(t, ':') && !number(t, 59, &seconds)))))
        return false;
    *ret = sign * ((int64_t)hours * 3600 + minutes * 60 + seconds);
    return true;
}

static bool name(struct text *t)
{
    const char *from = t->p;
    if (take(t, '<')) {
        while (t->p < t->end && *t->p != '>')
            t->p++;
        return take(t, '>');
    }
    while (t->p < t->end && ((*t->p >= 'A' && *t->p <= 'Z') || (*t->p >= 'a' && *t->p <= 'z')))
        t->p++;
    return t->p - from >= 3;
}

static bool change(struct text *t, struct change *ret)
{
    *ret = (struct change){.kind = CHANGE_DAY, .time = 2 * 3600};
    if (take(t, 'M')) {
        ret->kind = CHANGE_WEEKDAY;
        if (!number(t, 12, &ret->month) || !take(t, '.') || !number(t, 5, &ret->week) || !take(t, '.') ||
                !number(t, 6, &ret->day) || !ret->month || !ret->week)
            return false;
    } else {
        ret->kind = take(t, 'J') ? CHANGE_JULIAN : CHANGE_DAY;
        if (!number(t, 365, &ret->day) || (ret->kind == CHANGE_JULIAN && !ret->day))
            return false;
    }
    return !take(t, '/') || clock_time(t, &ret->time);
}

static bool parse_rule(struct str text, struct rule *ret)
{
    struct text t = {text.p, text.p + text.n};
    *ret = (struct rule){.there = text.n > 0};
    if (!text.n)
        return true;
    if (!name(&t) || !clock_time(&t, &ret->standard))
        return false;
    ret->standard = -ret->standard; // POSIX counts westward
    if (t.p == t.end)
        return true;
    ret->saves = true;
    if (!name(&t))
        return false;
    ret->summer = ret->standard + 3600;
    if (t.p < t.end && *t.p != ',') {
        if (!clock_time(&t, &ret->summer))
            return false;
        ret->summer = -ret->summer;
    }
    return take(&t, ',') && change(&t, &ret->start) && take(&t, ',') && change(&t, &ret->end) && t.p == t.end;
}

// When a change happens in a year, in the local time before it.
static int64_t change_in(const struct change *c, int64_t year)
{
    int64_t first = days_of(year, 1, 1), day;
    if (c->kind == CHANGE_JULIAN) {
        day = first + c->day - 1 + (leap(year) && c->day >= 60);
    } else if (c->kind == CHANGE_DAY) {
        day = first + c->day;
    } else {
        int64_t month = days_of(year, c->month, 1),
                next = c->month == 12 ? days_of(year + 1, 1, 1) : days_of(year, c->month + 1, 1);
        day = month + (7 + c->day - (int)weekday_of(month)) % 7 + (int64_t)(c->week - 1) * 7;
        if (day >= next)
            day -= 7;
    }
    return day * DAY + c->time;
}

static int64_t rule_offset(const struct rule *r, int64_t utc)
{
    if (!r->saves)
        return r->standard;
    int64_t year = year_of(utc + r->standard);
    int64_t start = change_in(&r->start, year) - r->standard, end = change_in(&r->end, year) - r->summer;
    bool summer = start < end ? utc >= start && utc < end : utc >= start || utc < end;
    return summer ? r->summer : r->standard;
}

// --- the file

static int64_t big(const uint8_t *p, unsigned bytes)
{
    uint64_t n = bytes == 4 && (p[0] & 0x80) ? UINT64_MAX : 0;
    for (unsigned i = 0; i < bytes; i++)
        n = n << 8 | p[i];
    return (int64_t)n;
}

struct header {
    uint8_t version;
    size_t isut, isstd, leap, times, types, chars;
};

static bool read_header(const uint8_t *p, size_t n, struct header *ret)
{
    if (n < 44 || memcmp(p, "TZif", 4) != 0)
        return false;
    *ret = (struct header){.version = p[4],
            .isut = (size_t)big(p + 20, 4),
            .isstd = (size_t)big(p + 24, 4),
            .leap = (size_t)big(p + 28, 4),
            .times = (size_t)big(p + 32, 4),
            .types = (size_t)big(p + 36, 4),
            .chars = (size_t)big(p + 40, 4)};
    return ret->times <= TIMES_MAX && ret->types && ret->types <= TYPES_MAX && ret->chars <= 65536 &&
           ret->leap <= 65536 && ret->isut <= TYPES_MAX && ret->isstd <= TYPES_MAX;
}

static size_t block_size(const struct header *h, size_t width)
{
    return h->times * (width + 1) + h->types * 6 + h->chars + h->leap * (width + 4) + h->isstd + h->isut;
}

static bool read_block(
        struct arena *arena, const uint8_t *p, const struct header *h, size_t width, struct zone *zone)
{
    const uint8_t *types = p + h->times * width, *infos = types + h->times;
    if (h->leap)
        return false;
    zone->n = h->times;
    zone->at = arena_zero(arena, h->times + 1, sizeof *zone->at);
    zone->offset = arena_zero(arena, h->times + 1, sizeof *zone->offset);
    zone->first = big(infos, 4);
    for (size_t i = 0; i < h->times; i++) {
        if (types[i] >= h->types)
            return false;
        zone->at[i] = big(p + i * width, (unsigned)width);
        zone->offset[i] = big(infos + types[i] * 6, 4);
        if (i && zone->at[i] <= zone->at[i - 1])
            return false;
    }
    for (size_t i = 0; i < h->types; i++)
        if (big(infos + i * 6, 4) < -7 * DAY || big(infos + i * 6, 4) > 7 * DAY)
            return false;
    return true;
}

static bool read_footer(const uint8_t *p, size_t n, struct rule *ret)
{
    if (n < 2 || p[0] != '\n')
        return false;
    const uint8_t *end = memchr(p + 1, '\n', n - 1);
    return end && parse_rule((struct str){(const char *)p + 1, (size_t)(end - p) - 1}, ret);
}

static bool read_file(struct arena *arena, struct str bytes, struct zone *zone)
{
    const uint8_t *p = (const uint8_t *)bytes.p;
    struct header h;
    if (!read_header(p, bytes.n, &h))
        return false;
    size_t block = block_size(&h, 4);
    if (bytes.n - 44 < block)
        return false;
    if (h.version < '2')
        return read_block(arena, p + 44, &h, 4, zone);
    p += 44 + block;
    size_t n = bytes.n - 44 - block;
    if (!read_header(p, n, &h))
        return false;
    block = block_size(&h, 8);
    return n - 44 >= block && read_block(arena, p + 44, &h, 8, zone) &&
           read_footer(p + 44 + block, n - 44 - block, &zone->rule);
}

bool zone_parse(struct arena *arena, struct str bytes, struct zone **ret, struct err *err)
{
    struct zone *zone = ARENA_NEW(arena, struct zone);
    if (bytes.n > ZONE_BYTES_MAX || !read_file(arena, bytes, zone))
        return err_set(err, ERR_INPUT, "this is no file of the time zone database");
    *ret = zone;
    return true;
}

// --- asking

int64_t zone_offset(const struct zone *zone, int64_t utc)
{
    size_t from = 0, to = zone->n;
    if (zone->n && utc >= zone->at[zone->n - 1] && zone->rule.there)
        return rule_offset(&zone->rule, utc);
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (zone->at[middle] <= utc)
            from = middle + 1;
        else
            to = middle;
    }
    if (!from)
        return !zone->n && zone->rule.there ? rule_offset(&zone->rule, utc) : zone->first;
    return zone->offset[from - 1];
}

int64_t zone_utc_of(const struct zone *zone, int64_t local)
{
    // No two jumps lie within a day of each other: the offsets a day before and after are those around.
    int64_t before = zone_offset(zone, local - DAY), after = zone_offset(zone, local + DAY);
    if (zone_offset(zone, local - before) == before)
        return local - before; // also the first of two
    if (zone_offset(zone, local - after) == after)
        return local - after;
    return local - before; // in the gap
}

unsigned zone_minute(const struct zone *zone, int64_t utc)
{
    int64_t local = utc + zone_offset(zone, utc);
    return (unsigned)((local - floor_div(local, DAY) * DAY) / 60);
}

int64_t zone_next(const struct zone *zone, int64_t utc, unsigned weekdays, unsigned minute)
{
    int64_t day = floor_div(utc + zone_offset(zone, utc), DAY);
    // From yesterday on: a skipped time of yesterday may fall into today.
    for (int64_t d = day - 1;; d++) {
        unsigned monday = (weekday_of(d) + 6) % 7;
        int64_t at = zone_utc_of(zone, d * DAY + (int64_t)minute * 60);
        if (((weekdays >> monday) & 1) && at >= utc)
            return at;
    }
}
