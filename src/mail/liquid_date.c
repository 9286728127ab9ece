// Times as people write them, and strftime's letters. All of it is UTC and English.
#include "mail/liquid_run.h"

#include "base/datetime.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

static const char *const MONTHS[] = {"January", "February", "March", "April", "May", "June", "July", "August",
        "September", "October", "November", "December"};
static const char *const DAYS[] = {
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

// --- reading

static unsigned month_of(struct str word)
{
    for (unsigned i = 0; i < 12 && word.n >= 3; i++)
        if (strncasecmp(word.p, MONTHS[i], word.n < 20 ? word.n : 20) == 0)
            return i + 1;
    return 0;
}

// The next word of letters or digits; false at the end.
static bool next_word(struct str *rest, struct str *ret)
{
    size_t n = 0, from = 0;
    while (from < rest->n && !((rest->p[from] | 32) >= 'a' && (rest->p[from] | 32) <= 'z') &&
            !(rest->p[from] >= '0' && rest->p[from] <= '9'))
        from++;
    *rest = str_sub(*rest, from, rest->n);
    if (!rest->n)
        return false;
    bool digits = rest->p[0] <= '9';
    while (n < rest->n && (digits ? (rest->p[n] >= '0' && rest->p[n] <= '9') || rest->p[n] == ':'
                                  : (rest->p[n] | 32) >= 'a' && (rest->p[n] | 32) <= 'z'))
        n++;
    *ret = str_sub(*rest, 0, n);
    *rest = str_sub(*rest, n, rest->n);
    return true;
}

static bool read_clock(struct str word, int64_t *ret)
{
    int parts[3] = {0}, n = 0;
    for (size_t i = 0; i < word.n; i++)
        if (word.p[i] == ':') {
            if (++n > 2)
                return false;
        } else if ((parts[n] = parts[n] * 10 + (word.p[i] - '0')) > 60)
            return false;
    *ret = parts[0] * 3600 + parts[1] * 60 + parts[2];
    return n > 0 && parts[0] < 24 && parts[1] < 60;
}

// "March 14, 2016", "14 Mar 2016 10:00".
static bool read_words(struct str text, int64_t *ret)
{
    struct str word;
    unsigned month = 0, day = 0;
    int64_t year = 0, clock = 0;
    while (next_word(&text, &word)) {
        int64_t n = word.n < 6 ? atoll(word.p) : 0;
        if (str_find(word, ':') < word.n) {
            if (!read_clock(word, &clock))
                return false;
        } else if (word.p[0] > '9')
            month = month ? month : month_of(word);
        else if (!day && n >= 1 && n <= 31 && word.n <= 2)
            day = (unsigned)n;
        else if (word.n == 4)
            year = n;
    }
    if (!month || !year)
        return false;
    *ret = datetime_days(year, month, day ? day : 1) * 86400 + clock;
    return true;
}

bool liquid_date_parse(struct liquid_value v, int64_t now, int64_t *ret)
{
    if (v.kind == LIQUID_TIME || v.kind == LIQUID_INT) {
        *ret = v.number;
        return v.number > -62135596800 && v.number < 253402300800;
    }
    if (v.kind != LIQUID_TEXT)
        return false;
    struct str text = str_trim(v.text);
    char copy[80];
    size_t digits = 0;
    if (str_eq_nocase(text, STR("now")) || str_eq_nocase(text, STR("today"))) {
        *ret = now;
        return true;
    }
    if (!text.n || text.n >= sizeof copy)
        return false;
    memcpy(copy, text.p, text.n); // numbers are read from it
    copy[text.n] = '\0';
    while (digits < text.n && copy[digits] >= '0' && copy[digits] <= '9')
        digits++;
    if (digits == text.n && digits != 8) {
        *ret = digits < 12 ? atoll(copy) : INT64_MAX;
        return digits < 12;
    }
    text.p = copy;
    return datetime_parse(text, ret) || read_words(text, ret);
}

// --- writing

struct moment {
    int64_t seconds, year, days;
    unsigned month, day, hour, minute, second, weekday, yearday;
};

static struct moment moment_of(int64_t seconds)
{
    struct moment m = {.seconds = seconds, .days = seconds / 86400};
    int64_t rest = seconds % 86400;
    if (rest < 0) {
        rest += 86400;
        m.days--;
    }
    datetime_civil(m.days, &m.year, &m.month, &m.day);
    m.hour = (unsigned)(rest / 3600);
    m.minute = (unsigned)(rest / 60 % 60);
    m.second = (unsigned)(rest % 60);
    m.weekday = (unsigned)(((m.days + 4) % 7 + 7) % 7);
    m.yearday = (unsigned)(m.days - datetime_days(m.year, 1, 1)) + 1;
    return m;
}

// ISO 8601: the week that has the year's first Thursday is its first.
static unsigned iso_week(const struct moment *m, int64_t *ret_year)
{
    int64_t thursday = m->days + 3 - (m->weekday + 6) % 7;
    unsigned month, day;
    datetime_civil(thursday, ret_year, &month, &day);
    return (unsigned)((thursday - datetime_days(*ret_year, 1, 1)) / 7) + 1;
}

static void put_number(struct buf *out, int64_t n, unsigned width, char pad)
{
    if (pad == '-')
        buf_printf(out, "%" PRId64, n);
    else if (pad == ' ')
        buf_printf(out, "%*" PRId64, (int)width, n);
    else
        buf_printf(out, "%0*" PRId64, (int)width, n);
}

static void put_word(struct buf *out, const char *word, size_t n, char flag)
{
    for (size_t i = 0; i < n && word[i]; i++)
        buf_char(out, flag == '^' && word[i] >= 'a' ? (char)(word[i] - 32) : word[i]);
}

static bool put_numbers(const struct moment *m, char c, char pad, unsigned width, struct buf *out)
{
    int64_t year;
    unsigned hour = m->hour % 12 ? m->hour % 12 : 12, week = iso_week(m, &year);
    const struct {
        char c;
        int64_t n;
        unsigned width;
        char pad;
    } LETTERS[] = {{'Y', m->year, 4, '0'}, {'C', m->year / 100, 2, '0'}, {'y', m->year % 100, 2, '0'},
            {'m', m->month, 2, '0'}, {'d', m->day, 2, '0'}, {'e', m->day, 2, ' '}, {'j', m->yearday, 3, '0'},
            {'H', m->hour, 2, '0'}, {'k', m->hour, 2, ' '}, {'I', hour, 2, '0'}, {'l', hour, 2, ' '},
            {'M', m->minute, 2, '0'}, {'S', m->second, 2, '0'}, {'L', 0, 3, '0'}, {'N', 0, 9, '0'},
            {'u', m->weekday ? m->weekday : 7, 1, '0'}, {'w', m->weekday, 1, '0'}, {'G', year, 4, '0'},
            {'g', year % 100, 2, '0'}, {'V', week, 2, '0'}, {'U', (m->yearday + 6 - m->weekday) / 7, 2, '0'},
            {'W', (m->yearday + 6 - (m->weekday + 6) % 7) / 7, 2, '0'}, {'s', m->seconds, 1, '0'}};
    for (size_t i = 0; i < sizeof LETTERS / sizeof *LETTERS; i++)
        if (LETTERS[i].c == c) {
            put_number(out, LETTERS[i].n, width ? width : LETTERS[i].width, pad ? pad : LETTERS[i].pad);
            return true;
        }
    return false;
}

static bool put_words(const struct moment *m, char c, char flag, struct buf *out)
{
    switch (c) {
    case 'B':
        put_word(out, MONTHS[m->month - 1], 20, flag);
        return true;
    case 'b':
    case 'h':
        put_word(out, MONTHS[m->month - 1], 3, flag);
        return true;
    case 'A':
        put_word(out, DAYS[m->weekday], 20, flag);
        return true;
    case 'a':
        put_word(out, DAYS[m->weekday], 3, flag);
        return true;
    case 'p':
        buf_put(out, (m->hour < 12) != (flag == '#') ? (flag == '#' ? STR("pm") : STR("AM"))
                                                     : (flag == '#' ? STR("am") : STR("PM")));
        return true;
    case 'P':
        buf_put(out, m->hour < 12 ? STR("am") : STR("pm"));
        return true;
    case 'z':
        buf_put(out, flag == ':' ? STR("+00:00") : STR("+0000"));
        return true;
    case 'Z':
        buf_put(out, STR("UTC"));
        return true;
    case 'n':
        buf_char(out, '\n');
        return true;
    case 't':
        buf_char(out, '\t');
        return true;
    case '%':
        buf_char(out, '%');
        return true;
    default:
        return false;
    }
}

static const char *shorthand(char c)
{
    switch (c) {
    case 'D':
    case 'x':
        return "%m/%d/%y";
    case 'F':
        return "%Y-%m-%d";
    case 'T':
    case 'X':
        return "%H:%M:%S";
    case 'R':
        return "%H:%M";
    case 'r':
        return "%I:%M:%S %p";
    case 'c':
        return "%a %b %e %H:%M:%S %Y";
    case 'v':
        return "%e-%^b-%Y";
    case '+':
        return "%a %b %e %H:%M:%S %Z %Y";
    default:
        return NULL;
    }
}

static void put_format(const struct moment *m, struct str format, struct buf *out)
{
    for (size_t i = 0; i < format.n && out->n <= LIQUID_OUTPUT_MAX; i++) {
        size_t from = i;
        char flag = 0;
        unsigned width = 0;
        if (format.p[i] != '%' || i + 1 == format.n) {
            buf_char(out, format.p[i]);
            continue;
        }
        for (i++; i < format.n && memchr("-_0^#:", format.p[i], 6); i++)
            flag = format.p[i];
        for (; i < format.n && format.p[i] >= '0' && format.p[i] <= '9' && width < 100; i++)
            width = width * 10 + (unsigned)(format.p[i] - '0');
        char c = i < format.n ? format.p[i] : 0;
        char pad = flag == '_' ? ' ' : flag == '-' || flag == '0' ? flag : 0;
        const char *longer = shorthand(c);
        if (longer)
            put_format(m, str_of(longer), out);
        else if (!put_numbers(m, c, pad, width, out) && !put_words(m, c, flag, out))
            buf_put(out, str_sub(format, from, i < format.n ? i + 1 : i));
    }
}

void liquid_date_format(int64_t seconds, struct str format, struct buf *out)
{
    struct moment m = moment_of(seconds);
    put_format(&m, format, out);
}
