#include "cli/subject.h"

#include "base/datetime.h"
#include "base/input.h"
#include "base/map.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

bool model_text(struct cli *cli, const char *path, struct str *ret, struct err *err)
{
    struct input *input;
    char *text = arena_alloc(cli->arena, 4096);
    size_t n = 0, cap = 4096, got;
    if (!input_open(path, &input, err))
        return false;
    for (;;) {
        if (!input_read(input, text + n, cap - n, &got, err))
            break;
        n += got;
        if (got == 0) {
            *ret = (struct str){text, n};
            input_close(input);
            return true;
        }
        if (n > MODEL_BYTES_MAX) {
            err_set(err, ERR_LIMIT, "%s is larger than %d MB: that is no model", path, MODEL_BYTES_MAX >> 20);
            break;
        }
        if (n == cap) {
            char *larger = arena_alloc(cli->arena, cap * 2);
            memcpy(larger, text, n);
            text = larger;
            cap *= 2;
        }
    }
    input_close(input);
    return false;
}

static void print_diagnostics(const struct diagnostics *d, const char *path)
{
    struct buf text = {0};
    for (size_t i = 0; i < d->list.n; i++)
        diagnostic_print(&d->list.v[i], str_of(path), &text);
    if (text.n)
        fwrite(text.p, 1, text.n, stderr);
    buf_free(&text);
}

bool model_load(struct cli *cli, const char *path, struct model_file *ret, struct err *err)
{
    struct model_file file = {.path = path};
    struct diagnostics *d = diagnostics_new(cli->arena);
    if (!model_text(cli, path, &file.text, err))
        return false;
    file.program = model_compile(cli->arena, str_of(path), file.text, d);
    print_diagnostics(d, path);
    if (!file.program)
        return err_set(err, ERR_INPUT, "%s has %u error%s", path, d->errors, d->errors == 1 ? "" : "s");
    file.title = file.program->title.n ? file.program->title : str_of(path);
    *ret = file;
    return true;
}

bool models_load(
        struct cli *cli, const char *const *paths, unsigned n, struct model_file **ret, struct err *err)
{
    struct model_file *models = ARENA_ARRAY(cli->arena, struct model_file, n);
    for (unsigned i = 0; i < n; i++)
        if (!model_load(cli, paths[i], &models[i], err))
            return false;
    *ret = models;
    return true;
}

static void bad_line(void *ctx, const char *file, uint64_t line, const char *reason)
{
    (void)ctx;
    fprintf(stderr, "%s:%llu: %s; the line is skipped\n", strcmp(file, "-") == 0 ? "standard input" : file,
            (unsigned long long)line, reason);
}

static void free_history(void *history)
{
    history_free(history);
}

bool subject_from_files(
        struct cli *cli, const char *const *paths, unsigned n, struct subject *ret, struct err *err)
{
    struct history *h;
    struct history_options options = {.strict = args_flag(&cli->args, "strict"), .bad_line = bad_line};
    if (!args_time(&cli->args, "at", &options.at, err))
        return false;
    if (n == 0)
        return err_set(err, ERR_USAGE, "no file of events is named");
    if (!history_read(paths, n, &options, &h, err))
        return false;
    arena_defer(cli->arena, free_history, h);
    fprintf(stderr, "%llu lines: %llu events, %llu aliases, %llu copies, %llu bad\n",
            (unsigned long long)h->lines, (unsigned long long)h->events, (unsigned long long)h->aliases,
            (unsigned long long)h->copies, (unsigned long long)h->bad);
    *ret = (struct subject){.columns = h->columns,
            .at = options.at,
            .event_name = history_event_name,
            .event_ctx = h,
            .history = h};
    return true;
}

static bool history_knows(const struct columns *c, struct str name)
{
    for (uint32_t i = 0; i < c->n_types; i++)
        if (str_eq(c->types[i].name, name))
            return true;
    return false;
}

// A name that is not in the catalogue may well be the business's own; but then some event should carry it.
static void warn_names(struct cli *cli, const struct columns *c, const struct model_file *model)
{
    for (uint32_t i = 0; i < model->program->n_names_unknown; i++) {
        struct str name = model->program->names_unknown[i];
        struct nearest nearest = {.word = name};
        if (history_knows(c, name))
            continue;
        for (uint32_t k = 0; k < c->n_types; k++)
            if (c->types[k].name.n)
                nearest_offer(&nearest, c->types[k].name);
        for (unsigned k = 0; event_catalogue(k).n; k++)
            nearest_offer(&nearest, event_catalogue(k));
        fprintf(stderr,
                "%s: warning: no event of this history is called \"%.*s\", and the catalogue has no "
                "such name%s\n",
                model->path, STR_ARG(name), nearest_hint(&nearest, cli->arena));
    }
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
    uint32_t contact = builder_contact(subject->history->builder, str_of(id));
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

void put_time(struct buf *buf, const struct columns *columns, uint32_t time)
{
    char text[DATETIME_SIZE];
    buf_put(buf, datetime_format(columns->epoch + time, text));
}

struct str stage_name(const struct program *program, uint32_t stage)
{
    return stage == NO_INDEX ? STR("none") : program->stages[stage].name;
}

struct str stage_label(const struct program *program, uint32_t stage)
{
    return stage == NO_INDEX ? STR("none") : program->stages[stage].label;
}
