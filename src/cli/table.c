#include "cli/table.h"

#include "base/utf8.h"
#include "base/vec.h"

enum { BLOCK_ROWS = 2000, GAP = 2 };

struct column {
    const char *header;
    enum align align;
    unsigned width;
};

struct table {
    struct out *out;
    VEC(struct column) columns;
    struct buf text;       // of all cells of the block, one behind the other
    VEC(size_t) cell_from; // into text
    unsigned rows;
    bool header_done;
};

struct table *table_new(struct out *out)
{
    struct table *table = mem_zero(1, sizeof *table);
    table->out = out;
    return table;
}

void table_column(struct table *table, const char *header, enum align align)
{
    vec_push(&table->columns, (struct column){header, align, utf8_width(str_of(header))});
}

struct buf *table_cell(struct table *table)
{
    vec_push(&table->cell_from, table->text.n);
    return &table->text;
}

void table_text(struct table *table, struct str text)
{
    put_plain(table_cell(table), text);
}

void table_count(struct table *table, uint64_t n)
{
    put_count(table_cell(table), n);
}

static void put_blanks(struct buf *out, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        buf_char(out, ' ');
}

// One line; the last column gets no blanks behind it.
static void put_line(struct table *table, const struct str *cells)
{
    struct buf *out = &table->out->buf;
    size_t last = table->columns.n;
    while (last && !cells[last - 1].n)
        last--;
    for (size_t i = 0; i < last; i++) {
        const struct column *column = &table->columns.v[i];
        unsigned width = utf8_width(cells[i]);
        unsigned blanks = column->width > width ? column->width - width : 0;
        if (i)
            put_blanks(out, GAP);
        if (column->align == ALIGN_RIGHT)
            put_blanks(out, blanks);
        buf_put(out, cells[i]);
        if (column->align == ALIGN_LEFT && i + 1 < last)
            put_blanks(out, blanks);
    }
    buf_char(out, '\n');
}

static struct str cell_text(const struct table *table, size_t cell)
{
    size_t end = cell + 1 < table->cell_from.n ? table->cell_from.v[cell + 1] : table->text.n;
    return str_sub(buf_str(&table->text), table->cell_from.v[cell], end);
}

static void print_block(struct table *table)
{
    size_t n = table->columns.n;
    for (size_t cell = 0; cell < table->rows * n; cell++) {
        unsigned width = utf8_width(cell_text(table, cell));
        if (table->columns.v[cell % n].width < width)
            table->columns.v[cell % n].width = width;
    }
    struct str *cells = mem_zero(n, sizeof *cells);
    if (!table->header_done) {
        for (size_t i = 0; i < n; i++)
            cells[i] = str_of(table->columns.v[i].header);
        put_line(table, cells);
        table->header_done = true;
    }
    for (size_t row = 0; row < table->rows; row++) {
        for (size_t i = 0; i < n; i++)
            cells[i] = cell_text(table, row * n + i);
        put_line(table, cells);
    }
    free(cells);
    table->rows = 0;
    table->text.n = 0;
    table->cell_from.n = 0;
}

bool table_row(struct table *table)
{
    table->rows++;
    if (table->rows == BLOCK_ROWS)
        print_block(table);
    return out_step(table->out);
}

void table_end(struct table *table)
{
    if (table->rows || !table->header_done)
        print_block(table);
    vec_free(&table->columns);
    vec_free(&table->cell_from);
    buf_free(&table->text);
    free(table);
}
