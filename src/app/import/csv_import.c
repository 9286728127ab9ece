#include "app/import/csv_import.h"

#include "app/import/csv_messages.h"
#include "app/import/known.h"
#include "base/map.h"

enum { PROGRESS_ROWS = 1024 };

struct rows {
    const struct import_options *options;
    const struct csv_import_options *csv;
    struct import_run *run;
    struct known *known;
    struct arena *arena;   // of one row
    struct buf lines;      // its messages
    uint64_t before, size; // bytes of the files before this one; of all, 0 if one is unknown
    uint64_t rows;
};

static bool take_messages(struct rows *r, struct err *err)
{
    struct str rest = buf_str(&r->lines);
    arena_reset(r->arena);
    while (rest.n) {
        struct message m;
        size_t end = str_find(rest, '\n');
        if (!message_decode(r->arena, str_sub(rest, 0, end), &m, err) || !import_message(r->run, &m, err))
            return false;
        rest = str_sub(rest, end < rest.n ? end + 1 : end, rest.n);
    }
    return true;
}

static bool take_row(struct rows *r, const struct csv_result *row, struct err *err)
{
    bool wanted = false;
    if (!import_line(r->run, row->line, &wanted, err))
        return false;
    if (!wanted)
        return true;
    if (!row->reject.n)
        return take_messages(r, err);
    arena_reset(r->arena);
    import_reject(r->run, row->raw, arena_str(r->arena, row->reject).p);
    return true;
}

static bool take_rows(struct rows *r, struct csv_messages *m, uint64_t skip, bool *ret_go, struct err *err)
{
    for (bool more = true; *ret_go;) {
        struct csv_result row;
        r->lines.n = 0;
        if (!csv_messages_next(m, &r->lines, &row, &more, err))
            return false;
        if (!more)
            break;
        if (row.line > skip && !take_row(r, &row, err))
            return false;
        if (++r->rows % PROGRESS_ROWS == 0)
            *ret_go = import_progress(r->run, r->before + csv_text_consumed(csv_messages_text(m)), r->size);
    }
    r->before += csv_text_consumed(csv_messages_text(m));
    return true;
}

// What the messages depend on: the file's bytes and the mapping's.
static bool source_key(const char *path, const struct csv_import_options *csv, uint64_t *ret, struct err *err)
{
    uint64_t keys[2] = {0, csv->mapping_text.n ? hash64(csv->mapping_text) | 1 : 0};
    if (!import_file_key(path, &keys[0], err) ||
            (csv->mapping && !import_file_key(csv->mapping, &keys[1], err)))
        return false;
    bool known = keys[0] && (!csv->mapping || keys[1]);
    *ret = known ? hash64((struct str){(const char *)keys, sizeof keys}) | 1 : 0;
    return true;
}

// NULL: there is none.
static bool read_mapping(
        struct arena *arena, const struct csv_import_options *csv, struct csv_mapping **ret, struct err *err)
{
    *ret = NULL;
    if (csv->mapping)
        return csv_mapping_read(arena, csv->mapping, ret, err);
    return !csv->mapping_text.n || csv_mapping_parse(arena, STR("mapping"), csv->mapping_text, ret, err);
}

static void describe(const struct rows *r, const struct csv_messages *m, const char *path)
{
    struct buf text = {0};
    if (!r->csv->describe)
        return;
    csv_messages_describe(m, &text);
    r->csv->describe(r->options->ctx, path, buf_str(&text));
    buf_free(&text);
}

static bool take_file(struct rows *r, const char *path, bool *ret_go, struct err *err)
{
    struct csv_messages_options options = {
            .import_time = r->options->now, .resolve = r->known ? known_resolve : NULL, .ctx = r->known};
    struct arena *arena = arena_new(); // of the mapping, which is bound to this file's columns
    struct csv_mapping *mapping;
    struct csv_messages *m = NULL;
    uint64_t key, skip;
    bool ok = read_mapping(arena, r->csv, &mapping, err) &&
              csv_messages_open(path, mapping, &options, &m, err) && source_key(path, r->csv, &key, err) &&
              import_source(r->run, path, key, &skip, err);
    if (ok) {
        describe(r, m, path);
        ok = take_rows(r, m, skip, ret_go, err);
    }
    csv_messages_close(m);
    arena_free(arena);
    return ok;
}

bool import_csv(struct data *data, const char *const *paths, unsigned n_paths,
        const struct csv_import_options *csv, const struct import_options *options, struct import_counts *ret,
        int64_t *ret_import, struct err *err)
{
    struct rows r = {.options = options, .csv = csv, .size = import_size(paths, n_paths)};
    const struct columns *columns;
    bool ok = true, go = true;
    if (!data_columns(options->reader ? options->reader : data, INT64_MAX, &columns, err) ||
            !import_begin(data, options, &r.run, err))
        return false;
    r.known = known_new(columns);
    r.arena = arena_new();
    for (unsigned i = 0; ok && go && i < n_paths; i++)
        ok = take_file(&r, paths[i], &go, err);
    if (ok)
        ok = import_end(r.run, ret, ret_import, err);
    else
        import_abandon(r.run);
    known_free(r.known);
    arena_free(r.arena);
    buf_free(&r.lines);
    return ok;
}
