#include "cli/each_line.h"

#include "base/input.h"
#include "base/json.h"

bool each_line(struct cli *cli,
        void (*answer)(struct arena *arena, struct str line, struct buf *out, void *ctx), void *ctx,
        struct err *err)
{
    struct input *input = NULL;
    if (cli->args.n)
        return err_set(err, ERR_USAGE, "lines are read from standard input; no file is named");
    if (!input_open("-", &input, err))
        return false;
    struct arena *arena = arena_new();
    bool fine = true, more = true;
    while (fine) {
        struct str line;
        fine = input_line(input, &line, &more, err);
        if (!fine || !more)
            break;
        // (A \r before the line end belongs to the line: what is judged here may end with one.)
        answer(arena, line, &cli->out.buf, ctx);
        buf_char(&cli->out.buf, '\n');
        arena_reset(arena);
        if (!out_step(&cli->out))
            break;
    }
    arena_free(arena);
    input_close(input);
    return fine;
}

void put_text_or_null(struct buf *out, const char *member, struct str text)
{
    buf_printf(out, "\"%s\":", member);
    if (text.p)
        json_put_string(out, text);
    else
        buf_put(out, STR("null"));
}
