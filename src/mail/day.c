#include "mail/day.h"

#include "base/datetime.h"
#include "base/utf8.h"

enum { DAY = 86400, TOKENS_MAX = 400, AHEAD_MAX = 730 };

static const struct {
    const char *names; // separated by blanks, as they are written in lower case; whole words
    unsigned number;
} MONTHS[] =
        {
                {"january jan januar janvier enero gennaio janeiro januari tammikuuta tammikuu stycznia "
                 "leden ledna января "
                 "січня ocak gen ene jänner",
                        1},
                {"february feb februar février fevrier fév febrero febbraio fevereiro fev februari "
                 "helmikuuta lutego února "
                 "февраля лютого şubat febr",
                        2},
                {"march mar märz mrz maerz mars marzo março marco maart maaliskuuta marca března марта "
                 "березня mart mrt",
                        3},
                {"april apr avril avr abril abr aprile aprilie huhtikuuta kwietnia dubna апреля квітня nisan",
                        4},
                {"may mai mayo maggio maio mei maj toukokuuta maja května мая травня mayıs mag", 5},
                {"june jun juni juin junio giugno junho kesäkuuta czerwca června июня червня haziran giu", 6},
                {"july jul juli juillet juil julio luglio julho heinäkuuta lipca července июля липня temmuz "
                 "lug",
                        7},
                {"august aug août aout agosto augustus augusti elokuuta sierpnia srpna августа серпня "
                 "ağustos ago",
                        8},
                {"september sep sept septembre septiembre settembre setembro syyskuuta września září "
                 "сентября вересня eylül "
                 "set",
                        9},
                {"october oct oktober okt octobre octubre ottobre outubro lokakuuta października října "
                 "октября жовтня ekim ott "
                 "out",
                        10},
                {"november nov novembre noviembre novembro marraskuuta listopada listopadu ноября листопада "
                 "kasım",
                        11},
                {"december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro joulukuuta "
                 "grudnia prosince "
                 "декабря грудня aralık desember",
                        12},
},
  WEEKDAYS[] =
          {
                  {"monday mon montag mo lundi lunes lunedì lunedi segunda maandag måndag mandag maanantaina "
                   "poniedziałek pondělí "
                   "понедельник",
                          0},
                  {"tuesday tue tues dienstag di mardi martes martedì martedi terça dinsdag tisdag tirsdag "
                   "tiistaina wtorek úterý "
                   "вторник",
                          1},
                  {"wednesday wed mittwoch mi mercredi miércoles miercoles mercoledì mercoledi quarta "
                   "woensdag onsdag "
                   "keskiviikkona środę středu среду",
                          2},
                  {"thursday thu thurs donnerstag do jeudi jueves giovedì giovedi quinta donderdag torsdag "
                   "torstaina czwartek "
                   "čtvrtek четверг",
                          3},
                  {"friday fri freitag fr vendredi viernes venerdì venerdi sexta vrijdag fredag perjantaina "
                   "piątek pátek пятницу",
                          4},
                  {"saturday sat samstag sonnabend samedi sábado sabado sabato zaterdag lördag lørdag sobotę "
                   "sobotu субботу",
                          5},
                  {"sunday sun sonntag dimanche domingo domenica zondag söndag søndag niedzielę neděli "
                   "воскресенье",
                          6},
},
  NUMBERS[] =
          {
                  {"one a an ein eine einer einem einen un une una uno een en", 1},
                  {"two zwei deux dos due dois twee två to couple paar", 2},
                  {"three drei trois tres tre três drie few ein'ge", 3},
                  {"four vier quatre cuatro quattro quatro fyra fire", 4},
                  {"five fünf cinq cinco cinque vijf fem", 5},
                  {"six sechs seis sei zes sex seks", 6},
                  {"seven sieben sept siete sette", 7},
                  {"eight acht huit ocho otto oito", 8},
                  {"nine neun neuf nueve nove", 9},
                  {"ten zehn dix diez dieci dez tien", 10},
                  {"twelve zwölf douze doce dodici twaalf", 12},
},
  UNITS[] = {
          {"day days tag tage tagen jour jours día días dia dias giorno giorni dagen dag dagar dage", 1},
          {"week weeks woche wochen semaine semaines semana semanas settimana settimane weken veckor uger "
           "uke uker",
                  7},
          {"month months monat monate monaten mois mes meses mese mesi mês maand maanden månader måneder",
                  30},
          {"quarter quarters quartal quartale quartalen trimestre trimestres", 91},
          {"year years jahr jahre jahren an ans année années año años anno anni ano anos jaar jaren år", 365},
};

struct words {
    struct str v[TOKENS_MAX];
    size_t n;
    int64_t today, weekday; // days since 1970; 0: Monday
    int64_t year;
    unsigned month, day;
};

// Whether it is one of the words.
static bool lookup(const char *names, struct str word)
{
    size_t n = word.n;
    for (const char *at = names; *at;) {
        size_t len = strcspn(at, " ");
        if (len == n && memcmp(at, word.p, n) == 0)
            return true;
        at += len + (at[len] == ' ');
    }
    return false;
}

#define LOOKUP(table, word, ret)                                              \
    do {                                                                      \
        (ret) = -1;                                                           \
        for (size_t look = 0; look < sizeof(table) / sizeof *(table); look++) \
            if (lookup((table)[look].names, (word)))                          \
                (ret) = (int)(table)[look].number;                            \
    } while (0)

static int month_of(struct str word)
{
    int m;
    LOOKUP(MONTHS, word, m);
    return m;
}

// A number of at most four digits, with or without an ordinal ending ("5th", "1er", "2.").
static int number_of(struct str word, bool *ret_plain)
{
    int v = 0;
    size_t i = 0;
    for (; i < word.n && word.p[i] >= '0' && word.p[i] <= '9'; i++)
        if (i < 4)
            v = v * 10 + (word.p[i] - '0');
    struct str rest = str_sub(word, i, word.n);
    static const char *const ENDINGS = "st nd rd th er e ème º ª a o de en";
    *ret_plain = rest.n == 0;
    return i > 0 && i <= 4 && (rest.n == 0 || lookup(ENDINGS, rest)) ? v : -1;
}

static int64_t civil(int64_t year, int month, int day)
{
    static const int LENGTH[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12 || day < 1 || day > LENGTH[month - 1])
        return -1;
    int64_t days = datetime_days(year, (unsigned)month, (unsigned)day);
    int64_t y;
    unsigned m, d;
    datetime_civil(days, &y, &m, &d);
    return (int)m == month ? days : -1;
}

// A day and a month: of this year, or the next one if that has been. -1: none.
static int64_t dated(const struct words *w, int day, int month, int year)
{
    if (year >= 0)
        return civil(year < 100 ? 2000 + year : year, month, day);
    int64_t days = civil(w->year, month, day);
    return days >= 0 && days < w->today ? civil(w->year + 1, month, day) : days;
}

static int number_at(const struct words *w, size_t i, bool *ret_plain)
{
    *ret_plain = false;
    return i < w->n ? number_of(w->v[i], ret_plain) : -1;
}

static int year_at(const struct words *w, size_t i)
{
    bool plain;
    int v = number_at(w, i, &plain);
    return plain && v >= 1990 && v < 2100 ? v : -1;
}

static bool is_of(struct str word)
{
    return lookup("of de di den the d' le la el del il van", word);
}

// "5 May 2026", "5. de mayo", "May 5th, 2026".
static int64_t named_month(const struct words *w, size_t i, size_t *ret_n)
{
    bool plain;
    int number = number_at(w, i, &plain), month = -1;
    if (number > 0 && number < 32) {
        size_t k = i + 1;
        while (k < w->n && k < i + 3 && is_of(w->v[k]))
            k++;
        month = k < w->n ? month_of(w->v[k]) : -1;
        if (month < 0)
            return -1;
        size_t y = k + 1 < w->n && is_of(w->v[k + 1]) ? k + 2 : k + 1;
        int year = year_at(w, y);
        *ret_n = (year > 0 ? y : k) + 1 - i;
        return dated(w, number, month, year);
    }
    month = month_of(w->v[i]);
    size_t k = i + 1;
    if (month > 0 && k < w->n && is_of(w->v[k]))
        k++;
    number = month > 0 ? number_at(w, k, &plain) : -1;
    if (number < 1 || number > 31)
        return -1;
    int year = year_at(w, k + 1);
    *ret_n = k + 1 + (year > 0) - i;
    return dated(w, number, month, year);
}

// "05.05.2026", "5.5.", "2026-05-05", "5/5/2026" come as three words, or two. American and European order:
// what cannot be a month is the day; else the day first, but with a month that lies ahead and near if both
// may be.
static int64_t numeric(const struct words *w, size_t i, size_t *ret_n)
{
    bool p1, p2, p3;
    int a = number_at(w, i, &p1), b = number_at(w, i + 1, &p2), c = number_at(w, i + 2, &p3);
    if (!p1 || !p2 || a < 0 || b < 0)
        return -1;
    *ret_n = 3;
    if (a >= 1990 && a < 2100 && p3)
        return civil(a, b, c);
    if (!p3 || !(c >= 1990 || (c > 19 && c < 100 && w->v[i + 2].n == 2)))
        return -1;
    int64_t european = dated(w, a, b, c), american = dated(w, b, a, c);
    if (european < 0 || american < 0)
        return european < 0 ? american : european;
    bool near = european >= w->today && european <= w->today + 60;
    return !near && american >= w->today && american <= w->today + 60 ? american : european;
}

// "5.5." behind "until", "am", "bis zum" …: day and month without a year, which could be anything elsewhere.
static int64_t short_numeric(const struct words *w, size_t i, size_t *ret_n)
{
    bool p1, p2;
    int a = number_at(w, i, &p1), b = number_at(w, i + 1, &p2);
    if (i == 0 || !p1 || !p2 || a < 1 || b < 1 || a > 31 || b > 31)
        return -1;
    if (!lookup("until till bis am zum vom ab dem on by le au el al hasta jusqu'au fino il em até op tot t/m "
                "den "
                "tom do dnia "
                "back return",
                w->v[i - 1]))
        return -1;
    *ret_n = 2;
    int64_t days = dated(w, a, b, -1);
    return days >= 0 ? days : dated(w, b, a, -1);
}

// "5月20日", "2026年5月20日", whatever follows.
static int64_t han(const struct words *w, size_t i, size_t *ret_n)
{
    static const struct str MARKS[] = {{"年", 3}, {"月", 3}, {"日", 3}};
    int values[3] = {-1, -1, -1}, value = -1;
    struct str v = w->v[i];
    for (size_t at = 0; at < v.n && at < 40;) {
        if (v.p[at] >= '0' && v.p[at] <= '9') {
            value = (value < 0 || value > 9999 ? 0 : value) * 10 + (v.p[at++] - '0');
            continue;
        }
        for (size_t m = 0; m < 3; m++)
            if (str_starts(str_sub(v, at, v.n), MARKS[m]) && values[m] < 0)
                values[m] = value;
        value = -1;
        utf8_next(v, &at);
    }
    *ret_n = 1;
    return values[1] > 0 && values[2] > 0 ? dated(w, values[2], values[1], values[0] > 1990 ? values[0] : -1)
                                          : -1;
}

static int64_t weekday(const struct words *w, size_t i, size_t *ret_n)
{
    int day;
    LOOKUP(WEEKDAYS, w->v[i], day);
    if (day < 0 || w->v[i].n < 4)
        return -1;
    // With a date behind it, that counts.
    size_t n;
    if (i + 1 < w->n) {
        int64_t days = named_month(w, i + 1, &n);
        if (days < 0)
            days = numeric(w, i + 1, &n);
        if (days >= 0) {
            *ret_n = n + 1;
            return days;
        }
    }
    *ret_n = 1;
    int64_t ahead = (day - w->weekday + 7) % 7;
    return w->today + (ahead ? ahead : 7);
}

// "tomorrow", "next week", "in two weeks", "nächsten Monat", "next quarter".
static int64_t relative(const struct words *w, size_t i, size_t *ret_n)
{
    int unit = -1, count = -1;
    bool plain;
    *ret_n = 1;
    if (lookup("tomorrow morgen demain mañana domani amanhã imorgon завтра", w->v[i]))
        return w->today + 1;
    if (i + 1 >= w->n)
        return -1;
    bool next = lookup(
            "next nächste nächsten nächster nächstes kommende kommenden kommendes prochain prochaine próximo "
            "próxima proximo proxima prossimo prossima volgende nästa neste",
            w->v[i]);
    if (next) {
        LOOKUP(UNITS, w->v[i + 1], unit);
        *ret_n = 2;
        if (unit == 7)
            return w->today + 7 - w->weekday;
        if (unit == 30)
            return civil(w->year + (w->month == 12), (int)(w->month % 12) + 1, 1);
        if (unit == 91)
            return civil(w->year + (w->month > 9), (int)((w->month - 1) / 3 * 3 + 3) % 12 + 1, 1);
        return unit == 365 ? civil(w->year + 1, 1, 1) : -1;
    }
    if (!lookup("in dans en tra fra em om over for after nach pour the für", w->v[i]))
        return -1;
    size_t k = i + 1 + lookup("a the about etwa ca circa environ unos about", w->v[i + 1]);
    if (k + 1 >= w->n)
        k = i + 1;
    count = number_at(w, k, &plain);
    if (count < 0)
        LOOKUP(NUMBERS, w->v[k], count);
    k++;
    if (k < w->n && lookup("of", w->v[k]))
        k++;
    if (k < w->n)
        LOOKUP(UNITS, w->v[k], unit);
    *ret_n = k + 1 - i;
    return count > 0 && unit > 0 && count < 400 ? w->today + (int64_t)count * unit : -1;
}

// "semaine prochaine", "mes que viene", "Q3", "end of the year".
static int64_t period(const struct words *w, size_t i, size_t *ret_n)
{
    struct str v = w->v[i];
    *ret_n = 1;
    if (v.n == 2 && (v.p[0] == 'q' || v.p[0] == 't') && v.p[1] >= '1' && v.p[1] <= '4') {
        int month = (v.p[1] - '1') * 3 + 1, year = year_at(w, i + 1);
        int64_t days = civil(year > 0 ? year : w->year, month, 1);
        *ret_n = 1 + (year > 0);
        return days < w->today && year < 0 ? civil(w->year + 1, month, 1) : days;
    }
    int unit;
    LOOKUP(UNITS, v, unit);
    if (unit < 0 || i + 1 >= w->n)
        return -1;
    bool next = lookup("prochain prochaine próximo próxima prossimo prossima", w->v[i + 1]) ||
                (i + 2 < w->n && lookup("que", w->v[i + 1]) && lookup("viene vem", w->v[i + 2]));
    *ret_n = 2;
    if (!next)
        return -1;
    if (unit == 7)
        return w->today + 7 - w->weekday;
    if (unit == 30)
        return civil(w->year + (w->month == 12), (int)(w->month % 12) + 1, 1);
    return unit == 365 ? civil(w->year + 1, 1, 1) : unit == 91 ? w->today + 91 : -1;
}

// A month alone, behind "in", "im", "en" …, or with a year: its first day.
static int64_t month_alone(const struct words *w, size_t i, size_t *ret_n)
{
    int month = month_of(w->v[i]), year = year_at(w, i + 1);
    bool behind =
            i > 0 && lookup("in im en ab til until bis anfang mitte ende early late em a w в", w->v[i - 1]);
    if (month < 0 || (!behind && year < 0) || w->v[i].n < 3)
        return -1;
    *ret_n = 1 + (year > 0);
    return dated(w, 1, month, year);
}

static void split(struct words *w, struct str s, const char *ends[TOKENS_MAX])
{
    for (size_t at = 0; at < s.n && w->n < TOKENS_MAX;) {
        while (at < s.n && s.p[at] == ' ')
            at++;
        size_t from = at;
        while (at < s.n && s.p[at] != ' ')
            at++;
        if (at > from) {
            ends[w->n] = s.p + at;
            w->v[w->n++] = str_sub(s, from, at);
        }
    }
}

int64_t day_in(struct str words, int64_t date, size_t *ret_end)
{
    static int64_t (*const KINDS[])(const struct words *, size_t, size_t *) = {
            weekday, named_month, numeric, short_numeric, relative, period, month_alone, han};
    struct words w = {.today = date / DAY};
    const char *ends[TOKENS_MAX];
    w.weekday = (w.today + 3) % 7;
    datetime_civil(w.today, &w.year, &w.month, &w.day);
    split(&w, words, ends);
    for (size_t i = 0; i < w.n; i++)
        for (size_t k = 0; k < sizeof KINDS / sizeof *KINDS; k++) {
            size_t n = 1;
            int64_t days = KINDS[k](&w, i, &n);
            if (days < w.today || days > w.today + AHEAD_MAX)
                continue;
            if (ret_end)
                *ret_end = (size_t)(ends[i + n - 1 < w.n ? i + n - 1 : w.n - 1] - words.p);
            return days * DAY;
        }
    return 0;
}
