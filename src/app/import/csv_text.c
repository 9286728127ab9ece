#include "app/import/csv_text.h"

#include "app/import/csv_decode.h"
#include "app/import/csv_vcard.h"
#include "base/map.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>

struct csv_text {
    struct arena *arena; // names, for the file's life
    struct csv_decoder *decoder;
    struct csv_layout layout;
    bool vcard;
    struct buf text; // decoded and not yet consumed from `at` on
    size_t at;
    bool more; // the decoder may have more
    uint64_t line, blank;
    struct str *names, *header;
    size_t columns;
    struct csv_scan scan;
    struct buf unescaped; // texts of cells with doubled quotes, of the current row
    struct str *cells;    // of the current row
    struct arena *row;    // vCards: the current row's texts
    char reason[200];
};

static bool fill(struct csv_text *t, struct err *err)
{
    if (t->at) {
        memmove(t->text.p, t->text.p + t->at, t->text.n - t->at);
        t->text.n -= t->at;
        t->at = 0;
    }
    size_t before = t->text.n;
    // A row that is not whole yet is scanned again only when there is twice as much of it.
    while (t->more && t->text.n < before * 2 + 1)
        if (!csv_decoder_read(t->decoder, &t->text, &t->more, err))
            return false;
    return true;
}

// "x", "x_2" for the second x, "columnN" for an empty one.
static void name_columns(struct csv_text *t)
{
    struct map *seen = map_new();
    for (size_t i = 0; i < t->columns; i++) {
        struct str name = str_trim(t->header[i]);
        if (!name.n)
            name = arena_printf(t->arena, "column%zu", i + 1);
        struct str base = name;
        for (unsigned k = 2; map_get(seen, name) != MAP_NONE; k++)
            name = arena_printf(t->arena, "%.*s_%u", STR_ARG(base), k);
        map_intern(seen, name);
        t->names[i] = name;
    }
    map_free(seen);
}

static void set_columns(struct csv_text *t, size_t n)
{
    t->columns = n;
    t->names = ARENA_ARRAY(t->arena, struct str, n);
    t->header = ARENA_ARRAY(t->arena, struct str, n);
    t->cells = ARENA_ARRAY(t->arena, struct str, n);
}

static void use_vcard(struct csv_text *t)
{
    t->vcard = true;
    t->layout.header = true;
    t->row = arena_new();
    set_columns(t, CSV_VCARD_COLUMNS);
    for (size_t i = 0; i < t->columns; i++)
        t->header[i] = t->names[i] = CSV_VCARD_HEADER[i];
}

static bool use_table(struct csv_text *t, const struct csv_text_options *options, struct err *err)
{
    struct arena *scratch = arena_new();
    struct str sample = buf_str(&t->text);
    if (sample.n > CSV_SAMPLE)
        sample.n = CSV_SAMPLE;
    bool whole = !t->more && sample.n == t->text.n;
    t->layout = csv_sniff(scratch, sample, whole, options->delimiter, options->header);
    arena_free(scratch);
    t->at = t->layout.preamble_bytes;
    t->line += t->layout.preamble;
    if (t->at >= t->text.n)
        return true; // an empty file: no columns
    while (!csv_scan(&t->layout.dialect, t->text.p + t->at, t->text.p + t->text.n, !t->more, &t->scan)) {
        if (t->text.n - t->at > CSV_RECORD_MAX)
            return err_set(err, ERR_LIMIT, "the first row is longer than %d MB", CSV_RECORD_MAX >> 20);
        if (!fill(t, err))
            return false;
        if (t->at >= t->text.n)
            return true;
    }
    if (t->scan.fault == CSV_FAULT_COLUMNS)
        return err_set(err, ERR_LIMIT, "the first row has more than %d columns", CSV_COLUMNS_MAX);
    set_columns(t, t->scan.cells.n);
    for (size_t i = 0; i < t->columns && t->layout.header; i++) {
        struct buf name = {0};
        csv_cell_put(&t->layout.dialect, &t->scan.cells.v[i], &name);
        t->header[i] = utf8_valid(buf_str(&name)) ? arena_str(t->arena, buf_str(&name)) : STR_NONE;
        buf_free(&name);
    }
    name_columns(t);
    if (t->layout.header) {
        t->at += t->scan.used;
        t->line += t->scan.ends;
    }
    return true;
}

bool csv_text_open(
        const char *path, const struct csv_text_options *options, struct csv_text **ret, struct err *err)
{
    struct csv_decoder *decoder;
    if (options->delimiter.n > CSV_DELIMITER_MAX)
        return err_set(err, ERR_USAGE, "a delimiter has at most %d bytes", CSV_DELIMITER_MAX);
    if (!csv_decoder_open(path, options->encoding, &decoder, err))
        return false;
    struct csv_text *t = mem_zero(1, sizeof *t);
    t->arena = arena_new();
    t->decoder = decoder;
    t->more = true;
    t->line = 1;
    buf_room(&t->text, CSV_SAMPLE); // an empty file has a buffer, too
    bool fine = true;
    while (fine && t->more && t->text.n < CSV_SAMPLE)
        fine = csv_decoder_read(decoder, &t->text, &t->more, err);
    if (fine && csv_vcard_begins(buf_str(&t->text)))
        use_vcard(t);
    else
        fine = fine && use_table(t, options, err);
    if (!fine) {
        csv_text_close(t);
        return false;
    }
    *ret = t;
    return true;
}

void csv_text_close(struct csv_text *t)
{
    if (!t)
        return;
    csv_decoder_close(t->decoder);
    buf_free(&t->text);
    buf_free(&t->unescaped);
    vec_free(&t->scan.cells);
    arena_free(t->row);
    arena_free(t->arena);
    free(t);
}

size_t csv_text_columns(const struct csv_text *t, const struct str **ret_names)
{
    *ret_names = t->names;
    return t->columns;
}

const struct str *csv_text_header(const struct csv_text *t)
{
    return t->header;
}

const struct csv_layout *csv_text_layout(const struct csv_text *t)
{
    return &t->layout;
}

bool csv_text_is_vcard(const struct csv_text *t)
{
    return t->vcard;
}

struct str csv_text_encoding(const struct csv_text *t)
{
    return csv_decoder_encoding(t->decoder);
}

uint64_t csv_text_blank(const struct csv_text *t)
{
    return t->blank;
}

uint64_t csv_text_consumed(const struct csv_text *t)
{
    return csv_decoder_consumed(t->decoder);
}

uint64_t csv_text_size(const struct csv_text *t)
{
    return csv_decoder_size(t->decoder);
}

static struct str without_line_end(struct str raw)
{
    while (raw.n && (raw.p[raw.n - 1] == '\n' || raw.p[raw.n - 1] == '\r'))
        raw.n--;
    return raw;
}

static void reject(struct csv_text *t, struct csv_row *row, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

static void reject(struct csv_text *t, struct csv_row *row, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    // NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): it is started
    vsnprintf(t->reason, sizeof t->reason, format, args);
    va_end(args);
    row->reject = str_of(t->reason);
}

// No cell with more than blanks and NUL bytes (the end of a file that was cut off by a crash).
static bool is_blank(const struct csv_scan *scan)
{
    for (size_t i = 0; i < scan->cells.n; i++) {
        struct str text = scan->cells.v[i].text;
        for (size_t k = 0; k < text.n; k++)
            if (text.p[k] != ' ' && text.p[k] != '\t' && text.p[k] != '\0')
                return false;
    }
    return true;
}

static void reject_fault(struct csv_text *t, struct csv_row *row)
{
    unsigned long column = t->scan.fault_column + 1;
    switch (t->scan.fault) {
    case CSV_FAULT_QUOTE:
        reject(t, row, "text behind the closing quote of column %lu", column);
        break;
    case CSV_FAULT_OPEN:
        reject(t, row, "the quote that opens column %lu is not closed within %d MB", column,
                CSV_CELL_MAX >> 20);
        break;
    case CSV_FAULT_CELL:
        reject(t, row, "column %lu is larger than %d MB", column, CSV_CELL_MAX >> 20);
        break;
    case CSV_FAULT_COLUMNS:
        reject(t, row, "more than %d columns", CSV_COLUMNS_MAX);
        break;
    default:
        reject(t, row, "the row is longer than %d MB", CSV_RECORD_MAX >> 20);
    }
}

static bool check_bytes(struct csv_text *t, struct csv_row *row)
{
    for (size_t i = 0; i < t->scan.cells.n; i++) {
        struct str text = t->scan.cells.v[i].text;
        if (t->scan.nul && memchr(text.p, '\0', text.n)) {
            reject(t, row, "column %zu holds a NUL byte", i + 1);
            return false;
        }
        if (t->scan.high && !utf8_valid(text)) {
            struct str encoding = csv_text_encoding(t);
            reject(t, row, "column %zu holds bytes that are not %.*s", i + 1, STR_ARG(encoding));
            return false;
        }
    }
    return true;
}

static bool too_wide(struct csv_text *t, struct csv_row *row)
{
    for (size_t i = t->columns; i < t->scan.cells.n; i++)
        if (str_trim(t->scan.cells.v[i].text).n) {
            reject(t, row, "%zu cells, but there are %zu columns", t->scan.cells.n, t->columns);
            return true;
        }
    return false;
}

static void set_cells(struct csv_text *t, struct csv_row *row)
{
    const struct csv_scan *scan = &t->scan;
    size_t room = 0;
    for (size_t i = 0; i < t->columns; i++) {
        t->cells[i] = i < scan->cells.n ? scan->cells.v[i].text : STR_NONE;
        room += i < scan->cells.n && scan->cells.v[i].escaped ? t->cells[i].n : 0;
    }
    t->unescaped.n = 0;
    buf_room(&t->unescaped, room + 1); // so that it does not move below
    for (size_t i = 0; room && i < t->columns && i < scan->cells.n; i++)
        if (scan->cells.v[i].escaped) {
            size_t from = t->unescaped.n;
            csv_cell_put(&t->layout.dialect, &scan->cells.v[i], &t->unescaped);
            t->cells[i] = (struct str){t->unescaped.p + from, t->unescaped.n - from};
        }
    row->cells = t->cells;
    row->n = t->columns;
}

// Goes on behind the next line end, however far that is.
static bool drop_line(struct csv_text *t, struct err *err)
{
    for (;;) {
        char *from = t->text.p + t->at;
        char *newline = t->text.n > t->at ? memchr(from, '\n', t->text.n - t->at) : NULL;
        if (newline || !t->more) {
            t->at = newline ? (size_t)(newline - t->text.p) + 1 : t->text.n;
            t->line++;
            return true;
        }
        t->at = t->text.n;
        if (!fill(t, err))
            return false;
    }
}

static bool next_card(struct csv_text *t, struct csv_row *ret, bool *ret_more, struct err *err)
{
    struct csv_vcard card;
    arena_reset(t->row);
    for (;;) {
        *ret = (struct csv_row){.line = t->line};
        if (t->at == t->text.n && !t->more) {
            *ret_more = false;
            return true;
        }
        const char *p = t->text.p + t->at;
        if (csv_vcard_scan(t->row, p, t->text.p + t->text.n, !t->more, &card))
            break;
        arena_reset(t->row);
        if (t->text.n - t->at > CSV_RECORD_MAX) {
            reject(t, ret, "the card is longer than %d MB", CSV_RECORD_MAX >> 20);
            *ret_more = true;
            return drop_line(t, err);
        }
        if (!fill(t, err))
            return false;
    }
    ret->raw = without_line_end((struct str){t->text.p + t->at, card.used});
    ret->line += card.found ? card.skipped : 0;
    t->at += card.used;
    t->line += card.ends;
    *ret_more = card.found || card.outside;
    if (!card.found && card.outside)
        reject(t, ret, "lines that belong to no card");
    else if (card.open)
        reject(t, ret, "the card has no END:VCARD");
    else if (card.found && !utf8_valid(ret->raw))
        reject(t, ret, "the card holds bytes that are not in the file's encoding");
    memcpy(t->cells, card.cells, sizeof card.cells);
    ret->cells = t->cells;
    ret->n = t->columns;
    return true;
}

bool csv_text_next(struct csv_text *t, struct csv_row *ret, bool *ret_more, struct err *err)
{
    if (t->vcard)
        return next_card(t, ret, ret_more, err);
    for (;;) {
        *ret = (struct csv_row){.line = t->line};
        if (t->at == t->text.n && !t->more) {
            *ret_more = false;
            return true;
        }
        const char *p = t->text.p + t->at;
        if (t->at == t->text.n ||
                !csv_scan(&t->layout.dialect, p, t->text.p + t->text.n, !t->more, &t->scan)) {
            if (t->text.n - t->at > CSV_RECORD_MAX) {
                t->scan.fault = CSV_FAULT_RECORD;
                reject_fault(t, ret);
                *ret_more = true;
                return drop_line(t, err);
            }
            if (!fill(t, err))
                return false;
            continue;
        }
        ret->raw = without_line_end((struct str){p, t->scan.used});
        t->at += t->scan.used;
        t->line += t->scan.ends;
        if (t->scan.fault == CSV_FINE && is_blank(&t->scan)) {
            t->blank++;
            continue;
        }
        *ret_more = true;
        if (t->scan.fault != CSV_FINE)
            reject_fault(t, ret);
        else if ((t->scan.high || t->scan.nul) && !check_bytes(t, ret))
            ;
        else if (t->scan.cells.n <= t->columns || !too_wide(t, ret))
            set_cells(t, ret);
        // A quote that is still open after the largest cell, all on one line: the line's rest is lost.
        if (t->scan.fault != CSV_FAULT_OPEN || t->scan.ends || (t->at == t->text.n && !t->more))
            return true;
        ret->raw = STR_NONE; // the buffer moves on
        return drop_line(t, err);
    }
}

static struct str *copy_cells(struct arena *arena, const struct csv_row *row)
{
    struct str *cells = ARENA_ARRAY(arena, struct str, row->n);
    for (size_t i = 0; i < row->n; i++)
        cells[i] = arena_str(arena, row->cells[i]);
    return cells;
}

size_t csv_text_sample(const struct csv_text *t, struct arena *arena, struct csv_row **ret)
{
    enum { ROWS = 100 };
    // A second reader over what is in the buffer, which must not move.
    struct csv_text view = *t;
    struct csv_row row, *rows = ARENA_ARRAY(arena, struct csv_row, ROWS);
    size_t n = 0;
    bool more = true;
    view.scan = (struct csv_scan){0};
    view.unescaped = (struct buf){0};
    view.cells = ARENA_ARRAY(arena, struct str, t->columns);
    if (t->vcard)
        view.row = arena_new();
    size_t stop = t->more ? t->text.n - (t->text.n - t->at) / 8 : t->text.n; // the last row may be cut
    view.text.n = stop;
    view.more = false;
    while (n < ROWS && csv_text_next(&view, &row, &more, NULL) && more) {
        if (t->more && view.at == stop)
            break;
        if (row.reject.n)
            continue;
        row.cells = copy_cells(arena, &row);
        row.raw = STR_NONE;
        rows[n++] = row;
    }
    vec_free(&view.scan.cells);
    buf_free(&view.unescaped);
    if (t->vcard)
        arena_free(view.row);
    *ret = rows;
    return n;
}
