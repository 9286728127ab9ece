// GET /api/domains/{domain}/check: what the DNS says about a domain's mail, and what is to be put there.
#include "app/mailbox/private.h"

#include "app/address/address.h"
#include "base/json_put.h"
#include "mail/dns.h"
#include "store/ask.h"

struct check {
    struct request *r;
    struct str domain;
    bool fine;
};

struct verdict {
    const char *what, *state;
    struct str name, expected, about;
    struct dns_answer found;
};

static const char *ask(struct check *c, struct str name, enum dns_type type, struct dns_answer *ret)
{
    const struct mail_network *network = app_mail(request_app(c->r));
    struct err err;
    bool ok = network ? network->resolve(network->ctx, c->r->arena, name, type, ret, &err)
                      : dns_query(c->r->arena, name, type, ret, &err);
    return !ok ? "unknown" : ret->none ? "missing" : "ok";
}

static void put(struct check *c, const struct verdict *f)
{
    struct buf *out = c->r->out;
    put_comma(out);
    buf_char(out, '{');
    put_text(out, "what", str_of(f->what));
    put_text(out, "state", str_of(f->state));
    put_text(out, "name", f->name);
    put_key(out, "found");
    buf_char(out, '[');
    for (unsigned i = 0; i < f->found.n; i++) {
        put_comma(out);
        json_put_string(out, f->found.records[i]);
    }
    buf_char(out, ']');
    put_text(out, "expected", f->expected.n ? f->expected : STR_NONE);
    put_text(out, "about", f->about);
    buf_char(out, '}');
    c->fine &= strcmp(f->state, "ok") == 0;
}

// Only the records that begin so.
static struct dns_answer only(struct arena *arena, const struct dns_answer *all, const char *begin)
{
    struct dns_answer some = {.records = ARENA_ARRAY(arena, struct str, all->n + 1)};
    struct str prefix = str_of(begin);
    for (unsigned i = 0; i < all->n; i++)
        if (all->records[i].n >= prefix.n && str_eq_nocase(str_sub(all->records[i], 0, prefix.n), prefix))
            some.records[some.n++] = all->records[i];
    some.none = !some.n;
    return some;
}

static const char NOBODY[] = "No name server answered; try again later";

static void check_spf(struct check *c)
{
    struct verdict f = {.what = "spf", .name = c->domain};
    struct dns_answer all = {0};
    f.state = ask(c, c->domain, DNS_TXT, &all);
    f.found = only(c->r->arena, &all, "v=spf1");
    f.about = STR("Other mail servers see in it which servers may send for the domain");
    if (strcmp(f.state, "unknown") == 0) {
        f.about = str_of(NOBODY);
    } else if (f.found.none) {
        f.state = "missing";
        f.expected = STR("v=spf1 mx include:YOUR-MAIL-PROVIDER -all");
        f.about = STR(
                "Put a TXT record there that names the servers you send by; your mail provider says what to "
                "include");
    } else if (f.found.n > 1) {
        f.state = "wrong";
        f.about = STR("There must be one record only: join them (RFC 7208, 4.5)");
    } else if (str_ends(f.found.records[0], STR("+all"))) {
        f.state = "wrong";
        f.about = STR("It lets everybody send for the domain: end it with -all or ~all");
    }
    put(c, &f);
}

// What a TXT record says without blanks: name servers and people break lines differently.
static struct str squeezed(struct arena *arena, struct str text)
{
    char *out = arena_alloc(arena, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] != ' ' && text.p[i] != '\t' && text.p[i] != '"')
            out[n++] = text.p[i];
    return (struct str){out, n};
}

static void check_key(struct check *c, struct str selector, struct str record)
{
    struct arena *arena = c->r->arena;
    struct verdict f = {.what = "dkim", .expected = record};
    f.name = arena_printf(arena, "%.*s._domainkey.%.*s", STR_ARG(selector), STR_ARG(c->domain));
    f.state = ask(c, f.name, DNS_TXT, &f.found);
    f.about = STR("The public key that our signatures are checked with");
    if (strcmp(f.state, "unknown") == 0) {
        f.about = str_of(NOBODY);
    } else if (f.found.none) {
        f.about = STR("Put the expected text there as a TXT record; until then mails seem unsigned");
    } else if (!str_eq(squeezed(arena, f.found.records[0]), squeezed(arena, record))) {
        f.state = "wrong";
        f.about = STR("It is not our key: put the expected text there");
    }
    put(c, &f);
}

static bool check_dkim(struct check *c, struct err *err)
{
    enum { KEYS = 8 };
    struct str keys[KEYS][2];
    struct query *q;
    unsigned n = 0;
    bool row, ok;
    if (!store_ask(data_store(request_data(c->r)),
                "SELECT selector, record FROM mailbox_dkim WHERE domain = $1 ORDER BY selector",
                PARAMS(P_TEXT(c->domain)), &q, err))
        return false;
    while ((ok = query_step(q, &row, err)) && row && n < KEYS) {
        keys[n][0] = arena_str(c->r->arena, query_text(q, 0));
        keys[n++][1] = arena_str(c->r->arena, query_text(q, 1));
    }
    query_end(q);
    for (unsigned i = 0; ok && i < n; i++)
        check_key(c, keys[i][0], keys[i][1]);
    if (ok && !n)
        put(c, &(struct verdict){.what = "dkim",
                       .state = "missing",
                       .name = arena_printf(c->r->arena, "_domainkey.%.*s", STR_ARG(c->domain)),
                       .about = STR("There is no key yet: make one at the mailbox")});
    return ok;
}

static void check_dmarc(struct check *c)
{
    struct verdict f = {
            .what = "dmarc", .name = arena_printf(c->r->arena, "_dmarc.%.*s", STR_ARG(c->domain))};
    struct dns_answer all = {0};
    f.state = ask(c, f.name, DNS_TXT, &all);
    f.found = only(c->r->arena, &all, "v=DMARC1");
    f.about = STR("It says what becomes of mails that pretend to be from the domain");
    if (strcmp(f.state, "unknown") == 0) {
        f.about = str_of(NOBODY);
    } else if (f.found.none) {
        f.state = "missing";
        f.expected =
                arena_printf(c->r->arena, "v=DMARC1; p=none; rua=mailto:postmaster@%.*s", STR_ARG(c->domain));
        f.about = STR("Put a TXT record there; large providers ask for it from bulk senders");
    } else if (f.found.n > 1 || str_find(f.found.records[0], ';') == f.found.records[0].n) {
        f.state = "wrong";
        f.about = STR("There must be one record, with a policy, as in v=DMARC1; p=none");
    }
    put(c, &f);
}

static void check_mx(struct check *c)
{
    struct verdict f = {.what = "mx", .name = c->domain};
    f.state = ask(c, c->domain, DNS_MX, &f.found);
    f.about = strcmp(f.state, "unknown") == 0 ? str_of(NOBODY)
              : f.found.none ? STR("The domain takes no mail: answers and bounces would be lost")
                             : STR("Answers and bounces come to it");
    put(c, &f);
}

// The host that the domain's mailboxes send by: its address should have a name that leads back to it.
static void check_ptr(struct check *c, struct str host)
{
    struct arena *arena = c->r->arena;
    struct verdict f = {.what = "ptr", .name = host};
    struct dns_answer address = {0}, back = {0};
    f.about = STR("The sending server's address has a name that leads back to it");
    f.state = ask(c, host, DNS_A, &address);
    if (strcmp(f.state, "ok") == 0) {
        f.name = dns_reverse(arena, address.records[0]);
        f.state = ask(c, f.name, DNS_PTR, &f.found);
    }
    if (strcmp(f.state, "ok") == 0) {
        const char *forth = ask(c, f.found.records[0], DNS_A, &back);
        bool leads = false;
        for (unsigned i = 0; strcmp(forth, "ok") == 0 && i < back.n; i++)
            leads |= str_eq(back.records[i], address.records[0]);
        f.state = strcmp(forth, "unknown") == 0 ? "unknown" : leads ? "ok" : "wrong";
    }
    if (strcmp(f.state, "unknown") == 0)
        f.about = str_of(NOBODY);
    else if (strcmp(f.state, "ok") != 0)
        f.about = STR("The sending server's address has no name that leads back to it; whoever runs the "
                      "server sets "
                      "it");
    put(c, &f);
}

static bool sending_host(struct check *c, struct str *ret, struct err *err)
{
    struct query *q;
    bool row;
    if (!store_ask(data_store(request_data(c->r)),
                "SELECT smtp_host FROM mailbox WHERE removed IS NULL AND smtp_host <> '' AND address LIKE $1"
                " ORDER BY number LIMIT 1",
                PARAMS(P_TEXT(arena_printf(c->r->arena, "%%@%.*s", STR_ARG(c->domain)))), &q, err))
        return false;
    bool ok = query_step(q, &row, err);
    *ret = ok && row ? arena_str(c->r->arena, query_text(q, 0)) : STR("");
    query_end(q);
    return ok;
}

bool mailbox_route_domain(struct request *r, struct err *err)
{
    struct check c = {.r = r, .fine = true};
    struct str normal, host;
    struct err bad;
    struct str address = arena_printf(r->arena, "postmaster@%.*s", STR_ARG(request_param(r, "domain")));
    if (!address_email(r->arena, address, &normal, &bad))
        return request_problem(r, 400, "domain", "This is no domain: %s", bad.message);
    c.domain = address_domain(normal);
    buf_char(r->out, '{');
    put_text(r->out, "domain", c.domain);
    put_key(r->out, "records");
    buf_char(r->out, '[');
    check_spf(&c);
    if (!check_dkim(&c, err))
        return false;
    check_dmarc(&c);
    check_mx(&c);
    if (!sending_host(&c, &host, err))
        return false;
    if (host.n)
        check_ptr(&c, host);
    buf_char(r->out, ']');
    put_flag(r->out, "ok", c.fine);
    buf_char(r->out, '}');
    return true;
}
