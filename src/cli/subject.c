#include "cli/subject.h"

#include "base/datetime.h"
#include "base/map.h"
#include "cli/folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void close_data(void *data)
{
    data_close(data);
}

bool subject_begin(struct cli *cli, bool data_only, struct subject *ret, struct err *err)
{
    const struct args *args = &cli->args;
    const char *folder = args_value(args, "data");
    struct subject subject = {.at = (int64_t)time(NULL)};
    unsigned standard = args_value(args, "model") && strcmp(args_value(args, "model"), "-") == 0;
    for (unsigned i = 0; i < args->n; i++)
        standard += strcmp(args->operands[i], "-") == 0;
    if (standard > 1)
        return err_set(err, ERR_USAGE, "standard input (-) can be read only once");
    if (data_only && !folder_named(cli, &folder, err))
        return false;
    if ((args_value(args, "at") || !folder) && !args_time(args, "at", &subject.at, err))
        return false;
    if (folder) {
        if (args_flag(args, "strict"))
            return err_set(err, ERR_USAGE, "--strict is for files of events, not for --data");
        if (!data_open(folder, DATA_READ, &subject.data, err))
            return false;
        arena_defer(cli->arena, close_data, subject.data);
    } else if (args_value(args, "model")) {
        return err_set(err, ERR_USAGE, "--model goes with --data; a model is named before the events");
    }
    *ret = subject;
    return true;
}

static bool active_model(struct cli *cli, struct data *data, struct model_file *ret, struct err *err)
{
    struct data_model model;
    return data_model_active(data, cli->arena, &model, err) &&
           model_compiled(cli, arena_str(cli->arena, model.name).p, model.text, ret, err);
}

bool subject_models(struct cli *cli, struct subject *subject, const char *const *paths, unsigned n,
        bool active_too, struct model_file **ret, unsigned *ret_n, struct err *err)
{
    const char *option = args_value(&cli->args, "model");
    struct model_file *models = ARENA_ARRAY(cli->arena, struct model_file, (size_t)n + 1);
    unsigned have = 0;
    if (option && n)
        return err_set(err, ERR_USAGE, "a model is named twice: %s and --model %s", paths[0], option);
    if (subject->data && !option && (n == 0 || (n == 1 && active_too))) {
        if (!active_model(cli, subject->data, &models[have++], err))
            return false;
    } else if (n == 0 && !option) {
        return err_set(err, ERR_USAGE, "no model is named");
    }
    if (option && !model_load(cli, option, &models[have++], err))
        return false;
    for (unsigned i = 0; i < n; i++)
        if (!model_load(cli, paths[i], &models[have++], err))
            return false;
    *ret = models;
    *ret_n = have;
    return true;
}

bool subject_operands(struct cli *cli, const struct subject *subject, unsigned *ret_models, struct err *err)
{
    if (!subject->data && !cli->args.separated)
        return err_set(err, ERR_USAGE, "-- is missing between the models and the files of events");
    *ret_models = cli->args.split;
    return true;
}

static void bad_line(void *progress, const char *file, uint64_t line, const char *reason)
{
    progress_end(progress);
    fprintf(stderr, "%s:%llu: %s; the line is skipped\n", strcmp(file, "-") == 0 ? "standard input" : file,
            (unsigned long long)line, reason);
}

static void show_progress(void *ctx, uint64_t lines, uint64_t consumed, uint64_t size)
{
    struct progress *progress = ctx;
    progress->total = size;
    progress_update(progress, lines, consumed);
}

static void summarize(const struct history *h)
{
    const struct {
        uint64_t n;
        const char *one, *many;
    } counts[] = {{h->lines, "line: ", "lines: "}, {h->events, "event, ", "events, "},
            {h->aliases, "alias, ", "aliases, "}, {h->copies, "copy, ", "copies, "},
            {h->bad, "bad\n", "bad\n"}};
    for (unsigned i = 0; i < sizeof counts / sizeof *counts; i++)
        fprintf(stderr, "%llu %s", (unsigned long long)counts[i].n,
                counts[i].n == 1 ? counts[i].one : counts[i].many);
}

static void free_history(void *history)
{
    history_free(history);
}

static bool read_files(
        struct cli *cli, struct subject *subject, const char *const *paths, unsigned n, struct err *err)
{
    struct history *h;
    struct progress progress = progress_start("reading", "lines", 0);
    struct history_options options = {.at = subject->at,
            .strict = args_flag(&cli->args, "strict"),
            .bad_line = bad_line,
            .progress = show_progress,
            .ctx = &progress};
    if (n == 0)
        return err_set(err, ERR_USAGE, "no file of events is named");
    bool fine = history_read(paths, n, &options, &h, err);
    progress_end(&progress);
    if (!fine)
        return false;
    arena_defer(cli->arena, free_history, h);
    summarize(h);
    subject->history = h;
    subject->columns = h->columns;
    subject->event_name = history_event_name;
    subject->event_ctx = h;
    return true;
}

bool subject_history(
        struct cli *cli, struct subject *subject, const char *const *paths, unsigned n, struct err *err)
{
    if (!subject->data)
        return read_files(cli, subject, paths, n, err);
    if (n)
        return err_set(err, ERR_USAGE, "with --data no files of events are named, but %s is", paths[0]);
    subject->event_name = data_event_name;
    subject->event_ctx = subject->data;
    return data_columns(subject->data, subject->at, &subject->columns, err);
}

static bool history_knows(void *ctx, struct str name)
{
    const struct columns *c = ctx;
    for (uint32_t i = 0; i < c->n_types; i++)
        if (str_eq(c->types[i].name, name))
            return true;
    return false;
}

void subject_warn_outcome(struct cli *cli, const struct subject *subject, struct str name)
{
    const struct columns *c = subject->columns;
    struct nearest nearest = {.word = name};
    if (event_known(name) || history_knows((void *)c, name))
        return;
    for (uint32_t k = 0; k < c->n_types; k++)
        if (c->types[k].name.n)
            nearest_offer(&nearest, c->types[k].name);
    for (unsigned k = 0; event_catalogue(k).n; k++)
        nearest_offer(&nearest, event_catalogue(k));
    fprintf(stderr,
            "warning: no event of this history is called \"%.*s\", and the catalogue has no such name%s\n",
            STR_ARG(name), nearest_hint(&nearest, cli->arena));
}

// A name that is not in the catalogue may well be the business's own; but then some event should carry it.
static void warn_names(struct cli *cli, const struct columns *c, const struct model_file *model)
{
    struct diagnostics *d = diagnostics_new(cli->arena);
    struct buf text = {0};
    model_warn_names(model->program, history_knows, (void *)c, d);
    for (size_t i = 0; i < d->list.n; i++)
        diagnostic_print(&d->list.v[i], str_of(model->path), &text);
    fprintf(stderr, "%.*s", STR_ARG(buf_str(&text)));
    buf_free(&text);
}

static bool has_stage(const struct program *program, struct str name)
{
    for (uint32_t i = 0; i < program->n_stages; i++)
        if (str_eq(program->stages[i].name, name))
            return true;
    return str_eq(name, STR("none"));
}

static void warn_assignments(const struct columns *c, const struct model_file *model)
{
    const struct sparse *stages = columns_prop(c, STR("stage"));
    struct map *told = map_new();
    for (uint32_t i = 0; stages && i < stages->n; i++) {
        if (!str_eq(c->types[c->type[stages->ev[i]]].name, STR("stage.assigned")))
            continue;
        struct str name = columns_value(c, stages->val[i]).text;
        uint32_t before = map_count(told);
        if (!has_stage(model->program, name) && map_intern(told, name) == before)
            fprintf(stderr,
                    "%s: warning: a stage.assigned names the stage \"%.*s\", which the model lacks: it "
                    "has no effect\n",
                    model->path, STR_ARG(name));
    }
    map_free(told);
}

void subject_warn(struct cli *cli, const struct subject *subject, const struct model_file *model)
{
    warn_names(cli, subject->columns, model);
    warn_assignments(subject->columns, model);
}

bool subject_contact(
        struct cli *cli, const struct subject *subject, const char *id, uint32_t *ret, struct err *err)
{
    const struct columns *c = subject->columns;
    uint32_t contact = subject->data ? data_contact(subject->data, str_of(id))
                                     : builder_contact(subject->history->builder, str_of(id));
    struct nearest nearest = {.word = str_of(id)};
    if (contact != NO_INDEX) {
        *ret = contact;
        return true;
    }
    for (uint32_t i = 0; i < c->n_contacts; i++)
        nearest_offer(&nearest, columns_name(c, i));
    return err_set(
            err, ERR_NOT_FOUND, "no contact %s at that time%s", id, nearest_hint(&nearest, cli->arena));
}

bool engine_choose(const struct cli *cli, struct engine *ret, struct err *err)
{
    const char *name = args_value(&cli->args, "engine");
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    uint64_t threads;
    if (!args_number(&cli->args, "threads", 1, 256, processors < 1 ? 1 : (uint64_t)processors, &threads, err))
        return false;
    if (name && strcmp(name, "block") != 0 && strcmp(name, "reference") != 0)
        return err_set(err, ERR_USAGE, "--engine %s: expected block or reference", name);
    ret->threads = (unsigned)threads;
    ret->run = name && *name == 'r' ? reference_run : replay_run;
    return true;
}

static int by_name(const void *a, const void *b, void *columns)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    int c = str_cmp(columns_name(columns, x), columns_name(columns, y));
    return c ? c : (x > y) - (x < y);
}

const uint32_t *contacts_by_name(struct cli *cli, const struct columns *columns)
{
    uint32_t *order = ARENA_ARRAY(cli->arena, uint32_t, columns->n_contacts);
    for (uint32_t i = 0; i < columns->n_contacts; i++)
        order[i] = i;
    qsort_r(order, columns->n_contacts, sizeof *order, by_name, (void *)columns);
    return order;
}

void put_when(struct buf *buf, const struct columns *columns, uint32_t time)
{
    char text[DATETIME_SIZE];
    buf_put(buf, datetime_format(columns->epoch + time, text));
}

bool subject_filter(struct cli *cli, struct model_file *model, const char *expr, struct err *err)
{
    struct diagnostics *d = diagnostics_new(cli->arena);
    const struct program *program =
            model_compile_filter(cli->arena, model->program, model->text, str_of(expr), d);
    print_diagnostics(d, STR("condition"));
    if (!program)
        return err_set(err, ERR_USAGE, "the condition cannot be understood");
    model->program = program;
    return true;
}
