#include "app/demo/demo.h"

#include "app/import/demo_import.h"
#include "base/datetime.h"
#include "cli/folder.h"
#include "cli/models.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static bool progress(void *ctx, const struct import_counts *counts, uint64_t consumed, uint64_t size)
{
    (void)counts;
    (void)size;
    progress_update(ctx, consumed, consumed);
    return true;
}

static bool fill(
        struct cli *cli, struct data *data, uint64_t seed, uint32_t contacts, int64_t until, struct err *err)
{
    struct progress bar = progress_start("demo", "events", import_demo_size(contacts));
    struct import_options options = {.now = (int64_t)time(NULL), .progress = progress, .ctx = &bar};
    struct import_counts counts;
    int64_t import;
    bool fine = import_demo(data, "demo", seed, contacts, until, &options, &counts, &import, err);
    progress_end(&bar);
    if (!fine)
        return false;
    put_count(&cli->out.buf, counts.events);
    buf_put(&cli->out.buf, STR(" events of "));
    put_count(&cli->out.buf, contacts);
    buf_put(&cli->out.buf, STR(" contacts\n"));
    return true;
}

static bool print_line(void *ctx, struct str text, struct err *err)
{
    struct out *out = ctx;
    buf_put(&out->buf, text);
    buf_char(&out->buf, '\n');
    return out_step(out) || err_set(err, ERR_IO, "%s", ""); // out_end says why
}

static bool run(struct cli *cli, struct err *err)
{
    const char *folder = args_value(&cli->args, "data");
    struct data *data;
    uint64_t contacts, seed;
    const char *end = args_value(&cli->args, "end");
    int64_t now = (int64_t)time(NULL), until = DEMO_END;
    if (!operands_are(cli, 0, 0, "no operands", err) ||
            !args_number(&cli->args, "contacts", DEMO_MIN_CONTACTS, DEMO_MAX_CONTACTS, DEMO_CONTACTS,
                    &contacts, err) ||
            !args_number(&cli->args, "seed", 0, UINT64_MAX, 1, &seed, err))
        return false;
    if (end && strcmp(end, "now") == 0)
        until = now;
    else if (end && (!datetime_parse(str_of(end), &until) || until < DEMO_END))
        return err_set(err, ERR_USAGE, "--end wants `now`, or a time not before 2026-09-30");
    if (!folder)
        return demo_write(seed, (uint32_t)contacts, until, print_line, &cli->out, err);
    return data_init_at(
                   folder, args_value(&cli->args, "database"), model_default(), "default.model", now, err) &&
           folder_open(cli, DATA_WRITE, &data, err) && fill(cli, data, seed, (uint32_t)contacts, until, err);
}

const struct command COMMAND_DEMO = {
        .name = "demo",
        .summary = "Makes an invented business with two years of history",
        .synopsis =
                "--data DIR [--contacts N] [--seed N] [--end TIME]\n[--contacts N] [--seed N] [--end TIME]",
        .about = "Without --data, its messages are printed, a line each. The same seed and number of "
                 "contacts give the same\nhistory on every machine; it ends on 2026-09-30. With --end it is "
                 "moved by whole weeks.",
        .options =
                (const struct option[]){
                        {"data", "DIR", "make a data folder with it there", false},
                        {"database", "URL", "with --data: keep it in this PostgreSQL database", false},
                        {"contacts", "N", "how many contacts (default: 20000)", false},
                        {"end", "TIME", "`now`, or when its history ends (default: 2026-09-30)", false},
                        {"seed", "N", "which of many such businesses (default: 1)", false},
                        OPTION_END,
                },
        .run = run,
};
