#include "app/user/account.h"
#include "cli/folder.h"
#include "cli/table.h"

static bool run(struct cli *cli, struct err *err)
{
    struct data *data;
    struct account *accounts;
    size_t n;
    if (!operands_are(cli, 0, 0, "no operands", err) || !folder_open(cli, DATA_READ, &data, err) ||
            !account_all(data_store(data), cli->arena, &accounts, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (args_flag(&cli->args, "json")) {
            account_json(&accounts[i], &cli->out.buf);
        } else {
            const struct account *a = &accounts[i];
            put_plain(&cli->out.buf, a->email);
            buf_printf(&cli->out.buf, "  %.*s%s", STR_ARG(a->role),
                    a->disabled     ? " (disabled)"
                    : a->password.n ? ""
                                    : " (invited)");
        }
        buf_char(&cli->out.buf, '\n');
    }
    return true;
}

const struct command COMMAND_USER_LIST = {
        .name = "user list",
        .summary = "Lists who may log in",
        .synopsis = "[--json] [--data DIR]",
        .options = (const struct option[]){OPTION_DATA, OPTION_JSON, OPTION_END},
        .run = run,
};
