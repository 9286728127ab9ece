#include "app/privacy/erase.h"
#include "cli/folder.h"

static void close_app(void *app)
{
    app_close(app);
}

static bool open_app(struct cli *cli, struct app **ret, struct err *err)
{
    struct app_options options = {.clock = clock_system()};
    if (!folder_named(cli, &options.folder, err))
        return false;
    if (!app_open(&options, ret, err))
        return err->code == ERR_BUSY
                       ? err_set(err, ERR_BUSY,
                                 "%s is being served: erase over the API (POST /api/contacts/{id}/erase), or "
                                 "stop the server first",
                                 options.folder)
                       : false;
    arena_defer(cli->arena, close_app, *ret);
    return true;
}

static bool say_clean(struct cli *cli, bool clean)
{
    if (!clean)
        buf_put(&cli->out.buf,
                STR("another process reads the database: its write-ahead log still has old pages, "
                    "until that ends\n"));
    return true;
}

static bool run(struct cli *cli, struct err *err)
{
    struct app *app;
    struct erasure count;
    bool clean;
    if (args_flag(&cli->args, "compact"))
        return operands_are(cli, 0, 0, "no operands with --compact", err) && open_app(cli, &app, err) &&
               privacy_scrub_app(app, INT64_MAX, &clean, err) && say_clean(cli, clean);
    if (!operands_are(cli, 1, 1, "one contact: a userId, an anonymousId, or the contact's id", err) ||
            !open_app(cli, &app, err) ||
            !privacy_erase_stored(
                    app, str_of(cli->args.operands[0]), PRIVACY_COMPACT_MAX, &count, &clean, err))
        return false;
    put_count(&cli->out.buf, count.events);
    buf_put(&cli->out.buf, count.events == 1 ? STR(" event and ") : STR(" events and "));
    put_count(&cli->out.buf, count.identifiers);
    buf_put(&cli->out.buf, count.identifiers == 1 ? STR(" identifier") : STR(" identifiers"));
    buf_put(&cli->out.buf, STR(" name nobody any more\n"));
    return say_clean(cli, clean);
}

const struct command COMMAND_ERASE = {
        .name = "erase",
        .summary = "Makes a person anonymous, for ever, and keeps the statistics",
        .synopsis = "CONTACT --data DIR\n--compact --data DIR",
        .about =
                "The contact's events keep their place, time and name; whatever says who it was is taken out "
                "of the log, of every table and of the files. There is no way back. Backups made before "
                "still "
                "have everything: docs/privacy.md says what to do about them.",
        .options = (const struct option[]){OPTION_DATA,
                {"compact", NULL, "writes the database anew, so that no unused part of it holds anything old",
                        false},
                OPTION_END},
        .run = run,
};
