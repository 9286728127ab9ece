// Sets of characters. Ignoring case "letter by letter" means: a character belongs to a set if some character
// of the set has the same simple lower-case form. So sets are lower-cased once, and the text's letters too.
#include "base/utf8.h"
#include "base/vec.h"
#include "rules/regex.h"

#include <stdlib.h>
#include <utf8proc.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct class_name {
    struct str name;
    unsigned bit;
};

static const struct class_name CLASS_NAMES[] = {
        {{"alnum", 5}, CLASS_ALNUM},
        {{"alpha", 5}, CLASS_ALPHA},
        {{"blank", 5}, CLASS_BLANK},
        {{"cntrl", 5}, CLASS_CNTRL},
        {{"digit", 5}, CLASS_DIGIT},
        {{"graph", 5}, CLASS_GRAPH},
        {{"lower", 5}, CLASS_CASED},
        {{"print", 5}, CLASS_PRINT},
        {{"punct", 5}, CLASS_PUNCT},
        {{"space", 5}, CLASS_SPACE},
        {{"upper", 5}, CLASS_CASED},
        {{"xdigit", 6}, CLASS_XDIGIT},
};

// Where letters with another lower-case form live (Unicode 15); spares a walk over all code points of a wide
// range.
static const struct range CASED[] = {
        {0x41, 0x5A},
        {0xB5, 0xDE},
        {0x100, 0x24F},
        {0x345, 0x556},
        {0x10A0, 0x10CF},
        {0x13A0, 0x13F5},
        {0x1C80, 0x1CBF},
        {0x1E00, 0x1FFF},
        {0x2126, 0x2183},
        {0x24B6, 0x24CF},
        {0x2C00, 0x2CFF},
        {0xA640, 0xA7FF},
        {0xFF21, 0xFF3A},
        {0x10400, 0x105FF},
        {0x10C80, 0x10CB2},
        {0x118A0, 0x118BF},
        {0x16E40, 0x16E5F},
        {0x1E900, 0x1E921},
};

unsigned charset_class(struct str name)
{
    for (size_t i = 0; i < COUNT(CLASS_NAMES); i++)
        if (str_eq(name, CLASS_NAMES[i].name))
            return CLASS_NAMES[i].bit;
    return 0;
}

bool charset_may_lower(uint32_t code_point)
{
    for (size_t i = 0; i < COUNT(CASED); i++)
        if (code_point >= CASED[i].lo && code_point <= CASED[i].hi)
            return true;
    return false;
}

static unsigned ascii_classes(uint32_t c)
{
    bool letter = (c | 32) >= 'a' && (c | 32) <= 'z', digit = c >= '0' && c <= '9';
    bool blank = c == ' ' || c == '\t', control = c < 32 || c == 127;
    bool graph = c > 32 && c < 127;
    unsigned classes = 0;
    if (letter)
        classes |= CLASS_ALPHA | CLASS_CASED;
    if (digit)
        classes |= CLASS_DIGIT;
    if (letter || digit)
        classes |= CLASS_ALNUM;
    else if (graph)
        classes |= CLASS_PUNCT;
    if (digit || ((c | 32) >= 'a' && (c | 32) <= 'f'))
        classes |= CLASS_XDIGIT;
    if (blank)
        classes |= CLASS_BLANK;
    if (blank || (c >= '\n' && c <= '\r'))
        classes |= CLASS_SPACE;
    if (control)
        classes |= CLASS_CNTRL;
    if (graph)
        classes |= CLASS_GRAPH;
    if (graph || c == ' ')
        classes |= CLASS_PRINT;
    return classes;
}

// POSIX leaves these to the locale. Here by Unicode's general category, the same everywhere: alpha letters
// and marks (vowel signs of many scripts are marks), alnum those and decimal digits, punct punctuation and
// symbols; digit and xdigit stay those of ASCII.
static unsigned unicode_classes(uint32_t c)
{
    enum { VISIBLE = CLASS_GRAPH | CLASS_PRINT };
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
        return CLASS_ALPHA | CLASS_ALNUM | CLASS_CASED | VISIBLE;
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return CLASS_ALPHA | CLASS_ALNUM | VISIBLE;
    case UTF8PROC_CATEGORY_ND:
        return CLASS_ALNUM | VISIBLE;
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return VISIBLE;
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO:
    case UTF8PROC_CATEGORY_SM:
    case UTF8PROC_CATEGORY_SC:
    case UTF8PROC_CATEGORY_SK:
    case UTF8PROC_CATEGORY_SO:
        return CLASS_PUNCT | VISIBLE;
    case UTF8PROC_CATEGORY_ZS:
        return CLASS_SPACE | CLASS_BLANK | CLASS_PRINT;
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return CLASS_SPACE;
    case UTF8PROC_CATEGORY_CC:
        return CLASS_CNTRL;
    default:
        return 0;
    }
}

static int by_lo(const void *a, const void *b)
{
    uint32_t x = ((const struct range *)a)->lo, y = ((const struct range *)b)->lo;
    return (x > y) - (x < y);
}

// Sorts, and joins ranges that touch. Returns how many are left.
static size_t merged(struct range *ranges, size_t n)
{
    if (n == 0)
        return 0;
    qsort(ranges, n, sizeof *ranges, by_lo);
    size_t last = 0;
    for (size_t i = 1; i < n; i++) {
        if (ranges[i].lo > ranges[last].hi + 1)
            ranges[++last] = ranges[i];
        else if (ranges[i].hi > ranges[last].hi)
            ranges[last].hi = ranges[i].hi;
    }
    return last + 1;
}

typedef VEC(struct range) range_vec;

static void add_lowered(range_vec *out, struct range r)
{
    for (size_t i = 0; i < COUNT(CASED); i++) {
        uint32_t from = r.lo > CASED[i].lo ? r.lo : CASED[i].lo;
        uint32_t to = r.hi < CASED[i].hi ? r.hi : CASED[i].hi;
        for (uint32_t c = from; c <= to; c++) {
            uint32_t low = utf8_caseless(c);
            if (low != c)
                vec_push(out, (struct range){low, low});
        }
    }
}

const struct charset *charset_new(
        struct arena *arena, struct range *ranges, size_t n_ranges, unsigned classes, bool negated)
{
    // Merging first keeps the work of add_lowered in bounds, however often a pattern repeats a range.
    n_ranges = merged(ranges, n_ranges);
    range_vec all = {0};
    for (size_t i = 0; i < n_ranges; i++) {
        vec_push(&all, ranges[i]);
        add_lowered(&all, ranges[i]);
    }
    all.n = merged(all.v, all.n);

    struct charset *set = ARENA_NEW(arena, struct charset);
    set->negated = negated;
    set->classes = classes;
    for (uint32_t c = 0; c < 128; c++)
        if (ascii_classes(c) & classes)
            set->ascii[c / 32] |= 1U << (c % 32);
    for (size_t i = 0; i < all.n; i++)
        for (uint32_t c = all.v[i].lo; c <= all.v[i].hi && c < 128; c++)
            set->ascii[c / 32] |= 1U << (c % 32);
    struct range *kept = ARENA_ARRAY(arena, struct range, all.n);
    for (size_t i = 0; i < all.n; i++)
        kept[i] = all.v[i];
    set->ranges = kept;
    set->n_ranges = (uint32_t)all.n;
    vec_free(&all);
    return set;
}

static bool in_ranges(const struct charset *set, uint32_t c)
{
    uint32_t lo = 0, hi = set->n_ranges;
    while (lo < hi) {
        uint32_t mid = (lo + hi) / 2;
        if (set->ranges[mid].hi < c)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < set->n_ranges && set->ranges[lo].lo <= c;
}

bool charset_has(const struct charset *set, uint32_t c)
{
    bool in = c < 128 ? set->ascii[c / 32] >> (c % 32) & 1
                      : in_ranges(set, c) || (set->classes && unicode_classes(c) & set->classes);
    return in != set->negated;
}
