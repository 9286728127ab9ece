// The hidden driver of Liquid: {"template","data"} a line.
#include "base/clock.h"
#include "base/json_put.h"
#include "cli/each_line.h"
#include "mail/liquid.h"

#include <time.h>

static bool render(struct arena *arena, struct str line, struct buf *out, struct err *err)
{
    struct json *json;
    const struct liquid *program;
    struct liquid_options options = {.now = (int64_t)time(NULL)};
    const struct liquid_object none = {0};
    if (!json_parse(arena, line, &json, err))
        return false;
    const struct json *data = json_get(json, STR("data"));
    struct str text = json_get_str(json, STR("template"));
    if (!text.p)
        return err_set(err, ERR_INPUT, "a member \"template\" is expected");
    return liquid_parse(arena, text, &program, err) &&
           liquid_render(program, arena,
                   data && data->kind == JSON_OBJECT ? liquid_json(arena, data) : liquid_object(&none),
                   &options, out, err);
}

static void answer(struct arena *arena, struct str line, struct buf *out, void *ctx)
{
    struct buf result = {0};
    struct err err = {0};
    (void)ctx;
    bool ok = render(arena, line, &result, &err);
    buf_char(out, '{');
    if (ok)
        put_text(out, "result", result.n ? buf_str(&result) : STR(""));
    else
        put_text(out, "error", str_of(err.message));
    buf_char(out, '}');
    buf_free(&result);
}

static bool run(struct cli *cli, struct err *err)
{
    return each_line(cli, answer, NULL, err);
}

const struct command COMMAND_TEST_LIQUID = {
        .name = "test-liquid",
        .summary = "Renders templates: {\"template\",\"data\"} a line",
        .synopsis = "",
        .hidden = true,
        .run = run,
};
