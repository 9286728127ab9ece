#include "app/import/csv_value.h"

#include "base/datetime.h"
#include "base/json.h"

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

bool csv_is_email(struct str t)
{
    size_t at = str_find(t, '@');
    if (t.n > 320 || at == 0 || at + 3 >= t.n)
        return false;
    for (size_t i = 0; i < t.n; i++)
        if ((unsigned char)t.p[i] <= ' ' || strchr(",;<>()[]\"\\", t.p[i]) || (t.p[i] == '@' && i != at))
            return false;
    struct str domain = str_sub(t, at + 1, t.n);
    size_t dot = domain.n;
    while (dot > 0 && domain.p[dot - 1] != '.')
        dot--;
    return dot > 1 && dot < domain.n && domain.p[0] != '.';
}

bool csv_is_phone(struct str t)
{
    size_t digits = 0, i = 0;
    if (t.n && t.p[0] == '\'') // a spreadsheet's mark for "this is text"
        i = 1;
    for (; i < t.n && !strchr("xXeE#;,", t.p[i]); i++) {
        if (digit(t.p[i]))
            digits++;
        else if (!strchr(" ()+-./", t.p[i]) && (unsigned char)t.p[i] < 0x80)
            return false;
    }
    return digits >= 5 && digits <= 20;
}

static bool among(struct str t, const char *const *words, size_t n)
{
    if (t.n && t.p[t.n - 1] == '.')
        t.n--;
    for (size_t i = 0; i < n; i++)
        if (str_eq_nocase(t, str_of(words[i])))
            return true;
    return false;
}

bool csv_is_salutation(struct str t)
{
    static const char *const WORDS[] = {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "madam",
            "mister", "herr", "frau", "hr", "fr", "herrn", "m", "mme", "mlle", "monsieur", "madame",
            "mademoiselle", "sr", "sra", "srta", "don", "doña", "sig", "sig.ra", "signor", "signora", "dott",
            "dott.ssa", "ing", "dhr", "mevr", "mw", "rev", "hon", "prof. dr", "dr. med", "dr.-ing",
            "dipl.-ing"};
    return among(t, WORDS, sizeof WORDS / sizeof *WORDS);
}

bool csv_is_gender(struct str t)
{
    static const char *const WORDS[] = {"m", "f", "w", "h", "d", "x", "male", "female", "man", "woman", "men",
            "women", "boy", "girl", "masculin", "féminin", "feminin", "homme", "femme", "hombre", "mujer",
            "masculino", "femenino", "feminino", "maschio", "femmina", "männlich", "weiblich", "maennlich",
            "divers", "vrouw", "other", "unknown", "non-binary", "nonbinary", "both"};
    return among(t, WORDS, sizeof WORDS / sizeof *WORDS);
}

static bool is_uuid(struct str t)
{
    if (t.n != 36)
        return false;
    for (size_t i = 0; i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        bool hex = digit(t.p[i]) || ((t.p[i] | 32) >= 'a' && (t.p[i] | 32) <= 'f');
        if (dash ? t.p[i] != '-' : !hex)
            return false;
    }
    return true;
}

enum csv_kind csv_kind_of(struct str t)
{
    int64_t seconds;
    size_t digits = 0, letters = 0, separators = 0;
    if (!t.n)
        return CSV_EMPTY;
    if (csv_is_email(t))
        return CSV_EMAIL;
    if (str_starts(t, STR("http://")) || str_starts(t, STR("https://")) || str_starts(t, STR("www.")))
        return CSV_URL;
    if (is_uuid(t))
        return CSV_UUID;
    for (size_t i = 0; i < t.n; i++) {
        digits += digit(t.p[i]);
        letters += ((t.p[i] | 32) >= 'a' && (t.p[i] | 32) <= 'z') || (unsigned char)t.p[i] >= 0x80;
        separators += t.p[i] == '-' || t.p[i] == '/' || t.p[i] == ':';
    }
    if (digits && !letters && t.p[0] != '#')
        return separators >= 2 || (separators && digits >= 3) ? CSV_DATE : CSV_NUMBER;
    if (digits && csv_time(t, &seconds))
        return CSV_DATE;
    double number;
    return digits && json_number(t, &number) ? CSV_NUMBER : CSV_TEXT;
}

// Groups of exactly three digits behind each separator of this kind, the first of one to three.
static bool grouped(struct str t, char separator)
{
    size_t run = 0, groups = 0;
    for (size_t i = 0; i < t.n; i++) {
        if (t.p[i] == separator) {
            if (run == 0 || run > 3 || (groups && run != 3))
                return false;
            groups++;
            run = 0;
        } else {
            run++;
        }
    }
    return groups && run == 3;
}

static size_t count(struct str t, char c)
{
    size_t n = 0;
    for (size_t i = 0; i < t.n; i++)
        n += t.p[i] == c;
    return n;
}

// Which of , and . is the decimal sign in a text of digits, commas and points; '\0' for none. False in doubt.
static bool decimal_sign(struct str t, char *ret)
{
    size_t commas = count(t, ','), points = count(t, '.');
    size_t comma = str_find(t, ','), point = str_find(t, '.');
    if (!commas && points <= 1)
        *ret = points ? '.' : '\0';
    else if (commas && points == 1 && grouped(str_sub(t, 0, point), ','))
        *ret = '.';
    else if (points && commas == 1 && grouped(str_sub(t, 0, comma), '.'))
        *ret = ',';
    else if (commas && !points && grouped(t, ','))
        *ret = '\0';
    else if (points > 1 && !commas && grouped(t, '.'))
        *ret = '\0';
    else if (commas == 1 && !points)
        *ret = ',';
    else
        return false;
    return true;
}

// The digits and signs of a number without currency, blanks and apostrophes; false if there is more.
static bool strip_number(struct str t, char *out, size_t size, size_t *ret_n, bool *ret_minus)
{
    static const char *const SIGNS[] = {"$", "€", "£", "¥", "₹", "EUR", "USD", "GBP", "CHF", "US$"};
    bool minus = false;
    size_t n = 0;
    if (t.n && (t.p[0] == '-' || t.p[0] == '+')) {
        minus = t.p[0] == '-';
        t = str_sub(t, 1, t.n);
    }
    for (size_t i = 0; i < sizeof SIGNS / sizeof *SIGNS; i++) {
        struct str sign = str_of(SIGNS[i]);
        if (str_starts(t, sign))
            t = str_trim(str_sub(t, sign.n, t.n));
        else if (str_ends(t, sign))
            t = str_trim(str_sub(t, 0, t.n - sign.n));
    }
    for (size_t i = 0; i < t.n; i++) {
        if (digit(t.p[i]) || t.p[i] == ',' || t.p[i] == '.') {
            if (n == size)
                return false;
            out[n++] = t.p[i];
        } else if (str_starts(str_sub(t, i, t.n), STR("\xC2\xA0"))) {
            i++;
        } else if (str_starts(str_sub(t, i, t.n), STR("\xE2\x80\xAF"))) {
            i += 2;
        } else if (t.p[i] != ' ' && t.p[i] != '\'') {
            return false;
        }
    }
    *ret_n = n;
    *ret_minus = minus;
    return n > 0;
}

bool csv_put_number(struct str t, struct buf *out)
{
    char kept[64], clean[80];
    size_t kept_n, n = 0;
    bool minus;
    char decimal;
    double value;
    if (json_number(t, &value)) {
        buf_put(out, t);
        return true;
    }
    if (!strip_number(t, kept, sizeof kept, &kept_n, &minus) ||
            !decimal_sign((struct str){kept, kept_n}, &decimal))
        return false;
    if (minus)
        clean[n++] = '-';
    size_t first = n;
    for (size_t i = 0; i < kept_n; i++) {
        if (digit(kept[i])) {
            if (n == first + 1 && clean[first] == '0') // 007
                n = first;
            clean[n++] = kept[i];
        } else if (kept[i] == decimal) {
            if (n == first)
                clean[n++] = '0';
            clean[n++] = '.';
        }
    }
    if (!json_number((struct str){clean, n}, &value))
        return false;
    buf_put(out, (struct str){clean, n});
    return true;
}

static unsigned name_index(struct str t, const char *const *names, unsigned n)
{
    if (t.n > 3 && t.p[t.n - 1] == '.')
        t.n--;
    for (unsigned i = 0; i < n; i++) {
        struct str name = str_of(names[i]);
        if (t.n >= 3 && t.n <= name.n && str_eq_nocase(t, str_sub(name, 0, t.n)))
            return i;
    }
    return n;
}

unsigned csv_month(struct str t)
{
    static const char *const NAMES[] = {"january", "february", "march", "april", "may", "june", "july",
            "august", "september", "october", "november", "december"};
    unsigned i = name_index(t, NAMES, 12);
    return i < 12 ? i + 1 : 0;
}

unsigned csv_weekday(struct str t)
{
    static const char *const NAMES[] = {
            "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
    return name_index(t, NAMES, 7);
}

struct moment {
    int64_t year;
    unsigned month, day, hour, minute, second;
    bool half_day, afternoon; // %I and %p
};

static bool seconds_of(const struct moment *m, int64_t *ret)
{
    int64_t year;
    unsigned month, day, hour = m->hour;
    if (m->year < 1 || m->year > 9999 || m->month < 1 || m->month > 12 || m->day < 1 || m->day > 31)
        return false;
    if (m->half_day) {
        if (hour < 1 || hour > 12)
            return false;
        hour = hour % 12 + (m->afternoon ? 12 : 0);
    }
    if (hour > 23 || m->minute > 59 || m->second > 60)
        return false;
    int64_t days = datetime_days(m->year, m->month, m->day);
    datetime_civil(days, &year, &month, &day);
    if (month != m->month || day != m->day) // 31 February
        return false;
    *ret = days * 86400 + hour * 3600 + m->minute * 60 + m->second;
    return true;
}

static bool take_number(struct str *t, size_t most, unsigned *ret)
{
    size_t n = 0;
    unsigned value = 0;
    while (n < t->n && n < most && digit(t->p[n]))
        value = value * 10 + (unsigned)(t->p[n++] - '0');
    if (!n)
        return false;
    *ret = value;
    *t = str_sub(*t, n, t->n);
    return true;
}

static bool take_month(struct str *t, unsigned *ret)
{
    size_t n = 0;
    while (n < t->n && ((t->p[n] | 32) >= 'a' && (t->p[n] | 32) <= 'z'))
        n++;
    unsigned month = csv_month(str_sub(*t, 0, n));
    if (!month)
        return false;
    *ret = month;
    *t = str_sub(*t, n, t->n);
    return true;
}

static bool take_field(char field, struct str *t, struct moment *m)
{
    unsigned year;
    switch (field) {
    case 'd':
        return take_number(t, 2, &m->day);
    case 'm':
        return take_number(t, 2, &m->month);
    case 'b':
        return take_month(t, &m->month);
    case 'Y':
        if (t->n < 4 || !take_number(t, 4, &year))
            return false;
        m->year = year;
        return true;
    case 'y':
        if (!take_number(t, 2, &year))
            return false;
        m->year = year + (year < 69 ? 2000 : 1900);
        return true;
    case 'I':
        m->half_day = true;
        return take_number(t, 2, &m->hour);
    case 'H':
        return take_number(t, 2, &m->hour);
    case 'M':
        return take_number(t, 2, &m->minute);
    case 'S':
        return take_number(t, 2, &m->second);
    case 'p':
        if (t->n < 2 || (t->p[1] | 32) != 'm' || ((t->p[0] | 32) != 'a' && (t->p[0] | 32) != 'p'))
            return false;
        m->afternoon = (t->p[0] | 32) == 'p';
        *t = str_sub(*t, 2, t->n);
        return true;
    default:
        return false;
    }
}

static struct str skip_blanks(struct str t)
{
    size_t n = 0;
    while (n < t.n && t.p[n] == ' ')
        n++;
    return str_sub(t, n, t.n);
}

bool csv_time_format(struct str t, struct str format, int64_t *ret)
{
    struct moment m = {0};
    for (size_t i = 0; i < format.n; i++) {
        char c = format.p[i];
        if (c == ' ') {
            t = skip_blanks(t);
        } else if (c == '%' && i + 1 < format.n && format.p[i + 1] != '%') {
            if (!take_field(format.p[++i], &t, &m))
                return false;
        } else {
            if (!t.n || t.p[0] != c)
                return false;
            t = str_sub(t, 1, t.n);
            i += c == '%';
        }
    }
    return skip_blanks(t).n == 0 && seconds_of(&m, ret);
}

bool csv_time_format_valid(struct str format)
{
    bool day = false, month = false, year = false;
    for (size_t i = 0; i < format.n; i++) {
        if (format.p[i] != '%')
            continue;
        char c = ++i < format.n ? format.p[i] : '\0';
        if (!c || !strchr("dmbYyHIMSp%", c))
            return false;
        day |= c == 'd';
        month |= c == 'm' || c == 'b';
        year |= c == 'Y' || c == 'y';
    }
    return day && month && year;
}

bool csv_time(struct str t, int64_t *ret)
{
    static const char *const DATES[] = {
            "%d %b %Y", "%b %d, %Y", "%b %d %Y", "%d-%b-%Y", "%d. %b %Y", "%Y/%m/%d"};
    static const char *const TIMES[] = {"", " %H:%M", " %H:%M:%S", ", %H:%M", " %I:%M %p", ", %I:%M %p"};
    char format[32];
    if (datetime_parse(t, ret))
        return t.n >= 8;
    if (!t.n || t.n > 40)
        return false;
    for (size_t d = 0; d < sizeof DATES / sizeof *DATES; d++)
        for (size_t h = 0; h < sizeof TIMES / sizeof *TIMES; h++) {
            size_t n = strlen(DATES[d]), k = strlen(TIMES[h]);
            memcpy(format, DATES[d], n);
            memcpy(format + n, TIMES[h], k);
            if (csv_time_format(t, (struct str){format, n + k}, ret))
                return true;
        }
    return false;
}
