// The hidden driver of mail addresses: one a line.
#include "app/address/address.h"
#include "cli/each_line.h"

static void answer(struct arena *arena, struct str line, struct buf *out, void *ctx)
{
    (void)ctx;
    struct str normal = STR_NONE;
    struct err err = {0};
    bool valid = address_email(arena, line, &normal, &err);
    buf_char(out, '{');
    put_text_or_null(out, "input", line.p ? line : STR(""));
    buf_printf(out, ",\"valid\":%s,", valid ? "true" : "false");
    put_text_or_null(out, "normal", normal);
    buf_char(out, ',');
    put_text_or_null(out, "reason", valid ? STR_NONE : str_of(err.message));
    buf_char(out, '}');
}

static bool run(struct cli *cli, struct err *err)
{
    return each_line(cli, answer, NULL, err);
}

const struct command COMMAND_TEST_ADDRESS = {
        .name = "test-address",
        .summary = "Says which mail addresses are valid, and their usual form",
        .synopsis = "",
        .hidden = true,
        .run = run,
};
