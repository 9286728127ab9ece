#include "app/user/account.h"
#include "app/user/password.h"
#include "app/user/principal.h"
#include "app/user/rights.h"
#include "cli/short_write.h"

#include <stdio.h>

// The first line of standard input, without its end.
static bool read_password(struct cli *cli, struct str *ret, struct err *err)
{
    char line[PASSWORD_MAX * 4 + 3];
    if (!fgets(line, sizeof line, stdin))
        return err_set(err, ERR_INPUT, "no password came on standard input");
    size_t n = strcspn(line, "\r\n");
    if (!line[n] && n == sizeof line - 1)
        return err_set(err, ERR_INPUT, "a password has at most %d letters", PASSWORD_MAX);
    *ret = arena_str(cli->arena, (struct str){line, n});
    return true;
}

static bool add(struct cli *cli, struct account *account, struct err *err)
{
    struct writing w;
    struct buf json = {0};
    if (!short_write_begin(cli, &w, err) || !account_add(&w, account, err))
        return false;
    account_json(account, &json);
    bool ok = audit_write(&w, NULL, "user.create", account->id, STR_NONE, buf_str(&json), err);
    buf_free(&json);
    return ok && store_commit(w.store, err);
}

static bool run(struct cli *cli, struct err *err)
{
    struct account account = {.name = STR("")};
    struct str password;
    char hash[PASSWORD_HASH];
    const char *role = args_value(&cli->args, "role"), *name = args_value(&cli->args, "name");
    if (!operands_are(cli, 1, 1, "one mail address", err))
        return false;
    if (!role)
        return err_set(err, ERR_USAGE, "--role ROLE is missing (owner, admin, marketer, seller or viewer)");
    if (!role_known(str_of(role)))
        return err_set(err, ERR_USAGE, "--role %s: there are owner, admin, marketer, seller, viewer", role);
    if (!args_flag(&cli->args, "password-stdin"))
        return err_set(err, ERR_USAGE, "--password-stdin is missing: the password is read from there");
    account.role = str_of(role);
    account.own_only = args_flag(&cli->args, "own-only");
    if (account.own_only && strcmp(role, "seller") != 0)
        return err_set(err, ERR_USAGE, "--own-only is for sellers");
    if (name)
        account.name = str_of(name);
    if (!email_normal(cli->arena, str_of(cli->args.operands[0]), &account.email, err) ||
            !read_password(cli, &password, err) || !password_check(password, account.email, err) ||
            !password_hash(NULL, password, hash, err))
        return false;
    account.password = str_of(hash);
    return add(cli, &account, err);
}

const struct command COMMAND_USER_ADD = {
        .name = "user add",
        .summary = "Adds somebody who may log in",
        .synopsis = "EMAIL --role ROLE --password-stdin [--data DIR]",
        .about = "The password is the first line of standard input. Works while the server runs.",
        .options =
                (const struct option[]){
                        OPTION_DATA,
                        {"role", "ROLE", "owner, admin, marketer, seller or viewer", false},
                        {"password-stdin", NULL, "read the password from standard input", false},
                        {"name", "NAME", "the person's name", false},
                        {"own-only", NULL, "a seller who sees only the contacts that are theirs", false},
                        OPTION_END,
                },
        .run = run,
};
