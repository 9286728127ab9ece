// POST /api/mailboxes/{id}/check: logs in, and says what works.
#include "app/mailbox/private.h"

#include "base/json_put.h"
#include "mail/imap.h"
#include "mail/network.h"

#include <stdlib.h>

enum { CHECK_SECONDS = 10 };

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

static bool try_imap(
        struct request *r, const struct mail_account *account, struct str *ret_about, struct err *err)
{
    struct imap_options options = {.seconds = CHECK_SECONDS, .trust_file = getenv("SLUICE_MAIL_TRUST")};
    struct imap *imap;
    uint32_t validity;
    if (!imap_open(account, &options, &imap, err))
        return false;
    bool ok = imap_examine(imap, "INBOX", &validity, err);
    if (ok)
        *ret_about = imap_about(imap, r->arena);
    imap_close(imap);
    return ok;
}

// What was tried with an account: nothing where it has no host.
static void put_tried(struct request *r, const char *name, const struct mail_account *account,
        bool (*try)(struct request *r, const struct mail_account *account, struct str *ret_about,
                struct err *err))
{
    struct err why = {0};
    struct str about;
    if (!account->host.n) {
        put_raw(r->out, name, STR_NONE);
    } else if (try(r, account, &about, &why)) {
        const char *open =
                account->login && account->security == MAIL_PLAIN ? ". The password travels readable" : "";
        put_part(r->out, name, true,
                arena_printf(r->arena, "%s (%.*s)%s", account->login ? "logged in" : "connected",
                        STR_ARG(about), open));
    } else {
        put_part(r->out, name, false, str_of(why.message));
    }
}

bool mailbox_route_check(struct request *r, struct err *err)
{
    struct mailbox_whole whole;
    if (!mailbox_whole(data_store(request_data(r)), r->arena, request_param(r, "id"), &whole, err))
        return false;
    buf_char(r->out, '{');
    put_tried(r, "smtp", &whole.box.smtp, try_smtp);
    put_tried(r, "imap", &whole.box.imap, try_imap);
    buf_char(r->out, '}');
    return true;
}
