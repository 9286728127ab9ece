#include "app/import/csv_scan.h"

struct csv_dialect csv_dialect_of(struct str delimiter)
{
    struct csv_dialect d = {.quote = '"'};
    d.n_delimiter = (unsigned)(delimiter.n < CSV_DELIMITER_MAX ? delimiter.n : CSV_DELIMITER_MAX);
    memcpy(d.delimiter, delimiter.p, d.n_delimiter);
    return d;
}

struct scanner {
    const struct csv_dialect *d;
    const char *start, *p, *end;
    bool final;
    bool cut;            // the buffer ended where more is needed
    size_t first;        // bytes of the first line with its end; 0 while in it
    uint32_t fault_ends; // line ends before the fault
    unsigned char bits;
    struct csv_scan *out;
};

static bool at_delimiter(const struct scanner *s, const char *p)
{
    const struct csv_dialect *d = s->d;
    if (*p != d->delimiter[0])
        return false;
    return d->n_delimiter == 1 ||
           ((size_t)(s->end - p) >= d->n_delimiter && memcmp(p, d->delimiter, d->n_delimiter) == 0);
}

// At a line end: steps behind it. A \r at the end of the buffer may be half of a \r\n.
static void take_line_end(struct scanner *s)
{
    if (*s->p == '\r') {
        if (s->p + 1 == s->end && !s->final)
            s->cut = true;
        s->p += s->p + 1 < s->end && s->p[1] == '\n' ? 2 : 1;
    } else {
        s->p++;
    }
    s->out->ends++;
    if (s->out->ends == 1)
        s->first = (size_t)(s->p - s->start);
}

static void fault(struct scanner *s, enum csv_fault what)
{
    if (s->out->fault == CSV_FINE) {
        s->out->fault = what;
        s->out->fault_column = (unsigned)s->out->cells.n;
        s->fault_ends = s->out->ends;
    }
}

// Up to the next delimiter or line end, which is not taken.
static const char *plain_end(struct scanner *s, const char *p)
{
    const char first = s->d->delimiter[0], *end = s->end;
    unsigned char bits = 0;
    bool nul = false;
    for (; p < end; p++) {
        char c = *p;
        if ((c == first && at_delimiter(s, p)) || c == '\n' || c == '\r')
            break;
        bits |= (unsigned char)c;
        nul |= c == '\0';
    }
    s->bits |= bits;
    s->out->nul |= nul;
    if (p == end && !s->final)
        s->cut = true;
    return p;
}

static bool blank_until_end(struct scanner *s, const char **at)
{
    const char *p = *at;
    while (p < s->end && (*p == ' ' || *p == '\t') && !at_delimiter(s, p))
        p++;
    if (p == s->end) {
        if (!s->final)
            s->cut = true;
    } else if (*p != '\n' && *p != '\r' && !at_delimiter(s, p)) {
        return false;
    }
    *at = p;
    return true;
}

// Behind the opening quote. The cell's text ends before the closing one.
static struct csv_cell quoted_cell(struct scanner *s)
{
    const char quote = s->d->quote, escape = s->d->escape;
    struct csv_cell cell = {.quoted = true};
    const char *from = s->p;
    for (;;) {
        if (s->p == s->end || s->p - from > CSV_CELL_MAX) {
            bool over = s->p != s->end;
            if (over || s->final)
                fault(s, CSV_FAULT_OPEN);
            else
                s->cut = true;
            break;
        }
        char c = *s->p;
        if (c == quote) {
            if (s->p + 1 == s->end && !s->final)
                s->cut = true;
            if (s->p + 1 < s->end && s->p[1] == quote) {
                cell.escaped = true;
                s->p += 2;
                continue;
            }
            break;
        }
        if (escape && c == escape) {
            if (s->p + 1 == s->end && !s->final)
                s->cut = true;
            cell.escaped = true;
            s->bits |= s->p + 1 < s->end ? (unsigned char)s->p[1] : 0;
            s->p += s->p + 1 < s->end ? 2 : 1;
            continue;
        }
        if (c == '\n' || c == '\r') {
            if (s->out->fault != CSV_FINE) // a row with broken quotes ends with its line
                break;
            take_line_end(s);
            continue;
        }
        s->bits |= (unsigned char)c;
        s->out->nul |= c == '\0';
        s->p++;
    }
    cell.text = (struct str){from, (size_t)(s->p - from)};
    if (s->p == s->end || *s->p != quote || s->out->fault == CSV_FAULT_OPEN)
        return cell;
    s->p++;
    if (!blank_until_end(s, &s->p)) {
        fault(s, CSV_FAULT_QUOTE);
        s->p = plain_end(s, s->p);
    }
    return cell;
}

static struct csv_cell unquoted_cell(struct scanner *s)
{
    const char *from = s->p;
    if (s->d->escape) { // files that write \" also write \, for a delimiter that is text
        struct csv_cell cell = {0};
        while (s->p < s->end && *s->p != '\n' && *s->p != '\r' && !at_delimiter(s, s->p)) {
            bool escaped = *s->p == s->d->escape && s->p + 1 < s->end && s->p[1] != '\n' && s->p[1] != '\r';
            cell.escaped |= escaped;
            s->p += escaped ? 1 : 0;
            s->bits |= (unsigned char)*s->p;
            s->out->nul |= *s->p == '\0';
            s->p++;
        }
        if (s->p == s->end && !s->final)
            s->cut = true;
        cell.text = (struct str){from, (size_t)(s->p - from)};
        return cell;
    }
    s->p = plain_end(s, s->p);
    return (struct csv_cell){.text = {from, (size_t)(s->p - from)}};
}

static struct csv_cell next_cell(struct scanner *s)
{
    const char *p = s->p;
    while (p < s->end && (*p == ' ' || *p == '\t') && !at_delimiter(s, p))
        p++;
    if (p < s->end && *p == s->d->quote) {
        s->p = p + 1;
        return quoted_cell(s);
    }
    return unquoted_cell(s);
}

bool csv_scan(
        const struct csv_dialect *dialect, const char *p, const char *end, bool final, struct csv_scan *scan)
{
    struct scanner s = {.d = dialect, .start = p, .p = p, .end = end, .final = final, .out = scan};
    scan->cells.n = 0;
    scan->ends = 0;
    scan->fault = CSV_FINE;
    scan->high = scan->nul = false;
    for (;;) {
        struct csv_cell cell = next_cell(&s);
        if (s.cut)
            return false;
        if (cell.text.n > CSV_CELL_MAX)
            fault(&s, CSV_FAULT_CELL);
        if (scan->cells.n < CSV_COLUMNS_MAX)
            vec_push(&scan->cells, cell);
        else
            fault(&s, CSV_FAULT_COLUMNS);
        if (scan->fault == CSV_FAULT_OPEN || s.p == s.end)
            break;
        if (*s.p == '\n' || *s.p == '\r') {
            take_line_end(&s);
            if (s.cut)
                return false;
            break;
        }
        s.p += dialect->n_delimiter;
        if (s.p == s.end && !final)
            return false;
    }
    scan->used = (size_t)(s.p - p);
    // A few lines only, so that broken files cost no more than a few times their length.
    if ((scan->fault == CSV_FAULT_OPEN && scan->ends) ||
            (scan->fault == CSV_FAULT_QUOTE && s.fault_ends && s.fault_ends <= 50)) {
        scan->used = s.first;
        scan->ends = 1;
    }
    scan->high = (s.bits & 0x80) != 0;
    return true;
}

void csv_cell_put(const struct csv_dialect *dialect, const struct csv_cell *cell, struct buf *out)
{
    struct str t = cell->text;
    if (!t.n)
        return;
    char *to = buf_room(out, t.n), *from = to;
    for (size_t i = 0; i < t.n; i++) {
        if (dialect->escape && t.p[i] == dialect->escape && i + 1 < t.n)
            i++;
        else if (cell->quoted && t.p[i] == dialect->quote && i + 1 < t.n && t.p[i + 1] == dialect->quote)
            i++;
        *to++ = t.p[i];
    }
    out->n += (size_t)(to - from);
}
