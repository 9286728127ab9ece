#include "app/import/csv_sniff.h"

#include "app/import/csv_recognise.h"
#include "app/import/csv_value.h"

// One record of the sample, as far as guessing needs it.
struct shape {
    uint32_t width;  // cells; 0: a blank record
    uint32_t filled; // cells that are not empty
    uint32_t line;   // lines before it
    size_t at;       // bytes before it
};

struct tally {
    struct csv_dialect dialect;
    VEC(struct shape) shapes;
    size_t quoted, broken; // cells in quotes that are closed rightly, and those that are not
    uint32_t mode;         // the most frequent width
    size_t start;          // the record that is the header or the first row
    double same;           // share of records behind start that have the width `mode`
    double score;
};

static uint32_t filled_of(const struct csv_scan *scan)
{
    uint32_t n = 0;
    for (size_t i = 0; i < scan->cells.n; i++)
        n += str_trim(scan->cells.v[i].text).n > 0;
    return n;
}

static void measure(struct tally *t, struct csv_scan *scan, struct str sample, bool final)
{
    const char *p = sample.p, *end = sample.p + sample.n;
    uint32_t line = 0;
    while (p < end && t->shapes.n < CSV_SAMPLE_ROWS && csv_scan(&t->dialect, p, end, final, scan)) {
        uint32_t filled = filled_of(scan);
        struct shape shape = {filled ? (uint32_t)scan->cells.n : 0, filled, line, (size_t)(p - sample.p)};
        vec_push(&t->shapes, shape);
        for (size_t i = 0; i < scan->cells.n; i++)
            t->quoted += scan->cells.v[i].quoted;
        t->broken += scan->fault != CSV_FINE;
        p += scan->used;
        line += scan->ends;
    }
}

static uint32_t most_frequent(const struct tally *t)
{
    uint32_t best = 0;
    size_t best_n = 0;
    for (size_t i = 0; i < t->shapes.n; i++) {
        uint32_t width = t->shapes.v[i].width;
        size_t n = 0;
        if (!width || width == best)
            continue;
        for (size_t k = 0; k < t->shapes.n; k++)
            n += t->shapes.v[k].width == width;
        if (n > best_n || (n == best_n && width > best)) {
            best = width;
            best_n = n;
        }
    }
    return best ? best : 1;
}

static size_t first_filled(const struct tally *t, size_t from)
{
    while (from < t->shapes.n && !t->shapes.v[from].width)
        from++;
    return from;
}

// Texts as they stand in a header: short, none of them a number or a date, no blanks at the ends.
static bool could_be_header(const struct csv_scan *scan)
{
    bool some = false;
    for (size_t i = 0; i < scan->cells.n; i++) {
        struct str text = scan->cells.v[i].text, trimmed = str_trim(text);
        enum csv_kind kind = csv_kind_of(trimmed);
        if (kind != CSV_TEXT && kind != CSV_EMPTY)
            return false;
        if (text.n > 80 || (scan->cells.n < 3 && text.n != trimmed.n))
            return false;
        some |= kind == CSV_TEXT;
    }
    return some;
}

// Where the table begins: behind notes and titles, which are narrower than it.
static size_t find_start(struct tally *t, struct csv_scan *scan, struct str sample, bool final)
{
    size_t first = first_filled(t, 0), s = first;
    uint32_t widest = 0;
    bool commented = true, gap = false;
    while (s < t->shapes.n && s < CSV_PREAMBLE_MAX && t->shapes.v[s].width != t->mode) {
        const struct shape *shape = &t->shapes.v[s];
        if (shape->width > t->mode)
            return first;
        widest = shape->filled > widest ? shape->filled : widest;
        gap |= !shape->width;
        commented &= !shape->width || sample.p[shape->at] == '#';
        s++;
    }
    if (s == first || s >= t->shapes.n || s >= CSV_PREAMBLE_MAX || t->mode < 2)
        return first;
    if (commented || (widest <= 1 && (gap || t->mode > 2)))
        return s;
    const char *p = sample.p + t->shapes.v[s].at;
    bool header = csv_scan(&t->dialect, p, sample.p + sample.n, final, scan) && could_be_header(scan);
    return header ? s : first;
}

static void judge(struct tally *t, struct csv_scan *scan, struct str sample, bool final)
{
    size_t n = 0, same = 0;
    measure(t, scan, sample, final);
    t->mode = most_frequent(t);
    t->start = find_start(t, scan, sample, final);
    for (size_t i = t->start; i < t->shapes.n; i++) {
        n += t->shapes.v[i].width > 0;
        same += t->shapes.v[i].width == t->mode;
    }
    t->same = n ? (double)same / (double)n : 0;
    if (t->mode < 2 && t->start < t->shapes.n)
        t->mode = t->shapes.v[t->start].width; // a header alone, or above ragged rows
    t->score = t->same * (1 - 1 / (double)(t->mode + 1));
    if (t->mode < 2)
        t->score = 0;
    if (t->start != first_filled(t, 0))
        t->score *= 0.7;
    if (t->start < t->shapes.n && t->shapes.v[t->start].width < 2)
        t->score *= 0.5; // the header has no such sign
    if (t->quoted)
        t->score += (0.2 * (double)t->quoted - 0.5 * (double)t->broken) / (double)(t->quoted + t->broken);
}

static struct tally try_dialect(
        struct csv_dialect dialect, struct csv_scan *scan, struct str sample, bool final)
{
    struct tally t = {.dialect = dialect};
    judge(&t, scan, sample, final);
    return t;
}

static void keep_better(struct tally *best, struct tally other, bool better)
{
    if (better) {
        vec_free(&best->shapes);
        *best = other;
    } else {
        vec_free(&other.shapes);
    }
}

static bool contains(struct str text, struct str part)
{
    return text.n && text.n >= part.n && memmem(text.p, text.n, part.p, part.n) != NULL;
}

// Files with \" or with '…' are rare: only where they make sense of what is broken otherwise.
static void try_quoting(struct tally *best, struct csv_scan *scan, struct str sample, bool final)
{
    if (!sample.n)
        return;
    if (contains(sample, STR("\\\"")) || (best->same < 1 && memchr(sample.p, '\\', sample.n))) {
        struct csv_dialect d = best->dialect;
        d.escape = '\\';
        struct tally t = try_dialect(d, scan, sample, final);
        keep_better(best, t,
                (t.broken < best->broken && t.same >= best->same) ||
                        (t.same > best->same && t.broken <= best->broken));
    }
    if (best->same < 1 && !best->quoted && memchr(sample.p, '\'', sample.n)) {
        struct csv_dialect d = best->dialect;
        d.quote = '\'';
        struct tally t = try_dialect(d, scan, sample, final);
        keep_better(best, t, t.quoted && !t.broken && t.same > best->same);
    }
}

static struct tally find_dialect(struct csv_scan *scan, struct str sample, bool final, struct str delimiter)
{
    // The rarer ones must explain much better, since they stand inside ordinary text.
    static const struct {
        const char *delimiter;
        double weight, least;
    } CANDIDATES[] = {{",", 1, 0}, {";", 1, 0.02}, {"\t", 1, 0.02}, {"|", 1, 0.02}, {"\x1F", 1, 0.3},
            {"\x01", 1, 0.3}, {"^", 0.8, 0.5}, {"~", 0.8, 0.5}, {":", 0.5, 0.35}, {" ", 0.5, 0.35}};
    if (delimiter.n)
        return try_dialect(csv_dialect_of(delimiter), scan, sample, final);
    struct tally best = try_dialect(csv_dialect_of(STR(",")), scan, sample, final);
    for (size_t i = 1; i < sizeof CANDIDATES / sizeof *CANDIDATES; i++) {
        struct str d = str_of(CANDIDATES[i].delimiter);
        if (!contains(sample, d))
            continue;
        struct tally t = try_dialect(csv_dialect_of(d), scan, sample, final);
        bool blank = d.p[0] == ' ';
        bool quotes = blank && !t.broken && t.quoted * 2 >= t.shapes.n; // around texts with blanks
        t.score *= quotes ? 0.8 : CANDIDATES[i].weight;
        keep_better(&best, t,
                t.score > best.score && t.score > CANDIDATES[i].least &&
                        !(blank && t.mode < 4)); // else first and last names, not columns
    }
    return best;
}

// Votes of the columns: does the first row look like the rows below it?
struct votes {
    unsigned header, data;
};

static struct votes vote(const enum csv_kind *first, size_t width, size_t (*kinds)[CSV_KINDS])
{
    struct votes v = {0};
    for (size_t c = 0; c < width; c++) {
        size_t n = 0;
        for (int k = CSV_TEXT; k < CSV_KINDS; k++)
            n += kinds[c][k];
        for (int k = CSV_NUMBER; k < CSV_KINDS; k++)
            if (n && kinds[c][k] * 5 >= n * 4) {
                v.data += (int)first[c] == k;
                v.header += first[c] == CSV_TEXT;
            }
    }
    return v;
}

static bool guess_header(
        struct arena *arena, const struct tally *t, struct csv_scan *scan, struct str sample, bool final)
{
    if (t->start >= t->shapes.n ||
            !csv_scan(&t->dialect, sample.p + t->shapes.v[t->start].at, sample.p + sample.n, final, scan))
        return true;
    size_t width = scan->cells.n, filled = 0, texts = 0;
    enum csv_kind *first = ARENA_ARRAY(arena, enum csv_kind, width);
    size_t(*kinds)[CSV_KINDS] = arena_zero(arena, width, sizeof *kinds);
    for (size_t c = 0; c < width; c++) {
        struct str text = str_trim(scan->cells.v[c].text);
        first[c] = csv_kind_of(text);
        filled += first[c] != CSV_EMPTY;
        texts += first[c] == CSV_TEXT;
        if (first[c] == CSV_EMAIL || first[c] == CSV_UUID)
            return false;
        if (first[c] == CSV_TEXT && csv_header_known(text))
            return true;
    }
    if (!texts && filled)
        return false;
    for (size_t i = t->start + 1; i < t->shapes.n; i++) {
        if (!csv_scan(&t->dialect, sample.p + t->shapes.v[i].at, sample.p + sample.n, final, scan))
            break;
        for (size_t c = 0; c < width && c < scan->cells.n; c++)
            kinds[c][csv_kind_of(str_trim(scan->cells.v[c].text))]++;
    }
    struct votes v = vote(first, width, kinds);
    return v.header != v.data ? v.header > v.data : texts == filled;
}

// Excel's own: a first line "sep=;".
static bool sep_line(struct str sample, struct str *ret_delimiter, size_t *ret_bytes)
{
    size_t end = 0;
    while (end < sample.n && sample.p[end] != '\n' && sample.p[end] != '\r')
        end++;
    struct str line = str_sub(sample, 0, end);
    if (line.n != 5 || !str_eq_nocase(str_sub(line, 0, 4), STR("sep=")))
        return false;
    *ret_delimiter = str_sub(line, 4, 5);
    if (end < sample.n && sample.p[end] == '\r')
        end++;
    if (end < sample.n && sample.p[end] == '\n')
        end++;
    *ret_bytes = end;
    return true;
}

struct csv_layout csv_sniff(
        struct arena *arena, struct str sample, bool final, struct str delimiter, enum csv_header_wish header)
{
    struct csv_scan scan = {0};
    struct csv_layout layout = {0};
    size_t skipped = 0;
    struct str sep;
    if (sep_line(sample, &sep, &skipped) && !delimiter.n)
        delimiter = sep;
    struct str rest = str_sub(sample, skipped, sample.n);
    struct tally t = find_dialect(&scan, rest, final, delimiter);
    try_quoting(&t, &scan, rest, final);
    layout.dialect = t.dialect;
    if (t.start < t.shapes.n) {
        layout.preamble = t.shapes.v[t.start].line;
        layout.preamble_bytes = t.shapes.v[t.start].at;
    } else if (final) {
        layout.preamble_bytes = rest.n; // nothing but blank lines
    }
    layout.preamble += skipped ? 1 : 0;
    layout.preamble_bytes += skipped;
    layout.header = header == CSV_HEADER_GUESS ? guess_header(arena, &t, &scan, rest, final)
                                               : header == CSV_HEADER_YES;
    vec_free(&t.shapes);
    vec_free(&scan.cells);
    return layout;
}
