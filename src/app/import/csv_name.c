#include "app/import/csv_name.h"

#include "app/import/csv_value.h"
#include "base/utf8.h"

enum { WORDS_MAX = 8 };

struct words {
    struct str v[WORDS_MAX];
    size_t n;
};

static bool among(struct str word, const char *const *list, size_t n)
{
    if (word.n && word.p[word.n - 1] == '.')
        word.n--;
    for (size_t i = 0; i < n; i++)
        if (str_eq_nocase(word, str_of(list[i])))
            return true;
    return false;
}

static bool is_suffix(struct str word)
{
    static const char *const LIST[] = {"jr", "sr", "junior", "ii", "iii", "iv", "phd", "ph.d", "md", "m.d",
            "mba", "esq", "cpa", "msc", "m.sc", "bsc", "b.sc", "ma", "m.a", "ba", "dds", "rn", "pmp", "ing",
            "pe"};
    return among(word, LIST, sizeof LIST / sizeof *LIST);
}

static bool is_particle(struct str word)
{
    static const char *const LIST[] = {"van", "von", "der", "den", "de", "del", "della", "di", "da", "do",
            "dos", "das", "du", "la", "le", "zu", "zur", "vom", "ter", "ten", "bin", "ibn", "al", "el", "af",
            "av"};
    return among(word, LIST, sizeof LIST / sizeof *LIST);
}

// Words of companies, and joins of two people.
static bool is_no_name(struct str word)
{
    static const char *const LIST[] = {"inc", "llc", "ltd", "gmbh", "ag", "kg", "ug", "sarl", "sas", "bv",
            "nv", "srl", "spa", "oy", "ab", "as", "plc", "corp", "co", "company", "team", "group", "support",
            "sales", "info", "office", "and", "und", "et", "y", "e", "the", "of", "for", "association",
            "university", "center", "centre", "foundation", "services", "solutions", "consulting"};
    return among(word, LIST, sizeof LIST / sizeof *LIST);
}

static bool is_initial(struct str word)
{
    return (word.n == 1 || (word.n == 2 && word.p[1] == '.')) && (word.p[0] | 32) >= 'a' &&
           (word.p[0] | 32) <= 'z';
}

// Letters, and the signs that stand inside names. Scripts without capitals order names in their own way.
static bool name_word(struct str word)
{
    for (size_t i = 0; i < word.n;) {
        uint32_t c = utf8_next(word, &i);
        if (c < 0x80 ? !(((c | 32) >= 'a' && (c | 32) <= 'z') || c == '-' || c == '\'' || c == '.')
                     : (c < 0xC0 || c > 0x52F) && !(c >= 0x1E00 && c <= 0x1FFF) && c != 0x2019)
            return false;
    }
    return word.n > 0;
}

static bool take_words(struct str text, struct words *ret)
{
    struct words w = {0};
    for (size_t i = 0; i < text.n;) {
        while (i < text.n && text.p[i] == ' ')
            i++;
        size_t from = i;
        while (i < text.n && text.p[i] != ' ')
            i++;
        if (from == i)
            break;
        if (w.n == WORDS_MAX)
            return false;
        w.v[w.n++] = str_sub(text, from, i);
    }
    *ret = w;
    return true;
}

static bool all_names(const struct words *w)
{
    for (size_t i = 0; i < w->n; i++)
        if (!name_word(w->v[i]) || is_no_name(w->v[i]))
            return false;
    return w->n > 0;
}

static void drop_first(struct words *w)
{
    w->n--;
    memmove(w->v, w->v + 1, w->n * sizeof *w->v);
}

static struct str span(const struct words *w, size_t from, size_t to)
{
    const char *start = w->v[from].p, *end = w->v[to - 1].p + w->v[to - 1].n;
    return (struct str){start, (size_t)(end - start)};
}

// "Kirk, James T."
static bool split_comma(struct str last, struct str rest, struct str *ret_first, struct str *ret_last)
{
    struct words family, given;
    if (!take_words(last, &family) || !take_words(rest, &given) || !all_names(&family) || !all_names(&given))
        return false;
    while (given.n > 1 && is_initial(given.v[given.n - 1]))
        given.n--;
    if (given.n > 2 || family.n > 3 || is_suffix(given.v[0]))
        return false;
    for (size_t i = 0; i + 1 < family.n; i++)
        if (!is_particle(family.v[i]))
            return false;
    *ret_first = given.v[0];
    *ret_last = span(&family, 0, family.n);
    return true;
}

static bool split_plain(struct words w, struct str *ret_first, struct str *ret_last)
{
    while (w.n > 2 && csv_is_salutation(w.v[0]) && w.v[0].n > 1)
        drop_first(&w);
    while (w.n > 2 && is_suffix(w.v[w.n - 1]))
        w.n--;
    if (w.n < 2 || !all_names(&w) || is_suffix(w.v[w.n - 1]))
        return false;
    if (csv_is_salutation(w.v[0]) && w.n == 2) // "Herr Schmidt"
        return false;
    size_t first = 0, last = w.n - 1;
    for (size_t i = 1; i < w.n - 1; i++)
        if (is_particle(w.v[i])) {
            last = i;
            break;
        }
    if (last < w.n - 1 && w.n - last > 4)
        return false;
    // Between first and last name only initials.
    for (size_t i = 1; i < last; i++)
        if (!is_initial(w.v[i]))
            return false;
    if (is_initial(w.v[first]) && last > 1)
        return false;
    *ret_first = w.v[first];
    *ret_last = span(&w, last, w.n);
    return true;
}

bool csv_split_name(struct arena *arena, struct str name, struct str *ret_first, struct str *ret_last)
{
    struct words w;
    struct str s = str_trim(utf8_nfc(arena, name));
    size_t comma = str_find(s, ',');
    if (s.n > 120 || !s.n)
        return false;
    if (comma < s.n) {
        struct str head = str_trim(str_sub(s, 0, comma)), rest = str_trim(str_sub(s, comma + 1, s.n));
        size_t second = str_find(rest, ',');
        struct str end = second < rest.n ? str_trim(str_sub(rest, second + 1, rest.n)) : STR_NONE;
        if (is_suffix(rest)) // "Anthony Fange, PhD"
            return take_words(head, &w) && split_plain(w, ret_first, ret_last);
        if (second < rest.n && !is_suffix(end))
            return false;
        return split_comma(head, str_trim(str_sub(rest, 0, second)), ret_first, ret_last);
    }
    return take_words(s, &w) && split_plain(w, ret_first, ret_last);
}
