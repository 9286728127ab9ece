// The hidden driver of the CSV reader: what it makes of files, a JSON line each.
#include "app/import/csv_preview.h"
#include "cli/command.h"

#include <stdio.h>
#include <time.h>

static bool preview(struct cli *cli, const char *path, const char *mapping_path, struct err *err)
{
    struct csv_mapping *mapping = NULL;
    struct csv_messages_options options = {.import_time = (int64_t)time(NULL)};
    struct csv_preview preview;
    struct arena *arena = arena_new();
    bool fine = (!mapping_path || csv_mapping_read(arena, mapping_path, &mapping, err)) &&
                csv_preview(arena, path, mapping, &options, &preview, err);
    if (fine)
        csv_preview_json(&preview, str_of(path), &cli->out.buf);
    arena_free(arena);
    return fine;
}

static bool run(struct cli *cli, struct err *err)
{
    bool fine = true;
    if (!cli->args.n)
        return err_set(err, ERR_USAGE, "no file is named");
    // One file that cannot be read does not keep the others back.
    for (unsigned i = 0; i < cli->args.n; i++) {
        struct err one = {0};
        if (preview(cli, cli->args.operands[i], args_value(&cli->args, "mapping"), &one))
            continue;
        fprintf(stderr, "sluice test-csv: %s: %s\n", cli->args.operands[i], one.message);
        fine = err_set(err, one.code, "%s", "");
    }
    return fine;
}

const struct command COMMAND_TEST_CSV = {
        .name = "test-csv",
        .summary = "Says what the CSV reader makes of files",
        .synopsis = "FILE… [--mapping FILE]",
        .options =
                (const struct option[]){
                        {"mapping", "FILE", "what the columns mean", false},
                        OPTION_END,
                },
        .hidden = true,
        .run = run,
};
