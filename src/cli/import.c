#include "app/import/csv_import.h"

#include "base/datetime.h"
#include "base/input.h"
#include "cli/folder.h"
#include "cli/table.h"

#include <stddef.h>
#include <stdio.h>
#include <time.h>

struct watch {
    struct progress progress;
};

static bool show_progress(void *ctx, const struct import_counts *counts, uint64_t consumed, uint64_t size)
{
    struct watch *watch = ctx;
    watch->progress.total = size;
    progress_update(&watch->progress, counts->events, consumed);
    return true;
}

static void bad_line(void *ctx, const char *file, uint64_t line, const char *reason)
{
    struct watch *watch = ctx;
    progress_end(&watch->progress);
    fprintf(stderr, "%s:%llu: %s; the line is skipped\n", strcmp(file, "-") == 0 ? "standard input" : file,
            (unsigned long long)line, reason);
}

struct count_name {
    const char *one, *many;
    size_t offset;
};

#define COUNT(one, many)                                 \
    {                                                    \
        one, #many, offsetof(struct import_counts, many) \
    }
static const struct count_name COUNTS[] = {COUNT("line", lines), COUNT("event", events),
        COUNT("alias", aliases), COUNT("copy", copies), COUNT("skipped", skipped), COUNT("bad", bad),
        COUNT("contact", contacts)};
#undef COUNT
enum { N_COUNTS = sizeof COUNTS / sizeof *COUNTS };

static uint64_t count_of(const struct import_counts *counts, unsigned i)
{
    return *(const uint64_t *)((const char *)counts + COUNTS[i].offset);
}

static void print_counts(struct cli *cli, const struct import_counts *counts, int64_t import)
{
    struct buf *b = &cli->out.buf;
    if (args_flag(&cli->args, "json")) {
        buf_put(b, STR("{\"import\":"));
        if (import)
            buf_int(b, import);
        else
            buf_put(b, STR("null"));
        for (unsigned i = 0; i < N_COUNTS; i++)
            buf_printf(b, ",\"%s\":%llu", COUNTS[i].many, (unsigned long long)count_of(counts, i));
        buf_put(b, STR("}\n"));
        return;
    }
    if (import)
        buf_printf(b, "Import %lld: ", (long long)import);
    else
        buf_put(b, STR("Dry run, nothing is written: "));
    for (unsigned i = 0; i < N_COUNTS; i++) {
        buf_put(b, i ? STR(", ") : STR(""));
        put_count(b, count_of(counts, i));
        buf_printf(b, " %s", count_of(counts, i) == 1 ? COUNTS[i].one : COUNTS[i].many);
    }
    buf_char(b, '\n');
}

static void list_row(void *ctx, const struct import_row *row)
{
    struct table *table = ctx;
    char time[DATETIME_SIZE];
    table_count(table, (uint64_t)row->id);
    table_text(table, datetime_format(row->started, time));
    table_count(table, row->counts.events);
    table_count(table, row->counts.copies);
    table_count(table, row->counts.bad);
    table_text(table, row->undone ? STR("undone") : row->finished ? STR("done") : STR("broken off"));
    table_text(table, row->files);
    table_row(table);
}

static bool list_imports(struct cli *cli, struct data *data, struct err *err)
{
    struct table *table = table_new(&cli->out);
    table_column(table, "Import", ALIGN_RIGHT);
    table_column(table, "Started", ALIGN_LEFT);
    table_column(table, "Events", ALIGN_RIGHT);
    table_column(table, "Copies", ALIGN_RIGHT);
    table_column(table, "Bad", ALIGN_RIGHT);
    table_column(table, "State", ALIGN_LEFT);
    table_column(table, "Files", ALIGN_LEFT);
    bool fine = import_list(data, list_row, table, err);
    table_end(table);
    return fine;
}

static bool undo(struct cli *cli, struct err *err)
{
    struct import_counts counts;
    struct data *data;
    uint64_t import;
    if (!args_number(&cli->args, "undo", 1, INT64_MAX, 0, &import, err) ||
            !operands_are(cli, 0, 0, "no files together with --undo", err) ||
            !folder_open(cli, DATA_WRITE, &data, err) ||
            !import_undo(data, (int64_t)import, (int64_t)time(NULL), &counts, err))
        return false;
    buf_printf(&cli->out.buf, "Import %llu is undone: ", (unsigned long long)import);
    put_count(&cli->out.buf, counts.events);
    buf_put(&cli->out.buf, STR(" events are hidden\n"));
    return true;
}

static void describe(void *ctx, const char *file, struct str text)
{
    (void)ctx;
    fprintf(stderr, "%s: %.*s\n", file, STR_ARG(text));
}

// Messages begin with a brace; whatever does not is a list of contacts.
static bool holds_messages(const char *path, bool *ret, struct err *err)
{
    struct input *input;
    char first[4096];
    size_t n;
    if (strcmp(path, "-") == 0) { // cannot be looked at and read again
        *ret = true;
        return true;
    }
    if (!input_open(path, &input, err))
        return false;
    bool ok = input_read(input, first, sizeof first, &n, err);
    input_close(input);
    if (!ok)
        return false;
    struct str text = {first, n};
    if (str_starts(text, STR("\xEF\xBB\xBF")))
        text = str_sub(text, 3, n);
    text = str_trim(text);
    *ret = !text.n || text.p[0] == '{';
    return true;
}

enum import_format { FORMAT_NDJSON, FORMAT_LIST };

static bool choose_format(const struct args *args, enum import_format *ret, struct err *err)
{
    const char *format = args_value(args, "format");
    bool messages = false, lists = args_value(args, "mapping") != NULL, said = format || lists;
    if (format && strcmp(format, "ndjson") != 0 && strcmp(format, "csv") != 0)
        return err_set(err, ERR_USAGE, "--format %s: expected ndjson or csv", format);
    for (unsigned i = 0; i < args->n && !said; i++) {
        bool yes;
        if (!holds_messages(args->operands[i], &yes, err))
            return false;
        messages |= yes;
        lists |= !yes;
    }
    if (messages && lists)
        return err_set(err, ERR_USAGE, "messages and lists of contacts are imported one after the other");
    *ret = lists || (format && *format == 'c') ? FORMAT_LIST : FORMAT_NDJSON;
    return true;
}

static bool run(struct cli *cli, struct err *err)
{
    const struct args *args = &cli->args;
    const struct csv_import_options csv = {.mapping = args_value(args, "mapping"), .describe = describe};
    enum import_format format = FORMAT_NDJSON;
    struct watch watch;
    struct import_counts counts;
    struct data *data;
    int64_t import;
    struct import_options options = {.dry_run = args_flag(args, "dry-run"),
            .now = (int64_t)time(NULL),
            .rejects = args_value(args, "rejects"),
            .progress = show_progress,
            .bad_line = bad_line,
            .ctx = &watch};
    if (args_flag(args, "list"))
        return operands_are(cli, 0, 0, "no files together with --list", err) &&
               folder_open(cli, DATA_READ, &data, err) && list_imports(cli, data, err);
    if (args_value(args, "undo"))
        return undo(cli, err);
    if (!operands_are(cli, 1, UINT32_MAX, "one or more files", err) || !choose_format(args, &format, err) ||
            !folder_open(cli, options.dry_run ? DATA_READ : DATA_WRITE, &data, err))
        return false;
    watch.progress = progress_start("import", "events", 0);
    bool fine = format == FORMAT_NDJSON
                        ? import_ndjson(data, args->operands, args->n, &options, &counts, &import, err)
                        : import_csv(data, args->operands, args->n, &csv, &options, &counts, &import, err);
    progress_end(&watch.progress);
    if (fine)
        print_counts(cli, &counts, import);
    return fine;
}

const struct command COMMAND_IMPORT = {
        .name = "import",
        .summary = "Takes files of messages or contacts into the log",
        .synopsis = "FILE… --data DIR [--mapping FILE] [--rejects FILE] [--dry-run] [--json]\n"
                    "--list --data DIR\n"
                    "--undo N --data DIR",
        .about = "FILE: messages in the Segment format, one a line, or a list of contacts (CSV of any kind, "
                 "vCard); plain, gzip\nor zstd, - for standard input. What is in the log already is "
                 "recognised "
                 "and skipped, so a broken off import is\nsimply run again.",
        .options =
                (const struct option[]){
                        OPTION_DATA,
                        {"mapping", "FILE", "what a list's columns mean, where their names do not say it",
                                false},
                        {"format", "NAME", "ndjson or csv (default: by the file's first character)", false},
                        {"rejects", "FILE", "write bad lines there, with the reason", false},
                        {"dry-run", NULL, "say what would happen, write nothing", false},
                        {"list", NULL, "print the imports so far", false},
                        {"undo", "N", "hide everything that import N brought", false},
                        OPTION_JSON,
                        OPTION_END,
                },
        .run = run,
};
