#include "cli/models.h"

#include "app/model/builtin.h"
#include "base/input.h"

#include <stdio.h>

struct str model_default(void)
{
    return builtin_default();
}

bool model_text(struct cli *cli, const char *path, struct str *ret, struct err *err)
{
    struct input *input;
    size_t n = 0, cap = 4096, got;
    char *text = arena_alloc(cli->arena, cap);
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

void print_diagnostics(const struct diagnostics *d, struct str path)
{
    struct buf text = {0};
    for (size_t i = 0; i < d->list.n; i++)
        diagnostic_print(&d->list.v[i], path, &text);
    if (text.n)
        fwrite(text.p, 1, text.n, stderr);
    buf_free(&text);
}

bool model_compiled(
        struct cli *cli, const char *path, struct str text, struct model_file *ret, struct err *err)
{
    struct diagnostics *d = diagnostics_new(cli->arena);
    const struct program *program = model_compile(cli->arena, str_of(path), text, d);
    print_diagnostics(d, str_of(path));
    if (!program)
        return err_set(err, ERR_INPUT, "%s has %u error%s", path, d->errors, d->errors == 1 ? "" : "s");
    *ret = (struct model_file){path, text, program, program->title.n ? program->title : str_of(path)};
    return true;
}

bool model_load(struct cli *cli, const char *path, struct model_file *ret, struct err *err)
{
    struct str text;
    return model_text(cli, path, &text, err) && model_compiled(cli, path, text, ret, err);
}

struct str stage_name(const struct program *program, uint32_t stage)
{
    return stage == NO_INDEX ? STR("none") : program->stages[stage].name;
}

struct str stage_label(const struct program *program, uint32_t stage)
{
    return stage == NO_INDEX ? STR("none") : program->stages[stage].label;
}
