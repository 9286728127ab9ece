#include "app/privacy/history.h"
#include "cli/folder.h"

static bool put(void *ctx, struct str text, struct err *err)
{
    struct out *out = ctx;
    buf_put(&out->buf, text);
    return out_step(out) || err_set(err, ERR_IO, "%s", ""); // out_end says why
}

static bool tell(struct cli *cli, struct data *data, struct str id, struct err *err)
{
    struct person who;
    int64_t last;
    struct clock clock = clock_system();
    if (!person_stored(data, id, cli->arena, &who, &last, err))
        return false;
    struct telling t = {.reader = data, .who = &who, .id = id, .now = clock_seconds(&clock)};
    if (!privacy_tell(&t, cli->arena, &cli->out.buf, err))
        return false;
    buf_char(&cli->out.buf, '\n');
    return true;
}

static bool run(struct cli *cli, struct err *err)
{
    struct data *data;
    uint64_t messages;
    if (!operands_are(cli, 0, 0, "no operands", err) || !folder_open(cli, DATA_READ, &data, err))
        return false;
    if (args_value(&cli->args, "contact"))
        return tell(cli, data, str_of(args_value(&cli->args, "contact")), err);
    return data_export(data, put, &cli->out, &messages, err);
}

const struct command COMMAND_EXPORT = {
        .name = "export",
        .summary = "Prints the log as messages, a line each",
        .synopsis = "--data DIR\n--contact CONTACT --data DIR",
        .about =
                "What replay sees: undone imports and ended joins are left out. Replayed as files, it gives "
                "the same standings.\n\nWith --contact, everything that is stored about one person, as JSON.",
        .options = (const struct option[]){OPTION_DATA,
                {"contact", "CONTACT", "only what is stored about this userId or anonymousId", false},
                OPTION_END},
        .run = run,
};
