// POST /api/mailboxes/{id}/check: logs in, and says what works.
#include "app/mailbox/private.h"

#include "base/json_put.h"
#include "mail/network.h"

#include <stdlib.h>

static bool try_smtp(
        struct request *r, const struct mail_account *account, struct str *ret_about, struct err *err)
{
    const struct mail_network *network = app_mail(request_app(r));
    struct mail_network_options options = {.trust_file = getenv("SLUICE_MAIL_TRUST")};
    return network ? network->try_login(network->ctx, account, r->arena, ret_about, err)
                   : mail_try_login(&options, account, r->arena, ret_about, err);
}

static void put_part(struct buf *out, const char *name, bool ok, struct str about)
{
    put_key(out, name);
    buf_char(out, '{');
    put_flag(out, "ok", ok);
    put_text(out, "about", about);
    buf_char(out, '}');
}

bool mailbox_route_check(struct request *r, struct err *err)
{
    struct mailbox_whole whole;
    struct err why = {0};
    struct str about;
    if (!mailbox_whole(data_store(request_data(r)), r->arena, request_param(r, "id"), &whole, err))
        return false;
    const struct mail_account *smtp = &whole.box.smtp;
    buf_char(r->out, '{');
    if (!smtp->host.n) {
        put_raw(r->out, "smtp", STR_NONE);
    } else if (try_smtp(r, smtp, &about, &why)) {
        const char *open =
                smtp->login && smtp->security == MAIL_PLAIN ? ". The password travels readable" : "";
        put_part(r->out, "smtp", true,
                arena_printf(r->arena, "%s (%.*s)%s", smtp->login ? "logged in" : "connected", STR_ARG(about),
                        open));
    } else {
        put_part(r->out, "smtp", false, str_of(why.message));
    }
    put_raw(r->out, "imap", STR_NONE);
    buf_char(r->out, '}');
    return true;
}
