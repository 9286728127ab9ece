#include "cli/folder.h"

static void report(void *ctx, enum finding finding, const char *text)
{
    static const char *const MARKS[] = {"good ", "note ", "WRONG"};
    struct out *out = ctx;
    buf_put(&out->buf, str_of(MARKS[finding]));
    buf_put(&out->buf, STR("  "));
    put_plain(&out->buf, str_of(text));
    buf_char(&out->buf, '\n');
}

static bool run(struct cli *cli, struct err *err)
{
    const char *folder;
    bool healthy;
    if (!operands_are(cli, 0, 0, "no operands", err) || !folder_named(cli, &folder, err))
        return false;
    if (!data_doctor(folder, report, &cli->out, &healthy, err))
        return false;
    return healthy || err_set(err, ERR_CORRUPT, "%s", "");
}

const struct command COMMAND_DOCTOR = {
        .name = "doctor",
        .summary = "Looks a data folder over and says what is wrong and what to do",
        .synopsis = "--data DIR",
        .about = "Exit status 1 if something is wrong.",
        .options = (const struct option[]){OPTION_DATA, OPTION_END},
        .run = run,
};
