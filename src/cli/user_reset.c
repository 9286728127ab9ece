#include "app/user/account.h"
#include "app/user/link.h"
#include "app/user/principal.h"
#include "cli/short_write.h"

// Whoever has lost phone and recovery codes, with nobody left who could help over the API.
static bool two_factor_off(struct writing *w, struct account *account, struct err *err)
{
    if (!account->totp.n)
        return true;
    account->totp = account->totp_new = STR_NONE;
    return account_save(w, account, err) && recovery_remove(w, account->id, err) &&
           audit_write(w, NULL, "user.two_factor_off", account->id, STR_NONE, STR_NONE, err);
}

static bool reset(struct cli *cli, struct str email, struct str *ret_token, struct err *err)
{
    struct writing w;
    struct account account;
    int64_t expires;
    return short_write_begin(cli, &w, err) && account_by_email(w.store, cli->arena, email, &account, err) &&
           (!args_flag(&cli->args, "two-factor-off") || two_factor_off(&w, &account, err)) &&
           link_add(&w, account.password.n ? "reset" : "invite", account.id, ret_token, &expires, err) &&
           audit_write(&w, NULL, "user.link", account.id, STR_NONE, STR_NONE, err) &&
           store_commit(w.store, err);
}

static bool run(struct cli *cli, struct err *err)
{
    const char *url = args_value(&cli->args, "url");
    struct str email, token;
    if (!operands_are(cli, 1, 1, "one mail address", err) ||
            !email_normal(cli->arena, str_of(cli->args.operands[0]), &email, err) ||
            !reset(cli, email, &token, err))
        return false;
    struct str base = str_of(url ? url : "");
    while (str_ends(base, STR("/")))
        base.n--;
    buf_printf(&cli->out.buf, "%.*s/setup/%.*s\n", STR_ARG(base), STR_ARG(token));
    return true;
}

const struct command COMMAND_USER_RESET = {
        .name = "user reset",
        .summary = "Makes a one-time link for a new password",
        .synopsis = "EMAIL [--url https://HOST] [--two-factor-off] [--data DIR]",
        .about = "Prints the link, good for a day and one use; without --url only its path on your server. "
                 "The old password and the sessions stay until the link is used.",
        .options =
                (const struct option[]){
                        OPTION_DATA,
                        {"url", "URL", "where the server is reached", false},
                        {"two-factor-off", NULL, "phone and recovery codes are lost: log in without", false},
                        OPTION_END,
                },
        .run = run,
};
