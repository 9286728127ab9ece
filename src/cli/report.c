#include "app/report/numbers.h"
#include "app/setting/setting.h"
#include "base/zone_file.h"
#include "cli/subject.h"
#include "cli/table.h"

#include <stdio.h>

// Columns of a report as a table or CSV: the members of its rows, those of objects behind the object's name.
struct printing {
    struct cli *cli;
    enum form form;
    struct table *table;
    bool header; // names instead of values
    bool first;  // of the line
};

static bool is_query(struct str key)
{
    return str_ends(key, STR("contacts"));
}

// "up.lead" → "Up lead", "stages.lead.reached" → "Lead"
static const char *heading(struct arena *arena, struct str path)
{
    if (str_starts(path, STR("stages.")) && str_ends(path, STR(".reached")))
        path = str_sub(path, sizeof "stages." - 1, path.n - (sizeof ".reached" - 1));
    char *text = arena_alloc(arena, path.n + 1);
    for (size_t i = 0; i < path.n; i++)
        text[i] = path.p[i] == '.' || path.p[i] == '_' ? ' ' : path.p[i];
    text[path.n] = '\0';
    if (text[0] >= 'a' && text[0] <= 'z')
        text[0] = (char)(text[0] - 'a' + 'A');
    return text;
}

// Of a list of objects their counts, joined by blanks.
static struct str cell_text(struct arena *arena, const struct json *value)
{
    struct buf list = {0};
    if (value->kind == JSON_NULL)
        return STR("");
    if (value->kind == JSON_TRUE || value->kind == JSON_FALSE)
        return value->kind == JSON_TRUE ? STR("true") : STR("false");
    if (value->kind != JSON_ARRAY)
        return value->text;
    for (const struct json *item = value->child; item; item = item->next) {
        buf_put(&list, item == value->child ? STR("") : STR(" "));
        buf_put(&list, json_get(item, STR("count"))->text);
    }
    struct str text = arena_str(arena, buf_str(&list));
    buf_free(&list);
    return text;
}

static void table_value(struct printing *p, const struct json *value)
{
    double number;
    bool share = str_eq(value->key, STR("conversion"));
    if (value->kind == JSON_NUMBER && json_number(value->text, &number)) {
        if (share)
            put_percent(table_cell(p->table), number);
        else if (str_eq(value->key, STR("median_days")))
            buf_printf(table_cell(p->table), "%.1f", number);
        else
            table_count(p->table, (uint64_t)number);
    } else if (str_eq(value->key, STR("start"))) { // the day stands behind it
        table_text(p->table, value->next->text);
    } else if (str_eq(value->key, STR("source")) && value->kind == JSON_NULL) {
        table_text(p->table, STR("(not known)"));
    } else {
        table_text(p->table, cell_text(p->cli->arena, value));
    }
}

static void print_cell(struct printing *p, const struct json *value, struct str path)
{
    if (p->form == FORM_CSV) {
        buf_put(&p->cli->out.buf, p->first ? STR("") : STR(","));
        put_csv(&p->cli->out.buf, p->header ? path : cell_text(p->cli->arena, value));
    } else if (p->header) {
        bool left = value->kind == JSON_STRING || value->kind == JSON_ARRAY ||
                    str_eq(value->key, STR("source")) || str_eq(value->key, STR("medium"));
        table_column(p->table, heading(p->cli->arena, path), left ? ALIGN_LEFT : ALIGN_RIGHT);
    } else {
        table_value(p, value);
    }
    p->first = false;
}

static void print_members(struct printing *p, const struct json *object, struct str prefix)
{
    for (const struct json *m = object->child; m; m = m->next) {
        struct str path = prefix.n
                                  ? arena_printf(p->cli->arena, "%.*s.%.*s", STR_ARG(prefix), STR_ARG(m->key))
                                  : m->key;
        // A table has the numbers; shares of stages would make it twice as wide.
        if (p->form == FORM_TABLE && (is_query(m->key) || str_eq(m->key, STR("day")) ||
                                             (prefix.n && str_eq(m->key, STR("share")))))
            continue;
        if (m->kind == JSON_OBJECT)
            print_members(p, m, path);
        else
            print_cell(p, m, path);
    }
}

static void print_line(struct printing *p, const struct json *row)
{
    p->first = true;
    print_members(p, row, STR(""));
    if (p->form == FORM_CSV)
        buf_char(&p->cli->out.buf, '\n');
    else if (!p->header)
        table_row(p->table);
}

static bool print_rows(struct cli *cli, enum form form, struct str json, const char *list, struct err *err)
{
    struct printing p = {.cli = cli, .form = form};
    struct json *report;
    if (!json_parse(cli->arena, json, &report, err))
        return false;
    const struct json *rows = json_get(report, str_of(list));
    if (!rows->child) {
        fprintf(stderr, "there is nothing to show\n");
        return true;
    }
    p.table = form == FORM_TABLE ? table_new(&cli->out) : NULL;
    p.header = true;
    print_line(&p, rows->child);
    p.header = false;
    for (const struct json *row = rows->child; row; row = row->next)
        print_line(&p, row);
    if (p.table)
        table_end(p.table);
    return true;
}

static bool understand(struct cli *cli, const struct report *report, struct report_ask *ask, struct err *err)
{
    const struct args *args = &cli->args;
    struct report_words words = {str_of(args_value(args, "from")), str_of(args_value(args, "to")),
            str_of(args_value(args, "every")), str_of(args_value(args, "stage"))};
    const char *field;
    struct err why;
    return report_understand(report, &words, cli->arena, ask, &field, &why) ||
           err_set(err, ERR_USAGE, "--%s: %s", field, why.message);
}

// The business's.
static bool read_zone(
        struct cli *cli, const struct subject *subject, const struct zone **ret, struct err *err)
{
    struct str name;
    if (!setting_read(data_store(subject->data), cli->arena, "time_zone", &name, err))
        return false;
    *ret = zone_named(cli->arena, name);
    *ret = *ret ? *ret : zone_utc();
    return true;
}

static bool run(struct cli *cli, struct err *err)
{
    const struct args *args = &cli->args;
    const char *filter = args_value(args, "filter");
    struct subject subject;
    const struct zone *zone;
    struct model_file *model;
    struct buf json = {0};
    enum form form;
    unsigned n;
    uint64_t threads;
    const struct report *report = args->n == 1 ? report_named(str_of(args->operands[0])) : NULL;
    if (!report)
        return err_set(err, ERR_USAGE, "funnel, transitions, cohorts or sources is expected");
    if (!args_form(args, &form, err) || !args_number(args, "threads", 1, 256, 2, &threads, err) ||
            !subject_begin(cli, true, &subject, err) ||
            !subject_models(cli, &subject, NULL, 0, false, &model, &n, err) ||
            (filter && !subject_filter(cli, model, filter, err)) || !read_zone(cli, &subject, &zone, err) ||
            !subject_history(cli, &subject, NULL, 0, err))
        return false;
    struct snapshot *s = snapshot_build(model->program, subject.columns, subject.at, (unsigned)threads);
    struct report_ask ask = {.snapshot = s,
            .title = model->title,
            .zone = zone,
            .base = {.filter = str_of(filter), .at = subject.at},
            .closed = args_value(args, "model") != NULL,
            .last_touch = args_flag(args, "last")};
    bool ok = understand(cli, report, &ask, err);
    if (ok) {
        report->put(&ask, &json);
        if (form == FORM_JSON) {
            buf_put(&cli->out.buf, buf_str(&json));
            buf_char(&cli->out.buf, '\n');
        } else {
            ok = print_rows(cli, form, buf_str(&json), report->list, err);
        }
    }
    buf_free(&json);
    snapshot_free(s);
    return ok;
}

const struct command COMMAND_REPORT = {
        .name = "report",
        .summary = "Prints a report: funnel, transitions, cohorts or sources",
        .synopsis =
                "funnel | transitions | cohorts | sources --data DIR [--at TIME] [--from TIME] [--to TIME]",
        .about = "docs/reports.md says what the numbers mean. --json prints what the API answers, with the "
                 "query of "
                 "GET /api/contacts\nfor each number.",
        .options =
                (const struct option[]){
                        OPTIONS_SUBJECT,
                        {"from", "TIME", "contacts first seen, or periods, from then on", false},
                        {"to", "TIME", "up to then", false},
                        {"every", "PERIOD", "day, week or month (the default), of transitions and cohorts",
                                false},
                        {"stage", "NAME", "the stage that cohorts are to reach", false},
                        {"filter", "EXPR", "only contacts that this condition holds for", false},
                        {"last", NULL, "sources: the last one instead of the first", false},
                        OPTION_THREADS,
                        OPTION_JSON,
                        OPTION_CSV,
                        OPTION_END,
                },
        .run = run,
};
