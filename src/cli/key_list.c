#include "app/user/key.h"
#include "cli/folder.h"

#include <stdlib.h>

static bool run(struct cli *cli, struct err *err)
{
    struct data *data;
    struct key *keys;
    size_t n;
    struct buf *out = &cli->out.buf;
    if (!operands_are(cli, 0, 0, "no operands", err) || !folder_open(cli, DATA_READ, &data, err) ||
            !key_all(data_store(data), cli->arena, &keys, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (args_flag(&cli->args, "json")) {
            key_json(&keys[i], out);
        } else {
            buf_printf(out, "%.*s  %.*s…  %.*s  ", STR_ARG(keys[i].id), STR_ARG(keys[i].prefix),
                    STR_ARG(keys[i].scope));
            put_plain(out, keys[i].name);
            buf_put(out, keys[i].revoked ? STR(" (revoked)") : STR(""));
        }
        buf_char(out, '\n');
    }
    free(keys);
    return true;
}

const struct command COMMAND_KEY_LIST = {
        .name = "key list",
        .summary = "Lists the API keys, without their secrets",
        .synopsis = "[--json] [--data DIR]",
        .options = (const struct option[]){OPTION_DATA, OPTION_JSON, OPTION_END},
        .run = run,
};
