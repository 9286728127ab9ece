#include "store/table.h"

#include "base/buf.h"
#include "base/map.h"
#include "store/engine.h"

enum { SUM_ROWS = 5000 };

typedef VEC(struct table) table_list;
typedef VEC(struct column) column_list;

static enum column_kind kind_of(struct str type)
{
    if (str_eq_nocase(type, STR("bytea")) || str_eq_nocase(type, STR("blob")))
        return COLUMN_BYTES;
    if (str_eq_nocase(type, STR("text")))
        return COLUMN_TEXT;
    return str_eq_nocase(type, STR("real")) || str_starts(type, STR("double")) ? COLUMN_REAL : COLUMN_INT;
}

static int by_name(const void *a, const void *b)
{
    return str_cmp(((const struct column *)a)->name, ((const struct column *)b)->name);
}

static const struct column *key_column(const struct table *t, unsigned place)
{
    for (unsigned i = 0; i < t->n; i++)
        if (t->columns[i].key == place)
            return &t->columns[i];
    return NULL;
}

static void put_keys(const struct table *t, const char *end, struct buf *out)
{
    for (unsigned k = 1; k <= t->n_key; k++)
        buf_printf(out, "%s%.*s%s", k > 1 ? ", " : "", STR_ARG(key_column(t, k)->name), end);
}

static void put_columns(const struct table *t, bool parameters, struct buf *out)
{
    for (unsigned i = 0; i < t->n; i++)
        if (parameters)
            buf_printf(out, "%s$%u", i ? ", " : "", i + 1);
        else
            buf_printf(out, "%s%.*s", i ? ", " : "", STR_ARG(t->columns[i].name));
}

static const char *finish(struct arena *arena, struct buf *sql)
{
    const char *text = arena_str(arena, buf_str(sql)).p;
    sql->n = 0;
    return text;
}

static void write_sql(struct arena *arena, struct table *t)
{
    struct buf sql = {0};
    for (int next = 0; next < 2; next++) {
        buf_put(&sql, STR("SELECT "));
        put_columns(t, false, &sql);
        buf_printf(&sql, " FROM %.*s", STR_ARG(t->name));
        if (next && t->n_key) {
            buf_put(&sql, STR(" WHERE ("));
            put_keys(t, "", &sql);
            buf_put(&sql, STR(") > ("));
            for (unsigned k = 1; k <= t->n_key; k++)
                buf_printf(&sql, "%s$%u", k > 1 ? ", " : "", k);
            buf_char(&sql, ')');
        }
        if (t->n_key) {
            buf_put(&sql, STR(" ORDER BY "));
            put_keys(t, "", &sql);
            buf_printf(&sql, " LIMIT $%u", next ? t->n_key + 1 : 1);
        }
        *(next ? &t->next : &t->first) = finish(arena, &sql);
    }
    if (t->n_key) {
        buf_put(&sql, STR("SELECT "));
        put_keys(t, "", &sql);
        buf_printf(&sql, " FROM %.*s ORDER BY ", STR_ARG(t->name));
        put_keys(t, " DESC", &sql);
        buf_put(&sql, STR(" LIMIT 1"));
        t->last = finish(arena, &sql);
    }
    buf_printf(&sql, "INSERT INTO %.*s (", STR_ARG(t->name));
    put_columns(t, false, &sql);
    buf_put(&sql, STR(") VALUES ("));
    put_columns(t, true, &sql);
    buf_char(&sql, ')');
    t->insert = finish(arena, &sql);
    buf_free(&sql);
}

static bool read_tables(
        struct store *store, struct arena *arena, table_list *tables, column_list *columns, struct err *err)
{
    struct query *query;
    bool row, ok;
    if (!store_query(store, store->engine->tables, &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row) {
        struct str name = query_text(query, 0);
        if (!tables->n || !str_eq(tables->v[tables->n - 1].name, name))
            vec_push(tables, (struct table){.name = arena_str(arena, name)});
        vec_push(columns, (struct column){arena_str(arena, query_text(query, 1)),
                                  kind_of(query_text(query, 2)), (unsigned)query_int(query, 3)});
        tables->v[tables->n - 1].n++;
    }
    query_end(query);
    return ok;
}

bool store_tables(
        struct store *store, struct arena *arena, struct table **ret, unsigned *ret_n, struct err *err)
{
    table_list tables = {0};
    column_list columns = {0};
    bool ok = read_tables(store, arena, &tables, &columns, err);
    struct table *list = ARENA_ARRAY(arena, struct table, tables.n + 1);
    for (size_t t = 0, at = 0; ok && t < tables.n; t++) {
        list[t] = tables.v[t];
        list[t].columns = ARENA_ARRAY(arena, struct column, list[t].n);
        for (unsigned i = 0; i < list[t].n; i++, at++) {
            list[t].columns[i] = columns.v[at];
            list[t].n_key += columns.v[at].key > 0;
        }
        qsort(list[t].columns, list[t].n, sizeof(struct column), by_name);
        write_sql(arena, &list[t]);
    }
    if (ok) {
        *ret = list;
        *ret_n = (unsigned)tables.n;
    }
    vec_free(&tables);
    vec_free(&columns);
    return ok;
}

static void bind(struct query *query, unsigned n, enum column_kind kind, const struct cell *cell)
{
    if (cell->null)
        query_bind_null(query, n);
    else if (kind == COLUMN_INT)
        query_bind_int(query, n, cell->number);
    else if (kind == COLUMN_REAL)
        query_bind_double(query, n, cell->real);
    else if (kind == COLUMN_TEXT)
        query_bind_text(query, n, cell->text);
    else
        query_bind_blob(query, n, cell->text);
}

static struct cell cell_of(struct query *query, unsigned i, enum column_kind kind, struct arena *arena)
{
    struct cell cell = {.null = query_is_null(query, i)};
    if (cell.null)
        return cell;
    if (kind == COLUMN_INT)
        cell.number = query_int(query, i);
    else if (kind == COLUMN_REAL)
        cell.real = query_double(query, i);
    else
        cell.text = arena_str(arena, kind == COLUMN_TEXT ? query_text(query, i) : query_blob(query, i));
    return cell;
}

bool table_insert(struct store *store, const struct table *table, const struct cell *cells, size_t n_rows,
        struct err *err)
{
    struct query *query;
    if (store->engine->insert_rows)
        return store->engine->insert_rows(store, table, cells, n_rows, err);
    if (!store_query(store, table->insert, &query, err))
        return false;
    bool ok = true;
    for (size_t r = 0; ok && r < n_rows; r++) {
        for (unsigned i = 0; i < table->n; i++)
            bind(query, i + 1, table->columns[i].kind, &cells[r * table->n + i]);
        ok = query_run(query, err);
    }
    query_end(query);
    return ok;
}

bool table_read(struct store *store, const struct table *table, const struct cell *after, unsigned limit,
        struct arena *arena, struct cell **ret, size_t *ret_n_rows, struct err *err)
{
    struct query *query;
    VEC(struct cell) cells = {0};
    bool row, ok;
    if (!store_query(store, after ? table->next : table->first, &query, err))
        return false;
    for (unsigned k = 1; after && k <= table->n_key; k++)
        bind(query, k, key_column(table, k)->kind, &after[k - 1]);
    if (table->n_key)
        query_bind_int(query, after ? table->n_key + 1 : 1, limit);
    while ((ok = query_step(query, &row, err)) && row)
        for (unsigned i = 0; i < table->n; i++)
            vec_push(&cells, cell_of(query, i, table->columns[i].kind, arena));
    query_end(query);
    if (ok) {
        *ret = ARENA_ARRAY(arena, struct cell, cells.n + 1);
        if (cells.n)
            memcpy(*ret, cells.v, cells.n * sizeof *cells.v);
        *ret_n_rows = table->n ? cells.n / table->n : 0;
    }
    vec_free(&cells);
    return ok;
}

struct cell *table_key(const struct table *table, const struct cell *row, struct arena *arena)
{
    struct cell *key = ARENA_ARRAY(arena, struct cell, table->n_key + 1);
    for (unsigned k = 1; k <= table->n_key; k++)
        key[k - 1] = row[key_column(table, k) - table->columns];
    return key;
}

bool table_settle(struct store *store, const struct table *table, struct err *err)
{
    return !store->engine->settle || store->engine->settle(store, table, err);
}

bool table_last(struct store *store, const struct table *table, struct arena *arena, struct cell **ret,
        struct err *err)
{
    struct query *query;
    bool row;
    *ret = NULL;
    if (!table->n_key)
        return true;
    if (!store_query(store, table->last, &query, err))
        return false;
    bool ok = query_step(query, &row, err);
    if (ok && row) {
        *ret = ARENA_ARRAY(arena, struct cell, table->n_key);
        for (unsigned k = 1; k <= table->n_key; k++)
            (*ret)[k - 1] = cell_of(query, k - 1, key_column(table, k)->kind, arena);
    }
    query_end(query);
    return ok;
}

static uint64_t row_hash(const struct table *table, const struct cell *row, struct buf *scratch)
{
    scratch->n = 0;
    for (unsigned i = 0; i < table->n; i++) {
        const struct cell *c = &row[i];
        buf_char(scratch, (char)('0' + c->null));
        if (c->null)
            continue;
        if (table->columns[i].kind == COLUMN_INT)
            buf_put(scratch, (struct str){(const char *)&c->number, sizeof c->number});
        else if (table->columns[i].kind == COLUMN_REAL)
            buf_put(scratch, (struct str){(const char *)&c->real, sizeof c->real});
        else
            buf_printf(scratch, "%zu:", c->text.n), buf_put(scratch, c->text);
    }
    return hash64(buf_str(scratch));
}

bool table_sum(struct store *store, const struct table *table, uint64_t *ret_rows, uint64_t *ret_hash,
        struct err *err)
{
    struct arena *arena = arena_new(), *keys = arena_new();
    struct buf scratch = {0};
    struct cell *after = NULL, *rows;
    uint64_t n = 0, sum = 0;
    size_t got = SUM_ROWS;
    bool ok = true;
    while (ok && got == SUM_ROWS) {
        arena_reset(arena);
        ok = table_read(store, table, after, SUM_ROWS, arena, &rows, &got, err);
        for (size_t r = 0; ok && r < got; r++)
            sum += row_hash(table, rows + r * table->n, &scratch); // whatever the order
        n += ok ? got : 0;
        if (!ok || !got || !table->n_key)
            break;
        struct cell *key = table_key(table, rows + (got - 1) * table->n, keys);
        for (unsigned k = 0; k < table->n_key; k++)
            key[k].text = arena_str(keys, key[k].text);
        after = key;
    }
    if (ok) {
        *ret_rows = n;
        *ret_hash = sum;
    }
    buf_free(&scratch);
    arena_free(arena);
    arena_free(keys);
    return ok;
}
