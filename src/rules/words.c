#include "rules/words.h"

#include "base/datetime.h"
#include "base/utf8.h"
#include "rules/grammar.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>

static const struct {
    const char *word;
    int code;
} WORDS[] = {
        {"model", T_MODEL},
        {"about", T_ABOUT},
        {"half-life", T_HALF_LIFE},
        {"trait", T_TRAIT},
        {"signal", T_SIGNAL},
        {"fact", T_FACT},
        {"persona", T_PERSONA},
        {"points", T_POINTS},
        {"stage", T_STAGE},
        {"grade", T_GRADE},
        {"when", T_WHEN},
        {"until", T_UNTIL},
        {"while", T_WHILE},
        {"and", T_AND},
        {"or", T_OR},
        {"not", T_NOT},
        {"any", T_ANY},
        {"no", T_NO},
        {"yes", T_YES},
        {"then", T_THEN},
        {"within", T_WITHIN},
        {"since", T_SINCE},
        {"before", T_BEFORE},
        {"where", T_WHERE},
        {"including", T_INCLUDING},
        {"is", T_IS},
        {"in", T_IN},
        {"contains", T_CONTAINS},
        {"matches", T_MATCHES},
        {"known", T_KNOWN},
        {"unknown", T_UNKNOWN},
        {"silent", T_SILENT},
        {"count", T_COUNT},
        {"sum", T_SUM},
        {"of", T_OF},
        {"for", T_FOR},
        {"score", T_SCORE},
        {"each", T_EACH},
        {"once", T_ONCE},
        {"at", T_AT},
        {"otherwise", T_OTHERWISE},
        {"inbound", T_INBOUND},
        {"outbound", T_OUTBOUND},
        {"internal", T_INTERNAL},
        // Keywords only in their places, names elsewhere (%fallback in the grammar).
        {"reached", T_REACHED},
        {"machines", T_MACHINES},
        {"most", T_MOST},
        {"per", T_PER},
        {",", T_COMMA},
        {"(", T_LP},
        {")", T_RP},
        {"=", T_EQ},
        {"!=", T_NE},
        {"<", T_LT},
        {"<=", T_LE},
        {">", T_GT},
        {">=", T_GE},
};

enum { N_WORDS = sizeof WORDS / sizeof WORDS[0] };

int word_code(struct str word)
{
    for (unsigned i = 0; i < N_WORDS; i++)
        if (word.p[0] == WORDS[i].word[0] && str_eq(word, str_of(WORDS[i].word)))
            return WORDS[i].code;
    return T_NAME;
}

struct str code_word(int code)
{
    for (unsigned i = 0; i < N_WORDS; i++)
        if (WORDS[i].code == code)
            return str_of(WORDS[i].word);
    return STR_NONE;
}

int word_synonym(struct str word)
{
    static const struct {
        struct str word;
        int code;
    } SYNONYMS[] = {
            {STR("above"), T_GT},
            {STR("over"), T_GT},
            {STR("more"), T_GT},
            {STR("greater"), T_GT},
            {STR("exceeds"), T_GT},
            {STR("below"), T_LT},
            {STR("under"), T_LT},
            {STR("less"), T_LT},
            {STR("fewer"), T_LT},
            {STR("least"), T_GE},
            {STR("most"), T_LE},
            {STR("equals"), T_EQ},
            {STR("equal"), T_EQ},
            {STR("like"), T_CONTAINS},
            {STR("contain"), T_CONTAINS},
            {STR("includes"), T_CONTAINS},
            {STR("exists"), T_KNOWN},
            {STR("set"), T_KNOWN},
            {STR("missing"), T_UNKNOWN},
            {STR("empty"), T_UNKNOWN},
            {STR("blank"), T_UNKNOWN},
            {STR("null"), T_UNKNOWN},
            {STR("if"), T_WHEN},
            {STR("but"), T_AND},
            {STR("else"), T_OTHERWISE},
            {STR("with"), T_WHERE},
            {STR("having"), T_WHERE},
            {STR("after"), T_SINCE},
            {STR("every"), T_EACH},
            {STR("half"), T_HALF_LIFE},
    };
    for (unsigned i = 0; i < sizeof SYNONYMS / sizeof SYNONYMS[0]; i++)
        if (str_eq_nocase(word, SYNONYMS[i].word))
            return SYNONYMS[i].code;
    return 0;
}

struct str word_number(struct str word)
{
    static const struct {
        struct str word, digits;
    } NUMBERS[] = {
            {STR("a"), STR("1")},
            {STR("an"), STR("1")},
            {STR("one"), STR("1")},
            {STR("two"), STR("2")},
            {STR("three"), STR("3")},
            {STR("four"), STR("4")},
            {STR("five"), STR("5")},
            {STR("six"), STR("6")},
            {STR("seven"), STR("7")},
            {STR("eight"), STR("8")},
            {STR("nine"), STR("9")},
            {STR("ten"), STR("10")},
            {STR("twelve"), STR("12")},
            {STR("fourteen"), STR("14")},
            {STR("twenty"), STR("20")},
            {STR("thirty"), STR("30")},
            {STR("fifty"), STR("50")},
            {STR("sixty"), STR("60")},
            {STR("ninety"), STR("90")},
            {STR("hundred"), STR("100")},
    };
    for (unsigned i = 0; i < sizeof NUMBERS / sizeof NUMBERS[0]; i++)
        if (str_eq_nocase(word, NUMBERS[i].word))
            return NUMBERS[i].digits;
    return STR_NONE;
}

bool code_is_statement(int code)
{
    switch (code) {
    case T_MODEL:
    case T_ABOUT:
    case T_HALF_LIFE:
    case T_TRAIT:
    case T_SIGNAL:
    case T_FACT:
    case T_PERSONA:
    case T_POINTS:
    case T_STAGE:
    case T_GRADE:
        return true;
    default:
        return false;
    }
}

bool code_is_reserved(int code)
{
    switch (code) {
    case T_NAME:
    case T_REACHED:
    case T_MACHINES:
    case T_MOST:
    case T_PER:
        return false;
    default: {
        struct str word = code_word(code);
        return word.n && word.p[0] >= 'a' && word.p[0] <= 'z';
    }
    }
}

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool name_form(struct str s)
{
    if (!s.n || !letter(s.p[0]))
        return false;
    for (size_t i = 1; i < s.n; i++)
        if (!letter(s.p[i]) && !digit(s.p[i]))
            return false;
    return true;
}

struct str word_shown(struct str s)
{
    if (s.n <= 60)
        return s;
    size_t n = 60;
    while (n && ((unsigned char)s.p[n] & 0xC0) == 0x80)
        n--;
    return str_sub(s, 0, n);
}

bool word_is_name(struct str s)
{
    return name_form(s) && !code_is_reserved(word_code(s));
}

bool word_is_property(struct str s)
{
    if (!s.n)
        return false;
    int code = word_code(s);
    return code_is_statement(code) || (name_form(s) && !code_is_reserved(code));
}

bool word_is_event(struct str s)
{
    if (!s.n || s.p[0] < 'a' || s.p[0] > 'z')
        return false;
    bool dotted = false, empty = false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '.') {
            if (empty)
                return false;
            dotted = empty = true;
        } else if ((c >= 'a' && c <= 'z') || digit(c) || c == '_') {
            empty = false;
        } else {
            return false;
        }
    }
    return dotted && !empty;
}

struct str number_canonical(struct arena *arena, struct str text)
{
    const char *p = text.p;
    if (!p || !text.n)
        return STR("0");
    bool minus = p[0] == '-';
    size_t point = str_find(text, '.'), from = minus, to = text.n;
    while (from + 1 < point && p[from] == '0')
        from++;
    if (point < text.n) {
        while (to > point + 1 && p[to - 1] == '0')
            to--;
        if (to == point + 1)
            to = point;
    }
    struct str s = {p + from, to - from};
    if (!minus || str_eq(s, STR("0")))
        return s;
    return arena_printf(arena, "-%.*s", STR_ARG(s));
}

static const struct {
    struct str singular, plural;
    int64_t seconds;
} UNITS[] = {
        {STR("minute"), STR("minutes"), 60},
        {STR("hour"), STR("hours"), 3600},
        {STR("day"), STR("days"), 86400},
        {STR("week"), STR("weeks"), 7 * 86400},
        {STR("month"), STR("months"), 30 * 86400},
        {STR("year"), STR("years"), 365 * 86400},
};

enum { N_UNITS = sizeof UNITS / sizeof UNITS[0] };

// Ten thousand years: beyond any history, and far from overflow.
static const int64_t DURATION_MAX = 10000ll * 365 * 86400;

// text (canonical, not negative) times seconds, exactly; false if that is no whole number or too large.
static bool whole_seconds(struct str text, int64_t seconds, int64_t *ret, struct err *err)
{
    unsigned __int128 value = 0, divisor = 1;
    bool fraction = false;
    if (text.n > 20)
        return err_set(err, ERR_INPUT, "this duration has too many digits");
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '.') {
            fraction = true;
            continue;
        }
        value = value * 10 + (unsigned)(text.p[i] - '0');
        divisor *= fraction ? 10 : 1;
    }
    value *= (uint64_t)seconds;
    if (value % divisor)
        return err_set(err, ERR_INPUT, "a duration must come to whole seconds");
    value /= divisor;
    if (value == 0)
        return err_set(err, ERR_INPUT, "a duration must be more than nothing");
    if (value > (uint64_t)DURATION_MAX)
        return err_set(err, ERR_INPUT, "a duration is at most 10000 years");
    *ret = (int64_t)value;
    return true;
}

static unsigned find_unit(struct str unit, bool *ret_plural)
{
    for (unsigned i = 0; i < N_UNITS; i++)
        if (str_eq(unit, UNITS[i].singular) || str_eq(unit, UNITS[i].plural)) {
            *ret_plural = str_eq(unit, UNITS[i].plural);
            return i;
        }
    return N_UNITS;
}

bool duration_is_unit(struct str word)
{
    bool plural;
    return find_unit(word, &plural) < N_UNITS;
}

static struct str nearest_unit(struct str unit)
{
    static const struct {
        struct str word, unit;
    } SHORT[] = {
            {STR("min"), STR("minutes")},
            {STR("mins"), STR("minutes")},
            {STR("h"), STR("hours")},
            {STR("hr"), STR("hours")},
            {STR("hrs"), STR("hours")},
            {STR("d"), STR("days")},
            {STR("w"), STR("weeks")},
            {STR("wk"), STR("weeks")},
            {STR("mo"), STR("months")},
            {STR("m"), STR("months")},
            {STR("y"), STR("years")},
            {STR("yr"), STR("years")},
    };
    for (unsigned i = 0; i < sizeof SHORT / sizeof SHORT[0]; i++)
        if (str_eq_nocase(unit, SHORT[i].word))
            return SHORT[i].unit;
    struct nearest n = {.word = unit};
    for (unsigned i = 0; i < N_UNITS; i++) {
        nearest_try(&n, UNITS[i].plural);
        nearest_try(&n, UNITS[i].singular);
    }
    return n.found ? n.best : STR_NONE;
}

bool duration_read(struct arena *arena, struct str number, struct str unit, struct duration *ret,
        struct str *ret_suggestion, struct err *err)
{
    bool plural = false;
    unsigned u = find_unit(unit, &plural);
    if (u == N_UNITS) {
        struct str near = nearest_unit(unit);
        if (near.n)
            *ret_suggestion = arena_printf(arena, "did you mean `%.*s`?", STR_ARG(near));
        return err_set(err, ERR_INPUT,
                "`%.*s` is no unit; expected minutes, hours, days, weeks, months or years",
                STR_ARG(word_shown(unit)));
    }
    if (!number.n && plural) {
        *ret_suggestion = arena_printf(
                arena, "did you mean `%.*s`, or is the number missing?", STR_ARG(UNITS[u].singular));
        return err_set(err, ERR_INPUT, "expected a number before `%.*s`", STR_ARG(unit));
    }
    struct str canon = number.n ? number_canonical(arena, number) : STR("1");
    if (canon.p[0] == '-')
        return err_set(err, ERR_INPUT, "a duration must be more than nothing");
    int64_t seconds = 0;
    if (!whole_seconds(canon, UNITS[u].seconds, &seconds, err))
        return false;
    ret->seconds = seconds;
    bool one = str_eq(canon, STR("1"));
    struct str word = one ? UNITS[u].singular : UNITS[u].plural;
    ret->text = arena_printf(arena, "%.*s %.*s", STR_ARG(canon), STR_ARG(word));
    return true;
}

bool duration_parse(struct str text, int64_t *ret_seconds, struct err *err)
{
    struct str s = str_trim(text);
    size_t n = 0;
    while (n < s.n && (digit(s.p[n]) || s.p[n] == '.' || (n == 0 && s.p[n] == '-')))
        n++;
    struct str number = str_sub(s, 0, n), unit = str_trim(str_sub(s, n, s.n));
    size_t point = str_find(number, '.'), begin = number.n && number.p[0] == '-';
    bool form = point > begin || !number.n;
    if (point < number.n)
        form = form && point + 1 < number.n &&
               str_find(str_sub(number, point + 1, number.n), '.') == number.n - point - 1;
    if (!form || !unit.n || !name_form(unit))
        return err_set(
                err, ERR_INPUT, "expected a duration like `30 days`, not `%.*s`", STR_ARG(word_shown(s)));
    struct arena *arena = arena_new();
    struct duration duration;
    struct str suggestion = STR_NONE;
    bool ok = duration_read(arena, number, unit, &duration, &suggestion, err);
    if (ok)
        *ret_seconds = duration.seconds;
    arena_free(arena);
    return ok;
}

bool date_read(struct str text, int64_t *ret)
{
    static const char FORM[] = "dddd-dd-ddTdd:dd:ddZ";
    if (text.n != 10 && text.n != 20)
        return false;
    for (size_t i = 0; i < text.n; i++)
        if (FORM[i] == 'd' ? !digit(text.p[i]) : text.p[i] != FORM[i])
            return false;
    return datetime_parse(text, ret);
}

struct str date_canonical(struct arena *arena, int64_t seconds)
{
    char text[DATETIME_SIZE];
    struct str s = datetime_format(seconds, text);
    if (str_ends(s, STR("T00:00:00Z")))
        s.n = 10;
    return arena_str(arena, s);
}

// Length of the quote at the beginning: the lexer repairs typographic ones, which have three bytes.
static size_t quote_length(struct str raw)
{
    return raw.n && (unsigned char)raw.p[0] >= 0x80 ? 3 : 1;
}

bool string_unescape(struct arena *arena, struct str raw, struct str *ret, size_t *ret_at)
{
    size_t from = quote_length(raw), to = raw.n;
    if (to > from && raw.p[to - 1] == raw.p[0] && from == 1)
        to--;
    else if (from == 3 && to >= 6 && (unsigned char)raw.p[to - 3] == 0xE2)
        to -= 3;
    char *out = arena_alloc(arena, to - from + 1);
    size_t n = 0;
    for (size_t i = from; i < to; i++) {
        char c = raw.p[i];
        if (c == '\\' && from == 1 && raw.p[0] == '"') {
            if (i + 1 >= to || (raw.p[i + 1] != '"' && raw.p[i + 1] != '\\' && raw.p[i + 1] != 'n')) {
                *ret_at = i;
                return false;
            }
            c = raw.p[++i] == 'n' ? '\n' : raw.p[i];
        }
        out[n++] = c;
    }
    *ret = (struct str){out, n};
    return true;
}

size_t string_offset(struct str raw, size_t at)
{
    size_t i = quote_length(raw);
    for (; at && i < raw.n; at--, i++)
        if (raw.p[i] == '\\' && i + 1 < raw.n)
            i++;
    return i;
}

void nearest_try(struct nearest *n, struct str candidate)
{
    unsigned limit = n->word.n <= 2 ? 0 : n->word.n <= 4 ? 1 : n->word.n <= 7 ? 2 : 3;
    size_t longer = n->word.n > candidate.n ? n->word.n - candidate.n : candidate.n - n->word.n;
    if (longer > limit || n->word.n > 40)
        return;
    unsigned distance = str_eq_nocase(n->word, candidate) ? 0 : str_distance(n->word, candidate, limit);
    // A swap of two neighbours is one slip of the fingers, not two.
    if (distance > limit && n->word.n == candidate.n && n->word.n >= 3) {
        size_t i = 0;
        while (i < candidate.n && n->word.p[i] == candidate.p[i])
            i++;
        if (i + 1 < candidate.n && n->word.p[i] == candidate.p[i + 1] && n->word.p[i + 1] == candidate.p[i] &&
                memcmp(n->word.p + i + 2, candidate.p + i + 2, candidate.n - i - 2) == 0)
            distance = limit;
    }
    if (distance > limit)
        return;
    if (distance == candidate.n) // nothing in common
        return;
    if (!n->found || distance < n->distance) {
        n->best = candidate;
        n->distance = distance;
        n->found = true;
    }
}
