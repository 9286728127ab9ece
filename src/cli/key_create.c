#include "app/user/key.h"
#include "app/user/rights.h"
#include "base/utf8.h"
#include "cli/short_write.h"

enum { NAME_MAX_BYTES = 400 };

static bool run(struct cli *cli, struct err *err)
{
    struct writing w;
    struct str secret;
    const char *scope = args_value(&cli->args, "scope"), *name = args_value(&cli->args, "name");
    if (!operands_are(cli, 0, 0, "no operands", err))
        return false;
    if (!scope)
        return err_set(err, ERR_USAGE, "--scope SCOPE is missing (capture, read, write or admin)");
    if (!scope_known(str_of(scope)))
        return err_set(err, ERR_USAGE, "--scope %s: there are capture, read, write, admin", scope);
    struct key key = {.scope = str_of(scope), .name = name ? str_of(name) : STR("")};
    if (!utf8_valid(key.name) || key.name.n > NAME_MAX_BYTES)
        return err_set(err, ERR_USAGE, "--name: a text of at most %d bytes", NAME_MAX_BYTES);
    if (!short_write_begin(cli, &w, err) || !key_add(&w, NULL, &key, &secret, err) ||
            !store_commit(w.store, err))
        return false;
    buf_put(&cli->out.buf, secret);
    buf_char(&cli->out.buf, '\n');
    return true;
}

const struct command COMMAND_KEY_CREATE = {
        .name = "key create",
        .summary = "Makes an API key and prints it",
        .synopsis = "--scope capture|read|write|admin [--name NAME] [--data DIR]",
        .about = "The key is shown this once; only its hash is stored. Works while the server runs, which "
                 "knows "
                 "the key within a second. capture: may send events; read: sees contacts, models, forms; "
                 "write: changes them and sends events; admin: everything.",
        .options =
                (const struct option[]){
                        OPTION_DATA,
                        {"scope", "SCOPE", "what it may do", false},
                        {"name", "NAME", "what it is for", false},
                        OPTION_END,
                },
        .run = run,
};
