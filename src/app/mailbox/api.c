// /api/mailboxes: making, changing, removing them.
#include "app/mailbox/private.h"

#include "app/address/address.h"
#include "app/listing.h"
#include "app/user/principal.h"
#include "store/ask.h"

static bool answer(struct request *r, struct str id, struct err *err)
{
    struct mailbox_whole whole;
    if (!mailbox_whole(data_store(request_data(r)), r->arena, id, &whole, err))
        return false;
    response_etag(r, whole.box.version);
    mailbox_put(&whole, r->out);
    return true;
}

bool mailbox_route_get(struct request *r, struct err *err)
{
    return answer(r, request_param(r, "id"), err);
}

struct adding {
    struct request *r;
    struct listing *items;
};

static bool add(void *ctx, const struct mailbox *box, struct err *err)
{
    struct adding *adding = ctx;
    struct mailbox_whole whole;
    struct buf item = {0};
    if (!mailbox_whole(data_store(request_data(adding->r)), adding->r->arena, box->id, &whole, err))
        return false;
    mailbox_put(&whole, &item);
    listing_add(adding->items, box->id, buf_str(&item));
    buf_free(&item);
    return true;
}

bool mailbox_route_list(struct request *r, struct err *err)
{
    struct adding adding = {.r = r};
    return listing_new(r, "name", &adding.items, err) &&
           mailbox_each(request_data(r), r->arena, add, &adding, err) && listing_end(adding.items, err);
}

// A whole number of the body within bounds; what is not there stays.
static bool take_number(struct request *r, const struct json *body, const char *name, int64_t least,
        int64_t most, int64_t *ret)
{
    const struct json *j = json_get(body, str_of(name));
    double value;
    if (!j)
        return true;
    if (!json_number(j->text, &value) || value < (double)least || value > (double)most)
        return request_problem(r, 400, name, "It must be %lld to %lld", (long long)least, (long long)most);
    *ret = (int64_t)value;
    return true;
}

static unsigned word_of(struct str text, const char *one, const char *two)
{
    return str_eq(text, str_of(one)) ? 1 : str_eq(text, str_of(two)) ? 2 : 0;
}

static bool plain_name(struct str text)
{
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] <= ' ' || text.p[i] == 0x7f || text.p[i] == '/' || text.p[i] == '@')
            return false;
    return true;
}

// smtp: 465 is TLS from the start (RFC 8314), 587 STARTTLS; imap: 993 and 143.
static bool take_account(struct request *r, const char *name, bool smtp, struct mail_account *a)
{
    const struct json *j = json_get(r->json, str_of(name));
    if (!j)
        return true;
    struct str host = json_get_str(j, STR("host")), security = json_get_str(j, STR("security")),
               login = json_get_str(j, STR("login")), user = json_get_str(j, STR("user")),
               secret = json_get_str(j, STR("secret"));
    int64_t port = 0;
    if (!take_number(r, j, "port", 1, 65535, &port))
        return false;
    if (host.p && !plain_name(host))
        return request_problem(r, 400, name, "The host is a server's name, as in smtp.example.com");
    bool fresh = !a->host.n, elsewhere = !fresh && host.n && !str_eq_nocase(host, a->host);
    // The password is for the server it was given for, and not to be read on the way. What needs none keeps
    // none.
    if ((host.p && !host.n) || str_eq(login, STR("none")))
        a->secret = STR("");
    if (a->secret.n && !secret.p && (elsewhere || (a->security && str_eq(security, STR("none")))))
        return request_problem(r, 400, name, "%s: give the password again",
                elsewhere ? "The host is another one" : "The connection would not be encrypted");
    a->host = host.p ? host : a->host;
    a->user = user.p ? user : a->user;
    if (security.p)
        a->security = (enum mail_security)word_of(security, "starttls", "tls");
    else if (fresh)
        a->security = !smtp || port == 465 ? MAIL_TLS : MAIL_STARTTLS;
    if (port)
        a->port = (unsigned)port;
    else if (!a->port)
        a->port = smtp ? (a->security == MAIL_TLS ? 465 : 587) : a->security == MAIL_TLS ? 993 : 143;
    if (login.p)
        a->login = (enum mail_login)word_of(login, "password", "xoauth2");
    else if (fresh)
        a->login = a->user.n ? MAIL_PASSWORD : MAIL_NO_LOGIN;
    a->secret = secret.p ? secret : a->secret;
    if (a->login && !a->user.n)
        return request_problem(r, 400, name, "To log in, a user is needed");
    return true;
}

static bool take_address(struct request *r, const char *name, struct str *ret)
{
    struct str text = json_get_str(r->json, str_of(name));
    struct err err;
    if (!text.p)
        return true;
    if (!text.n && *name == 'b') {
        *ret = text;
        return true;
    }
    return address_email(r->arena, text, ret, &err) || request_problem(r, 400, name, "%s", err.message);
}

// What the body says over what is there.
static bool take(struct request *r, struct mailbox_whole *m)
{
    enum { CAP = 10000000 };
    struct mailbox_limits *l = &m->limits;
    struct str name = json_get_str(r->json, STR("name"));
    const struct json *active = json_get(r->json, STR("active")), *ramp = json_get(r->json, STR("ramp"));
    for (size_t i = 0; i < name.n; i++)
        if ((unsigned char)name.p[i] < ' ')
            return request_problem(r, 400, "name", "It must not hold control characters");
    m->box.name = name.p ? name : m->box.name;
    if (active)
        m->box.active = active->kind == JSON_TRUE;
    return take_address(r, "address", &m->box.address) &&
           take_address(r, "bounce_address", &m->box.bounce_address) &&
           take_account(r, "smtp", true, &m->box.smtp) && take_account(r, "imap", false, &m->box.imap) &&
           take_number(r, r->json, "daily_cap", 0, CAP, &l->daily_cap) &&
           take_number(r, r->json, "per_minute", 0, CAP, &l->per_minute) &&
           take_number(r, r->json, "per_domain_minute", 0, CAP, &l->per_domain) &&
           take_number(r, ramp, "start", 0, CAP, &l->ramp_start) &&
           take_number(r, ramp, "growth", 0, CAP, &l->ramp_growth) &&
           take_number(r, ramp, "ceiling", 0, CAP, &l->ramp_ceiling);
}

static bool write_secret(
        struct writing *w, int64_t number, const char *kind, struct str secret, struct err *err)
{
    if (!secret.n)
        return store_do(w->store, "DELETE FROM mailbox_secret WHERE mailbox = $1 AND kind = $2",
                PARAMS(P_INT(number), P_TEXT(str_of(kind))), err);
    return store_do(w->store,
            "INSERT INTO mailbox_secret (mailbox, kind, secret) VALUES ($1, $2, $3)"
            " ON CONFLICT (mailbox, kind) DO UPDATE SET secret = excluded.secret",
            PARAMS(P_INT(number), P_TEXT(str_of(kind)), P_BYTES(secret)), err);
}

static bool write_row(struct writing *w, const struct mailbox_whole *m, struct err *err)
{
    const struct mailbox *b = &m->box;
    const struct mailbox_limits *l = &m->limits;
    return store_do(w->store,
                   "UPDATE mailbox SET name = $2, address = $3, active = $4, bounce_address = $5,"
                   " smtp_host = $6, smtp_port = $7, smtp_security = $8, smtp_login = $9, smtp_user = $10,"
                   " imap_host = $11, imap_port = $12, imap_security = $13, imap_login = $14, imap_user = "
                   "$15,"
                   " daily_cap = $16, per_minute = $17, per_domain = $18, ramp_start = $19, ramp_growth = "
                   "$20,"
                   " ramp_ceiling = $21, version = version + 1, changed = $22 WHERE number = $1",
                   PARAMS(P_INT(b->number), P_TEXT(b->name), P_TEXT(b->address), P_INT(b->active),
                           P_TEXT(b->bounce_address), P_TEXT(b->smtp.host), P_INT(b->smtp.port),
                           P_INT(b->smtp.security), P_INT(b->smtp.login), P_TEXT(b->smtp.user),
                           P_TEXT(b->imap.host), P_INT(b->imap.port), P_INT(b->imap.security),
                           P_INT(b->imap.login), P_TEXT(b->imap.user), P_INT(l->daily_cap),
                           P_INT(l->per_minute), P_INT(l->per_domain), P_INT(l->ramp_start),
                           P_INT(l->ramp_growth), P_INT(l->ramp_ceiling), P_INT(w->now)),
                   err) &&
           write_secret(w, b->number, "smtp", b->smtp.secret, err) &&
           write_secret(w, b->number, "imap", b->imap.secret, err);
}

static bool insert(struct writing *w, struct mailbox_whole *m, struct err *err)
{
    int64_t n;
    return store_number(w->store, "SELECT count(*) FROM mailbox WHERE removed IS NULL", 0, &n, err) &&
           (n < MAILBOXES_MAX ||
                   err_set(err, ERR_CONFLICT, "there are %d mailboxes already", MAILBOXES_MAX)) &&
           store_do(w->store,
                   "INSERT INTO mailbox (id, name, address, active, bounce_address, smtp_host, smtp_port,"
                   " smtp_security, smtp_login, smtp_user, imap_host, imap_port, imap_security, imap_login,"
                   " imap_user, daily_cap, per_minute, per_domain, ramp_start, ramp_growth, ramp_ceiling,"
                   " brake_why, base_day, base_sent, base_bounced, base_complained, version, created, "
                   "changed)"
                   " VALUES ($1, '', '', 0, '', '', 0, 0, 0, '', '', 0, 0, 0, '', 0, 0, 0, 0, 0, 0, '', 0, "
                   "0, 0, 0,"
                   " 0, $2, $2)",
                   PARAMS(P_TEXT(m->box.id), P_INT(w->now)), err) &&
           mailbox_number(w->store, m->box.id, &m->box.number, err) && write_row(w, m, err);
}

bool mailbox_route_create(struct request *r, struct err *err)
{
    struct mailbox_whole m = {.box = {.active = true, .bounce_address = STR("")}};
    struct writing *w;
    char id[UUID_SIZE];
    m.box.smtp = m.box.imap = (struct mail_account){.host = STR(""), .user = STR("")};
    if (!take(r, &m) || !writing_begin(request_app(r), &w, err))
        return false;
    m.box.id = uuid_v7(app_now_ms(w->app), id);
    if (!writing_end(w,
                insert(w, &m, err) && audit_change(w, request_principal(r), "mailbox.create", m.box.id,
                                              mailbox_put_plain, NULL, &m, err),
                err))
        return false;
    app_publish(request_app(r), "mailbox", m.box.id);
    return answer(r, m.box.id, err);
}

// What was counted so far counts no more: the brake looks at what comes from now on.
static bool release(struct writing *w, int64_t number, struct err *err)
{
    int64_t day = w->now / 86400;
    return store_do(w->store,
            "UPDATE mailbox SET braked = NULL, brake_why = '', base_day = $2,"
            " base_sent = coalesce((SELECT sent FROM mailbox_day WHERE mailbox = $1 AND day = $2), 0),"
            " base_bounced = coalesce((SELECT bounced FROM mailbox_day WHERE mailbox = $1 AND day = $2), 0),"
            " base_complained = coalesce((SELECT complained FROM mailbox_day WHERE mailbox = $1 AND day = "
            "$2), 0)"
            " WHERE number = $1",
            PARAMS(P_INT(number), P_INT(day)), err);
}

bool mailbox_route_patch(struct request *r, struct err *err)
{
    struct mailbox_whole before, m;
    struct writing *w;
    const struct json *free_it = json_get(r->json, STR("release"));
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = mailbox_whole(w->store, r->arena, request_param(r, "id"), &before, err) &&
              request_matches(r, before.box.version, err);
    m = before;
    ok = ok && take(r, &m) && write_row(w, &m, err);
    if (ok && free_it && free_it->kind == JSON_TRUE) {
        m.braked = false;
        ok = release(w, m.box.number, err);
    }
    ok = ok && audit_change(w, request_principal(r), "mailbox.update", m.box.id, mailbox_put_plain, &before,
                       &m, err);
    if (!writing_end(w, ok, err))
        return false;
    app_wake(request_app(r), "message-pump");
    app_publish(request_app(r), "mailbox", m.box.id);
    return answer(r, m.box.id, err);
}

bool mailbox_route_delete(struct request *r, struct err *err)
{
    struct mailbox_whole m;
    struct writing *w;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = mailbox_whole(w->store, r->arena, request_param(r, "id"), &m, err) &&
              request_matches(r, m.box.version, err) &&
              store_do(w->store, "DELETE FROM mailbox_secret WHERE mailbox = $1", PARAMS(P_INT(m.box.number)),
                      err) &&
              store_do(w->store, "UPDATE mailbox SET removed = $2, active = 0 WHERE number = $1",
                      PARAMS(P_INT(m.box.number), P_INT(w->now)), err) &&
              audit_change(
                      w, request_principal(r), "mailbox.delete", m.box.id, mailbox_put_plain, &m, NULL, err);
    if (!writing_end(w, ok, err))
        return false;
    app_publish(request_app(r), "mailbox", m.box.id);
    return true;
}
