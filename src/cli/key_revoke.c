#include "app/user/key.h"
#include "cli/short_write.h"

static bool run(struct cli *cli, struct err *err)
{
    struct writing w;
    return operands_are(cli, 1, 1, "the id of one key (sluice key list)", err) &&
           short_write_begin(cli, &w, err) && key_revoke(&w, NULL, str_of(cli->args.operands[0]), err) &&
           store_commit(w.store, err);
}

const struct command COMMAND_KEY_REVOKE = {
        .name = "key revoke",
        .summary = "Makes an API key useless",
        .synopsis = "ID [--data DIR]",
        .about = "Works while the server runs, which heeds it within seconds.",
        .options = (const struct option[]){OPTION_DATA, OPTION_END},
        .run = run,
};
